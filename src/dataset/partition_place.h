// Where a partition lies in its local store.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "commit/journal.h"
#include "model/dataset_spec.h"
#include "model/manifest.h"
#include "model/partition_key.h"

namespace ingot {

struct PartitionPlace {
  std::string root;      // of the store
  std::string primary;   // the primary file, below the root; of many files the folder that holds them all
  std::string manifest;  // below the root
  std::string slot;      // what is locked and replaced: the folder, or the primary file
  FolderUse folder_use = FolderUse::kOwn;
  std::string primary_name;  // as the transaction names the files
  std::string manifest_name;
  std::string rejects_name;

  std::string primary_path() const { return root + "/" + primary; }
  std::string manifest_path() const { return root + "/" + manifest; }
  // A file of the manifest (relative to the manifest's folder) as the transaction names it.
  std::string NameOf(const std::string& manifest_file) const;
};

// Errors: kInvalidData for key values that have no place in a path; kConfig where the manifest of an older version of
// Ingot lies at a default place that is none any more.
Result<PartitionPlace> FindPlace(const DatasetSpec& dataset, const std::string& project_folder,
                                 const PartitionKey& key);

// "'lake/date=2026-01-15/manifest.json' was written …", with the two ways out.
Error FormerPlaceError(const DatasetSpec& dataset, const PathTemplate& former, const std::string& former_path);

// The manifest that stands there; nothing when there is none. Errors: kCorrupt and so on, from ParseManifest.
Result<std::optional<Manifest>> ReadManifest(const PartitionPlace& place);
// The same as far as ParseManifestFiles reads it.
Result<std::optional<Manifest>> ReadManifestFiles(const PartitionPlace& place);

}  // namespace ingot
