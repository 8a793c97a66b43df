// What a finished file says of a column chunk, for a writer that puts its bytes into another one.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "format/parquet/chunk_encoder.h"
#include "format/parquet/file_bytes.h"
#include "format/parquet/file_reader.h"
#include "format/parquet/footer.h"

namespace ingot {

struct ChunkSource {
  FileBytes file;
  const ChunkFacts* facts = nullptr;
  const FooterChunk* footer = nullptr;
  std::vector<PageRecord> pages;  // from IndexedPages
  uint64_t rows = 0;
  ChunkHash hash{};
  ValueDigest digest{};
};

// Where each page of a chunk is, and what the indexes say of it. `columns` is null where there is no column index.
std::vector<PageRecord> IndexedPages(uint64_t chunk_offset, const OffsetIndex& offsets, const ColumnIndex* columns);

Error ChunkDiffersError();

// Nothing when the file does not say all that a writer needs to know: then the chunk must be decoded. Errors: kCorrupt
// where what it says makes no sense; those of reading.
Result<std::optional<ChunkRecord>> DescribeChunkOf(ChunkSource source);

}  // namespace ingot
