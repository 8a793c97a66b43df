// Draws one of some things by their weights in constant time: the alias method of Walker, "An efficient method for
// generating discrete random variables with general distributions", ACM TOMS 3 (1977), built as Vose does (1991).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "source/synthetic/wide_product.h"

namespace ingot {

class WeightedChoice {
 public:
  // Requires: at least one weight, at most 2^32 - 1, none negative, a finite sum above 0.
  explicit WeightedChoice(std::span<const double> weights);

  // The index of a weight, from 64 random bits. One of weight 0 is never drawn.
  uint32_t At(uint64_t word) const {
    const WideProduct place = Multiply(word, entries_.size());
    const Entry& entry = entries_[place.high];
    return place.low < entry.bound ? static_cast<uint32_t>(place.high) : entry.alias;
  }

 private:
  struct Entry {
    uint64_t bound;  // of 2^64: below it the entry's own index is drawn
    uint32_t alias;
  };
  std::vector<Entry> entries_;
};

}  // namespace ingot
