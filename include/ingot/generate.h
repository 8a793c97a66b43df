// Writing datasets of synthetic rows.
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
  // The same options give the same bytes, whatever the threads.
  struct GenerateOptions {
    WorkOptions work;
    std::string output_dir;         // where the dataset goes; `data` without it
    std::optional<uint64_t> rows;   // in all
    std::optional<uint64_t> seed;   //
    std::string start, end;         // the first and the last day of the rows, both included
    std::string codec;              // "snappy", "zstd", "none"
    std::optional<uint64_t> level;  // of zstd, 1 to 22
    std::string file_size;          // close a file at the first row group that reaches it: "128MiB"
    std::string layout;             // "hive", a folder for each day, or "flat"
  };

  // A dataset that needs no project: "events". Replaces what it wrote there before. `environment` as in OpenOptions.
  // Errors: kUsage; kPermission naming the path; kAlreadyExists for foreign files in its place.
  INGOT_API Result<PartitionRun> Generate(const std::string& name, const GenerateOptions& options,
                                          const std::map<std::string, std::string>& environment = {});

}  // namespace v1
}  // namespace ingot
