// Proves that a partition is what its manifest says, and what its dataset asks of it. Changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "dataset/build_context.h"
#include "model/dataset_spec.h"
#include "model/manifest.h"
#include "model/partition_key.h"

namespace ingot {

enum class VerifyLevel : uint8_t {
  kQuick,    // manifest, its own hash, and the size of every file
  kDefault,  // and the sha256 of every byte, footer, page CRCs, counts, the dataset's own checks
  kDeep,     // and every page decoded, its values hashed and compared with the encoder's
};
// "quick", "default", "deep".
std::string_view VerifyLevelName(VerifyLevel level);

struct VerifyRequest {
  std::string manifest_path;
  VerifyLevel level = VerifyLevel::kDefault;
  // The dataset's checks; null for a partition outside any project.
  const DatasetSpec* dataset = nullptr;
  // What must lie there: a manifest of another partition is an error.
  std::optional<PartitionKey> key;
};

enum class FindingCause : uint8_t {
  kDamage,   // the partition is not what its manifest says: building it again helps
  kContent,  // it is, and does not hold what the dataset asks for
};

// Something that does not hold.
struct VerifyFinding {
  std::string check;  // "sha256", "rows", "required", …
  std::string message;
  FindingCause cause = FindingCause::kDamage;
};

// The share of a column's slots that hold no value: for a column in lists, elements that are absent count as one slot
// each.
struct NullRatio {
  std::string column;
  uint64_t nulls = 0;
  uint64_t slots = 0;

  double ratio() const { return slots == 0 ? 0.0 : static_cast<double>(nulls) / static_cast<double>(slots); }
};

struct VerifyReport {
  std::string dataset;
  std::string key;
  std::string manifest_path;
  VerifyLevel level = VerifyLevel::kDefault;
  bool is_built = true;  // false when there is no manifest at all
  uint64_t rows = 0;
  uint64_t bytes = 0;  // of all files
  std::string content_id;
  std::string sha256;               // of the primary file, as the manifest has it
  std::vector<std::string> proven;  // what was compared and found equal, for people: "sha256 of 2 files, 93.4 MiB"
  std::vector<VerifyFinding> errors;
  std::vector<VerifyFinding> warnings;
  std::vector<NullRatio> top_nulls;  // highest ratio first, then by name

  bool passed() const { return errors.empty(); }
  bool is_damaged() const;
};

// Everything that is wrong is collected in the report; only what keeps us from looking is an error: kCancelled, and
// kConfig for checks that name columns by a path that cannot be one. A partition that is not there is a report with an
// error.
Result<VerifyReport> VerifyPartition(const VerifyRequest& request, const BuildContext& context);

// The manifest of the partition that a person named by a path: its folder, its manifest, or its Parquet file.
// Errors: kNotFound, saying where was looked.
Result<std::string> FindManifest(const std::string& path);

}  // namespace ingot
