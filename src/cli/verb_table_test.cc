#include "cli/verb_table.h"

#include <gtest/gtest.h>

#include <set>

#include "base/result_matchers.h"
#include "cli/help.h"
#include "model/json_document.h"

namespace ingot {
namespace {

TEST(OptionTable, IsInTheOrderOfItsEnumeration) {
  for (size_t i = 0; i < Options().size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(Options()[i].id), i) << Options()[i].name;
  }
}

TEST(OptionTable, HasEveryNameOnce) {
  std::set<std::string> names;
  for (const OptionSpec& option : Options()) {
    EXPECT_TRUE(names.insert(std::string(option.name)).second) << option.name;
    EXPECT_TRUE(option.alias.empty() || names.insert(std::string(option.alias)).second) << option.alias;
    EXPECT_TRUE(option.letter == 0 || names.insert(std::string(1, option.letter)).second) << option.letter;
  }
}

TEST(OptionTable, SaysWhatValuesAre) {
  for (const OptionSpec& option : Options()) {
    EXPECT_EQ(option.shape == ValueShape::kFlag, option.value_name.empty()) << option.name;
    EXPECT_EQ(option.shape == ValueShape::kChoice, !option.choices.empty()) << option.name;
    EXPECT_FALSE(option.help.empty() || option.help.ends_with('.')) << option.name;
  }
}

TEST(OptionTable, NamesFollowFromTheOption) {
  const OptionSpec& option = Describe(OptionId::kErrorOnNoop);
  EXPECT_EQ(option.flag(), "--error-on-noop");
  EXPECT_EQ(option.environment_variable(), "INGOT_ERROR_ON_NOOP");
  EXPECT_EQ(option.config_key(), "error_on_noop");
  EXPECT_EQ(FindOption("upload"), &Describe(OptionId::kPublish));
  EXPECT_EQ(FindOption("p"), &Describe(OptionId::kProject));
  EXPECT_EQ(FindOption("proj"), nullptr);
}

TEST(VerbTable, EveryOptionIsUsedAndNoneTwice) {
  std::set<OptionId> used(CommonOptions().begin(), CommonOptions().end());
  for (const CommandSpec& command : Commands()) {
    std::set<OptionId> own(CommonOptions().begin(), CommonOptions().end());
    for (const OptionId id : command.options) {
      EXPECT_TRUE(own.insert(id).second) << command.name << " " << Describe(id).name;
      used.insert(id);
    }
  }
  EXPECT_EQ(used.size(), Options().size());
}

TEST(VerbTable, VerbsThatNeedAProjectCanBeToldWhich) {
  for (const CommandSpec& command : Commands()) {
    const bool wants_project = command.project != ProjectNeed::kNone;
    EXPECT_EQ(HasOption(command, OptionId::kProject), wants_project) << command.name;
    EXPECT_EQ(HasOption(command, OptionId::kSet), wants_project) << command.name;
    EXPECT_NE(command.run, nullptr) << command.name;
  }
}

TEST(VerbTable, AnUnknownVerbGetsAHint) {
  EXPECT_THAT(RequireCommand("rnu"), IsErr(ErrorKind::kUsage, "unknown verb 'rnu'; did you mean 'run'?"));
  EXPECT_OK(RequireCommand("run"));
}

TEST(Help, ListsEveryVerbAndOption) {
  const std::string overview = HelpOverview();
  for (const CommandSpec& command : Commands()) {
    EXPECT_NE(overview.find("  " + std::string(command.name) + " "), std::string::npos) << command.name;
    const std::string help = HelpOf(command);
    for (const OptionSpec& option : Options()) {
      EXPECT_EQ(help.find(" " + option.flag() + " ") != std::string::npos, HasOption(command, option.id))
          << command.name << " " << option.name;
    }
  }
}

TEST(Help, TheJsonFormIsADocument) {
  const auto json = ParseJson(HelpAsJson());
  ASSERT_OK(json);
  EXPECT_EQ(json->Find("verbs")->AsArray()->size(), Commands().size());
}

}  // namespace
}  // namespace ingot
