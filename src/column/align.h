// Makes the columns of an earlier, smaller schema follow a later, larger one, as if the later had been known all along.
//
// A leaf of the target comes from the source in one of four ways: as it is; with its integers widened to doubles; from
// a null placeholder, whose levels carry over; or, where the source has no such field, as nulls whose levels are those
// of a leaf beside it, cut at the deepest struct that both schemas have.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "column/leaf_column.h"
#include "model/schema.h"

namespace ingot {

enum class AlignAction : uint8_t {
  kSame,        // same type and levels: the source leaf can be used, and its encoded bytes copied
  kRelabel,     // same values in memory; the column type (int32 → int64) or the level numbers differ
  kWiden,       // integers become doubles
  kNullLevels,  // no values; levels come from a leaf beside it or from a placeholder
};

struct LeafAlignment {
  static constexpr size_t kNoSource = SIZE_MAX;  // no leaf at all to take levels from: every row is one null

  AlignAction action = AlignAction::kSame;
  size_t source = kNoSource;                // index of the source leaf
  ValueLayout layout = ValueLayout::kNone;  // of the target leaf
  uint8_t keep_repetition = 0;       // slots with a higher repetition belong to lists that the target leaf is not in
  std::vector<uint8_t> definitions;  // source definition → target definition; higher ones count as the last
};

// An aligned column: the source's own, or one that had to be made.
class AlignedLeaf {
 public:
  explicit AlignedLeaf(const LeafColumn* borrowed) : borrowed_(borrowed) {}
  explicit AlignedLeaf(LeafColumn&& owned) : owned_(std::move(owned)) {}
  // Valid as long as this object and, when borrowed, the source column.
  const LeafColumn& column() const { return borrowed_ != nullptr ? *borrowed_ : owned_; }
  bool is_borrowed() const { return borrowed_ != nullptr; }
  // The column itself; one that was borrowed is copied.
  LeafColumn Take() &&;

 private:
  const LeafColumn* borrowed_ = nullptr;
  LeafColumn owned_;
};

// Computed once for a pair of schemas, then used for many batches, from any number of threads.
class SchemaAlignment {
 public:
  // Requires: `to` is a union of `from` and something else (UniteSchemas). Errors: kSchemaDrift where a target leaf is
  // neither nullable nor in the source, or where types differ in another way than by widening.
  static Result<SchemaAlignment> Between(const Schema& from, const Schema& to);

  // One entry for each leaf of `to`, in order.
  const std::vector<LeafAlignment>& leaves() const { return leaves_; }
  // Every target leaf is a source leaf as it is, in the same order.
  bool is_identity() const { return is_identity_; }

  // Requires: `source` follows the leaves of `from` and holds `rows` rows; target_leaf < leaves().size(). Integers that
  // a double cannot hold exactly must have been refused before.
  AlignedLeaf Align(std::span<const LeafColumn> source, uint64_t rows, size_t target_leaf) const;
  // The same for one leaf. `source` is the column leaves()[target_leaf].source; unused when that is kNoSource.
  AlignedLeaf AlignOne(const LeafColumn* source, uint64_t rows, size_t target_leaf) const;

 private:
  std::vector<LeafAlignment> leaves_;
  bool is_identity_ = true;
};

// A deep copy: columns are move-only so that copies are seen.
LeafColumn CopyOf(const LeafColumn& column);

}  // namespace ingot
