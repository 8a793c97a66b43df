// The manifest: the JSON document that describes and proves one commit. docs/formats/manifest.md is the format.
//
// Everything of ours lies under the key `ingot`; the rest of the top level belongs to the dataset and its consumers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "model/json_value.h"
#include "model/partition_key.h"
#include "model/schema.h"

namespace ingot {

inline constexpr int64_t kManifestFormat = 1;
inline constexpr size_t kMaxManifestBytes = size_t{64} << 20U;

// Every struct keeps in `extra` what it does not know, so that a newer version's fields survive being read and written.

struct WriterVersions {
  std::string ingot;
  std::string parquet;  // of the Parquet library
  std::string zstd;     // of the compressor
  JsonObject extra;

  bool operator==(const WriterVersions&) const = default;
};

struct ManifestFile {
  std::string path;  // relative to the folder of the manifest; cannot leave it
  uint64_t bytes = 0;
  uint64_t rows = 0;
  uint64_t row_groups = 0;
  std::string sha256;
  // Of what stands behind the last column chunk of a Parquet file: its hashes of the chunks make each of them provable
  // alone. Empty when unknown.
  std::string tail_sha256;
  JsonObject extra;

  bool operator==(const ManifestFile&) const = default;
};

// Integers for int16 to int64, text for dates, instants and decimals (see StatisticFromInt).
using StatisticValue = std::variant<bool, int64_t, double, std::string>;

// One leaf column. min and max are absent when all values are null or the type has no order.
struct ColumnStatistics {
  std::string name;  // Leaf::DisplayPath
  uint64_t nulls = 0;
  std::optional<StatisticValue> min;
  std::optional<StatisticValue> max;
  std::string value_hash;  // column/value_hash.h; empty when unknown
  JsonObject extra;

  bool operator==(const ColumnStatistics&) const = default;
};

struct ManifestInput {
  std::string path;
  uint64_t bytes = 0;
  uint64_t rows = 0;
  uint64_t rejected = 0;
  uint64_t blank = 0;
  std::string sha256;      // of the bytes as stored; empty for partitions
  std::string content_id;  // of an input partition's manifest; empty for files
  std::string damage;      // why the end could not be read, when a person let that pass; else empty
  JsonObject extra;

  bool operator==(const ManifestInput&) const = default;
};

enum class Verdict { kPassed, kWarned, kOverridden, kRefused, kSkipped };
// "passed", "warned", "overridden", "refused", "skipped".
std::string_view VerdictName(Verdict verdict);

struct CheckResult {
  std::string name;  // "window_closed", "inputs_complete", …
  Verdict verdict = Verdict::kPassed;
  std::string detail;
  JsonObject extra;

  bool operator==(const CheckResult&) const = default;
};

// A check that a person let pass.
struct OverrideRecord {
  std::string check;
  std::optional<std::string> reason;  // absent: not given
  std::string by;                     // the option that did it: "--allow-incomplete"
  JsonObject extra;

  bool operator==(const OverrideRecord&) const = default;
};

struct RejectSummary {
  uint64_t rows = 0;
  std::string file;  // empty without rejects
  JsonObject extra;

  bool operator==(const RejectSummary&) const = default;
};

// Rows whose own time lies outside the partition's window. min and max as they stand in the data.
struct LateRows {
  uint64_t rows = 0;
  std::string min;
  std::string max;
  std::optional<uint64_t> unreadable;  // values that are no instants, so not judged; absent in older manifests
  JsonObject extra;

  bool operator==(const LateRows&) const = default;
};

struct QueryCost {
  std::optional<UtcInstant> start_time;
  std::optional<double> duration_seconds;
  std::string template_hash;
  std::optional<uint64_t> bytes_processed;
  std::optional<uint64_t> bytes_billed;
  JsonObject extra;

  bool operator==(const QueryCost&) const = default;
};

// Instants are written with microseconds.
struct RunRecord {
  std::string id;
  UtcInstant started;
  UtcInstant finished;
  JsonObject extra;

  bool operator==(const RunRecord&) const = default;
};

struct Manifest {
  std::vector<std::string> required_features;
  std::string dataset;
  PartitionKey key;
  int64_t generation = 1;  // grows with every commit of the same key
  WriterVersions writer;
  std::vector<ManifestFile> files;  // the primary file first
  uint64_t rows = 0;
  Schema schema;
  std::vector<ColumnStatistics> columns;  // in the order of the schema's leaves, as the reader gives them
  std::vector<ManifestInput> inputs;
  std::vector<CheckResult> checks;
  std::vector<OverrideRecord> overrides;
  RejectSummary rejects;
  std::optional<LateRows> late;
  std::optional<QueryCost> query;
  RunRecord run;
  // JSON pointers of the dataset's own fields that the content id leaves out; the writer adds Ingot's.
  std::vector<std::string> volatile_fields;

  // What the dataset's declarations gave, and whatever else a reader found at the top level; never holds "ingot".
  JsonObject fields;
  JsonObject extra;  // unknown members of `ingot`

  // Set by ParseManifest, computed by SealManifest whatever they hold.
  std::string content_id;
  std::string self_sha256;

  // Null when there is no such column.
  const ColumnStatistics* FindColumn(std::string_view name) const;
  // Null when there is no such check.
  const CheckResult* FindCheck(std::string_view name) const;

  bool operator==(const Manifest&) const = default;
};

struct SealedManifest {
  std::string text;  // the file's bytes
  std::string content_id;
  std::string self_sha256;
};

// The canonical text with both hashes in place. The same manifest gives the same bytes.
// Errors: kInvalidData for text that is not UTF-8, for numbers that are not finite in `fields`, for paths that leave
// the folder; kConfig when `fields` holds "ingot".
Result<SealedManifest> SealManifest(const Manifest& manifest);

// Reads what SealManifest wrote, in this version or a later one. Unknown fields are kept.
// Errors: kCorrupt for anything that is not a manifest or was changed after it was written, naming the JSON pointer;
// kUnsupported for a newer format and for required features that this version does not have; kResourceLimit.
Result<Manifest> ParseManifest(std::string_view text);

// The statistic of a value that columns keep as a 64-bit integer: integers as they are, a date as "2026-01-15", an
// instant as "2026-01-15T00:05:09.123456Z" with the digits of its unit, a decimal as "12.3400".
StatisticValue StatisticFromInt(const DataType& type, int64_t value);

// True for "a/b/c" without reserved parts (see IsReservedPathName) and control characters: cannot leave its folder.
bool IsContainedPath(std::string_view path);

}  // namespace ingot
