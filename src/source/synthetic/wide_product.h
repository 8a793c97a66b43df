// The whole product of two 64-bit numbers: how a random word is scaled to a range without a division.
#pragma once

#include <cstdint>

namespace ingot {

struct WideProduct {
  uint64_t high = 0;  // of a word times a bound: 0 … bound - 1, each with 2^64 / bound words, one more or less
  uint64_t low = 0;   // what is left of the word: uniform for each value of `high`
};

inline WideProduct Multiply(uint64_t a, uint64_t b) {
  __extension__ using Uint128 = unsigned __int128;
  const Uint128 product = static_cast<Uint128>(a) * b;
  return {static_cast<uint64_t>(product >> 64U), static_cast<uint64_t>(product)};
}

}  // namespace ingot
