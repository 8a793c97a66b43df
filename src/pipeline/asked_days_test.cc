#include "pipeline/asked_days.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace ingot {
namespace {

UtcDay Day(std::string_view text) { return ParseUtcDay(text).value(); }

// Of a dataset with the 10th, 12th and 13th of January, on the 20th.
std::string MissingOf(const std::function<bool(UtcDay)>& condition) {
  const KeySpec spec = KeySpec::Make({{"date", FieldKind::kDate}}).value();
  const AskedDays days({spec.ForDay(Day("2026-01-10")), spec.ForDay(Day("2026-01-12")), spec.ForDay(Day("2026-01-13"))},
                       StartOf(Day("2026-01-20")));
  std::vector<size_t> chosen;
  const std::vector<FieldValues> offers = days.Offers();
  for (size_t i = 0; i < offers.size(); ++i) {
    if (condition(std::get<UtcDay>(offers[i][0].value))) {
      chosen.push_back(i);
    }
  }
  return DescribeMissingDays(days.Missing(chosen)).value_or("");
}

TEST(AskedDays, AGapIsMissing) {
  EXPECT_EQ(MissingOf([](UtcDay day) { return day >= Day("2026-01-10"); }), "2026-01-11");
  EXPECT_EQ(MissingOf([](UtcDay day) { return day <= Day("2026-01-12"); }), "2026-01-11");
  EXPECT_EQ(MissingOf([](UtcDay day) { return day == Day("2026-01-12"); }), "");
  EXPECT_EQ(MissingOf([](UtcDay day) { return day >= Day("2026-01-01"); }), "2026-01-11");
}

TEST(AskedDays, BothEndsOfABoundedRangeAreAskedFor) {
  EXPECT_EQ(MissingOf([](UtcDay day) { return day >= Day("2026-01-09") && day < Day("2026-01-15"); }),
            "2026-01-09, 2026-01-11, 2026-01-14");
  EXPECT_EQ(MissingOf([](UtcDay day) { return day >= Day("2026-01-01") && day <= Day("2026-01-12"); }),
            "2026-01-01, 2026-01-02, 2026-01-03 and 7 more");
}

TEST(AskedDays, ADayThatIsNotOverIsNotMissing) {
  EXPECT_EQ(MissingOf([](UtcDay day) { return day > Day("2026-01-18") && day < Day("2026-02-01"); }), "2026-01-19");
}

// Mondays, or Januaries, have no end either.
TEST(AskedDays, AConditionThatComesBackHasNoEnds) {
  EXPECT_EQ(MissingOf([](UtcDay day) { return day.days % 7 == 4; }), "");
  EXPECT_EQ(MissingOf([](UtcDay day) { return ToCivil(day).month == 1; }), "2026-01-11");
}

}  // namespace
}  // namespace ingot
