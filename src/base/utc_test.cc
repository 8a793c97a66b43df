#include "base/utc.h"

#include "base/result_matchers.h"

namespace ingot {
namespace {

TEST(UtcDay, RoundTripsEveryDayOfFourCenturies) {
  for (UtcDay day = *ParseUtcDay("1800-01-01"); day < *ParseUtcDay("2200-01-01"); day = day + 1) {
    const std::string text = FormatUtcDay(day);
    ASSERT_EQ(ParseUtcDay(text)->days, day.days) << text;
  }
}

TEST(UtcDay, RefusesWhatTheCalendarDoesNotHave) {
  for (const char* text : {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "20260101", "", "2026-01-01 ",
                           "-026-01-01", "0000-01-01", "2026/01/01", "２０２６-01-01"}) {
    EXPECT_THAT(ParseUtcDay(text), IsErr(ErrorKind::kUsage)) << text;
  }
}

TEST(UtcInstant, ReadsBothStylesOfTheArchive) {
  EXPECT_EQ(ParseUtcInstant("2026-01-15T00:05:09.113Z")->nanos, 113'000'000);
  const auto offset = ParseUtcInstant("2026-01-15T02:05:09.789519+02:00");
  ASSERT_OK(offset);
  EXPECT_EQ(FormatUtcInstant(*offset), "2026-01-15T00:05:09.789519+00:00");
}

TEST(UtcInstant, ReadsTheOffsetsOfIso8601AndPostgres) {
  for (const char* text : {"2026-01-15T02:30:00+02:30", "2026-01-15 02:30:00+0230", "2026-01-14T23:00:00-01",
                           "2026-01-15 00:00:00+00", "2026-01-15T00:00:00.000+0000"}) {
    const auto instant = ParseUtcInstant(text);
    ASSERT_OK(instant) << text;
    EXPECT_EQ(FormatUtcInstant(*instant), "2026-01-15T00:00:00.000000+00:00") << text;
  }
}

TEST(UtcInstant, KeepsOrderBeforeTheEpoch) {
  const auto early = ParseUtcInstant("1969-12-31T23:59:59.25Z");
  ASSERT_OK(early);
  EXPECT_EQ(early->seconds, -1);
  EXPECT_EQ(early->nanos, 250'000'000);
  EXPECT_EQ(FormatUtcDay(early->day()), "1969-12-31");
  EXPECT_LT(*early, *ParseUtcInstant("1970-01-01T00:00:00Z"));
}

TEST(UtcInstant, RefusesWhatIsAmbiguousOrBroken) {
  for (const char* text :
       {"2026-01-15T00:05:09", "2026-01-15", "2026-01-15T24:00:00Z", "2026-01-15T00:60:00Z", "2026-01-15T00:00:60Z",
        "2026-01-15T00:00:00.Z", "2026-01-15T00:00:00.1234567890Z", "2026-01-15T00:00:00+2:00",
        "2026-01-15T00:00:00+000", "2026-01-15T00:00:00+00:", "2026-01-15T00:00:00+00:0", "2026-01-15T00:00:00+00000",
        "2026-01-15T00:00:00+", "2026-01-15 00:00:00+2400", "2026-01-15 00:00:00 +0000", "2026-01-15T00:00:00Zx",
        "2026-02-30T00:00:00Z", ""}) {
    EXPECT_THAT(ParseUtcInstant(text), IsErr(ErrorKind::kInvalidData)) << text;
  }
}

TEST(UtcWindow, IsHalfOpen) {
  const UtcDay day = *ParseUtcDay("2026-01-15");
  const UtcWindow window{StartOf(day), StartOf(day + 1)};
  EXPECT_TRUE(window.Contains(StartOf(day)));
  EXPECT_TRUE(window.Contains(*ParseUtcInstant("2026-01-15T23:59:59.999999999Z")));
  EXPECT_FALSE(window.Contains(StartOf(day + 1)));
}

}  // namespace
}  // namespace ingot
