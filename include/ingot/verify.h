// Proving that partitions are what their manifests say.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ingot/partition.h"
#include "ingot/result.h"
#include "ingot/work.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  struct VerifyOptions {
    PartitionChoice partitions;
    WorkOptions work;
    std::string output_dir;     // look below this folder instead of the datasets' own
    std::optional<bool> quick;  // manifests and sizes only
    std::optional<bool> deep;   // also decode every page and compare every value hash
  };

  // Something that does not hold.
  struct Finding {
    std::string check;  // "sha256", "rows", "required", …
    std::string message;
  };

  // The share of a column's slots that hold no value.
  struct NullRatio {
    std::string column;
    uint64_t nulls = 0;
    uint64_t values = 0;  // slots in all
  };

  struct PartitionProof {
    std::string subject;  // "tier3@2026-01-15", or the path that was named
    bool passed = false;
    std::optional<Error> error;  // why it did not pass; its message has a line for each finding
    std::string dataset;
    std::string key;
    std::string level;  // "quick", "default", "deep"
    uint64_t rows = 0;
    uint64_t bytes = 0;
    std::string sha256;  // of the primary file
    std::string content_id;
    std::string manifest_path;
    std::vector<std::string> proven;  // what was compared and found equal, for people
    std::vector<Finding> errors;
    std::vector<Finding> warnings;
    std::vector<NullRatio> top_nulls;  // highest ratio first
  };

  // Partitions of any origin by their folder, manifest or Parquet file, without a project. `environment` as in
  // OpenOptions. What does not hold is in the proofs. Errors: kUsage, kCancelled.
  INGOT_API Result<std::vector<PartitionProof>> VerifyPaths(const std::vector<std::string>& paths,
                                                            const VerifyOptions& options,
                                                            const std::map<std::string, std::string>& environment = {});

}  // namespace v1
}  // namespace ingot
