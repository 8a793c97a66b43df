// A first look at all keys of a manifest: are they in order, and which form of the index is the smallest?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lookup/key_encoding.h"
#include "lookup/value_set.h"

namespace ingot {

// The first `hashed_columns` columns of a key lead to a group by hashing; the values of the others have numbers and
// lead to one of its cells.
struct IndexPlan {
  size_t hashed_columns = 1;
  uint64_t groups = 0;
  uint64_t cells = 0;  // 0 without dictionaries
  std::vector<ValueSet> dictionaries;
};

class KeySurvey {
 public:
  // Values of a column are forgotten once they pass `dictionary_bytes`: such a column is hashed.
  KeySurvey(std::span<const KeyKind> kinds, uint64_t dictionary_bytes);

  // The keys in the order of the manifest.
  void Add(const KeyTuple& key);
  bool sorted() const { return sorted_; }
  uint64_t rows() const { return rows_; }

  // The smallest form. The survey is used up.
  IndexPlan Plan();

 private:
  uint64_t EstimateBytes(size_t hashed_columns) const;
  // Of the columns behind the hashed ones; nothing when they are too many or unknown.
  std::optional<uint64_t> CellsOf(size_t hashed_columns) const;

  std::vector<KeyKind> kinds_;
  uint64_t dictionary_bytes_;
  uint64_t rows_ = 0;
  bool sorted_ = true;
  KeyTuple last_;
  std::array<std::string, kMaxKeyColumns> last_texts_;
  std::array<uint64_t, kMaxKeyColumns> changes_{};  // rows whose first difference from the last is in this column
  std::array<uint64_t, kMaxKeyColumns> text_bytes_{};
  std::vector<std::optional<ValueSet>> values_;  // by column; the first has none
};

}  // namespace ingot
