#include "format/json/repeated_key.h"

#include <algorithm>
#include <functional>
#include <string_view>

namespace ingot {

// Compares hashes first: maps have tens of keys, and almost never equal ones.
bool RepeatedKeySearch::Find(const LeafColumn& keys, size_t first) {
  hashes_.clear();
  for (size_t i = first; i < keys.ends.size(); ++i) {
    hashes_.push_back(std::hash<std::string_view>()(keys.BytesAt(i)));
  }
  std::sort(hashes_.begin(), hashes_.end());
  if (std::adjacent_find(hashes_.begin(), hashes_.end()) == hashes_.end()) {
    return false;
  }
  std::vector<std::string_view> sorted;
  for (size_t i = first; i < keys.ends.size(); ++i) {
    sorted.push_back(keys.BytesAt(i));
  }
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

}  // namespace ingot
