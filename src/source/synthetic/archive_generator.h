// Writes a synthetic archive: {folder}/{YYYYMMDD}/{HH}.jsonl.gz, 24 files a day, the same bytes for the same settings
// on any machine and with any number of threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_sink.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/utc.h"
#include "source/synthetic/hazards.h"

namespace ingot {

enum class ArchiveShape {
  kNested,  // records of a market monitor, about 100 kB each: archive_row.h
  kFlat,    // product events of about 218 bytes, for benchmarks beside readers that cannot take nested ones: flat_row.h
};

// "nested" or "flat". Errors: kUsage.
Result<ArchiveShape> ParseArchiveShape(std::string_view text);

struct ArchiveSpec {
  std::string folder;  // made when missing
  UtcDay day;
  ArchiveShape shape = ArchiveShape::kNested;
  uint64_t seed = 7;
  // 0 means 100 nested rows (240 MB of JSON a day, some 40 MB compressed) or 200,000 flat ones (1,040 MB).
  uint32_t rows_per_hour = 0;
  // Unless 0, an hour ends with the row that reaches this many bytes of JSON, and rows_per_hour is not looked at.
  uint64_t bytes_per_hour = 0;
  // Elements of `spot_prices` in a nested row. Small numbers make small rows.
  uint32_t min_samples = 720;
  uint32_t max_samples = 780;
  // Flat rows know gzip-members, blank-lines and the destructive ones only.
  HazardSet hazards;
  int gzip_level = 6;
};

struct GeneratedFile {
  std::string path;  // below the folder: "20260115/03.jsonl.gz"
  uint64_t rows = 0;
  uint64_t blank_lines = 0;
  uint64_t bad_lines = 0;
  uint64_t raw_bytes = 0;  // JSON
  uint64_t bytes = 0;      // on disk
};

struct GeneratedArchive {
  std::vector<GeneratedFile> files;  // in the order of the hours; a missing hour is absent

  // Sum over all files; `path` is empty.
  GeneratedFile Total() const;
};

// The uncompressed lines of one hour, every line with its newline. Counts all but `bytes` and `path`.
// Requires hour < 24. Errors: kUsage for settings that contradict each other, kCancelled, the sink's.
Result<GeneratedFile> GenerateArchiveHour(const ArchiveSpec& spec, unsigned hour, ByteSink& lines,
                                          const Cancellation& cancellation);

// Writes all hours of one day, `threads` files at a time (at least one). Each file appears whole under its name and
// replaces an older one; the file of a missing hour is removed. Files that are done stay when a later one fails.
// Errors: as above, and the file system's, naming the path.
Result<GeneratedArchive> GenerateArchive(const ArchiveSpec& spec, unsigned threads, const Cancellation& cancellation,
                                         ProgressSink& progress);

}  // namespace ingot
