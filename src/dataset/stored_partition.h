// Partitions as they lie in a dataset's local store: found by the manifests, read without touching the data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/partition_place.h"
#include "model/dataset_spec.h"
#include "model/manifest.h"
#include "model/partition_key.h"

namespace ingot {

// Errors: kNotFound when the partition is not built; kCorrupt, kUnsupported, as ParseManifest.
Result<Manifest> RequireManifest(const DatasetSpec& dataset, const PartitionKey& key);

// The folder where the paths of a manifest's files start.
std::string ManifestFolder(const PartitionPlace& place);

// Sum over the files of a manifest.
uint64_t BytesOf(const Manifest& manifest);

// Whether every file is there with its size. Errors: kCorrupt naming the first that is not.
Result<void> CheckFilesPresent(const Manifest& manifest, const std::string& folder);

// The keys of all manifests in the store, ascending. A store that does not exist has none; names that do not match the
// template are somebody else's. Errors: kConfig as FindPlace's, where there is none but older ones at a former place.
Result<std::vector<PartitionKey>> FindPartitions(const DatasetSpec& dataset);

}  // namespace ingot
