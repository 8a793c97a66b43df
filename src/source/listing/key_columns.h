// Rows of a key manifest as columns: the fields of the template, then the whole path.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "column/leaf_column.h"
#include "format/parquet/chunk_encoder.h"
#include "model/listing_spec.h"
#include "source/listing/key_row.h"

namespace ingot {

// Writes paths: the inverse of PathMatcher.
class PathWriter {
 public:
  explicit PathWriter(const ListingSpec& spec);

  // Appends base, prefix and the path that the template and the row's values give.
  void Append(const KeyRow& row, Buffer<char>* out) const;
  // No less than what Append appends, whatever the row's numbers.
  size_t MostBytes(const KeyRow& row) const;
  size_t fixed_bytes() const { return fixed_bytes_; }

 private:
  void AddLiteral(const std::string& text);

  std::vector<PathTemplate::Part> parts_;  // of all levels, with the slashes between them
  std::string base_;
  size_t fixed_bytes_ = 0;  // base, literals, and the most that numbers take
};

class KeyColumns {
 public:
  // Both outlive the columns. Leaves follow ListingSchema; the memory of `spare` is used again.
  KeyColumns(const ListingSpec* spec, const PathWriter* writer, std::vector<LeafColumn> spare = {});

  void Append(const KeyRow& row);
  uint64_t rows() const { return rows_; }
  // The columns of all rows. Call once, last.
  std::vector<LeafColumn> Take();

  // Encodings that suit sorted keys and their paths, by leaf.
  static std::vector<EncodingHint> Hints(const ListingSpec& spec);

 private:
  const PathWriter* writer_;
  std::vector<LeafColumn> leaves_;
  uint64_t rows_ = 0;
};

}  // namespace ingot
