#include "format/json/json_scalar.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string_view>

namespace ingot {
namespace {

std::optional<int64_t> Parse(std::string_view text, std::string_view type) {
  return ParseScalar(text, *ParseType(type));
}

TEST(JsonScalar, FitsType) {
  EXPECT_TRUE(FitsType(32767, TypeKind::kInt16));
  EXPECT_TRUE(FitsType(-32768, TypeKind::kInt16));
  EXPECT_FALSE(FitsType(32768, TypeKind::kInt16));
  EXPECT_FALSE(FitsType(-32769, TypeKind::kInt16));
  EXPECT_TRUE(FitsType(2147483647, TypeKind::kInt32));
  EXPECT_TRUE(FitsType(-2147483648LL, TypeKind::kInt32));
  EXPECT_FALSE(FitsType(2147483648LL, TypeKind::kInt32));
  EXPECT_FALSE(FitsType(-2147483649LL, TypeKind::kInt32));
  EXPECT_TRUE(FitsType(std::numeric_limits<int64_t>::min(), TypeKind::kInt64));
}

TEST(JsonScalar, Timestamps) {
  EXPECT_EQ(Parse("1970-01-01T00:00:00Z", "timestamp[ms]"), 0);
  EXPECT_EQ(Parse("1970-01-01T00:00:01.5Z", "timestamp[ms]"), 1500);
  EXPECT_EQ(Parse("1970-01-01T00:00:01.500000Z", "timestamp[ms]"), 1500);
  EXPECT_EQ(Parse("1970-01-01T00:00:00.000001Z", "timestamp[us]"), 1);
  EXPECT_EQ(Parse("1970-01-01T00:00:00.000000001Z", "timestamp[ns]"), 1);
  EXPECT_EQ(Parse("1969-12-31T23:59:59.999Z", "timestamp[ms]"), -1);
  EXPECT_EQ(Parse("2026-01-15T01:00:00+01:00", "timestamp[ms]"), Parse("2026-01-15T00:00:00Z", "timestamp[ms]"));
  EXPECT_EQ(Parse("2026-01-15 00:00:00+00:00", "timestamp[us]"), 1768435200000000);
  EXPECT_EQ(Parse("0001-01-01T00:00:00Z", "timestamp[us]"), -62135596800000000);
  EXPECT_EQ(Parse("9999-12-31T23:59:59.999999Z", "timestamp[us]"), 253402300799999999);
}

TEST(JsonScalar, TimestampsThatWouldLoseSomething) {
  EXPECT_FALSE(Parse("1970-01-01T00:00:00.0005Z", "timestamp[ms]"));
  EXPECT_FALSE(Parse("1970-01-01T00:00:00.0000001Z", "timestamp[us]"));
  EXPECT_FALSE(Parse("1600-01-01T00:00:00Z", "timestamp[ns]"));  // before 1677
  EXPECT_FALSE(Parse("2263-01-01T00:00:00Z", "timestamp[ns]"));
  EXPECT_TRUE(Parse("2262-04-11T23:47:16.854775807Z", "timestamp[ns]"));
  EXPECT_FALSE(Parse("2262-04-11T23:47:16.854775808Z", "timestamp[ns]"));
}

TEST(JsonScalar, NoTimestamps) {
  for (const char* text :
       {"", "2026-01-15", "2026-01-15T00:00:00", "2026-02-30T00:00:00Z", "2026-01-15T24:00:00Z", "2026-01-15T23:59:60Z",
        "2026-01-15T00:00:00.Z", "2026-01-15T00:00:00.0000000000Z", "2026-01-15T00:00:00Zx", " 2026-01-15T00:00:00Z",
        "1768435200", "2026-01-15T00:00:00+1:00"}) {
    EXPECT_FALSE(Parse(text, "timestamp[us]")) << text;
  }
}

TEST(JsonScalar, Dates) {
  EXPECT_EQ(Parse("1970-01-01", "date"), 0);
  EXPECT_EQ(Parse("1969-12-31", "date"), -1);
  EXPECT_EQ(Parse("2024-02-29", "date"), 19782);
  for (const char* text :
       {"", "2023-02-29", "2024-2-9", "2024-02-29T00:00:00Z", "0000-01-01", "24-02-29", "20240229"}) {
    EXPECT_FALSE(Parse(text, "date")) << text;
  }
}

TEST(JsonScalar, Decimals) {
  EXPECT_EQ(Parse("12.5", "decimal(18,4)"), 125000);
  EXPECT_EQ(Parse("-12.50", "decimal(4,2)"), -1250);
  EXPECT_EQ(Parse("0", "decimal(1,0)"), 0);
  EXPECT_EQ(Parse("-0.0", "decimal(1,0)"), 0);
  EXPECT_EQ(Parse("007", "decimal(1,0)"), 7);
  EXPECT_EQ(Parse("1e3", "decimal(18,2)"), 100000);
  EXPECT_EQ(Parse("1E+3", "decimal(18,2)"), 100000);
  EXPECT_EQ(Parse("1.5e-1", "decimal(18,2)"), 15);
  EXPECT_EQ(Parse("120e-1", "decimal(2,0)"), 12);
  EXPECT_EQ(Parse("999999999999999999", "decimal(18,0)"), 999999999999999999);
  EXPECT_EQ(Parse("-0.999999999999999999", "decimal(18,18)"), -999999999999999999);
  EXPECT_EQ(Parse(".5", "decimal(2,1)"), 5);
  EXPECT_EQ(Parse("5.", "decimal(2,1)"), 50);
}

// Zeros carry no information, however many they are.
TEST(JsonScalar, DecimalsWithManyZeros) {
  EXPECT_EQ(Parse("1.00000000000000000000000000000000000000", "decimal(18,2)"), 100);
  EXPECT_EQ(Parse("00000000000000000000000000000000000001", "decimal(18,2)"), 100);
  EXPECT_EQ(Parse("0.00000000000000000000000000000000000000", "decimal(18,2)"), 0);
  EXPECT_EQ(Parse("0.10000000000000000000000000000000000000e1", "decimal(1,0)"), 1);
  EXPECT_EQ(Parse("1000000000000000000000000000000e-30", "decimal(1,0)"), 1);
  EXPECT_EQ(Parse("0e64", "decimal(1,0)"), 0);
  EXPECT_EQ(Parse("100", "decimal(3,0)"), 100);
  EXPECT_EQ(Parse("1050.50", "decimal(6,2)"), 105050);
}

TEST(JsonScalar, DecimalsThatDoNotFit) {
  EXPECT_FALSE(Parse("12.345", "decimal(18,2)"));  // a digit would be lost
  EXPECT_FALSE(Parse("1e-3", "decimal(18,2)"));
  EXPECT_FALSE(Parse("100", "decimal(4,2)"));
  EXPECT_FALSE(Parse("10", "decimal(1,0)"));
  EXPECT_FALSE(Parse("1000000000000000000", "decimal(18,0)"));
  EXPECT_FALSE(Parse("123456789012345678901234567890", "decimal(18,0)"));
  EXPECT_FALSE(Parse("1.00000000000000000000000001", "decimal(18,2)"));
  EXPECT_FALSE(Parse("1e30", "decimal(18,0)"));
  EXPECT_FALSE(Parse("1e65", "decimal(18,0)"));
}

TEST(JsonScalar, NoDecimals) {
  for (const char* text : {"",      "-",    ".",  "-.",  "e5",    ".e5",      "+5",    "--5",
                           "1..5",  "1.5.", "1e", "1e+", "1e+-5", "1e-+5",    "1e++5", "1e5x",
                           "1e5.0", " 5",   "5 ", "5,0", "NaN",   "Infinity", "0x5",   "1e99999999999999999999"}) {
    EXPECT_FALSE(Parse(text, "decimal(18,4)")) << text;
  }
}

TEST(JsonScalar, OtherTypesHaveNoScalarText) {
  EXPECT_FALSE(Parse("5", "int64"));
  EXPECT_FALSE(Parse("5", "string"));
}

}  // namespace
}  // namespace ingot
