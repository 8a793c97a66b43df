// The manifest of a build: core facts, and the dataset's own top-level fields.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "commit/file_transaction.h"
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
  // Of the primary file. Opened by the first who asks: most manifests need no values.
  std::function<Result<const ParquetFileReader*>()> reader;
  std::vector<CheckResult> checks;
  uint64_t rejects = 0;
  std::optional<FileDigest> rejects_file;
  const Manifest* old = nullptr;  // the version that this one replaces
  UtcInstant started;
  UtcInstant finished;
};

// The settings digest, as it is kept in the manifest's `ingot.settings`.
inline constexpr std::string_view kSettingsField = "settings";

// What every manifest says, whatever its rows are made of. `old` is the version that it replaces, or null.
Manifest BeginManifest(const BuildRequest& request, const Manifest* old, UtcInstant started, UtcInstant finished);

// `path` is relative to the manifest's folder.
ManifestFile DescribeFile(std::string path, const FileDigest& digest, const FileSummary& summary);

// Seals the manifest and hands it to the transaction as the file `name`. The report learns its content id and checks,
// and what the lock must record.
Result<void> StageManifest(const BuildRequest& request, const Manifest& manifest, const std::string& name,
                           const LockedSchema* locked, FileTransaction* transaction, BuildReport* report);

// Errors: kConfig where a declared field names a column that is not there.
Result<Manifest> ComposeManifest(const BuiltPartition& built);

}  // namespace ingot
