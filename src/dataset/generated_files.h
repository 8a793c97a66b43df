// Generates rows on all threads and writes them as many Parquet files, none of which is visible yet.
//
// A series is a run of files that follow each other: one for each day where the path has {date}, else one for all rows.
// A piece, one row group of a series, is made and encoded by any thread; the pieces of a series are appended in their
// order. So no byte depends on threads, and memory holds a few pieces whatever the number of rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "commit/file_transaction.h"
#include "dataset/build_context.h"
#include "dataset/prove.h"
#include "format/parquet/file_writer.h"
#include "model/dataset_spec.h"
#include "source/synthetic/row_generator.h"

namespace ingot {

struct WrittenFile {
  std::string path;  // below the store's root
  StagedFile* staged = nullptr;
  FileSummary summary;
  FileDigest digest;
};

struct GenerateFilesRequest {
  const DatasetSpec* dataset = nullptr;
  const RowGenerator* generator = nullptr;
  Schema schema;  // the generator's, with field ids
  ParquetOptions parquet;
  std::string subject;  // for progress
};

// How many rows each day of the dataset has; the same for any number of threads. Errors: kCancelled.
Result<std::vector<uint64_t>> SplitRowsByDay(const SyntheticSpec& spec, const BuildContext& context);

// Files in the order of their series and parts; days without a row have none. Errors: those of encoding and writing,
// kResourceLimit where the memory limit does not hold one piece, kCancelled.
Result<std::vector<WrittenFile>> GenerateFiles(const GenerateFilesRequest& request, std::span<const uint64_t> day_rows,
                                               const BuildContext& context, FileTransaction* transaction);

// Re-reads each file: see ProveParts. Requires: the transaction has synced its data.
Result<void> ProveFiles(std::span<const WrittenFile> files, const BuildContext& context);

}  // namespace ingot
