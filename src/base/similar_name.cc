#include "base/similar_name.h"

#include <algorithm>
#include <vector>

namespace ingot {
namespace {

constexpr size_t kShortestBeginning = 3;

size_t SharedBeginning(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b) {
  // Three rows of the table of prefixes: a swap of neighbours looks two rows back.
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    above[j] = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::string_view SimilarName(std::string_view name, std::span<const std::string_view> known) {
  const size_t allowed = std::clamp<size_t>((name.size() + 1) / 3, 1, 3);
  std::string_view best;
  size_t best_distance = allowed + 1;
  for (const std::string_view candidate : known) {
    const size_t distance = EditDistance(name, candidate);
    const bool closer = distance < best_distance ||
                        (distance == best_distance && SharedBeginning(name, candidate) > SharedBeginning(name, best));
    if (closer && distance <= allowed && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  // Else the only name that goes on where this one ends.
  if (best.empty() && name.size() >= kShortestBeginning) {
    for (const std::string_view candidate : known) {
      if (candidate.starts_with(name)) {
        if (!best.empty()) {
          return {};
        }
        best = candidate;
      }
    }
  }
  return best;
}

std::string DidYouMean(std::string_view name, std::span<const std::string_view> known) {
  const std::string_view similar = SimilarName(name, known);
  return similar.empty() ? std::string() : "; did you mean '" + std::string(similar) + "'?";
}

}  // namespace ingot
