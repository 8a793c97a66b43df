// The input files of one partition: which are expected, which are there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/dataset_spec.h"
#include "model/partition_key.h"

namespace ingot {

struct PlannedInput {
  std::string path;  // below the source's root, as the manifest cites it
  std::string full_path;
  FieldValues values;  // of the path's fields that the key does not give: hour = 07
  bool present = false;
  uint64_t bytes = 0;  // as stored
};

struct PlannedInputs {
  std::vector<PlannedInput> files;  // in the order of their rows
  bool has_expectation = false;     // every expected file is listed, also the missing ones
  uint64_t found = 0;
  uint64_t bytes = 0;

  uint64_t missing() const { return files.size() - found; }
  // The values of the field that tells the missing files apart ("03", "17"), or their paths.
  std::vector<std::string> MissingNames() const;
};

// `path` itself when it is absolute, else below `folder`.
std::string ResolveBelow(const std::string& folder, const std::string& path);

// Reads folders only. Errors: kNotFound when the source's root does not exist, kPermission.
Result<PlannedInputs> FindInputs(const DatasetSpec& dataset, const std::string& project_folder,
                                 const PartitionKey& key);

// "2026-01-15": the days for which any input exists; for listings of what could be built. Only for daily datasets.
Result<std::vector<UtcDay>> FindInputDays(const DatasetSpec& dataset, const std::string& project_folder);

}  // namespace ingot
