// Proof by re-reading: what was written is what will be published.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/task_pool.h"
#include "format/parquet/digest_list.h"
#include "format/parquet/file_reader.h"

namespace ingot {

// Runs parts of a reader's work on all threads of the pool; without one, on the caller's.
RunAll OnPool(TaskPool* pool);

// Re-reads the file: sha256 and size of its bytes, CRCs of all pages, footer, counts. Errors: kCorrupt, saying which.
Result<void> ProveParquetFile(const std::string& path, const FileDigest& expected, uint64_t rows, TaskPool* pool);

// A file as its writer knows it: four bytes of magic, chunks one behind the other, and the tail. Each has a hash of its
// own, computed from the same bytes as that of the file.
struct WrittenParts {
  struct Chunk {
    uint64_t bytes = 0;
    ChunkHash hash{};
  };

  FileDigest digest;
  uint64_t rows = 0;
  std::vector<Chunk> chunks;
  std::string tail_sha256;
};

// The same proof as ProveParquetFile, where the parts are known: each is re-read and compared with its own hash, two at
// a time and on all threads, instead of the file with one that has to be computed from its first byte to its last.
// Parts leave no byte out, so the file is what `digest` says.
Result<void> ProveParts(const std::string& path, const WrittenParts& parts, TaskPool* pool);

}  // namespace ingot
