// Files of JSON lines to one Parquet file, without a project, a partition or a manifest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/build_context.h"
#include "dataset/partition_writer.h"
#include "format/json/json_options.h"
#include "format/parquet/options.h"
#include "source/jsonl/jsonl_reader.h"

namespace ingot {

struct ConvertRequest {
  std::vector<std::string> inputs;  // in the order of their rows; "-" is standard input
  std::string output;
  JsonOptions json;
  JsonlLimits limits;
  ParquetOptions parquet;
  RowGroupLimits row_groups;
  std::string rejects_path;                 // empty: OUTPUT.rejects.jsonl.gz, written only when there are rejects
  std::optional<uint64_t> max_rejects = 0;  // nullopt: any number
  bool overwrite = false;
  bool keep_damaged = false;  // take what could be read of a damaged input
};

struct ConvertReport {
  uint64_t rows = 0;
  uint64_t rejects = 0;
  uint64_t blanks = 0;
  uint64_t input_bytes = 0;  // as stored
  uint64_t output_bytes = 0;
  uint64_t row_groups = 0;
  uint64_t columns = 0;  // leaves
  std::string sha256;
  std::string rejects_path;  // empty without rejects
  std::vector<std::string> warnings;
};

// The output appears whole, durably and re-read, or not at all. Errors: kAlreadyExists when it is there and may not be
// overwritten; kCheckFailed beyond max_rejects, with the rejects file kept; kInvalidData for damaged inputs.
Result<ConvertReport> ConvertFiles(const ConvertRequest& request, const BuildContext& context);

}  // namespace ingot
