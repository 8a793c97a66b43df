// The journal of runs: one JSON line for each run in `.ingot/runs.jsonl` at the root of the store it wrote to. It tells
// a person what happened when; nothing depends on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc.h"

namespace ingot {

struct JournalPartition {
  std::string key;
  std::string result;  // "built", "rebuilt", "up_to_date", or the kind of the error
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string content_id;  // empty when it failed
  std::string message;     // of the error; empty otherwise
};

struct JournalEntry {
  std::string run_id;
  std::string dataset;
  UtcInstant started;
  UtcInstant finished;
  std::vector<JournalPartition> partitions;
};

inline constexpr std::string_view kRunJournalPath = ".ingot/runs.jsonl";

// The line without its line feed.
Result<std::string> FormatJournalEntry(const JournalEntry& entry);

// Appends in one write, so that runs at the same time do not mix their lines. `store_root` must hold a state folder.
Result<void> AppendToRunJournal(const std::string& store_root, const JournalEntry& entry);

}  // namespace ingot
