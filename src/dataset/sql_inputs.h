// What a statement reads: the files of the partitions of its input datasets that lie in the key's window.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/inputs.h"
#include "engine/engine.h"
#include "model/partition_key.h"
#include "model/sql_model.h"

namespace ingot {

// Of a key with a window, the days of daily datasets in it are expected, and of others the partitions whose windows lie
// in it are taken; without one, all partitions. A dataset without a key has one partition, whose files are listed one
// by one. Reads manifests only. Errors: kNotFound for a dataset that has no partition at all; kUsage for partitions
// whose windows overlap; kCorrupt for a manifest that cannot be trusted.
Result<PlannedInputs> FindSqlInputs(const SqlSourceSpec& source, const std::string& project_folder,
                                    const PartitionKey& key);

// What becomes of one planned file.
struct RelationPart {
  bool wanted = true;
  int fd = -1;  // the open file, or -1
};

// The files as relations of an engine, as SqlSourceSpec::datasets. `parts` has one element for each of the inputs.
// Columns are those of all files, wanted or not. Errors: kSchemaDrift, naming the input.
Result<std::vector<EngineRelation>> RelationsOf(const SqlSourceSpec& source, const PlannedInputs& inputs,
                                                std::span<const RelationPart> parts);

}  // namespace ingot
