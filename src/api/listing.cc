// What there is: datasets, partitions, and their state.
#include <algorithm>
#include <utility>

#include "api/given_options.h"
#include "api/outward.h"
#include "api/project_state.h"
#include "dataset/partition_place.h"
#include "dataset/stored_partition.h"
#include "pipeline/status.h"
#include "request/partition_choice.h"

namespace ingot::v1 {
namespace {

ingot::Result<Partition> Describe(const DatasetSpec& dataset, const PartitionKey& key) {
  INGOT_ASSIGN(const PartitionPlace place, FindPlace(dataset, {}, key));
  Partition partition;
  partition.dataset = dataset.name;
  partition.key = key.ToString();
  if (key.window) {
    partition.start = FormatUtcInstant(key.window->start);
    partition.end = FormatUtcInstant(key.window->end);
  }
  partition.path = place.primary_path();
  partition.manifest_path = place.manifest_path();
  const ingot::Result<Manifest> manifest = RequireManifest(dataset, key);
  if (!manifest) {
    partition.error = Outward(manifest.error());
    return partition;
  }
  partition.rows = manifest->rows;
  partition.bytes = BytesOf(*manifest);
  partition.files = manifest->files.size();
  partition.sha256 = manifest->files.empty() ? std::string() : manifest->files[0].sha256;
  partition.content_id = manifest->content_id;
  partition.generation = manifest->generation;
  partition.built = FormatUtcInstant(manifest->run.finished);
  return partition;
}

}  // namespace

Result<std::vector<Dataset>> Project::Datasets() const {
  return Guarded([&]() -> ingot::Result<std::vector<Dataset>> {
    INGOT_ASSIGN(const auto session, Session::Open(state_->place, ListOptionSet(), {}, {}));
    std::vector<Dataset> datasets;
    for (const DatasetSpec& dataset : session->workspace()->project().datasets) {
      INGOT_ASSIGN(const DatasetSummary summary, Summarize(dataset));
      datasets.push_back({dataset.name, std::string(FormatSourceKind(dataset.source.kind)), dataset.description,
                          summary.partitions, summary.unreadable, summary.rows, summary.bytes, summary.newest});
    }
    return datasets;
  });
}

Result<std::vector<Partition>> Project::Partitions(const std::string& reference, const ListOptions& options) const {
  return Guarded([&]() -> ingot::Result<std::vector<Partition>> {
    INGOT_ASSIGN(const auto session, Session::Open(state_->place, ListOptionSet(), GivenFrom(options), {}));
    INGOT_ASSIGN(const ingot::PartitionChoice choice,
                 ChoosePartitions(session->scope(), reference, WithoutChoice::kNothing));
    INGOT_ASSIGN(const std::vector<PartitionKey> keys, FindPartitions(*choice.dataset));
    std::vector<Partition> partitions;
    for (const PartitionKey& key : keys) {
      if (choice.chosen && std::find(choice.keys.begin(), choice.keys.end(), key) == choice.keys.end()) {
        continue;
      }
      INGOT_ASSIGN(Partition partition, Describe(*choice.dataset, key));
      partitions.push_back(std::move(partition));
    }
    return partitions;
  });
}

Result<std::vector<PartitionStatus>> Project::Status(const std::string& reference, const ListOptions& options) const {
  return Guarded([&]() -> ingot::Result<std::vector<PartitionStatus>> {
    INGOT_ASSIGN(const auto session, Session::Open(state_->place, ListOptionSet(), GivenFrom(options), {}));
    const RequestScope scope = session->scope();
    INGOT_ASSIGN(ingot::PartitionChoice choice, ChoosePartitions(scope, reference, WithoutChoice::kNothing));
    if (!choice.chosen) {
      INGOT_ASSIGN(choice.keys, KnownKeys(*choice.dataset, scope.today));
    }
    std::vector<PartitionStatus> statuses;
    for (const PartitionKey& key : choice.keys) {
      INGOT_ASSIGN(const ingot::PartitionStatus status, StatusOf(*choice.dataset, key, session->Work()));
      statuses.push_back({choice.dataset->name, key.ToString(), std::string(StateName(status.state)), status.reason,
                          status.rows, status.bytes, status.rejects, status.generation,
                          status.built ? FormatUtcInstant(*status.built) : std::string()});
    }
    return statuses;
  });
}

}  // namespace ingot::v1
