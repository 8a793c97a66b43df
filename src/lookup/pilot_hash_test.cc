#include "lookup/pilot_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace ingot {
namespace {

std::vector<uint64_t> RandomHashes(size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::set<uint64_t> hashes;
  while (hashes.size() < count) {
    hashes.insert(random());
  }
  return {hashes.begin(), hashes.end()};
}

TEST(PilotHash, GivesEveryKeyAPlaceOfItsOwn) {
  for (const size_t count : {0U, 1U, 2U, 3U, 31U, 32U, 33U, 1000U, 65'537U, 300'000U}) {
    const std::vector<uint64_t> hashes = RandomHashes(count, 7);
    const auto pilots = FindPilots(hashes);
    ASSERT_TRUE(pilots) << count;
    ASSERT_EQ(pilots->size(), PilotBuckets(count));
    std::vector<bool> taken(PilotPlaces(count), false);
    for (const uint64_t hash : hashes) {
      const uint64_t bucket = PilotBucketOf(hash, pilots->size());
      ASSERT_LT(bucket, pilots->size());
      const uint64_t place = PilotPlaceOf(hash, (*pilots)[bucket], taken.size());
      ASSERT_LT(place, taken.size());
      ASSERT_FALSE(taken[place]) << count;
      taken[place] = true;
    }
  }
}

TEST(PilotHash, DoesNotDependOnTheOrderOfTheKeys) {
  std::vector<uint64_t> hashes = RandomHashes(5000, 3);
  const auto pilots = FindPilots(hashes);
  ASSERT_TRUE(pilots);
  std::reverse(hashes.begin(), hashes.end());
  const auto again = FindPilots(hashes);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *pilots);
}

TEST(PilotHash, IsNotFoundForTwins) {
  std::vector<uint64_t> hashes = RandomHashes(1000, 5);
  hashes.push_back(hashes[500]);
  EXPECT_FALSE(FindPilots(hashes));
}

// Hashes that share their high bits all fall into one bucket.
TEST(PilotHash, MayBeNotFoundForHashesThatAreNotSpread) {
  std::vector<uint64_t> hashes;
  for (uint64_t i = 0; i < 500; ++i) {
    hashes.push_back(i);
  }
  EXPECT_FALSE(FindPilots(hashes));
}

}  // namespace
}  // namespace ingot
