#include "request/settings.h"

#include <gtest/gtest.h>

#include "base/result_matchers.h"
#include "request/option_fixture.h"

namespace ingot {
namespace {

TEST(Settings, FlagBeatsEnvironmentBeatsProject) {
  const Environment environment{{"INGOT_THREADS", "3"}, {"INGOT_MEMORY", "2GiB"}};
  const ProjectDefaults defaults{{"threads", {"2"}}, {"memory", {"512MiB"}}, {"min_inputs", {"20"}}};
  const auto settings = Settings::Resolve(EveryOption(), {{OptionId::kThreads, {"4"}}}, environment, defaults);
  ASSERT_OK(settings);
  EXPECT_EQ(settings->Count(OptionId::kThreads), 4U);
  EXPECT_EQ(settings->Find(OptionId::kThreads)->source, "--threads");
  EXPECT_EQ(settings->Size(OptionId::kMemory), uint64_t{2} << 30U);
  EXPECT_EQ(settings->Find(OptionId::kMemory)->source, "INGOT_MEMORY");
  EXPECT_EQ(settings->Count(OptionId::kMinInputs), 20U);
  EXPECT_EQ(settings->Find(OptionId::kMinInputs)->source, "min_inputs in [defaults]");
  EXPECT_EQ(settings->Find(OptionId::kMaxRejects), nullptr);
}

TEST(Settings, AFlagCanTurnASwitchOffAgain) {
  const Environment environment{{"INGOT_FORCE", "1"}};
  EXPECT_TRUE(Settings::Resolve(EveryOption(), {}, environment, {})->Flag(OptionId::kForce));
  EXPECT_FALSE(
      Settings::Resolve(EveryOption(), {{OptionId::kForce, {"false"}}}, environment, {})->Flag(OptionId::kForce));
}

TEST(Settings, SayWhereAWrongValueCameFrom) {
  EXPECT_THAT(Settings::Resolve(EveryOption(), {{OptionId::kThreads, {"many"}}}, {}, {}),
              IsErr(ErrorKind::kUsage, "--threads: "));
  EXPECT_THAT(Settings::Resolve(EveryOption(), {}, {{"INGOT_THREADS", "many"}}, {}),
              IsErr(ErrorKind::kConfig, "INGOT_THREADS: "));
  EXPECT_THAT(Settings::Resolve(EveryOption(), {}, {}, {{"threads", {"many"}}}),
              IsErr(ErrorKind::kConfig, "threads in [defaults]: "));
}

TEST(Settings, CheckShapes) {
  const auto refused = [](OptionId id, const std::string& value, std::string_view part) {
    EXPECT_THAT(Settings::Resolve(EveryOption(), {{id, {value}}}, {}, {}), IsErr(ErrorKind::kUsage, std::string(part)));
  };
  refused(OptionId::kMemory, "lots", "--memory: ");
  refused(OptionId::kDate, "2026-02-30", "2026-02-30 is not a day of the calendar");
  refused(OptionId::kDate, "tomorrow", "nor 'today' or 'yesterday'");
  refused(OptionId::kLast, "7", "not a span of days");
  refused(OptionId::kOutput, "jsno", "did you mean 'json'?");
  refused(OptionId::kSet, "archive", "is not NAME=VALUE");
  refused(OptionId::kForce, "maybe", "neither true nor false");
  refused(OptionId::kOutputDir, "", "the path is empty");
}

TEST(Settings, ListsOfTheEnvironmentAreSplitAtCommas) {
  const auto days = Settings::Resolve(EveryOption(), {}, {{"INGOT_DATE", "2026-01-13,2026-01-15"}}, {});
  ASSERT_OK(days);
  EXPECT_EQ(days->Texts(OptionId::kDate), (std::vector<std::string>{"2026-01-13", "2026-01-15"}));
  const auto types = Settings::Resolve(EveryOption(), {}, {{"INGOT_TYPE", "a=decimal(18,4),b=map<string,int64>"}}, {});
  ASSERT_OK(types);
  EXPECT_EQ(types->Texts(OptionId::kType), (std::vector<std::string>{"a=decimal(18,4)", "b=map<string,int64>"}));
}

TEST(Settings, OtherVerbsOptionsAreNotLookedAt) {
  EXPECT_OK(Settings::Resolve(OptionSet(), {}, {{"INGOT_THREADS", "many"}}, {{"memory", {"lots"}}}));
}

TEST(Settings, AnEmptyVariableIsNotSet) {
  EXPECT_EQ(Settings::Resolve(EveryOption(), {}, {{"INGOT_THREADS", ""}}, {})->Find(OptionId::kThreads), nullptr);
}

}  // namespace
}  // namespace ingot
