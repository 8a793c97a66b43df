// The inputs of one partition, files or partitions of another dataset: which are expected, which are there.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task_pool.h"
#include "format/input/byte_source.h"
#include "model/dataset_spec.h"
#include "model/partition_key.h"
#include "model/schema.h"

namespace ingot {

struct PlannedInput {
  std::string path;  // below the source's root (of a partition: below its store's root), as the manifest cites it
  std::string full_path;
  FieldValues values;  // of the path's fields that the key does not give: hour = 07
  bool present = false;
  uint64_t bytes = 0;  // as stored

  // Of a partition that is present: what its manifest says.
  std::string name;  // "tier3@2026-01-15"
  std::string content_id;
  std::string sha256;
  std::string tail_sha256;
  uint64_t rows = 0;

  // Of a statement; no schema where nobody needs it.
  size_t relation = 0;                   // index into SqlSourceSpec::datasets
  std::shared_ptr<const Schema> schema;  // without ids
};

struct PlannedInputs {
  std::vector<PlannedInput> files;  // in the order of their rows
  bool has_expectation = false;     // every expected file is listed, also the missing ones
  uint64_t found = 0;
  uint64_t bytes = 0;

  uint64_t missing() const { return files.size() - found; }
  // The values of the field that tells the missing inputs apart ("03", "17"), or their paths.
  std::vector<std::string> MissingNames() const { return Names(false); }
  // The same of those that are there.
  std::vector<std::string> PresentNames() const { return Names(true); }
  // "tier3@2026-01-15": input partitions that are missing.
  std::vector<std::string> MissingPartitions() const;

  // The files that are there, as manifests cite them.
  std::vector<std::string> PresentPaths() const;
  // Opens one of them. Errors: those of OpenInput; kInternal for another path.
  Result<std::unique_ptr<ByteSource>> Open(const std::string& path) const;

 private:
  std::vector<std::string> Names(bool present) const;
};

// `path` itself when it is absolute, else below `folder`.
std::string ResolveBelow(const std::string& folder, const std::string& path);

// Reads folders, and manifests of input partitions, those on all threads of the pool. Errors: kNotFound when the
// source's root does not exist; kPermission; kCorrupt for an input partition whose manifest cannot be trusted.
Result<PlannedInputs> FindInputs(const DatasetSpec& dataset, const std::string& project_folder, const PartitionKey& key,
                                 TaskPool* pool = nullptr);

// One input that is not found but given: "-" for standard input, or what else can be read only once.
PlannedInputs StreamInput(const std::string& path);

// The keys for which any input exists, ascending: what could be built. None where no files are the source, or where
// their paths do not tell every field of the key.
Result<std::vector<PartitionKey>> FindInputKeys(const DatasetSpec& dataset, const std::string& project_folder);

}  // namespace ingot
