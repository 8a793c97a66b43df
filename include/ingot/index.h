// Turning listings of paths into key manifests, which lookup.h answers from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "ingot/result.h"
#include "ingot/run.h"
#include "ingot/work.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  struct IndexOptions {
    WorkOptions work;
    std::string path_template;             // "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl"
    std::string base;                      // stands before every path: "s3://bucket/"
    std::optional<bool> strict;            // refuse a listing in which a line does not match
    std::string duplicates;                // "keep-first" (without it), "keep-last", "keep-all", "refuse"
    std::string codec;                     // "snappy" (without it), "zstd", "none"
    std::optional<uint64_t> level;         // of zstd, 1 to 22
    std::optional<bool> force;             // build anew what is up to date
    std::optional<bool> allow_incomplete;  // keep what could be read of a damaged .gz or .zst
    std::optional<bool> allow_empty;       // publish a manifest without rows
    std::optional<bool> allow_shrink;      // replace a manifest by one with many fewer rows
    std::optional<bool> replace_foreign;   // replace a file that Ingot did not write
    std::string reason;                    // why a check is overridden; the manifest keeps it
  };

  // Writes the lines of `source`, a file of paths, plain, .gz or .zst, or anything else that can be read once, as a
  // sorted and proven Parquet file, its manifest and its lookup index. `environment` as in OpenOptions. Errors: kUsage
  // without a template; kNotFound; kCheckFailed when no line gives a key, when the source is damaged, and when `strict`
  // or `duplicates` refuses; kAlreadyExists for an output of another dataset; kConflict while another run writes it.
  INGOT_API Result<PartitionRun> Index(const std::string& source, const std::string& output,
                                       const IndexOptions& options,
                                       const std::map<std::string, std::string>& environment = {});

}  // namespace v1
}  // namespace ingot
