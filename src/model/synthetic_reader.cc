#include "model/synthetic_reader.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

namespace ingot {
namespace {

constexpr std::array<std::string_view, 10> kOfInputs{
    "path", "expect", "drop", "maps", "types", "empty_object", "max_rejects", "max_line", "max_new_keys", "event_time"};
constexpr std::array<std::string_view, 6> kOfGenerators{"generator", "rows", "seed", "start", "end", "file_size"};

UtcDay ReadDay(TableReader& reader, std::string_view name, UtcDay otherwise) {
  if (!reader.Has(name)) {
    return otherwise;
  }
  auto day = ParseUtcDay(reader.String(name));
  if (!day) {
    reader.Problem(name, day.error());
    return otherwise;
  }
  return *day;
}

}  // namespace

SyntheticSpec ReadSynthetic(TableReader& reader, SourceKind kind) {
  SyntheticSpec spec;
  const bool is_generated = kind == SourceKind::kSynthetic;
  const std::span<const std::string_view> misplaced =
      is_generated ? std::span<const std::string_view>(kOfInputs) : kOfGenerators;
  for (const std::string_view name : misplaced) {
    if (reader.Has(name)) {
      reader.Problem(name, is_generated ? "is not valid where rows are generated"
                                        : "means something only with type = \"synthetic\"");
    }
  }
  spec.generator = static_cast<GeneratorKind>(reader.Choice("generator", 0));
  spec.rows = reader.Count("rows", spec.rows);
  if (spec.rows == 0 || spec.rows > kMostSyntheticRows) {
    reader.Problem("rows", fmt::format("must be 1 to {}", kMostSyntheticRows));
    spec.rows = 1;
  }
  spec.seed = reader.Count("seed", spec.seed);
  spec.start = ReadDay(reader, "start", spec.start);
  spec.end = ReadDay(reader, "end", spec.end);
  if (spec.end < spec.start) {
    reader.Problem("end", fmt::format("is before the start, {}", FormatUtcDay(spec.start)));
    spec.end = spec.start;
  }
  spec.file_bytes = reader.Size("file_size", spec.file_bytes);
  if (spec.file_bytes < kFewestFileBytes) {
    reader.Problem("file_size", "must be 64 KiB or more");
  }
  return spec;
}

void CheckGeneratedPlaces(TableReader& reader, DatasetSpec& spec) {
  if (!spec.key.fields().empty()) {
    reader.Problem("key", "a generated dataset is one partition, so it has no key");
  }
  if (spec.path.empty()) {
    return;
  }
  bool has_part = false;
  for (const TemplateField& field : spec.path.fields()) {
    const bool is_part = field.name == "part" && (field.kind == FieldKind::kInt32 || field.kind == FieldKind::kInt64);
    const bool is_date = field.name == "date" && field.kind == FieldKind::kDate;
    has_part = has_part || is_part;
    if (!is_part && !is_date) {
      reader.Problem("path",
                     fmt::format("'{}' is neither a variable nor one of {{date}} and {{part:int32}}", field.name));
    }
  }
  if (!has_part) {
    reader.Problem("path", "needs {part:int32}, the number of a file");
  }
  std::string folder = spec.path.CommonFolder({});
  if (folder.empty()) {
    reader.Problem("path", "needs a folder of its own, as in events/events-{part:int32}.parquet");
    return;
  }
  folder.pop_back();
  if (!spec.manifest_path.empty()) {
    // Engines that read the whole folder choke on files of another kind.
    if (!spec.manifest_path.fields().empty() || spec.manifest_path.text().starts_with(folder + "/")) {
      reader.Problem("manifest_path", fmt::format("must be one file outside of '{}'", folder));
    }
    return;
  }
  auto beside = PathTemplate::Compile(EscapeTemplateText(folder) + ".manifest.json");
  if (!beside) {
    reader.Problem("path", beside.error());
    return;
  }
  spec.manifest_path = *std::move(beside);
}

}  // namespace ingot
