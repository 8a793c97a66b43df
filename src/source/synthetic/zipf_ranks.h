// Ranks by Zipf's law: rank k of n is drawn with a probability that is proportional to 1 / k^exponent.
//
// The first ranks come from a table. Those behind it lie so close to each other that their sum is the integral of
// x^-exponent, each rank k standing for k - 1/2 … k + 1/2, up to 1e-7 of a rank's probability; the integral is
// inverted. So a draw takes two words whatever n is, and nothing is drawn again.
#pragma once

#include <cstdint>

#include "source/synthetic/weighted_choice.h"

namespace ingot {

class ZipfRanks {
 public:
  // Requires: 1 <= count <= 2^53, 0 < exponent <= 10.
  ZipfRanks(uint64_t count, double exponent);

  // 0 (the most frequent) … count - 1, from two random words.
  uint64_t At(uint64_t word, uint64_t second) const {
    const uint32_t rank = head_.At(word);
    return rank < head_count_ ? rank : InTail(second);
  }

 private:
  uint64_t InTail(uint64_t word) const;

  uint64_t count_;
  double exponent_;
  uint64_t head_count_;
  double tail_begin_ = 0;  // the integral up to the tail, and over it
  double tail_sum_ = 0;
  WeightedChoice head_;  // one more than head_count_ where there is a tail
};

}  // namespace ingot
