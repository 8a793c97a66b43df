// From partitions of another dataset to one Parquet file that is not visible yet. Column chunks that need no change
// move as bytes; only those whose type or levels differ from the united schema are decoded.
#pragma once

#include <string>
#include <vector>

#include "base/byte_sink.h"
#include "base/file.h"
#include "base/result.h"
#include "dataset/build_context.h"
#include "dataset/write_rows.h"
#include "format/parquet/options.h"
#include "model/column_policy.h"
#include "model/lock_file.h"

namespace ingot {

struct DerivedInput {
  std::string name;         // "tier3@2026-01-15", for messages
  std::string path;         // of its data file
  FileDigest file;          // as its manifest has it
  std::string tail_sha256;  // likewise; empty where it has none
  uint64_t rows = 0;
};

struct DeriveRowsRequest {
  std::vector<DerivedInput> inputs;  // in the order of their rows
  ColumnPolicy policy;
  const LockedSchema* locked = nullptr;  // null before the first acceptance
  ParquetOptions parquet;
  std::string subject;  // for progress
};

// Every byte is proven against its input's manifest before it is written: the tail of each file before anything else,
// and each chunk that is taken by the hash in that tail; files without such hashes as a whole. Rows keep their order; a
// row group of an input is one of the output. Errors: kCorrupt, kNotFound, naming the input; kSchemaDrift where inputs
// do not fit each other; kConfig where the policy keeps no column; those of encoding and writing.
Result<WriteRowsOutcome> DeriveRows(const DeriveRowsRequest& request, const BuildContext& context, ByteSink* sink);

}  // namespace ingot
