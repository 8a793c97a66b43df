#include "pipeline/status.h"

#include <algorithm>
#include <utility>

#include "dataset/inputs.h"
#include "dataset/partition_place.h"
#include "dataset/stored_partition.h"

namespace ingot {
namespace {

void TakeFrom(const Manifest& manifest, PartitionStatus& status) {
  status.rows = manifest.rows;
  status.bytes = BytesOf(manifest);
  status.rejects = manifest.rejects.rows;
  status.generation = manifest.generation;
  status.built = manifest.run.finished;
}

// What a person let pass: "inputs_complete (hour 17 lost in outage)".
std::string LetPass(const Manifest& manifest) {
  std::string text;
  for (const OverrideRecord& record : manifest.overrides) {
    text += (text.empty() ? "" : "; ") + record.check + " overridden";
    text += record.reason ? ": " + *record.reason : std::string(", no reason given");
  }
  return text;
}

PartitionState StateOfPublished(const BuildPlan& plan, const Manifest& manifest) {
  if (plan.action != BuildAction::kUpToDate) {
    return PartitionState::kChanged;
  }
  return manifest.overrides.empty() ? PartitionState::kBuilt : PartitionState::kIncomplete;
}

}  // namespace

std::string_view StateName(PartitionState state) {
  switch (state) {
    case PartitionState::kBuilt:
      return "built";
    case PartitionState::kIncomplete:
      return "incomplete";
    case PartitionState::kChanged:
      return "changed";
    case PartitionState::kMissing:
      return "missing";
    case PartitionState::kWaiting:
      return "waiting";
    case PartitionState::kDamaged:
      break;
  }
  return "damaged";
}

Result<PartitionStatus> StatusOf(const DatasetSpec& dataset, const PartitionKey& key, const BuildContext& context) {
  INGOT_TRY(context.cancellation->Check());
  PartitionStatus status;
  status.key = key;
  INGOT_ASSIGN(const PartitionPlace place, FindPlace(dataset, {}, key));
  const Result<std::optional<Manifest>> manifest = ReadManifest(place);
  const bool published = manifest && manifest->has_value();
  if (!manifest || published) {
    const Result<void> whole =
        manifest ? CheckFilesPresent(**manifest, ManifestFolder(place)) : Result<void>(manifest.error());
    if (!whole) {
      status.state = PartitionState::kDamaged;
      status.reason = whole.error().ToString();
      return status;
    }
    TakeFrom(**manifest, status);
  }
  BuildRequest request;
  request.dataset = &dataset;
  request.key = key;
  INGOT_ASSIGN(BuildPlan plan, PlanPartition(request, context));
  if (!published) {
    status.state = plan.action == BuildAction::kRefuse ? PartitionState::kWaiting : PartitionState::kMissing;
    status.reason = std::move(plan.reason);
    return status;
  }
  status.state = StateOfPublished(plan, **manifest);
  if (status.state == PartitionState::kChanged) {
    status.reason = std::move(plan.reason);
  } else {
    status.reason = LetPass(**manifest);
  }
  return status;
}

Result<std::vector<PartitionKey>> KnownKeys(const DatasetSpec& dataset, UtcDay today) {
  INGOT_ASSIGN(std::vector<PartitionKey> keys, FindPartitions(dataset));
  if (!dataset.key.is_daily()) {
    return keys;
  }
  UtcDay first = today - 1;
  UtcDay last = today - 1;
  const auto include = [&](UtcDay day) {
    first = std::min(first, day);
    last = std::max(last, day);
  };
  for (const PartitionKey& key : keys) {
    include(key.window->start.day());
  }
  // A source that is away says nothing about days; what is built can still be listed.
  if (const Result<std::vector<PartitionKey>> inputs = FindInputKeys(dataset, {})) {
    for (const PartitionKey& key : *inputs) {
      include(key.window->start.day());
    }
  }
  keys.clear();
  for (UtcDay day = first; day <= last; day = day + 1) {
    keys.push_back(dataset.key.ForDay(day));
  }
  return keys;
}

Result<DatasetSummary> Summarize(const DatasetSpec& dataset) {
  DatasetSummary summary;
  INGOT_ASSIGN(const std::vector<PartitionKey> keys, FindPartitions(dataset));
  for (const PartitionKey& key : keys) {
    ++summary.partitions;
    summary.newest = key.ToString();
    if (const Result<Manifest> manifest = RequireManifest(dataset, key)) {
      summary.rows += manifest->rows;
      summary.bytes += BytesOf(*manifest);
    } else {
      ++summary.unreadable;
    }
  }
  return summary;
}

}  // namespace ingot
