// A column chunk as it lies in a finished file, ready to be written into another one. For .cc files of this folder: it
// includes Parquet's headers.
#pragma once

#include <parquet/metadata.h>
#include <parquet/page_index.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "format/parquet/chunk_encoder.h"
#include "format/parquet/file_bytes.h"
#include "format/parquet/file_reader.h"

namespace ingot {

struct ChunkSource {
  FileBytes file;
  const ChunkFacts* facts = nullptr;
  const parquet::ColumnChunkMetaData* metadata = nullptr;
  std::vector<PageRecord> pages;  // from IndexedPages
  uint64_t rows = 0;
  const ChunkHash* hash = nullptr;  // null where the file has none
  ValueDigest digest{};
};

// Where each page of a chunk is, and what the indexes say of it. None when there is no offset index.
std::vector<PageRecord> IndexedPages(int leaf, uint64_t chunk_offset, parquet::RowGroupPageIndexReader* index);

Error ChunkDiffersError();

// Nothing when the file does not say all that a writer needs to know: then the chunk must be decoded. Errors: kCorrupt
// where what it says makes no sense; those of reading. May throw what Parquet throws.
Result<std::optional<EncodedChunk>> CopyChunkOf(ChunkSource source);

}  // namespace ingot
