#include "format/parquet/hybrid_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace ingot {
namespace {

// The format, read as plainly as it is written down. Padding of the last group is cut off.
std::vector<uint32_t> Decode(const Buffer<char>& bytes, int bit_width, size_t count) {
  std::vector<uint32_t> values;
  size_t at = 0;
  const auto byte = [&] { return static_cast<unsigned char>(bytes[at++]); };
  while (at < bytes.size()) {
    uint64_t header = 0;
    for (unsigned shift = 0;; shift += 7) {
      const unsigned char part = byte();
      header |= static_cast<uint64_t>(part & 0x7FU) << shift;
      if (part < 0x80) {
        break;
      }
    }
    if ((header & 1U) == 0) {
      uint32_t value = 0;
      for (int i = 0; i < (bit_width + 7) / 8; ++i) {
        value |= static_cast<uint32_t>(byte()) << (8 * i);
      }
      values.insert(values.end(), header >> 1U, value);
      continue;
    }
    std::vector<bool> bits;
    for (uint64_t i = 0; i < (header >> 1U) * static_cast<uint64_t>(bit_width); ++i) {
      const unsigned char part = byte();
      for (int bit = 0; bit < 8; ++bit) {
        bits.push_back((part >> bit & 1) != 0);
      }
    }
    for (uint64_t i = 0; i < (header >> 1U) * 8; ++i) {
      uint32_t value = 0;
      for (int bit = 0; bit < bit_width; ++bit) {
        value |= static_cast<uint32_t>(bits[i * static_cast<uint64_t>(bit_width) + static_cast<uint64_t>(bit)]) << bit;
      }
      values.push_back(value);
    }
  }
  EXPECT_GE(values.size(), count);
  EXPECT_LT(values.size(), count + 8);
  for (size_t i = count; i < values.size(); ++i) {
    EXPECT_EQ(values[i], 0U) << "padding";
  }
  values.resize(count);
  return values;
}

std::string Text(const Buffer<char>& bytes) { return {bytes.begin(), bytes.end()}; }

TEST(HybridEncoder, DecodesToItsInputWhateverTheRuns) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 400; ++round) {
    const int bit_width = static_cast<int>(random() % 33);
    const uint64_t bound = bit_width == 32 ? UINT32_MAX : (uint64_t{1} << bit_width) - 1;
    const uint64_t max_run = uint64_t{1} << (random() % 9);
    std::vector<uint32_t> values;
    Buffer<char> by_runs;
    HybridEncoder encoder(bit_width, &by_runs);
    for (uint64_t runs = random() % 300; runs > 0; --runs) {
      const auto value = static_cast<uint32_t>(
          bound == 0 ? 0 : random() % (random() % 2 == 0 ? std::min<uint64_t>(bound, 3) + 1 : bound));
      const uint64_t count = 1 + random() % max_run;
      values.insert(values.end(), count, value);
      // The same run in two calls.
      encoder.Add(count / 2, value);
      encoder.Add(count - count / 2, value);
    }
    encoder.Finish();
    ASSERT_EQ(Decode(by_runs, bit_width, values.size()), values) << "round " << round;
    Buffer<char> by_array;
    EncodeHybrid(values, bit_width, &by_array);
    ASSERT_EQ(Decode(by_array, bit_width, values.size()), values) << "round " << round;
  }
}

TEST(HybridEncoder, KeepsLongRunsShort) {
  Buffer<char> out;
  HybridEncoder encoder(2, &out);
  encoder.Add(1, 0);
  encoder.Add(749, 1);
  encoder.Add(1, 0);
  encoder.Add(749, 1);
  encoder.Finish();
  // Each row: a group of one 0 and seven 1, a run of 742 or so.
  EXPECT_LE(out.size(), 14U);
  Buffer<char> one;
  HybridEncoder constant(1, &one);
  constant.Add(20'000, 1);
  constant.Finish();
  EXPECT_EQ(Text(one), std::string("\xC0\xB8\x02\x01", 4));
}

TEST(HybridEncoder, SplitsRunsThatReadersCannotCount) {
  Buffer<char> out;
  HybridEncoder encoder(1, &out);
  encoder.Add(uint64_t{1} << 32U, 1);
  encoder.Finish();
  EXPECT_EQ(out.size(), 6U + 6U + 2U);
}

TEST(PackBits, PutsTheLeastSignificantBitFirst) {
  Buffer<char> out;
  const std::vector<uint32_t> values = {0, 1, 2, 3, 4, 5, 6, 7};
  PackBits(values, 3, &out);
  EXPECT_EQ(Text(out), "\x88\xC6\xFA");  // the example of Parquet's own text
  Buffer<char> wide;
  const std::vector<uint64_t> words = {UINT64_MAX, 1};
  PackBits64(words, 64, &wide);
  EXPECT_EQ(Text(wide), std::string(8, '\xFF') + std::string("\x01\0\0\0\0\0\0\0", 8));
}

}  // namespace
}  // namespace ingot
