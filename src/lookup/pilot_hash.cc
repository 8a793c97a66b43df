#include "lookup/pilot_hash.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace ingot {
namespace {

class Places {
 public:
  explicit Places(uint64_t count) : count_(count), taken_(count, false) {}

  // Takes the places of all these keys, or none.
  bool Take(std::span<const uint64_t> hashes, uint16_t pilot) {
    for (size_t i = 0; i < hashes.size(); ++i) {
      const uint64_t place = PilotPlaceOf(hashes[i], pilot, count_);
      if (taken_[place]) {
        for (size_t back = 0; back < i; ++back) {
          taken_[PilotPlaceOf(hashes[back], pilot, count_)] = false;
        }
        return false;
      }
      taken_[place] = true;
    }
    return true;
  }

 private:
  uint64_t count_;
  std::vector<bool> taken_;
};

// The hashes of each bucket, one after the other: bucket b has those from begins[b] to begins[b + 1].
struct Buckets {
  std::vector<uint32_t> begins;
  std::vector<uint64_t> hashes;

  explicit Buckets(std::span<const uint64_t> all) : begins(PilotBuckets(all.size()) + 1, 0), hashes(all.size()) {
    for (const uint64_t hash : all) {
      ++begins[PilotBucketOf(hash, size()) + 1];
    }
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
    for (const uint64_t hash : all) {
      hashes[next[PilotBucketOf(hash, size())]++] = hash;
    }
  }

  size_t size() const { return begins.size() - 1; }
  std::span<const uint64_t> of(size_t bucket) const {
    return std::span(hashes).subspan(begins[bucket], begins[bucket + 1] - begins[bucket]);
  }
};

// The largest first: they are hard to place among others. Of equal size in their order.
std::vector<uint32_t> BySize(const Buckets& buckets) {
  std::vector<uint32_t> order(buckets.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&buckets](uint32_t a, uint32_t b) { return buckets.of(a).size() > buckets.of(b).size(); });
  return order;
}

bool HasTwins(std::span<const uint64_t> hashes) {
  std::vector<uint64_t> sorted(hashes.begin(), hashes.end());
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

}  // namespace

std::optional<std::vector<uint16_t>> FindPilots(std::span<const uint64_t> hashes) {
  constexpr uint32_t kPilots = uint32_t{std::numeric_limits<uint16_t>::max()} + 1;
  const Buckets buckets(hashes);
  Places places(PilotPlaces(hashes.size()));
  std::vector<uint16_t> pilots(buckets.size(), 0);
  for (const uint32_t bucket : BySize(buckets)) {
    const std::span<const uint64_t> members = buckets.of(bucket);
    uint32_t pilot = 0;
    while (pilot < kPilots && !places.Take(members, static_cast<uint16_t>(pilot))) {
      // Twins have no pilot: seen early, where they make many tries fail.
      constexpr uint32_t kSuspicious = 256;
      if (++pilot == kSuspicious && HasTwins(members)) {
        return std::nullopt;
      }
    }
    if (pilot == kPilots) {
      return std::nullopt;
    }
    pilots[bucket] = static_cast<uint16_t>(pilot);
  }
  return pilots;
}

}  // namespace ingot
