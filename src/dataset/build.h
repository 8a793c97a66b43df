// Builds one partition: guards, one pass over its inputs, proof by re-reading, commit. Old or new, never half.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dataset/build_context.h"
#include "dataset/inputs.h"
#include "model/dataset_spec.h"
#include "model/lock_file.h"
#include "model/manifest.h"
#include "model/partition_key.h"

namespace ingot {

// Which checks a person overrides, and why. Every use is recorded in the manifest.
struct BuildOverrides {
  bool allow_incomplete = false;      // open windows, missing or damaged inputs
  bool allow_drift = false;           // a schema change although the dataset is frozen
  bool allow_empty = false;           // fewer rows than min_rows, whatever was there before
  bool allow_shrink = false;          // many fewer rows than the version that is replaced
  bool replace_foreign = false;       // a file in the partition's place that no manifest names
  std::optional<std::string> reason;  // nullopt: recorded as not given
  // Asks a person for the reason, once it is known that a check needs one; empty where there is nobody to ask.
  std::function<Result<std::optional<std::string>>()> ask_reason;
  std::optional<uint64_t> min_inputs;   // fewer inputs than expected are enough
  std::optional<uint64_t> max_rejects;  // replaces the dataset's own bound
};

struct BuildRequest {
  const DatasetSpec* dataset = nullptr;
  std::string project_folder;  // where relative roots of the dataset start; empty: the working folder
  PartitionKey key;
  BuildOverrides overrides;
  bool locked = false;  // refuse any schema change, even where the dataset may evolve
  bool force = false;   // build although nothing changed
  // Of a listing: what is read in place of its inputs, "-" for standard input, or a path that can be read only once.
  // Requires: force, because nobody can tell what it holds.
  std::string stream;
  std::string run_id;
};

enum class BuildAction { kBuild, kRebuild, kUpToDate, kRefuse };
// "build", "rebuild", "up_to_date", "refuse".
std::string_view BuildActionName(BuildAction action);

// What a build would do and why, without touching anything. Inputs are compared by size; the build itself compares
// their sha256.
struct BuildPlan {
  PartitionKey key;
  BuildAction action = BuildAction::kBuild;
  std::string reason;  // "no manifest yet", "inputs unchanged", "Incomplete day: missing hours 17"
  std::vector<PlannedInput> inputs;
  uint64_t input_bytes = 0;         // as stored
  std::vector<CheckResult> checks;  // verdicts known before reading
  std::string target;               // where the primary file is, or will be
};

struct BuildTimings {
  double check_seconds = 0;
  double write_seconds = 0;  // inflate, decode, encode, write
  double prove_seconds = 0;  // re-read: sha256, page CRCs, footer
  double sync_seconds = 0;   // fsync and rename
};

struct BuildReport {
  BuildAction action = BuildAction::kBuild;  // kBuild, kRebuild or kUpToDate
  std::string path;                          // the primary file
  std::string manifest_path;
  std::string rejects_path;  // empty without rejects
  uint64_t files = 1;        // of data
  uint64_t rows = 0;
  uint64_t bytes = 0;  // of all of them
  uint64_t rejects = 0;
  uint64_t duplicates = 0;  // of a listing: lines that have the key of an earlier one
  uint64_t input_bytes = 0;
  std::string content_id;
  std::vector<CheckResult> checks;
  std::vector<std::string> warnings;
  BuildTimings timings;
  std::optional<LockedSchema> schema_change;  // set when the lock must record new columns
};

// Never writes. Errors: kNotFound when the source's root is missing, kConfig.
Result<BuildPlan> PlanPartition(const BuildRequest& request, const BuildContext& context);

// Errors: see BuildPlan and docs/troubleshooting.md; a refused build leaves its rejects file and names it.
Result<BuildReport> BuildPartition(const BuildRequest& request, const BuildContext& context, const LockFile& lock);

}  // namespace ingot
