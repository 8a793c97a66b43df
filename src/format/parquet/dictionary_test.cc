#include "format/parquet/dictionary.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string>
#include <vector>

namespace ingot {
namespace {

TEST(FixedDictionary, GivesEachValueTheIndexOfItsFirstAppearance) {
  FixedDictionary dictionary;
  std::mt19937_64 random(1);
  for (const uint64_t distinct : {1U, 10U, 5000U, 60'000U}) {
    dictionary.Clear();
    std::vector<int64_t> values;
    for (int i = 0; i < 100'000; ++i) {
      values.push_back(static_cast<int64_t>((random() % distinct) * 0x0101'0000'0000'0000U));
    }
    Buffer<uint32_t> indices;
    const std::span<const int64_t> all(values);
    ASSERT_TRUE(dictionary.Add(all.first(40'000), 65'536, &indices));
    ASSERT_TRUE(dictionary.Add(all.subspan(40'000), 65'536, &indices));
    ASSERT_EQ(indices.size(), values.size());
    uint32_t next = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_LE(indices[i], next);
      next += indices[i] == next ? 1 : 0;
      ASSERT_EQ(dictionary.entries()[indices[i]], values[i]);
    }
    EXPECT_EQ(dictionary.entries().size(), next);
  }
}

TEST(FixedDictionary, KeepsBitPatternsApart) {
  FixedDictionary dictionary;
  dictionary.Clear();
  Buffer<uint32_t> indices;
  const std::vector<double> values = {0.0, -0.0, std::bit_cast<double>(0x7FF8'0000'0000'0001U),
                                      std::bit_cast<double>(0x7FF8'0000'0000'0000U), 0.0};
  ASSERT_TRUE(dictionary.Add(std::span<const double>(values), 100, &indices));
  EXPECT_EQ(dictionary.entries().size(), 4U);
  EXPECT_EQ(indices[4], 0U);
  EXPECT_EQ(dictionary.entries()[1], std::bit_cast<int64_t>(-0.0));
  ASSERT_TRUE(dictionary.Add(std::span<const double>(), 100, &indices));
}

TEST(FixedDictionary, GivesUpBeyondItsLimit) {
  FixedDictionary dictionary;
  dictionary.Clear();
  Buffer<uint32_t> indices;
  const std::vector<int64_t> numbers = {1, 2, 1, 3};
  const std::span<const int64_t> values(numbers);
  EXPECT_FALSE(dictionary.Add(values, 2, &indices));
  dictionary.Clear();
  indices.Clear();
  EXPECT_TRUE(dictionary.Add(values, 3, &indices));
}

TEST(BytesDictionary, GivesEachTextTheIndexOfItsFirstAppearance) {
  BytesDictionary dictionary;
  dictionary.Clear();
  std::string bytes;
  std::vector<uint32_t> ends;
  std::vector<std::string> values;
  std::mt19937_64 random(2);
  for (int i = 0; i < 30'000; ++i) {
    values.push_back(i % 10 == 0 ? "" : "key" + std::to_string(random() % 4000));
    bytes += values.back();
    ends.push_back(static_cast<uint32_t>(bytes.size()));
  }
  Buffer<uint32_t> indices;
  ASSERT_TRUE(dictionary.Add({bytes.data(), ends.data(), 0, ends.size()}, SIZE_MAX, &indices));
  size_t page_bytes = 0;
  for (size_t i = 0; i < dictionary.size(); ++i) {
    page_bytes += dictionary.entries()[i].size() + 4;
  }
  EXPECT_EQ(dictionary.page_bytes(), page_bytes);
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(dictionary.entries()[indices[i]], values[i]);
  }
  const size_t size = dictionary.size();
  EXPECT_LE(size, 4001U);

  BytesDictionary small;
  small.Clear();
  indices.Clear();
  EXPECT_FALSE(small.Add({bytes.data(), ends.data(), 0, ends.size()}, page_bytes - 1, &indices));
}

}  // namespace
}  // namespace ingot
