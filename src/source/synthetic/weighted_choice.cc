#include "source/synthetic/weighted_choice.h"

namespace ingot {

WeightedChoice::WeightedChoice(std::span<const double> weights) {
  double sum = 0;
  size_t heaviest = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    sum += weights[i];
    heaviest = weights[i] > weights[heaviest] ? i : heaviest;
  }
  // What is left to give away of each, in shares of an equal part.
  std::vector<double> parts;
  std::vector<uint32_t> light;
  std::vector<uint32_t> heavy;
  for (size_t i = 0; i < weights.size(); ++i) {
    parts.push_back(weights[i] / sum * static_cast<double>(weights.size()));
    (parts[i] < 1 ? light : heavy).push_back(static_cast<uint32_t>(i));
    entries_.push_back({0, static_cast<uint32_t>(i)});
  }
  while (!light.empty() && !heavy.empty()) {
    const uint32_t small = light.back();
    const uint32_t large = heavy.back();
    light.pop_back();
    entries_[small] = {static_cast<uint64_t>(parts[small] * 0x1p64), large};
    parts[large] = (parts[large] + parts[small]) - 1;
    if (parts[large] < 1) {
      heavy.pop_back();
      light.push_back(large);
    }
  }
  // Those that are left have a whole part, but for rounding; one of no weight at all stays at nothing.
  for (const uint32_t index : light) {
    entries_[index].alias = weights[index] > 0 ? index : static_cast<uint32_t>(heaviest);
  }
}

}  // namespace ingot
