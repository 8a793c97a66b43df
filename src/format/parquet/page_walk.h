// Checks the pages of a column chunk without decoding them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "format/parquet/file_bytes.h"

namespace ingot {

// What the footer promises of the chunk.
struct ChunkExtent {
  uint64_t offset = 0;
  uint64_t bytes = 0;
  uint64_t slots = 0;
  // Known for files that count headers as their writer should.
  bool check_uncompressed = false;
  uint64_t uncompressed_bytes = 0;
  // Positions and sizes of the data pages as the offset index has them; empty when there is none.
  struct IndexedPage {
    uint64_t offset;
    uint64_t bytes;
  };
  std::vector<IndexedPage> indexed_pages;
};

struct ChunkPages {
  uint64_t pages = 0;
  uint64_t pages_without_crc = 0;
};

// Reads the chunk once, in pieces. Errors: kCorrupt, saying what and at which byte of the file.
Result<ChunkPages> WalkPages(const FileBytes& file, const ChunkExtent& extent);

}  // namespace ingot
