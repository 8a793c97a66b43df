#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/file.h"
#include "base/size.h"
#include "cli/commands.h"
#include "cli/data_output.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/unicode_text.h"
#include "commit/relative_path.h"
#include "format/parquet/file_reader.h"
#include "model/manifest.h"

namespace ingot {
namespace {

constexpr std::string_view kManifestName = "manifest.json";
constexpr size_t kLongestBound = 40;  // columns of a minimum or maximum, for people

// All chunks of one leaf column together.
struct ColumnSummary {
  uint64_t slots = 0;
  std::optional<uint64_t> nulls = 0;
  uint64_t compressed_bytes = 0;
  uint64_t uncompressed_bytes = 0;
  std::set<std::string> codecs;
  std::set<std::string> encodings;
  ValueBounds bounds;
  bool bounded = true;  // every chunk that has a value has bounds
};

ColumnSummary Summarize(const ParquetFileReader& reader, size_t leaf) {
  ColumnSummary summary;
  for (const RowGroupFacts& group : reader.row_groups()) {
    const ChunkFacts& chunk = group.chunks.at(leaf);
    summary.slots += chunk.slots;
    summary.nulls = summary.nulls && chunk.nulls ? std::optional(*summary.nulls + *chunk.nulls) : std::nullopt;
    summary.compressed_bytes += chunk.compressed_bytes;
    summary.uncompressed_bytes += chunk.uncompressed_bytes;
    summary.codecs.emplace(chunk.codec);
    summary.encodings.insert(chunk.encodings.begin(), chunk.encodings.end());
    const bool empty = chunk.nulls && *chunk.nulls == chunk.slots;
    summary.bounded = summary.bounded && (chunk.bounds.present() || empty);
    if (chunk.bounds.present()) {
      summary.bounds.Merge(chunk.bounds);
    }
  }
  return summary;
}

// A bound as JSON text; dates, instants and decimals as people write them, where the type is one of ours.
std::string BoundAsJson(const StatValue& value, const DataType* type) {
  JsonWriter json;
  if (const auto* on = std::get_if<bool>(&value)) {
    json.Bool(*on);
  } else if (const auto* number = std::get_if<double>(&value)) {
    json.Double(*number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    json.String(*text);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    const StatisticValue shown = type == nullptr ? StatisticValue(*integer) : StatisticFromInt(*type, *integer);
    if (const auto* words = std::get_if<std::string>(&shown)) {
      json.String(*words);
    } else {
      json.Signed(*integer);
    }
  } else {
    json.Null();
  }
  return json.text();
}

Cell BoundCell(const ColumnSummary& summary, const StatValue& value, const DataType* type) {
  return summary.bounded && summary.bounds.present() ? Cell(BoundAsJson(value, type)) : Cell();
}

std::string Joined(const std::set<std::string>& names) { return fmt::format("{}", fmt::join(names, " ")); }

Table ColumnTable(const ParquetFileReader& reader) {
  constexpr auto kPrograms = ColumnAudience::kPrograms;
  Table table({{"column"},
               {"type"},
               {"nulls", CellKind::kCount},
               {"min", CellKind::kJson},
               {"max", CellKind::kJson},
               {"codec", CellKind::kText},
               {"encodings", CellKind::kText, kPrograms},
               {"values", CellKind::kCount, kPrograms},
               {"bytes", CellKind::kBytes},
               {"uncompressed_bytes", CellKind::kBytes, kPrograms}});
  for (size_t leaf = 0; leaf < reader.columns().size(); ++leaf) {
    const ColumnFacts& facts = reader.columns()[leaf];
    const ColumnSummary summary = Summarize(reader, leaf);
    const Field* field = reader.leaves()[leaf].field;
    const DataType* type = field == nullptr ? nullptr : &field->type;
    std::string type_text = facts.logical.empty() ? std::string(facts.physical) : facts.logical;
    if (type != nullptr) {
      type_text = FormatType(*type);
    }
    table.Add({type != nullptr ? reader.leaves()[leaf].DisplayPath() : facts.path, type_text,
               summary.nulls ? Cell(*summary.nulls) : Cell(), BoundCell(summary, summary.bounds.min, type),
               BoundCell(summary, summary.bounds.max, type), Joined(summary.codecs), Joined(summary.encodings),
               summary.slots, summary.compressed_bytes, summary.uncompressed_bytes});
  }
  return table;
}

// For people long bounds are cut; programs get them whole.
Table Shortened(const Table& table) {
  Table shortened(table.columns());
  for (std::vector<Cell> row : table.rows()) {
    for (size_t i = 0; i < row.size(); ++i) {
      auto* text = std::get_if<std::string>(&row[i]);
      if (text != nullptr && table.columns()[i].kind == CellKind::kJson) {
        *text = FitToWidth(*text, kLongestBound);
      }
    }
    shortened.Add(std::move(row));
  }
  return shortened;
}

Result<int> InspectParquet(const Invocation& invocation, const std::string& path) {
  Result<ParquetFileReader> opened = ParquetFileReader::Open(path);
  if (!opened) {
    return opened.error().kind() == ErrorKind::kCorrupt
               ? std::move(opened).error().WithAdvice(
                     "the file is truncated or damaged: copy it again, or make it again")
               : std::move(opened).error();
  }
  const ParquetFileReader& reader = *opened;
  const OutputFormat format = FormatOf(invocation);
  const Table columns = ColumnTable(reader);
  DataOutput& out = invocation.program.out;
  if (format == OutputFormat::kJson) {
    JsonWriter json;
    json.BeginObject().Key("path").String(path).Key("format").String("parquet");
    json.Key("rows").Unsigned(reader.rows()).Key("row_groups").Unsigned(reader.row_groups().size());
    json.Key("bytes").Unsigned(reader.file_bytes()).Key("footer_bytes").Unsigned(reader.footer_bytes());
    json.Key("created_by").String(reader.created_by());
    std::string rows = columns.Render(OutputFormat::kJson, 0);
    rows.pop_back();
    json.Key("columns").Raw(rows);
    out.Line(json.EndObject().text());
    return kExitOk;
  }
  if (format == OutputFormat::kTable || format == OutputFormat::kMarkdown) {
    out.Line(fmt::format("{}: rows {}, row groups {}, columns {}, {} (footer {}), written by {}\n", PrintableText(path),
                         FormatCount(reader.rows()), FormatCount(reader.row_groups().size()),
                         FormatCount(reader.columns().size()), FormatByteSize(reader.file_bytes()),
                         FormatByteSize(reader.footer_bytes()), PrintableText(reader.created_by())));
    out.Write(Shortened(columns).Render(format, WidthOf(invocation.program.terminal)));
    return kExitOk;
  }
  PrintTable(invocation, columns);
  return kExitOk;
}

Result<int> InspectManifest(const Invocation& invocation, const std::string& path) {
  INGOT_ASSIGN(const std::string text, ReadWholeFile(path, kMaxManifestBytes));
  Result<Manifest> manifest = ParseManifest(text);
  if (!manifest) {
    return std::move(manifest).error().In("'" + path + "'").WithAdvice("it is damaged, or not a manifest of Ingot");
  }
  DataOutput& out = invocation.program.out;
  if (FormatOf(invocation) == OutputFormat::kJson) {
    out.Write(text);
    return kExitOk;
  }
  Table table({{"name"}, {"value"}});
  const auto add = [&table](std::string name, std::string value) { table.Add({std::move(name), std::move(value)}); };
  add("manifest", path);
  add("dataset", manifest->dataset);
  add("partition", manifest->key.ToString());
  add("generation", std::to_string(manifest->generation));
  add("rows", FormatCount(manifest->rows));
  add("columns", FormatCount(manifest->schema.fields.size()));
  add("inputs", FormatCount(manifest->inputs.size()));
  add("rejects", FormatCount(manifest->rejects.rows));
  for (const ManifestFile& file : manifest->files) {
    add("file", fmt::format("{}, {}, {} rows, sha256 {}", file.path, FormatByteSize(file.bytes), FormatCount(file.rows),
                            file.sha256));
  }
  for (const CheckResult& check : manifest->checks) {
    add("check", fmt::format("{}: {}", check.name, VerdictName(check.verdict)));
  }
  for (const OverrideRecord& record : manifest->overrides) {
    add("override", fmt::format("{} by {}: {}", record.check, record.by, record.reason.value_or("no reason given")));
  }
  add("content id", manifest->content_id);
  add("finished", FormatUtcInstant(manifest->run.finished));
  PrintTable(invocation, table);
  return kExitOk;
}

// The first partition below the folder, in the order of names; not deeper than partitions are.
std::optional<std::string> PartitionBelow(const std::string& folder) {
  constexpr int kDeepest = 6;
  std::optional<std::string> first;
  std::error_code failure;
  const auto options = std::filesystem::directory_options::skip_permission_denied;
  for (auto entry = std::filesystem::recursive_directory_iterator(folder, options, failure);
       !failure && entry != std::filesystem::recursive_directory_iterator(); entry.increment(failure)) {
    if (entry.depth() >= kDeepest) {
      entry.disable_recursion_pending();
    }
    if (entry->path().filename() == kManifestName) {
      const std::string found = entry->path().parent_path().string();
      first = first ? std::min(*first, found) : found;
    }
  }
  return first;
}

Error NoPartition(const std::string& folder) {
  const std::optional<std::string> below = PartitionBelow(folder);
  return Error(ErrorKind::kNotFound,
               fmt::format("'{}' is a folder without {}: it is not a partition", folder, kManifestName),
               below ? fmt::format("name one of the partitions below it: ingot inspect '{}'", *below)
                     : "name a Parquet file, a manifest, or the folder of a partition");
}

}  // namespace

Result<int> InspectCommand(const Invocation& invocation) {
  std::string path = invocation.arguments[0];
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    path = JoinPath(path, kManifestName);
    if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT) {
      return NoPartition(invocation.arguments[0]);
    }
  }
  INGOT_ASSIGN(const UniqueFd file, OpenFile(path, O_RDONLY));
  std::array<char, 4> start{};
  INGOT_ASSIGN(const size_t count, ReadSome(file.get(), start, path));
  const std::string_view seen(start.data(), count);
  if (seen == "PAR1" || seen == "PARE") {
    return InspectParquet(invocation, path);
  }
  if (seen.starts_with('{')) {
    return InspectManifest(invocation, path);
  }
  return Error(ErrorKind::kInvalidData, fmt::format("'{}' is neither a Parquet file nor a manifest", path),
               "a Parquet file begins with PAR1, a manifest with {");
}

}  // namespace ingot
