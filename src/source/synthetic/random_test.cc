#include "source/synthetic/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace ingot {
namespace {

// The known answers that were published with the function.
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, {0, 0}), (PhiloxCounter{0x6627E8D5U, 0xE169C58DU, 0xBC57AC4CU, 0x9B00DBD8U}));
  EXPECT_EQ(Philox4x32({0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU}, {0xFFFFFFFFU, 0xFFFFFFFFU}),
            (PhiloxCounter{0x408F276DU, 0x41C83B0EU, 0xA20BC7C6U, 0x6D5451FDU}));
  EXPECT_EQ(Philox4x32({0x243F6A88U, 0x85A308D3U, 0x13198A2EU, 0x03707344U}, {0xA4093822U, 0x299F31D0U}),
            (PhiloxCounter{0xD16CFE09U, 0x94FDCCEBU, 0x5001E420U, 0x24126EA1U}));
}

// Generated files stay the same from version to version, so these words are part of their format.
TEST(RandomStream, WordsAreTheHalvesOfTheBlocks) {
  RandomStream random(0, 0);
  EXPECT_EQ(random.Next(), 0xE169C58D6627E8D5U);
  EXPECT_EQ(random.Next(), 0x9B00DBD8BC57AC4CU);
  // Seed and stream are the key and the upper half of the counter, the position in blocks is its lower half.
  RandomStream far(0x299F31D0A4093822U, 0x0370734413198A2EU);
  far.Seek((uint64_t{0x1234} << 33U) + 10);
  const PhiloxCounter block = Philox4x32({5, 0x1234, 0x13198A2EU, 0x03707344U}, {0xA4093822U, 0x299F31D0U});
  EXPECT_EQ(far.Next(), block[0] | uint64_t{block[1]} << 32U);
  EXPECT_EQ(far.Next(), block[2] | uint64_t{block[3]} << 32U);
}

TEST(RandomStream, SeekFindsEveryWord) {
  RandomStream forward(7, 3);
  std::vector<uint64_t> words;
  for (int i = 0; i < 9; ++i) {
    words.push_back(forward.Next());
  }
  for (const size_t index : {8U, 0U, 5U, 4U, 7U, 1U}) {
    RandomStream jumped(7, 3);
    jumped.Seek(index);
    EXPECT_EQ(jumped.Next(), words[index]) << index;
    EXPECT_EQ(index == 8 ? 0 : jumped.Next(), index == 8 ? 0 : words[index + 1]) << index;
  }
}

TEST(RandomStream, SeedsAndStreamsAreIndependent) {
  std::set<uint64_t> first_words;
  for (uint64_t seed = 0; seed < 32; ++seed) {
    for (uint64_t stream = 0; stream < 32; ++stream) {
      first_words.insert(RandomStream(seed, stream).Next());
    }
  }
  EXPECT_EQ(first_words.size(), 32U * 32U);
  EXPECT_NE(DeriveSeed(7, "archive row"), DeriveSeed(7, "flat row"));
  EXPECT_NE(DeriveSeed(7, "archive row"), DeriveSeed(8, "archive row"));
}

TEST(RandomStream, BelowIsTheHighPartOfWordTimesBound) {
  RandomStream words(11, 0);
  RandomStream draws(11, 0);
  for (const uint32_t bound : {1U, 2U, 10U, 1'000'003U, 0xFFFFFFFFU}) {
    __extension__ using Wide = unsigned __int128;
    const auto expected = static_cast<uint32_t>(Wide{words.Next()} * bound >> 64U);
    EXPECT_EQ(draws.Below(bound), expected) << bound;
  }
}

TEST(RandomStream, DrawsAreUniform) {
  constexpr int kDraws = 100'000;
  constexpr uint32_t kBins = 10;
  RandomStream random(1, 1);
  std::array<int, kBins> below{};
  std::array<int, kBins> unit{};
  for (int i = 0; i < kDraws; ++i) {
    ++below.at(random.Below(kBins));
    ++unit.at(static_cast<size_t>(random.Unit() * kBins));
  }
  for (uint32_t bin = 0; bin < kBins; ++bin) {
    // Six standard deviations of a binomial with p = 0.1.
    EXPECT_NEAR(below.at(bin), 10'000, 570) << bin;
    EXPECT_NEAR(unit.at(bin), 10'000, 570) << bin;
  }
}

TEST(RandomStream, BetweenReachesBothEnds) {
  RandomStream random(2, 2);
  std::set<int64_t> seen;
  for (int i = 0; i < 200; ++i) {
    seen.insert(random.Between(-2, 2));
  }
  EXPECT_EQ(seen, (std::set<int64_t>{-2, -1, 0, 1, 2}));
}

TEST(RandomStream, SkewedDrawsPreferSmallNumbers) {
  RandomStream random(3, 3);
  int below_tenth = 0;
  uint32_t largest = 0;
  for (int i = 0; i < 10'000; ++i) {
    const uint32_t draw = random.SkewedBelow(1000);
    below_tenth += draw < 100 ? 1 : 0;
    largest = std::max(largest, draw);
  }
  // The fourth root of a tenth is 0.562.
  EXPECT_NEAR(below_tenth, 5623, 300);
  EXPECT_LT(largest, 1000U);
  EXPECT_GT(largest, 950U);
}

}  // namespace
}  // namespace ingot
