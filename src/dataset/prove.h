// Proof by re-reading: what was written is what will be published.
#pragma once

#include <functional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/task_pool.h"
#include "commit/file_transaction.h"
#include "format/parquet/file_reader.h"
#include "format/parquet/file_writer.h"

namespace ingot {

// Runs parts of a reader's work on all threads of the pool; without one, on the caller's.
RunAll OnPool(TaskPool* pool);

// Re-reads the file and holds it against what its writer knows: every part of it, magic, chunks and tail, against the
// hash that was computed of the same bytes as that of the whole file, two parts at a time and on all threads; then CRCs
// of all pages, footer, counts. Parts leave no byte out, so the file is what `digest` says. Errors: kCorrupt, saying
// where.
Result<void> ProveParquetFile(const std::string& path, const FileDigest& digest, const FileSummary& summary,
                              TaskPool* pool);

// Makes the transaction's files durable while `prove` re-reads them: both must have ended well before anything becomes
// visible, and neither waits for the other. One after the other where the pool has one thread, or there is none.
Result<void> ProveAndSync(FileTransaction* transaction, TaskPool* pool, const std::function<Result<void>()>& prove);

}  // namespace ingot
