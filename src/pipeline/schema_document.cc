#include "pipeline/schema_document.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "model/json_value.h"
#include "model/manifest_fields.h"
#include "pipeline/schema_report.h"

namespace ingot {
namespace {

// The literal field of a manifest in which a dataset explains its nulls to its readers.
constexpr std::string_view kNullSemantics = "null_semantics";

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c == '|' ? std::string("\\|") : std::string(1, c == '\n' ? ' ' : c);
  }
  return escaped;
}

std::string Code(std::string_view text) { return "`" + Escaped(text) + "`"; }

std::string Introduction(const DatasetSpec& dataset) {
  std::string text = fmt::format("# Dataset {}\n\n", Code(dataset.name));
  if (!dataset.description.empty()) {
    text += dataset.description + "\n\n";
  }
  text += "| | |\n| --- | --- |\n";
  text += fmt::format("| one partition | {} |\n", Code(dataset.key.Shape()));
  text += fmt::format("| data | {} |\n", Code(dataset.path.text()));
  text += fmt::format("| manifest | {} |\n", Code(dataset.manifest_path.text()));
  text +=
      fmt::format("| compression | {}{} |\n", FormatCodecName(dataset.parquet.codec),
                  dataset.parquet.codec == CodecName::kZstd ? fmt::format(", level {}", dataset.parquet.level) : "");
  text += fmt::format("| new columns | {} |\n", dataset.drift == DriftRule::kEvolve
                                                    ? "are accepted, and recorded with the day they came"
                                                    : "are refused");
  return text;
}

std::string Row(const SchemaLine& line, const LockedSchema& locked) {
  const auto since = locked.since.find(line.id);
  return fmt::format("| {} | {} | {} | {} |\n", Code(line.path), Code(line.type), line.nullable ? "yes" : "no",
                     since == locked.since.end() ? "" : since->second);
}

constexpr std::string_view kColumnHeader = "| column | type | may be null | since |\n| --- | --- | --- | --- |\n";

std::string Columns(const LockedSchema* locked) {
  if (locked == nullptr || locked->schema.fields.empty()) {
    return "\n## Columns\n\nNo schema is accepted yet: the first partition brings it.\n";
  }
  const std::vector<SchemaLine> lines = SchemaLines(locked->schema);
  std::string text = fmt::format("\n## Columns\n\n{}", kColumnHeader);
  for (const SchemaLine& line : lines) {
    if (line.depth == 0) {
      text += Row(line, *locked);
    }
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].depth == 0) {
      continue;
    }
    if (lines[i - 1].depth == 0) {
      text += fmt::format("\n### Fields of {}\n\n{}", Code(lines[i - 1].path), kColumnHeader);
    }
    text += Row(lines[i], *locked);
  }
  return text;
}

std::string List(const std::vector<ColumnPathPattern>& columns) {
  std::string text;
  for (const ColumnPathPattern& column : columns) {
    text += fmt::format("- {}\n", Code(column.ToString()));
  }
  return text;
}

std::string DroppedColumns(const DatasetSpec& dataset) {
  const SourceSpec& source = dataset.source;
  std::string text = "\n## Dropped columns\n\n";
  if (source.drop.empty() && source.keep.empty()) {
    return text + "None: every column of the source is kept.\n";
  }
  if (!source.keep.empty()) {
    text += "Everything but these is left out:\n\n" + List(source.keep);
  }
  if (!source.drop.empty()) {
    text += fmt::format("{}These are in the source and not in the dataset:\n\n", source.keep.empty() ? "" : "\n");
    text += List(source.drop);
  }
  return text;
}

// The declared meanings, as "futures_raw": "null when …".
const JsonObject* DeclaredNulls(const ManifestFields& fields, JsonObject& collected) {
  for (const ManifestField& field : fields) {
    if (field.name != kNullSemantics) {
      continue;
    }
    if (const auto* literal = std::get_if<JsonValue>(&field.value)) {
      return literal->AsObject();
    }
    if (const auto* nested = std::get_if<ManifestFields>(&field.value)) {
      for (const ManifestField& entry : *nested) {
        if (const auto* text = std::get_if<JsonValue>(&entry.value)) {
          collected.emplace(entry.name, *text);
        }
      }
      return &collected;
    }
  }
  return nullptr;
}

Result<std::string> NullSemantics(const DatasetSpec& dataset) {
  std::string text = "\n## What null means\n\n- A field that a row does not have is null.\n";
  if (dataset.source.kind == SourceKind::kJsonl) {
    text += dataset.source.empty_object == EmptyObjectRule::kNull
                ? "- An empty object `{}` is null.\n"
                : "- An empty object `{}` is a struct whose fields are all null.\n";
  }
  JsonObject collected;
  if (const JsonObject* declared = DeclaredNulls(dataset.manifest_fields, collected)) {
    for (const auto& [name, meaning] : *declared) {
      INGOT_ASSIGN(const std::string json, WriteJson(meaning, JsonStyle::kCompact));
      text += fmt::format("- {}: {}\n", Code(name), meaning.AsString() != nullptr ? *meaning.AsString() : Code(json));
    }
  }
  return text;
}

std::string Meaning(const ComputedField& computed) {
  std::string text(Describe(computed.function).doc);
  if (!computed.field.empty()) {
    text += fmt::format(" (field {})", Code(computed.field));
  }
  if (computed.column) {
    text += fmt::format(" (column {})", Code(computed.column->ToString()));
  }
  if (!computed.format.empty()) {
    text += fmt::format(" (as {})", Code(computed.format));
  }
  return Escaped(text);
}

Result<void> AddFieldRows(const ManifestFields& fields, const std::string& prefix, std::string& text) {
  for (const ManifestField& field : fields) {
    const std::string name = prefix + field.name;
    if (const auto* computed = std::get_if<ComputedField>(&field.value)) {
      text += fmt::format("| {} | {} |\n", Code(name), Meaning(*computed));
    } else if (const auto* literal = std::get_if<JsonValue>(&field.value)) {
      INGOT_ASSIGN(const std::string json, WriteJson(*literal, JsonStyle::kCompact));
      text += fmt::format("| {} | always {} |\n", Code(name), Code(json));
    } else if (const auto* nested = std::get_if<ManifestFields>(&field.value)) {
      INGOT_TRY(AddFieldRows(*nested, name + ".", text));
    }
  }
  return {};
}

Result<std::string> ManifestSection(const DatasetSpec& dataset) {
  std::string text =
      "\n## Manifest\n\nEverything that proves the partition (hashes, inputs, checks) is under the key `ingot`.";
  if (dataset.manifest_fields.empty()) {
    return text + "\n";
  }
  text += " The dataset's own fields:\n\n| field | value |\n| --- | --- |\n";
  INGOT_TRY(AddFieldRows(dataset.manifest_fields, "", text));
  return text;
}

}  // namespace

Result<std::string> SchemaDocument(const DatasetSpec& dataset, const LockedSchema* locked) {
  std::string text = Introduction(dataset);
  text += Columns(locked);
  text += DroppedColumns(dataset);
  INGOT_ASSIGN(const std::string nulls, NullSemantics(dataset));
  INGOT_ASSIGN(const std::string manifest, ManifestSection(dataset));
  return text + nulls + manifest;
}

}  // namespace ingot
