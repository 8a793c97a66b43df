// Levels and values of one column chunk, as Arrow's decoders give them, in our layout. For .cc files of this folder: it
// includes Parquet's headers.
#pragma once

#include <parquet/column_reader.h>

#include "base/result.h"
#include "format/parquet/file_reader.h"

namespace ingot {

// Requires: the reader's column is what `leaf` says. Errors: kCorrupt where levels break the rules or rows are missing;
// the visitor's. May throw what Parquet throws.
Result<void> DecodeChunk(parquet::ColumnReader* reader, const Leaf& leaf, uint64_t rows,
                         const ParquetFileReader::LeafVisitor& visit);

}  // namespace ingot
