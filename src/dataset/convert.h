// Files of JSON lines to one Parquet file, without a project, a partition or a manifest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/build_context.h"
#include "dataset/conflicts.h"
#include "dataset/partition_writer.h"
#include "format/json/json_options.h"
#include "format/parquet/options.h"
#include "source/jsonl/jsonl_reader.h"

namespace ingot {

enum class OnConflict : uint8_t {
  kRefuse,  // with all conflicts in one error
  kJson,    // columns in conflict become JSON text, with a warning for each; the inputs are read three times then
};

struct ConvertRequest {
  std::vector<std::string> inputs;  // in the order of their rows; "-" is standard input
  std::string output;
  JsonOptions json;
  JsonlLimits limits;
  ParquetOptions parquet;
  RowGroupLimits row_groups;
  std::string rejects_path;                 // empty: OUTPUT.rejects.jsonl.gz, written only when there are rejects
  std::optional<uint64_t> max_rejects = 0;  // nullopt: any number
  OnConflict on_conflict = OnConflict::kRefuse;
  bool strict_options = false;  // refuse declarations that match no column, instead of a warning
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
// overwritten; kSchemaDrift with all conflicts; kCheckFailed beyond max_rejects, with the rejects file kept;
// kInvalidData for damaged inputs and for other formats; kUsage for declarations without effect, where that is refused.
Result<ConvertReport> ConvertFiles(const ConvertRequest& request, const BuildContext& context);

// What the inputs hold: nothing is written, the output is not looked at.
Result<SurveyReport> SurveyFiles(const ConvertRequest& request, const BuildContext& context);

}  // namespace ingot
