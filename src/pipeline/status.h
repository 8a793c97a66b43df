// The state of partitions, from manifests and input listings; no data is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dataset/build.h"
#include "model/dataset_spec.h"
#include "model/partition_key.h"

namespace ingot {

enum class PartitionState {
  kBuilt,       // inputs, schema and settings are those of the manifest
  kIncomplete,  // the same, and a person let a check pass
  kChanged,     // inputs or settings are other ones now
  kMissing,     // not built; a run would build it
  kWaiting,     // not built; a run would be refused
  kDamaged,     // the manifest cannot be read, or a file is missing or has another size
};
// "built", "incomplete", …
std::string_view StateName(PartitionState state);

struct PartitionStatus {
  PartitionKey key;
  PartitionState state = PartitionState::kMissing;
  std::string reason;  // why it is not simply built; empty for kBuilt
  // Of what is published; absent when nothing is, or when it cannot be read.
  std::optional<uint64_t> rows;
  std::optional<uint64_t> bytes;
  std::optional<uint64_t> rejects;
  std::optional<int64_t> generation;
  std::optional<UtcInstant> built;
};

// Errors: kNotFound when the root of the source is missing, kConfig, kCancelled.
Result<PartitionStatus> StatusOf(const DatasetSpec& dataset, const PartitionKey& key, const BuildContext& context);

// For a daily dataset every day from the first one that is built or has an input to the last, and to `today` - 1 at
// least; for others the keys that are built.
Result<std::vector<PartitionKey>> KnownKeys(const DatasetSpec& dataset, UtcDay today);

// What is published of a dataset, for listings.
struct DatasetSummary {
  uint64_t partitions = 0;
  uint64_t unreadable = 0;  // manifests that cannot be read; they are in no sum
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string newest;  // key text; empty without partitions
};
Result<DatasetSummary> Summarize(const DatasetSpec& dataset);

}  // namespace ingot
