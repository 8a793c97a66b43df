// From listings to one Parquet file of sorted keys that is not visible yet: read, match, sort, write.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/byte_sink.h"
#include "base/file.h"
#include "base/result.h"
#include "dataset/build_context.h"
#include "dataset/write_rows.h"
#include "model/listing_spec.h"
#include "source/listing/key_row.h"
#include "source/listing/listing_block.h"

namespace ingot {

struct ListingRowsRequest {
  std::vector<std::string> paths;  // of the inputs, in the order of their lines
  JsonlSource::Opener open;
  const ListingSpec* listing = nullptr;
  uint64_t max_line_bytes = kMaxListingLineBytes;
  const LockedSchema* locked = nullptr;  // null before the first acceptance
  ParquetOptions parquet;
  uint64_t row_group_rows = kListingRowGroupRows;
  uint64_t row_group_bytes = uint64_t{128} << 20U;  // of values
  std::string subject;                              // for progress
  uint64_t input_bytes = 0;                         // stored; for progress
  // A file without a name, for rows that do not fit into memory.
  std::function<Result<UniqueFd>()> open_scratch;
  // For tests: what of rows is in memory at once, and how many files are merged at once; 0: what the memory allows.
  uint64_t run_bytes = 0;
  size_t most_runs = 0;
};

struct ListingRowsOutcome {
  WriteRowsOutcome rows;  // its inputs count the lines that matched as rows; has_file is false without any
  uint64_t lines = 0;
  uint64_t matched = 0;
  uint64_t rejected = 0;
  uint64_t blank = 0;
  std::vector<std::string> first_rejects;  // "paths.txt: line 3: 'x': does not match the template"
  DuplicateFindings duplicates;
  std::array<uint64_t, kLineShapes> shapes{};  // rows by the shape of their line
  uint64_t suspicious = 0;                     // rows whose path has blanks or quotes where hardly a path has them
  std::vector<std::string> first_suspicious;   // "paths.txt: line 3: 'x'"
};

// Memory stays below the context's limit, beyond it sorted runs are merged from scratch files. Neither it nor threads
// change a byte. Errors: kCheckFailed for duplicates that are refused; kSchemaDrift where the lock has columns that the
// template does not give; kResourceLimit below 64 MiB; kInternal where lines were lost; those of reading and writing.
Result<ListingRowsOutcome> WriteListingRows(const ListingRowsRequest& request, const BuildContext& context,
                                            ByteSink* sink);

}  // namespace ingot
