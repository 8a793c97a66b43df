// Partitions: which ones an operation is about, and what stands in a store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingot/error.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  // Which partitions of a dataset. Days are UTC: "2026-01-15", "today", "yesterday". The ways to choose exclude each
  // other; without any it is yesterday, or, for listings, all there are. A reference such as "tier3@2026-01-15" chooses
  // too.
  struct PartitionChoice {
    std::vector<std::string> date;
    std::string from;                   // the first day of a range, which reaches to yesterday
    std::string to;                     // or up to, not including, this day
    std::string last;                   // whole days up to yesterday: "7d", "2w"
    std::vector<std::string> end_day;   // spans of days by their last day
    std::optional<uint64_t> days;       // how many days such a span has
    std::optional<bool> previous_week;  // the last whole week, Monday to Sunday
  };

  // A rule and what it found.
  struct Check {
    std::string name;     // "window_closed", "inputs_complete", …
    std::string verdict;  // "passed", "warned", "overridden", "refused", "skipped"
    std::string detail;
  };

  // A partition that is published.
  struct Partition {
    std::string dataset;
    std::string key;         // "2026-01-15"; "2025-12-28,7"; "all" where a dataset has one partition only
    std::string start, end;  // RFC 3339, half-open; empty where the key means no window
    uint64_t rows = 0;
    uint64_t bytes = 0;  // of all data files
    uint64_t files = 0;
    std::string sha256;  // of the primary file
    std::string path;    // of the primary file; of many files the folder that holds them
    std::string manifest_path;
    std::string content_id;
    int64_t generation = 0;
    std::string built;  // RFC 3339
    // Why the manifest cannot be read; then only dataset, key and the paths are known.
    std::optional<Error> error;
  };

  struct PartitionStatus {
    std::string dataset;
    std::string key;
    std::string state;   // "built", "incomplete", "changed", "missing", "waiting", "damaged"
    std::string reason;  // why it is not simply built
    // Of what is published; absent when nothing is, or when it cannot be read.
    std::optional<uint64_t> rows, bytes, rejects;
    std::optional<int64_t> generation;
    std::string built;
  };

  // Options of listings: Project::Partitions and Project::Status.
  struct ListOptions {
    PartitionChoice partitions;
    std::string output_dir;  // look below this folder instead of the datasets' own
  };

}  // namespace v1
}  // namespace ingot
