// Random words for columns of many rows: word number i of a key is a pure function of both, as in random.h, at a
// tenth of Philox's price.
//
// The function is the output of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators",
// OOPSLA 2014) at the i-th state after the key. Keys come from Philox, so that streams do not lie near each other.
#pragma once

#include <cstdint>

#include "source/synthetic/random.h"

namespace ingot {

class CounterWords {
 public:
  explicit CounterWords(uint64_t key) : key_(key) {}
  // The words of one stream of a user's seed; `purpose` as in DeriveSeed.
  CounterWords(uint64_t seed, std::string_view purpose, uint64_t stream)
      : key_(RandomStream(DeriveSeed(seed, purpose), stream).Next()) {}

  uint64_t At(uint64_t index) const {
    uint64_t word = key_ + (index + 1) * 0x9E3779B97F4A7C15U;
    word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9U;
    word = (word ^ (word >> 27U)) * 0x94D049BB133111EBU;
    return word ^ (word >> 31U);
  }

 private:
  uint64_t key_;
};

// 0 … bound - 1 from 32 random bits. The bias is below bound / 2^32.
inline uint32_t Scaled(uint32_t bits, uint32_t bound) { return static_cast<uint32_t>((uint64_t{bits} * bound) >> 32U); }
inline uint32_t HighHalf(uint64_t word) { return static_cast<uint32_t>(word >> 32U); }
inline uint32_t LowHalf(uint64_t word) { return static_cast<uint32_t>(word); }

}  // namespace ingot
