// Building partitions, and planning it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingot/partition.h"
#include "ingot/work.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  struct RunOptions {
    PartitionChoice partitions;
    WorkOptions work;
    std::string output_dir;                // write below this folder instead of the datasets' own
    std::optional<bool> force;             // rebuild what is up to date
    std::optional<bool> locked;            // refuse any change of the schema
    std::optional<bool> dry_run;           // publish nothing; local files are built as always
    std::optional<bool> publish;           // kUnsupported until stores arrive
    std::optional<bool> allow_incomplete;  // let an open window and missing or damaged inputs pass
    std::optional<bool> allow_drift;       // let a frozen schema change
    std::optional<bool> allow_empty;       // publish fewer rows than min_rows
    std::optional<bool> allow_shrink;      // replace a partition by one with many fewer rows
    std::optional<bool> replace_foreign;   // replace a file that Ingot did not write
    std::string reason;                    // why a check is overridden; the manifest keeps it
    std::optional<uint64_t> min_inputs;    // so many inputs are enough
    std::optional<uint64_t> max_rejects;   // so many bad rows are tolerated
  };

  // What a run did with one partition. With an error the members from `rows` to `content_id` say nothing.
  struct PartitionRun {
    std::string dataset;
    std::string key;
    std::string result;  // "built", "rebuilt", "up_to_date", or the name of the error's kind
    std::optional<Error> error;
    double seconds = 0;
    uint64_t rows = 0;
    uint64_t rejects = 0;
    uint64_t duplicates = 0;  // of a listing: lines that have the key of an earlier one
    uint64_t files = 0;
    uint64_t bytes = 0;        // of all data files
    uint64_t input_bytes = 0;  // as stored
    std::string path;
    std::string manifest_path;
    std::string rejects_path;  // empty without rejects
    std::string content_id;
    std::vector<Check> checks;
    std::vector<std::string> warnings;
  };

  struct RunResult {
    std::vector<PartitionRun> partitions;  // in the order of their keys
    std::vector<std::string> warnings;     // all of them; those of a partition begin with its name
  };

  // What a run would do with one partition, and why.
  struct PartitionPlan {
    std::string dataset;
    std::string key;
    std::string action;  // "build", "rebuild", "up_to_date", "refuse", "fail"
    std::string reason;
    std::optional<Error> error;  // with "fail"
    uint64_t inputs_present = 0;
    uint64_t inputs_expected = 0;
    uint64_t input_bytes = 0;          // as stored
    std::vector<std::string> missing;  // paths of inputs that are not there
    std::string target;                // where the primary file is, or will be
    std::vector<Check> checks;         // verdicts known before reading
  };

}  // namespace v1
}  // namespace ingot
