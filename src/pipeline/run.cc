#include "pipeline/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "dataset/stored_partition.h"
#include "pipeline/run_journal.h"

namespace ingot {
namespace {

BuildRequest RequestFor(const RunRequest& run, const PartitionKey& key) {
  BuildRequest request;
  request.dataset = run.dataset;
  request.key = key;
  request.overrides = run.overrides;
  request.locked = run.locked;
  request.force = run.force;
  request.stream = run.stream;
  request.run_id = run.run_id;
  return request;
}

// What stands now under the partition's name, for the lock file: also of a partition that was up to date, since the run
// that built it may have died before it could record its columns.
Result<void> RecordPublished(Workspace& workspace, const RunRequest& request, const PartitionKey& key,
                             const BuildReport& report, const LockWriter& writer) {
  if (report.schema_change) {
    return workspace.RecordSchema(request.dataset->name, report.schema_change->schema, key.ToString(), writer);
  }
  if (report.action != BuildAction::kUpToDate) {
    return {};
  }
  INGOT_ASSIGN(const Manifest manifest, RequireManifest(*request.dataset, key));
  return workspace.RecordSchema(request.dataset->name, manifest.schema, key.ToString(), writer);
}

Result<BuildReport> BuildOne(Workspace& workspace, const RunRequest& request, const PartitionKey& key,
                             const BuildContext& context, const LockWriter& writer) {
  INGOT_TRY(context.cancellation->Check());
  INGOT_ASSIGN(BuildReport report, BuildPartition(RequestFor(request, key), context, workspace.lock()));
  const bool frozen = request.dataset->drift == DriftRule::kFreeze || request.locked;
  if (frozen && report.action == BuildAction::kUpToDate) {
    return report;
  }
  Result<void> recorded = RecordPublished(workspace, request, key, report, writer);
  if (!recorded) {
    return std::move(recorded).error().In("the partition is published, but its columns are not recorded in ingot.lock");
  }
  return report;
}

JournalEntry EntryOf(const RunRequest& request, const RunReport& report, UtcInstant started, UtcInstant finished) {
  JournalEntry entry{request.run_id, request.dataset->name, started, finished, {}};
  for (const PartitionResult& partition : report.partitions) {
    JournalPartition line;
    line.key = partition.key.ToString();
    if (partition.outcome) {
      line.result = ResultName(partition.outcome->action);
      line.rows = partition.outcome->rows;
      line.bytes = partition.outcome->bytes;
      line.content_id = partition.outcome->content_id;
    } else {
      line.result = Describe(partition.outcome.error().kind()).name;
      line.message = partition.outcome.error().ToString();
    }
    entry.partitions.push_back(std::move(line));
  }
  return entry;
}

// A run that found everything up to date leaves no line.
bool IsWorthALine(const RunReport& report) {
  return std::any_of(report.partitions.begin(), report.partitions.end(), [](const PartitionResult& partition) {
    return !partition.outcome || partition.outcome->action != BuildAction::kUpToDate;
  });
}

// A reason that no manifest took: whoever gave it expected something to be overridden.
bool ReasonWasNeedless(const RunRequest& request, const RunReport& report) {
  const auto took_none = [](const PartitionResult& partition) {
    return partition.outcome &&
           std::none_of(partition.outcome->checks.begin(), partition.outcome->checks.end(),
                        [](const CheckResult& check) { return check.verdict == Verdict::kOverridden; });
  };
  return request.overrides.reason && !report.partitions.empty() &&
         std::all_of(report.partitions.begin(), report.partitions.end(), took_none);
}

}  // namespace

RunReport RunPartitions(Workspace& workspace, const RunRequest& request, const BuildContext& context,
                        const std::function<void(const PartitionResult&)>& on_result) {
  RunReport report;
  const UtcInstant started = context.clock->Now();
  const LockWriter writer{request.run_id, started, context.cancellation};
  for (const PartitionKey& key : request.keys) {
    const auto began = std::chrono::steady_clock::now();
    Result<BuildReport> outcome = BuildOne(workspace, request, key, context, writer);
    if (!outcome) {
      outcome.error().In(SubjectOf(*request.dataset, key));
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    on_result(report.partitions.emplace_back(PartitionResult{key, std::move(outcome), seconds}));
  }
  if (ReasonWasNeedless(request, report)) {
    report.warnings.emplace_back("the reason was not needed and is not recorded: no check had to be overridden");
  }
  if (IsWorthALine(report)) {
    const JournalEntry entry = EntryOf(request, report, started, context.clock->Now());
    const Result<void> written = AppendToRunJournal(request.dataset->store_root, entry);
    // Without a state folder nothing was ever written to the store, and a refusal does not begin to.
    if (!written && written.error().kind() != ErrorKind::kNotFound) {
      report.warnings.push_back(fmt::format("the journal of runs: {}", written.error().ToString()));
    }
  }
  return report;
}

Result<BuildReport> RunGenerated(Workspace* workspace, const DatasetSpec& dataset, const std::string& run_id,
                                 const BuildContext& context) {
  INGOT_ASSIGN(const PartitionKey key, dataset.key.MakeKey({}));
  if (workspace == nullptr || workspace->project().Find(dataset.name) == nullptr) {
    BuildRequest request;
    request.dataset = &dataset;
    request.key = key;
    request.force = true;
    request.run_id = run_id;
    return BuildPartition(request, context, LockFile());
  }
  RunRequest request;
  request.dataset = &dataset;
  request.keys = {key};
  request.force = true;
  request.run_id = run_id;
  RunReport report = RunPartitions(*workspace, request, context, [](const PartitionResult&) {});
  for (const std::string& warning : report.warnings) {
    context.progress->Warn("", warning);
  }
  return std::move(report.partitions.at(0).outcome);
}

std::vector<Result<BuildPlan>> PlanPartitions(const RunRequest& request, const BuildContext& context) {
  std::vector<Result<BuildPlan>> plans;
  for (const PartitionKey& key : request.keys) {
    Result<BuildPlan> plan = PlanPartition(RequestFor(request, key), context);
    if (!plan) {
      plan.error().In(SubjectOf(*request.dataset, key));
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

std::string_view ResultName(BuildAction action) {
  switch (action) {
    case BuildAction::kBuild:
      return "built";
    case BuildAction::kRebuild:
      return "rebuilt";
    case BuildAction::kUpToDate:
      return "up_to_date";
    case BuildAction::kRefuse:
      break;
  }
  return "refused";
}

std::string SubjectOf(const DatasetSpec& dataset, const PartitionKey& key) {
  return fmt::format("{}@{}", dataset.name, key.ToString());
}

}  // namespace ingot
