#include "request/dates.h"

#include <gtest/gtest.h>

#include "base/result_matchers.h"
#include "request/option_fixture.h"
#include "request/settings.h"

namespace ingot {
namespace {

const UtcDay kToday = FromCivil(2026, 1, 16).value();

Result<DaySelection> Select(const GivenOptions& given, const Environment& environment = {},
                            const ProjectDefaults& defaults = {}) {
  const auto settings = Settings::Resolve(EveryOption(), given, environment, defaults);
  if (!settings) {
    return settings.error();
  }
  return SelectDays(*settings, kToday);
}

std::string Shown(const Result<DaySelection>& selection) {
  if (!selection) {
    return selection.error().ToString();
  }
  std::string text;
  for (const UtcDay day : selection->days) {
    text += (text.empty() ? "" : " ") + FormatUtcDay(day);
  }
  return text;
}

TEST(SelectDays, YesterdayUnlessChosen) {
  const auto selection = Select({});
  EXPECT_EQ(Shown(selection), "2026-01-15");
  EXPECT_FALSE(selection->chosen);
}

TEST(SelectDays, ListedDaysAreSortedAndUnique) {
  const auto selection = Select({{OptionId::kDate, {"yesterday", "2026-01-13", "today", "2026-01-15"}}});
  EXPECT_EQ(Shown(selection), "2026-01-13 2026-01-15 2026-01-16");
  EXPECT_TRUE(selection->chosen);
}

TEST(SelectDays, RangesAreHalfOpen) {
  EXPECT_EQ(Shown(Select({{OptionId::kFrom, {"2026-01-13"}}, {OptionId::kTo, {"2026-01-15"}}})),
            "2026-01-13 2026-01-14");
  EXPECT_EQ(Shown(Select({{OptionId::kFrom, {"2026-01-14"}}})), "2026-01-14 2026-01-15") << "up to yesterday";
}

TEST(SelectDays, LastDaysEndWithYesterday) {
  EXPECT_EQ(Shown(Select({{OptionId::kLast, {"3d"}}})), "2026-01-13 2026-01-14 2026-01-15");
  EXPECT_EQ(Select({{OptionId::kLast, {"2w"}}})->days.size(), 14U);
}

TEST(SelectDays, RefusesContradictions) {
  EXPECT_THAT(Select({{OptionId::kDate, {"today"}}, {OptionId::kLast, {"3d"}}}),
              IsErr(ErrorKind::kUsage, "exclude each other"));
  EXPECT_THAT(Select({{OptionId::kTo, {"2026-01-15"}}}), IsErr(ErrorKind::kUsage, "--to without --from"));
  EXPECT_THAT(Select({{OptionId::kFrom, {"2026-01-15"}}, {OptionId::kTo, {"2026-01-15"}}}),
              IsErr(ErrorKind::kUsage, "holds no day"));
  EXPECT_THAT(Select({{OptionId::kFrom, {"0001-01-01"}}, {OptionId::kTo, {"2026-01-15"}}}),
              IsErr(ErrorKind::kUsage, "at most 36,525 at once"));
}

TEST(SelectDays, TheStrongestPlaceDecidesAlone) {
  EXPECT_EQ(Shown(Select({{OptionId::kDate, {"2026-01-10"}}}, {{"INGOT_LAST", "3d"}}, {{"last", {"9d"}}})),
            "2026-01-10");
  EXPECT_EQ(Select({}, {{"INGOT_LAST", "3d"}}, {{"date", {"2026-01-10"}}})->days.size(), 3U);
}

TEST(ParseDayWord, KnowsWhatWasProbablyMeant) {
  for (const char* text : {"2026-1-5", "2026/01/05", "20260105", "2026.1.05", "2026_01_05"}) {
    const auto day = ParseDayWord(text, UtcDay{});
    ASSERT_THAT(day, IsErr(ErrorKind::kUsage, "did you mean 2026-01-05?")) << text;
    EXPECT_EQ(day.error().advice(), "2026-01-05");
  }
  for (const char* text : {"5.1.2026", "2026-13-1", "2026-1", "2026-1-5-12", "tomorrow", "99999999999", ""}) {
    EXPECT_THAT(ParseDayWord(text, UtcDay{}), IsErr(ErrorKind::kUsage, "nor 'today' or 'yesterday'")) << text;
  }
}

}  // namespace
}  // namespace ingot
