// What a statement reads: the files of the partitions of its input datasets that lie in the key's window.
#pragma once

#include <string>

#include "base/result.h"
#include "dataset/inputs.h"
#include "model/partition_key.h"
#include "model/sql_model.h"

namespace ingot {

// Of a key with a window, the days of daily datasets in it are expected, and of others the partitions whose windows lie
// in it are taken; without one, all partitions. A dataset without a key has one partition, whose files are listed one
// by one. Reads manifests only. Errors: kNotFound for a dataset that has no partition at all; kUsage for partitions
// whose windows overlap; kCorrupt for a manifest that cannot be trusted.
Result<PlannedInputs> FindSqlInputs(const SqlSourceSpec& source, const std::string& project_folder,
                                    const PartitionKey& key);

}  // namespace ingot
