// The unit that flows from a source to the writer: some rows, as leaf columns under a schema of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "column/leaf_column.h"
#include "model/schema.h"

namespace ingot {

// `leaves` follow EnumerateLeaves(*schema). Consecutive batches of one source share the schema object while it does
// not change, so that a pointer comparison tells.
struct ColumnBatch {
  std::shared_ptr<const Schema> schema;
  std::vector<LeafColumn> leaves;
  uint64_t rows = 0;

  size_t MemoryBytes() const;
  // What the values take, whatever the allocator gave: the same in every run.
  uint64_t ValueBytes() const;
};

}  // namespace ingot
