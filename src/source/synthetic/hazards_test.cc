#include "source/synthetic/hazards.h"

#include "base/result_matchers.h"

namespace ingot {
namespace {

HazardSet Parsed(std::string_view text) {
  Result<HazardSet> set = HazardSet::Parse(text);
  EXPECT_OK(set);
  return set ? *set : HazardSet();
}

TEST(Hazards, TableIsInTheOrderOfTheEnumeration) {
  unsigned position = 0;
  for (const HazardInfo& info : Hazards()) {
    EXPECT_EQ(static_cast<unsigned>(info.hazard), position++) << info.name;
    EXPECT_TRUE(Parsed(info.name).Has(info.hazard)) << info.name;
  }
}

TEST(Hazards, AllMeansTheLegitimateOnes) {
  for (const HazardInfo& info : Hazards()) {
    EXPECT_EQ(Parsed("all").Has(info.hazard), !info.destructive) << info.name;
    EXPECT_FALSE(Parsed("none").Has(info.hazard)) << info.name;
    EXPECT_FALSE(Parsed("").Has(info.hazard)) << info.name;
  }
}

TEST(Hazards, ListsAreUnions) {
  const HazardSet set = Parsed("all,bad-crc");
  EXPECT_TRUE(set.Has(Hazard::kBadCrc));
  EXPECT_TRUE(set.Has(Hazard::kTwoShapes));
  EXPECT_FALSE(set.Has(Hazard::kMissingHour));
  EXPECT_FALSE(Parsed("two-shapes,late-rows").Has(Hazard::kMixedIntFloat));
}

TEST(Hazards, NullFuturesStrikeEveryThirdDayOfAllAndEveryDayWhenNamed) {
  for (const int32_t days : {20'466, 20'467, 20'468}) {
    const UtcDay day{days};
    EXPECT_EQ(Parsed("all").Strikes(Hazard::kNullFuturesDay, day), days % 3 == 0) << days;
    EXPECT_TRUE(Parsed("null-futures-day").Strikes(Hazard::kNullFuturesDay, day)) << days;
    EXPECT_TRUE(Parsed("null-futures-day,all").Strikes(Hazard::kNullFuturesDay, day)) << days;
    EXPECT_FALSE(Parsed("two-shapes").Strikes(Hazard::kNullFuturesDay, day)) << days;
    EXPECT_TRUE(Parsed("all").Strikes(Hazard::kTwoShapes, day)) << days;
  }
}

TEST(Hazards, UnknownNamesAreRefusedWithASuggestion) {
  EXPECT_THAT(HazardSet::Parse("late-row"), IsErr(ErrorKind::kUsage, "did you mean 'late-rows'?"));
  EXPECT_THAT(HazardSet::Parse("all,zzz"), IsErr(ErrorKind::kUsage, "unknown hazard 'zzz'"));
  EXPECT_THAT(HazardSet::Parse("all,,none"), IsErr(ErrorKind::kUsage));
}

}  // namespace
}  // namespace ingot
