// Values of column chunks, decoded by Arrow's readers.
//
// Footers, page indexes and pages as bytes are read by our own code; only who wants values needs this.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "format/parquet/file_bytes.h"
#include "format/parquet/file_reader.h"
#include "model/schema.h"

namespace ingot {

// One file. For many threads at once.
class ValueReader {
 public:
  virtual ~ValueReader() = default;
  // CRCs of pages are checked. Requires: the file has this chunk, of `rows` rows, and its column is what `leaf` says;
  // the leaf outlives the cursor, and the reader too. Errors: kCorrupt, also from the cursor.
  virtual Result<std::unique_ptr<LeafCursor>> OpenLeaf(size_t row_group, size_t column, const Leaf& leaf,
                                                       uint64_t rows) = 0;
};

// What `bytes` names must outlive the reader. Errors: kCorrupt; those of LoadArrowModule.
Result<std::unique_ptr<ValueReader>> OpenValueReader(const FileBytes& bytes);

}  // namespace ingot
