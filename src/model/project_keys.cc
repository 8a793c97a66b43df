#include "model/project_keys.h"

#include <algorithm>
#include <array>

namespace ingot {
namespace {

using S = KeyShape;
constexpr KeyUse kMay = KeyUse::kOptional;
constexpr KeyUse kMust = KeyUse::kRequired;

constexpr ProjectKey Table(std::string_view table, std::string_view name, KeyShape shape, KeyUse use,
                           std::string_view doc) {
  return {table, name, shape, use, "", "", doc};
}

constexpr ProjectKey Key(std::string_view table, std::string_view name, KeyShape shape, KeyUse use,
                         std::string_view default_value, std::string_view doc) {
  return {table, name, shape, use, "", default_value, doc};
}

constexpr ProjectKey Choice(std::string_view table, std::string_view name, KeyUse use, std::string_view choices,
                            std::string_view default_value, std::string_view doc) {
  return {table, name, S::kChoice, use, choices, default_value, doc};
}

constexpr std::string_view kDataset = "dataset.*";
constexpr std::string_view kSource = "dataset.*.source";
constexpr std::string_view kSchema = "dataset.*.schema";
constexpr std::string_view kParquet = "dataset.*.parquet";
constexpr std::string_view kChecks = "dataset.*.checks";
constexpr std::string_view kVerify = "dataset.*.verify";
constexpr std::string_view kSample = "dataset.*.verify.sample";
constexpr std::string_view kWarnings = "dataset.*.verify.warnings";
constexpr std::string_view kIncremental = "dataset.*.source.incremental";
constexpr std::string_view kModel = "model.*";
constexpr std::string_view kWarehouse = "warehouse";
constexpr std::string_view kColumn = "dataset.*.columns.*";
constexpr std::string_view kSequence = "dataset.*.columns.*.sequence";
constexpr std::string_view kQuery = "query.*";
constexpr std::string_view kParameter = "query.*.params.*";

constexpr std::array kKeys = {
    Table("", "project", S::kTable, kMust, "What the project is."),
    Table("", "vars", S::kStringTable, kMay,
          "Variables: `{name}` in paths stands for their values. `--set NAME=VALUE` and `INGOT_VAR_NAME` replace them. "
          "Names are lower-case."),
    Table("", "defaults", S::kOptionTable, kMay,
          "Defaults of command line options, as `threads = 4`; `-` in an option's name is `_` here."),
    Table("", "dataset", S::kNamedTables, kMust, "The datasets, by name: lower-case letters, digits, `_` and `-`."),
    Table(
        "", "model", S::kNamedTables, kMay,
        "Models, by name: results of SQL over datasets and other models that queries see as tables. Nothing of them is "
        "stored."),
    Table("", "warehouse", S::kTable, kMay, "The database file that `ingot refresh` keeps."),
    Table("", "query", S::kNamedTables, kMay, "Saved queries, by name: letters, digits and `_`; `ingot query NAME`."),

    Key("project", "name", S::kString, kMust, "", "Name of the project, for people."),
    Key("project", "description", S::kString, kMay, "", "What it is about, for people."),

    Key(kDataset, "description", S::kString, kMay, "", "What it holds, for people."),
    Key(kDataset, "key", S::kKeyFields, kMay, "[]",
        "Names of the key fields in their order, `name` or `name:kind`. `date` is one UTC day, `start` and `end` a "
        "range of days, `end_day` and `days` the days that end with one. `days=7` gives a field a value for when none "
        "is given. Without key fields there is one partition."),
    Key(kDataset, "title", S::kString, kMay, "", "What its partitions are called in messages."),
    Key(kDataset, "store", S::kString, kMay, "\".\"",
        "Folder of the local store; Ingot keeps its own files in `.ingot` there."),
    Key(kDataset, "path", S::kPathTemplate, kMust, "", "Path template of the data file, below the store."),
    Key(kDataset, "manifest_path", S::kPathTemplate, kMay, "",
        "Path template of the manifest, below the store. By default `manifest.json` in a folder that belongs to the "
        "partition alone, else `FILE.manifest.json`; of a Hive layout outside of its folders, "
        "`lake.date={date}.manifest.json` for `lake/date={date}/data.parquet`."),
    Table(kDataset, "source", S::kTable, kMust, "Where the rows come from."),
    Table(kDataset, "columns", S::kNamedTables, kMay,
          "`synthetic`: the columns of the rows, by name, see [generated columns](generated-columns.md)."),
    Table(kDataset, "schema", S::kTable, kMay, "How the schema may change."),
    Table(kDataset, "parquet", S::kTable, kMay, "How the file is written."),
    Table(kDataset, "checks", S::kTable, kMay, "What must hold before a partition is published."),
    Table(kDataset, "verify", S::kTable, kMay, "What `ingot verify` asks beyond hashes."),
    Table(kDataset, "manifest", S::kManifestTable, kMay,
          "Top-level fields of the manifest: literals, computed values `{ compute = \"rows\" }`, or tables of those."),

    Choice(kSource, "type", kMust, "jsonl|synthetic|derive|sql|listing", "",
           "`jsonl`: files of JSON lines, plain, gzip or zstd. `synthetic`: rows are generated; such a dataset has no "
           "key, and its `path` names many files, by `{part:int32}` and `{date}`. `derive`: the partitions of another "
           "dataset that lie in the key's window. `sql`: the result of a statement over datasets and models. "
           "`listing`: files of paths, one a line, also gzip or zstd; such a dataset is a key manifest."),
    Key(kSource, "from", S::kString, kMay, "",
        "`derive`: the daily dataset whose partitions are the inputs. It must have a window of its own."),
    Key(kSource, "keep", S::kColumns, kMay, "", "`derive`: columns and fields that are taken. Without it all are."),
    Key(kSource, "path", S::kPathTemplate, kMay, "",
        "`jsonl`, `listing`: path template of the inputs. The folders before its first field may be absolute. Its "
        "fields are key fields or are in `expect`."),
    Key(kSource, "expect", S::kDomainTable, kMay, "{}",
        "Which inputs a whole partition has: a range for each field that is no key, as `{ hour = \"00..23\" }`, or a "
        "list."),
    Key(kSource, "drop", S::kColumns, kMay, "[]", "Columns that are left out."),
    Key(kSource, "maps", S::kColumns, kMay, "[]", "Objects whose keys are data: they become maps."),
    Key(kSource, "types", S::kStringTable, kMay, "{}",
        "Types that are declared rather than seen: column path = type, as `\"meta.added\" = \"timestamp[us]\"`."),
    Choice(kSource, "empty_object", kMay, "struct|null", "\"struct\"", "What `{}` becomes."),
    Key(kSource, "template", S::kPathTemplate, kMay, "",
        "`listing`: path template of the paths, whose fields become the sorted key columns. Any folders may be "
        "before it."),
    Key(kSource, "base", S::kString, kMay, "\"\"", "`listing`: prefix of every path, as `s3://bucket/`."),
    Choice(kSource, "duplicates", kMay, "keep-first|keep-last|keep-all|refuse", "\"keep-first\"",
           "`listing`: what becomes of rows that have the key of an earlier line. They are always counted."),
    Key(kSource, "max_rejects", S::kCount, kMay, "0",
        "Maximum number of rejected rows in one partition; of a listing, any number where this is absent."),
    Key(kSource, "max_line", S::kSize, kMay, "\"16MiB\"", "Longer lines are rejects; of a listing from 64KiB on."),
    Key(kSource, "max_new_keys", S::kCount, kMay, "256",
        "An object with more keys that are neither locked nor declared stops the build: it is probably a map."),
    Key(kSource, "event_time", S::kColumn, kMay, "",
        "Column with a row's own time: a timestamp, a date, or text such as 2026-01-15T00:05:09Z with its offset from "
        "UTC. "
        "Rows outside the key's window are counted as late, not moved; values that cannot be read are counted as "
        "unreadable and warned of."),
    Choice(
        kSource, "generator", kMay, "events|columns", "\"events\"",
        "`synthetic`: what the rows are. `events`: product events. `columns`: what `[dataset.NAME.columns]` says; it "
        "is the default where there is that table."),
    Key(kSource, "rows", S::kCount, kMay, "1_000_000", "`synthetic`: number of rows."),
    Key(kSource, "seed", S::kCount, kMay, "7", "`synthetic`: the same seed gives the same bytes."),
    Key(kSource, "start", S::kString, kMay, "\"2023-01-01\"", "`synthetic`: the first day of the events."),
    Key(kSource, "end", S::kString, kMay, "\"2025-12-31\"", "`synthetic`: the last day, included whole."),
    Key(kSource, "file_size", S::kSize, kMay, "\"128MiB\"",
        "`synthetic`: a file is closed at the first row group that reaches it."),
    Key(kSource, "file", S::kString, kMay, "",
        "`sql`: the file with the statement, from the project's folder. Beside `NAME.sql`, `NAME.duckdb.sql` is taken "
        "before it by that engine."),
    Key(kSource, "inputs", S::kStrings, kMay, "",
        "`sql`: the datasets and models that the statement reads. Of daily datasets the days in the key's window; "
        "where "
        "there is none, everything."),
    Table(kSource, "incremental", S::kTable, kMay,
          "`sql`, for a dataset without a key: rows of one period come from the inputs of that period alone, so that "
          "only periods whose inputs changed are computed again."),

    Key(kIncremental, "column", S::kString, kMust, "",
        "The result's column with the first day of the period, a date or a timestamp. The result is ordered by it."),
    Choice(kIncremental, "by", kMust, "day|week|month|year", "", "The period. Weeks begin on Monday."),

    Key(kColumn, "type", S::kString, kMust, "", "Type of the values, as `\"decimal(10,2)\"`; no nested ones."),
    Key(kColumn, "nulls", S::kNumber, kMay, "0.0", "Share of rows without a value, 0.0 to 1.0."),
    Key(kColumn, "values", S::kScalars, kMay, "", "One of these is drawn; days and instants are strings."),
    Key(kColumn, "weights", S::kNumbers, kMay, "", "How often each of `values` is drawn, in proportion to the others."),
    Table(kColumn, "sequence", S::kTable, kMay, "Whole numbers that count the rows."),
    Key(kColumn, "min", S::kScalar, kMay, "", "The smallest value: a number, a day, or an instant."),
    Key(kColumn, "max", S::kScalar, kMay, "", "The largest value."),
    Choice(kColumn, "distribution", kMay, "uniform|normal|exponential|zipf", "\"uniform\"",
           "How values are spread over the range, or over `values`."),
    Key(kColumn, "mean", S::kNumber, kMay, "", "`normal`, `exponential`: the mean, before the range cuts values off."),
    Key(kColumn, "deviation", S::kNumber, kMay, "", "`normal`: the standard deviation."),
    Key(kColumn, "exponent", S::kNumber, kMay, "1.0",
        "`zipf`: value number k is drawn in proportion to 1 / k^exponent; 10 at the most."),
    Key(kColumn, "pattern", S::kString, kMay, "",
        "A string with a drawn whole number in it, as `\"user_{n}\"`; `{n:08}` pads it with zeros, `{n:x}` is "
        "hexadecimal."),

    Key(kSequence, "start", S::kInteger, kMay, "1", "Of the first row."),
    Key(kSequence, "step", S::kInteger, kMay, "1", "From each row to the next; may be negative."),

    Choice(kSchema, "drift", kMay, "evolve|freeze", "\"evolve\"",
           "`evolve`: new columns enter `ingot.lock` after the commit. `freeze`: any change is refused."),

    Choice(kParquet, "codec", kMay, "zstd|snappy|none", "\"zstd\"",
           "Compression of the pages; of a listing `snappy` by default."),
    Key(kParquet, "level", S::kCount, kMay, "1", "Level of zstd, 1 to 22."),
    Key(kParquet, "row_group", S::kSize, kMay, "\"128MiB\"",
        "A row group is closed when it holds this many bytes of decompressed input."),
    Key(kParquet, "row_group_rows", S::kCount, kMay, "1_048_576",
        "Or this many rows; of a listing by default 122_880."),
    Key(kParquet, "page", S::kSize, kMay, "\"1MiB\"", "A page is closed at this many bytes before compression."),
    Key(kParquet, "bloom", S::kColumns, kMay, "[]", "Columns with a bloom filter; of a listing by default the key."),

    Key(kChecks, "window_closed", S::kBoolean, kMay, "true", "The key's window must have ended."),
    Key(kChecks, "inputs_complete", S::kBoolean, kMay, "true", "Every expected input must be there and whole."),
    Key(kChecks, "min_inputs", S::kCount, kMay, "", "So many of the expected inputs are enough."),
    Choice(kChecks, "empty", kMay, "refuse|ok", "\"refuse\"", "Whether a partition may have no rows."),
    Key(kChecks, "min_rows", S::kCount, kMay, "1", "A partition with fewer rows is refused; 0 where `empty` is `ok`."),
    Key(kChecks, "max_shrink", S::kShare, kMay, "\"50%\"",
        "How many of its rows a partition may lose when it is rebuilt; `100%` allows anything. A partition that has "
        "that much less than the median of the seven before it gets a warning."),

    Key(kVerify, "min_bytes", S::kSize, kMay, "0", "A smaller data file is an error."),
    Key(kVerify, "required", S::kColumns, kMay, "[]", "Columns that must be there."),
    Key(kVerify, "required_any", S::kColumnGroups, kMay, "[]",
        "Groups of columns; of each at least one must be there."),
    Key(kVerify, "not_null", S::kColumns, kMay, "[]", "Columns in which a null is an error."),
    Key(kVerify, "manifest_fields", S::kStrings, kMay, "[]",
        "Top-level fields that the manifest must have, besides those declared in `manifest`."),
    Key(kVerify, "warn_all_null", S::kBoolean, kMay, "true", "Warn about columns in which every value is null."),
    Key(kVerify, "top_nulls", S::kCount, kMay, "10", "How many columns with the highest share of nulls are reported."),
    Table(kVerify, "sample", S::kTable, kMay, "The rows that are looked at."),
    Table(kVerify, "warnings", S::kTables, kMay, "What the rows should look like."),

    Key(kSample, "rows", S::kCount, kMay, "100", "So many rows."),
    Key(kSample, "seed", S::kCount, kMay, "1", "The same seed takes the same rows of the same file."),

    Key(kWarnings, "column", S::kColumn, kMust, "", "The column."),
    Key(kWarnings, "min", S::kNumber, kMay, "", "Warn about sampled values below it."),
    Key(kWarnings, "max", S::kNumber, kMay, "", "Warn about sampled values above it."),
    Key(kWarnings, "not_empty", S::kBoolean, kMay, "false", "Warn about sampled texts that are empty or null."),
    Key(kWarnings, "instant", S::kBoolean, kMay, "false", "Warn about sampled texts that are not RFC 3339 instants."),
    Key(kWarnings, "min_present", S::kNumber, kMay, "",
        "Warn when the column is not null in a smaller share of all rows, 0.0 to 1.0."),

    Key(kModel, "description", S::kString, kMay, "", "What it is, for people."),
    Key(kModel, "file", S::kString, kMust, "",
        "The file with its statement, from the project's folder; see `file` of a source."),
    Key(kModel, "inputs", S::kStrings, kMust, "", "The datasets and models that the statement reads."),
    Key(kModel, "per_row", S::kBoolean, kMay, "false",
        "Every row is made of one row of the only input. What is missing was rejected, and `ingot refresh` counts it."),

    Key(kWarehouse, "database", S::kString, kMust, "", "The DuckDB database file, from the project's folder."),

    Key(kQuery, "description", S::kString, kMay, "", "What it answers, for people."),
    Key(kQuery, "sql", S::kString, kMay, "", "One statement that reads; `$name` stands for a parameter."),
    Key(kQuery, "file", S::kString, kMay, "", "Or the file that holds it, from the project's folder."),
    Table(kQuery, "params", S::kNamedTables, kMay, "The parameters, by name: letters, digits and `_`."),

    Choice(kParameter, "type", kMay, "string|int64|double|bool|date|timestamp", "\"string\"",
           "Type of its values; they are bound, never inserted into the SQL."),
    Key(kParameter, "default", S::kScalar, kMay, "", "Value without `--param`; without one it must be given."),
    Key(kParameter, "description", S::kString, kMay, "", "What it means, for people."),
};

}  // namespace

std::span<const ProjectKey> ProjectKeys() { return kKeys; }

const ProjectKey* FindProjectKey(std::string_view table, std::string_view name) {
  const auto* found = std::find_if(kKeys.begin(), kKeys.end(),
                                   [&](const ProjectKey& key) { return key.table == table && key.name == name; });
  return found == kKeys.end() ? nullptr : found;
}

}  // namespace ingot
