#include "source/synthetic/row_generator.h"

#include "source/synthetic/counter_words.h"

namespace ingot {

void CountRowsByDay(uint64_t seed, uint64_t first, uint64_t count, std::span<uint64_t> counts) {
  const CounterWords words(seed, "days of rows", 0);
  const auto days = static_cast<uint32_t>(counts.size());
  for (uint64_t row = first; row < first + count; ++row) {
    ++counts[Scaled(HighHalf(words.At(row)), days)];
  }
}

}  // namespace ingot
