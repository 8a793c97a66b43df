// Counter-based random numbers: any word of any stream is a pure function of (seed, stream, index), so that work can be
// split over threads in any way and still gives the same bytes.
//
// The function is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
// The key is the seed; the 128-bit counter is {index / 2, stream}. Its four words are two of ours, low half first.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ingot {

using PhiloxCounter = std::array<uint32_t, 4>;
using PhiloxKey = std::array<uint32_t, 2>;

// Ten rounds, as published with its known answers.
constexpr PhiloxCounter Philox4x32(PhiloxCounter counter, PhiloxKey key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t left = uint64_t{0xD2511F53U} * counter[0];
    const uint64_t right = uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<uint32_t>(right >> 32U) ^ counter[1] ^ key[0], static_cast<uint32_t>(right),
               static_cast<uint32_t>(left >> 32U) ^ counter[3] ^ key[1], static_cast<uint32_t>(left)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

// An independent seed for another use of the same user's seed. `purpose` is part of the format: renaming it changes
// every byte that is generated from it.
uint64_t DeriveSeed(uint64_t seed, std::string_view purpose);

// Not thread-safe; cheap to make: one per row, day or file. Every draw takes exactly one word, so that `Seek` can be
// used to jump. No draw uses floating-point functions that differ between machines.
class RandomStream {
 public:
  RandomStream(uint64_t seed, uint64_t stream) : seed_(seed), stream_(stream) {}

  // The next draw will be word number `index` of the stream.
  void Seek(uint64_t index);

  uint64_t Next() {
    if ((index_ & 1U) == 0) {
      FillBlock(index_ >> 1U);
    }
    return block_[index_++ & 1U];
  }
  // 0 … bound - 1. Requires bound > 0. The bias is below bound / 2^64.
  uint32_t Below(uint32_t bound) {
    const uint64_t word = Next();
    const uint64_t low = (word & 0xFFFFFFFFU) * bound;
    const uint64_t high = (word >> 32U) * bound;
    return static_cast<uint32_t>((high + (low >> 32U)) >> 32U);
  }
  // low … high, both included. Requires low <= high and high - low < 2^32 - 1.
  int64_t Between(int64_t low, int64_t high) { return low + Below(static_cast<uint32_t>(high - low) + 1); }
  // True in `numerator` of `denominator` cases.
  bool Chance(uint32_t numerator, uint32_t denominator) { return Below(denominator) < numerator; }
  // [0, 1), a multiple of 2^-53.
  double Unit() { return static_cast<double>(Next() >> 11U) * 0x1p-53; }
  // 0 … bound - 1, where small values are far more likely: the density falls as rank^(-3/4), near to Zipf's law.
  uint32_t SkewedBelow(uint32_t bound);

 private:
  void FillBlock(uint64_t block);

  uint64_t seed_;
  uint64_t stream_;
  uint64_t index_ = 0;
  std::array<uint64_t, 2> block_{};
};

inline void RandomStream::FillBlock(uint64_t block) {
  const PhiloxCounter words = Philox4x32({static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32U),
                                          static_cast<uint32_t>(stream_), static_cast<uint32_t>(stream_ >> 32U)},
                                         {static_cast<uint32_t>(seed_), static_cast<uint32_t>(seed_ >> 32U)});
  block_ = {words[0] | uint64_t{words[1]} << 32U, words[2] | uint64_t{words[3]} << 32U};
}

}  // namespace ingot
