// Partitions of other datasets as inputs: which files of which partitions lie in the key's window.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task_pool.h"
#include "dataset/inputs.h"
#include "engine/engine.h"
#include "model/dataset_spec.h"
#include "model/partition_key.h"

namespace ingot {

using InputDatasets = std::span<const std::shared_ptr<const DatasetSpec>>;

// Whether PlannedInput::schema is to be filled.
enum class SchemaNeed { kNeeded, kNotNeeded };

// Of a key with a window, the days of daily datasets in it are expected, and of others the partitions whose windows lie
// in it are taken; without one, all partitions. Of a key field that the inputs have, too, those with its value. A
// dataset without a key has one partition, whose files are listed one by one where their names say more than a number.
// Reads manifests only, on all threads of the pool. Errors: kNotFound for a dataset that has no partition at all;
// kUsage for partitions whose windows overlap; kCorrupt for a manifest that cannot be trusted.
Result<PlannedInputs> FindPartitionInputs(InputDatasets datasets, const std::string& project_folder,
                                          const PartitionKey& key, SchemaNeed need = SchemaNeed::kNeeded,
                                          TaskPool* pool = nullptr);

// The keys of a dataset's partitions. Reads no manifest whose name says enough. Errors: kNotFound when there is none,
// with the command that makes one.
Result<std::vector<PartitionKey>> RequirePartitions(const DatasetSpec& dataset);

// `what` is wrong with the file of an input. Errors: kCorrupt.
Error NotAsTheManifestSays(const std::string& path, const std::string& input, std::string_view what);

// What becomes of one planned file.
struct RelationPart {
  bool wanted = true;
  int fd = -1;  // the open file, or -1
};

// The files as relations of an engine, one for each dataset. `parts` has one element for each of the inputs.
// Columns are those of all files, wanted or not. Errors: kSchemaDrift, naming the input.
Result<std::vector<EngineRelation>> RelationsOf(InputDatasets datasets, const PlannedInputs& inputs,
                                                std::span<const RelationPart> parts);

}  // namespace ingot
