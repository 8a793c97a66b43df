#include "base/size.h"

#include "base/result_matchers.h"

namespace ingot {
namespace {

TEST(ParseByteSize, ReadsWhatPeopleWrite) {
  EXPECT_EQ(*ParseByteSize("512MiB"), uint64_t{512} << 20U);
  EXPECT_EQ(*ParseByteSize("1 gib"), uint64_t{1} << 30U);
  EXPECT_EQ(*ParseByteSize("64kB"), 64'000U);
  EXPECT_EQ(*ParseByteSize("1_000_000"), 1'000'000U);
  EXPECT_EQ(*ParseByteSize("0"), 0U);
}

TEST(ParseByteSize, RefusesTheRest) {
  for (const char* text : {"", "MiB", "12XB", "_1", "1_", "-1", "1.5GiB", "18446744073709551616", "99999999TiB"}) {
    EXPECT_THAT(ParseByteSize(text), IsErr(ErrorKind::kUsage)) << text;
  }
}

TEST(FormatByteSize, IsShort) {
  EXPECT_EQ(FormatByteSize(1023), "1023 B");
  EXPECT_EQ(FormatByteSize(97'939'456), "93.4 MiB");
}

TEST(FormatCount, GroupsThousands) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(2'500'000), "2,500,000");
}

TEST(ParseDuration, KnowsItsUnits) {
  EXPECT_EQ(ParseDuration("30s")->count(), 30'000);
  EXPECT_EQ(ParseDuration("7d")->count(), 604'800'000);
  EXPECT_THAT(ParseDuration("30"), IsErr(ErrorKind::kUsage));
}

}  // namespace
}  // namespace ingot
