// Proof by re-reading: what was written is what will be published.
#pragma once

#include <cstdint>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/task_pool.h"
#include "format/parquet/file_reader.h"

namespace ingot {

// Runs parts of a reader's work on all threads of the pool; without one, on the caller's.
RunAll OnPool(TaskPool* pool);

// Re-reads the file: sha256 and size of its bytes, CRCs of all pages, footer, counts. Errors: kCorrupt, saying which.
Result<void> ProveParquetFile(const std::string& path, const FileDigest& expected, uint64_t rows, TaskPool* pool);

}  // namespace ingot
