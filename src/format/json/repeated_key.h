// Whether a key stands twice in one map.
#pragma once

#include <cstddef>
#include <vector>

#include "column/leaf_column.h"

namespace ingot {

class RepeatedKeySearch {
 public:
  // Among the keys from number `first` on.
  bool Find(const LeafColumn& keys, size_t first);

 private:
  std::vector<size_t> hashes_;  // kept for their memory
};

}  // namespace ingot
