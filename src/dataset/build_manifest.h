// The manifest of a build: core facts, and the dataset's own top-level fields.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/build.h"
#include "dataset/partition_place.h"
#include "dataset/write_rows.h"
#include "format/parquet/file_reader.h"

namespace ingot {

// Everything that is known once the primary file is written and proven.
struct BuiltPartition {
  const BuildRequest* request = nullptr;
  const PartitionPlace* place = nullptr;
  const PlannedInputs* inputs = nullptr;
  const WriteRowsOutcome* rows = nullptr;
  const ParquetFileReader* reader = nullptr;
  std::vector<CheckResult> checks;
  uint64_t rejects = 0;
  std::optional<FileDigest> rejects_file;
  int64_t generation = 1;
  UtcInstant started;
  UtcInstant finished;
};

// The settings digest, as it is kept in the manifest's `ingot.settings`.
inline constexpr std::string_view kSettingsField = "settings";

// Errors: kConfig where a declared field names a column that is not there.
Result<Manifest> ComposeManifest(const BuiltPartition& built);

}  // namespace ingot
