// Builds partitions of a dataset, one after the other, and keeps the books.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dataset/build.h"
#include "pipeline/workspace.h"

namespace ingot {

struct RunRequest {
  const DatasetSpec* dataset = nullptr;
  std::vector<PartitionKey> keys;
  BuildOverrides overrides;
  bool locked = false;
  bool force = false;
  std::string stream;  // see BuildRequest
  std::string run_id;
};

struct PartitionResult {
  PartitionKey key;
  Result<BuildReport> outcome;
  double seconds = 0;
};

struct RunReport {
  std::vector<PartitionResult> partitions;  // as many as keys, in their order
  std::vector<std::string> warnings;        // about the run itself, not about its data
};

// Every partition is attempted, whatever happens to the others; after a cancellation the rest fails with kCancelled
// without being begun. The columns that a committed partition brought are recorded in ingot.lock before the next one
// begins; when that fails, the partition counts as failed, and running again repairs it. `on_result` is called after
// each one.
RunReport RunPartitions(Workspace& workspace, const RunRequest& request, const BuildContext& context,
                        const std::function<void(const PartitionResult&)>& on_result);

// Writes a generated dataset anew, whatever stands there. In a project that has it, it is a run like any other, with
// its line in the journal and its columns in the lock file; what the run itself has to warn of goes to the progress.
// `workspace` may be null.
Result<BuildReport> RunGenerated(Workspace* workspace, const DatasetSpec& dataset, const std::string& run_id,
                                 const BuildContext& context);

// What a run would do with each key, without touching anything.
std::vector<Result<BuildPlan>> PlanPartitions(const RunRequest& request, const BuildContext& context);

// "built", "rebuilt", "up_to_date": what was done.
std::string_view ResultName(BuildAction action);

// "tier3@2026-01-15".
std::string SubjectOf(const DatasetSpec& dataset, const PartitionKey& key);

}  // namespace ingot
