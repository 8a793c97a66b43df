// Levels and values of one column chunk, as Arrow's decoders give them, in our layout. For .cc files of this folder: it
// includes Parquet's headers.
#pragma once

#include <parquet/column_reader.h>

#include <memory>
#include <optional>

#include "base/result.h"
#include "format/parquet/file_reader.h"

namespace ingot {

// One column chunk, part by part. May throw what Parquet throws.
class ChunkDecoder {
 public:
  virtual ~ChunkDecoder() = default;
  // The next slots, some ten thousand at most; nothing once all rows were given. Errors: as DecodeChunk.
  virtual Result<std::optional<LeafColumn>> Next() = 0;
};

// As DecodeChunk, for a caller that pulls. The leaf must outlive the decoder.
Result<std::unique_ptr<ChunkDecoder>> MakeChunkDecoder(std::shared_ptr<parquet::ColumnReader> reader, const Leaf& leaf,
                                                       uint64_t rows);

// Requires: the reader's column is what `leaf` says. Errors: kCorrupt where levels break the rules or rows are missing;
// the visitor's. May throw what Parquet throws.
Result<void> DecodeChunk(std::shared_ptr<parquet::ColumnReader> reader, const Leaf& leaf, uint64_t rows,
                         const ParquetFileReader::LeafVisitor& visit);

}  // namespace ingot
