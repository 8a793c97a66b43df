#include "format/parquet/column_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace ingot {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string Bits(double value) { return {reinterpret_cast<const char*>(&value), sizeof(value)}; }

ValueBounds Of(const std::vector<double>& values) { return BoundsOf(std::span<const double>(values)); }

ValueBounds Of(const std::vector<std::string>& values) {
  std::string bytes;
  std::vector<uint32_t> ends;
  for (const std::string& value : values) {
    bytes += value;
    ends.push_back(static_cast<uint32_t>(bytes.size()));
  }
  return BoundsOf(BytesSlice{bytes.data(), ends.data(), 0, ends.size()});
}

TEST(ValueBounds, NanNeverCounts) {
  EXPECT_FALSE(Of(std::vector<double>{}).present());
  EXPECT_FALSE(Of({kNan, kNan, kNan, kNan, kNan}).present());
  for (size_t at = 0; at < 6; ++at) {
    std::vector<double> values = {3, 1, 2, 5, 4, 3};
    values[at] = kNan;
    const ValueBounds bounds = Of(values);
    EXPECT_EQ(std::get<double>(bounds.min), at == 1 ? 2 : 1);
    EXPECT_EQ(std::get<double>(bounds.max), at == 3 ? 4 : 5);
  }
  EXPECT_EQ(std::get<double>(Of({kInfinity, kNan}).min), kInfinity);
  EXPECT_EQ(std::get<double>(Of({-kInfinity, kNan}).max), -kInfinity);
}

TEST(ValueBounds, ZerosTakeTheWiderSign) {
  for (const std::vector<double>& values : {std::vector<double>{0.0}, {-0.0}, {-0.0, 0.0}}) {
    const ValueBounds bounds = Of(values);
    EXPECT_FALSE(std::signbit(std::get<double>(bounds.min)));
    EXPECT_EQ(EncodeMin(bounds, TypeKind::kDouble), Bits(-0.0));
    EXPECT_EQ(EncodeMax(bounds, TypeKind::kDouble), Bits(0.0));
  }
  EXPECT_EQ(EncodeMax(Of({-1.0, -0.0}), TypeKind::kDouble), Bits(0.0));
  EXPECT_EQ(EncodeMin(Of({1.0, 2.0}), TypeKind::kDouble), Bits(1.0));
}

TEST(ValueBounds, TextsCompareByUnsignedBytes) {
  const ValueBounds bounds = Of(std::vector<std::string>{"b", "\x7F", "\xC3\x9F", "a", ""});
  EXPECT_EQ(std::get<std::string>(bounds.min), "");
  EXPECT_EQ(std::get<std::string>(bounds.max), "\xC3\x9F");
  std::mt19937_64 random(6);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> values;
    for (uint64_t i = 1 + random() % 20; i > 0; --i) {
      std::string value(random() % 24, 'p');
      for (uint64_t j = random() % 3; j > 0 && !value.empty(); --j) {
        value[random() % value.size()] = static_cast<char>(random());
      }
      values.push_back(value);
    }
    const ValueBounds found = Of(values);
    EXPECT_EQ(std::get<std::string>(found.min), *std::min_element(values.begin(), values.end()));
    EXPECT_EQ(std::get<std::string>(found.max), *std::max_element(values.begin(), values.end()));
  }
}

TEST(ValueBounds, MergesChunks) {
  ValueBounds all;
  all.Merge({});
  EXPECT_FALSE(all.present());
  all.Merge({int64_t{3}, int64_t{5}});
  all.Merge({int64_t{-1}, int64_t{4}});
  all.Merge({});
  EXPECT_EQ(std::get<int64_t>(all.min), -1);
  EXPECT_EQ(std::get<int64_t>(all.max), 5);
}

TEST(ValueBounds, NarrowTypesHaveFourBytes) {
  const ValueBounds bounds{int64_t{-2}, int64_t{7}};
  EXPECT_EQ(EncodeMin(bounds, TypeKind::kInt16), std::string("\xFE\xFF\xFF\xFF", 4));
  EXPECT_EQ(EncodeMax(bounds, TypeKind::kDate), std::string("\7\0\0\0", 4));
  EXPECT_EQ(EncodeMax(bounds, TypeKind::kTimestamp).size(), 8U);
  EXPECT_EQ(EncodeMin({false, true}, TypeKind::kBool), std::string(1, '\0'));
}

TEST(ShortenedBounds, StayOnTheirSide) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (uint64_t i = random() % 14; i > 0; --i) {
      static const std::vector<std::string> kPieces = {"a", "z", "\x7F", "ß", "\xEF\xBF\xBD", "\xF0\x9F\x98\x80"};
      text += kPieces[random() % kPieces.size()];
    }
    const TypeKind kind = round % 2 == 0 ? TypeKind::kString : TypeKind::kBinary;
    const size_t limit = 1 + random() % 8;
    const EncodedBound min = ShortenMin(text, limit, kind);
    const EncodedBound max = ShortenMax(text, limit, kind);
    EXPECT_LE(min.bytes, text);
    EXPECT_GE(max.bytes, text);
    EXPECT_LE(min.bytes.size(), limit);
    EXPECT_EQ(min.exact, min.bytes == text);
    EXPECT_TRUE(max.bytes.size() <= limit || max.bytes == text);
  }
}

TEST(ShortenedBounds, GrowTheLastByteThatCan) {
  EXPECT_EQ(ShortenMax("abcdef", 3, TypeKind::kString).bytes, "abd");
  EXPECT_EQ(ShortenMax("ab\x7F"
                       "def",
                       3, TypeKind::kString)
                .bytes,
            "ac");
  EXPECT_EQ(ShortenMax("aßßß", 3, TypeKind::kString).bytes, "b");
  EXPECT_EQ(ShortenMax("ßßß", 3, TypeKind::kString).bytes, "ßßß");
  EXPECT_EQ(ShortenMax("a\xFF\xFF\xFF", 3, TypeKind::kBinary).bytes, "b");
  EXPECT_EQ(ShortenMax("\xFF\xFF\xFF\xFF", 3, TypeKind::kBinary).bytes, "\xFF\xFF\xFF\xFF");
  EXPECT_EQ(ShortenMin("aßb", 2, TypeKind::kString).bytes, "a");
}

}  // namespace
}  // namespace ingot
