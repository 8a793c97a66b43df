// What a project says about one dataset: its keys, places, source, schema rule, Parquet settings, checks and manifest.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/column_path.h"
#include "model/listing_spec.h"
#include "model/manifest_fields.h"
#include "model/partition_key.h"
#include "model/path_template.h"
#include "model/schema.h"
#include "model/schema_origin.h"
#include "model/sql_model.h"
#include "model/synthetic_spec.h"

namespace ingot {

enum class SourceKind {
  kJsonl,      // files of JSON lines
  kSynthetic,  // generated rows
  kDerive,     // partitions of another dataset
  kSql,        // the result of a statement
  kListing,    // files of paths, one a line
};
// "jsonl", "synthetic", "derive", "sql", "listing".
std::string_view FormatSourceKind(SourceKind kind);

// What an object without members becomes.
enum class EmptyObjectRule {
  kStruct,  // a struct that is present, its fields null
  kNull,    // null
};

struct DeclaredType {
  ColumnPathPattern path;
  DataType type;

  bool operator==(const DeclaredType&) const = default;
};

struct DatasetSpec;

// `[dataset.NAME.source]`
struct SourceSpec {
  SourceKind kind = SourceKind::kJsonl;
  RootedTemplate inputs;            // the root as written: relative ones start at the project's folder
  std::vector<FieldDomain> expect;  // which inputs a whole partition has; empty: whatever matches
  std::vector<ColumnPathPattern> drop;
  std::vector<ColumnPathPattern> maps;
  std::vector<DeclaredType> types;
  EmptyObjectRule empty_object = EmptyObjectRule::kStruct;
  uint64_t max_rejects = 0;  // rows
  uint64_t max_line_bytes = uint64_t{16} << 20U;
  uint64_t max_new_keys = 256;                  // keys of one object that are neither locked nor declared
  std::optional<ColumnPathPattern> event_time;  // a row is late when this lies outside the key's window
  SyntheticSpec synthetic;                      // kSynthetic only; then nothing above but `kind` means anything
  ListingSpec listing;                          // kListing only; beside inputs, expect, max_rejects, max_line_bytes

  // kDerive only.
  std::string from;                          // the daily dataset whose partitions are the inputs
  std::vector<ColumnPathPattern> keep;       // columns and fields that are taken; none: all. Then `drop` is taken away
  std::shared_ptr<const DatasetSpec> input;  // what `from` names, with the places that it is declared to have

  SqlSourceSpec sql;  // kSql only; then nothing above but `kind` means anything

  SchemaOrigin schema_origin() const {
    return kind == SourceKind::kSynthetic ? SchemaOrigin::kDeclared : SchemaOrigin::kObserved;
  }

  bool operator==(const SourceSpec&) const = default;
};

enum class DriftRule {
  kEvolve,  // new columns enter the lock file after the commit
  kFreeze,  // a change of the schema is refused
};

inline constexpr uint64_t kMaxZstdLevel = 22;
enum class CodecName { kZstd, kSnappy, kNone };
// "zstd", "snappy", "none".
std::string_view FormatCodecName(CodecName codec);

// `[dataset.NAME.parquet]`
struct ParquetSpec {
  CodecName codec = CodecName::kZstd;
  int level = 1;                                    // of zstd
  uint64_t row_group_bytes = uint64_t{128} << 20U;  // of input, decompressed
  uint64_t row_group_rows = uint64_t{1} << 20U;
  uint64_t page_bytes = uint64_t{1} << 20U;  // of encoded values, before compression
  std::vector<ColumnPathPattern> bloom;      // columns with a bloom filter; no `*`

  bool operator==(const ParquetSpec&) const = default;
};

// `[dataset.NAME.checks]`: what must hold before and while a partition is built.
struct ChecksSpec {
  bool window_closed = true;           // the key's window has ended
  bool inputs_complete = true;         // every expected input is there and whole
  std::optional<uint64_t> min_inputs;  // so many of the expected inputs are enough
  uint64_t min_rows = 1;               // fewer rows are refused; 0 where `empty` is "ok"
  double max_shrink = 0.5;             // share of the rows of the version before that may be missing; 1: all of them

  bool operator==(const ChecksSpec&) const = default;
};

// One rule of `warnings`: what the rows that are sampled, or a column as a whole, should look like.
struct VerifyWarning {
  ColumnPathPattern column;   // no `*`
  std::optional<double> min;  // of the sampled values
  std::optional<double> max;
  bool not_empty = false;             // sampled texts are neither null nor empty
  bool instant = false;               // sampled texts are RFC 3339 instants
  std::optional<double> min_present;  // share of rows where it is not null, 0 to 1; of the whole column

  bool operator==(const VerifyWarning&) const = default;
};

struct SampleSpec {
  uint64_t rows = 100;
  uint64_t seed = 1;  // the same seed takes the same rows of the same file

  bool operator==(const SampleSpec&) const = default;
};

// `[dataset.NAME.verify]`: what `ingot verify` asks of a partition beyond its hashes.
struct VerifySpec {
  uint64_t min_bytes = 0;                                    // of the primary file
  std::vector<ColumnPathPattern> required;                   // columns
  std::vector<std::vector<ColumnPathPattern>> required_any;  // of each group at least one
  std::vector<ColumnPathPattern> not_null;                   // columns without a single null
  std::vector<std::string> manifest_fields;  // top-level names that must be there, beside those declared
  bool warn_all_null = true;                 // columns in which every value is null
  uint64_t top_nulls = 10;                   // columns with the highest share of nulls that are reported
  SampleSpec sample;
  std::vector<VerifyWarning> warnings;

  bool operator==(const VerifySpec&) const = default;
};

struct DatasetSpec {
  std::string name;
  std::string description;
  std::string title;  // what its partitions are called in messages: "Tier 3 daily parquets"
  KeySpec key;
  std::string store_root;  // folder of the local store; relative ones start at the project's folder
  // Of the primary file, below the store's root. Of a generated dataset every file, by `part` and, where the files are
  // to be split by days, by `date`.
  PathTemplate path;
  PathTemplate manifest_path;  // below the store's root
  // True when the file's folder holds nothing but this partition, so that it can be replaced as a whole.
  bool owns_folder = false;
  SourceSpec source;
  DriftRule drift = DriftRule::kEvolve;
  ParquetSpec parquet;
  ChecksSpec checks;
  VerifySpec verify;
  ManifestFields manifest_fields;

  bool operator==(const DatasetSpec&) const = default;
};

// Whether its inputs are partitions of other datasets, not files.
bool ReadsPartitions(const DatasetSpec& dataset);

// Where the manifest lies when the project does not say: "manifest.json" in a folder that the partition owns, else
// FILE.manifest.json. Errors: kConfig, as PathTemplate::Compile.
struct ManifestPlace {
  PathTemplate path;
  bool owns_folder = false;
};
Result<ManifestPlace> DefaultManifestPlace(const KeySpec& key, const PathTemplate& path);

// How key manifests are written unless somebody says otherwise: small row groups, bloom filters for the whole key.
ParquetSpec ListingParquet(const PathTemplate& path);

// True where the manifest lies in the data's own folder under a name that is the same for every key: then no other
// partition has room there, and the folder can be replaced as a whole.
bool HasFixedNameBeside(const PathTemplate& manifest_path, const PathTemplate& path);

// sha256 (hex) of every setting that can change a byte of the data or of the manifest's content; places and texts for
// people do not enter. A partition that was built under another digest is not up to date.
std::string SettingsDigest(const DatasetSpec& dataset);

}  // namespace ingot
