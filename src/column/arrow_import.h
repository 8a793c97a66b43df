// Record batches of the Arrow C data interface as columns of ours: what a query's result becomes before it is written.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "column/arrow_c_data.h"
#include "column/column_batch.h"
#include "model/schema.h"

namespace ingot {

// Brings record batches of one schema into column batches. Types: booleans; integers, int8 as int16, unsigned ones as
// the next wider signed one; decimal(38,0), in which engines count sums, and uint64 as int64; float and double; text,
// bytes, dates; timestamps, those without a zone as UTC, seconds as milliseconds; decimals of at most 18 digits;
// structs, lists, and maps from text. Every field is nullable but a map's keys. For one thread.
class ArrowImporter {
 public:
  // A struct type with a field for each column. Errors: kUnsupported for another type, with the cast that helps; kUsage
  // for two columns of one name and for none at all.
  static Result<ArrowImporter> Open(const ArrowSchema& schema);

  const std::shared_ptr<const Schema>& schema() const { return schema_; }

  // A batch without rows.
  ColumnBatch Begin() const;
  // Adds rows [first, first + rows) of a record batch of that schema to a batch that Begin gave, of this importer or of
  // another with an equal schema. Errors: kInvalidData, naming the column, for a number that int64 does not hold; then
  // the batch is of no use.
  Result<void> Append(const ArrowArray& array, int64_t first, int64_t rows, ColumnBatch* batch) const;

  // One node for each field, depth first; internal.
  struct Node;

 private:
  ArrowImporter(std::vector<Node> nodes, std::shared_ptr<const Schema> schema);

  std::shared_ptr<const std::vector<Node>> nodes_;  // of the columns
  std::shared_ptr<const Schema> schema_;
};

}  // namespace ingot
