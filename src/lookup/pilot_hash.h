// A hash without collisions for a set of keys that is known: keys fall into small buckets, and each bucket has a
// number, its pilot, that sends its keys to places nobody else has. The pilots are so few bytes that they stay in a
// cache, and the place of a key is known before anything else is read. After "PTHash" (Pibiri and Trani, 2021).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ingot {

inline constexpr uint64_t kMostPilotKeys = uint64_t{2} << 20U;

// A few more than keys: the last buckets find their places quickly.
constexpr uint64_t PilotPlaces(uint64_t keys) { return keys + keys / 32 + 1; }
constexpr uint64_t PilotBuckets(uint64_t keys) { return keys / 4 + 1; }

// Requires: below 2^32 buckets. Where the pilot of a key is.
inline uint64_t PilotBucketOf(uint64_t hash, uint64_t buckets) { return ((hash >> 32U) * buckets) >> 32U; }

// Requires: below 2^32 places.
inline uint64_t PilotPlaceOf(uint64_t hash, uint16_t pilot, uint64_t places) {
  constexpr uint64_t kStep = 0x9E3779B97F4A7C15;
  constexpr uint64_t kMix = 0xD6E8FEB86659FD93;
  uint64_t mixed = hash ^ (pilot * kStep);
  mixed = (mixed ^ (mixed >> 32U)) * kMix;
  return ((mixed >> 32U) * places) >> 32U;
}

// A pilot for each of PilotBuckets() buckets, so that no two keys have the same of PilotPlaces() places. Nothing where
// that was not found, as with two keys of one hash. Requires: at most kMostPilotKeys.
std::optional<std::vector<uint16_t>> FindPilots(std::span<const uint64_t> hashes);

}  // namespace ingot
