#include "model/dataset_spec.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"
#include "model/json_value.h"

namespace ingot {
namespace {

JsonArray ToJson(const std::vector<ColumnPathPattern>& paths) {
  JsonArray out;
  for (const ColumnPathPattern& path : paths) {
    out.emplace_back(path.ToString());
  }
  return out;
}

// Comments are part of a statement: nobody would expect Ingot to read SQL.
JsonObject ToJson(const SqlSourceSpec& source) {
  JsonArray models;
  for (const SqlModel& model : source.models) {
    models.emplace_back(JsonArray{model.name, model.sql});
  }
  JsonArray inputs(source.inputs.begin(), source.inputs.end());
  return {{"sql", source.sql}, {"models", std::move(models)}, {"inputs", std::move(inputs)}};
}

// Tolerances (max_rejects, max_new_keys) do not change what is written when they hold.
JsonObject ToJson(const SourceSpec& source) {
  if (source.kind == SourceKind::kSynthetic) {
    return GeneratorJson(source.synthetic);
  }
  JsonObject out;
  if (source.kind == SourceKind::kDerive) {
    return {{"from", source.from},
            {"keep", ToJson(source.keep)},
            {"drop", ToJson(source.drop)},
            {"event_time", source.event_time ? JsonValue(source.event_time->ToString()) : JsonValue()}};
  }
  if (source.kind == SourceKind::kSql) {
    return ToJson(source.sql);
  }
  if (source.kind == SourceKind::kListing) {
    // Which files hold the lines is not among them: it does not change a row.
    return {{"template", source.listing.path.text()},
            {"base", source.listing.base},
            {"duplicates", FormatDuplicateRule(source.listing.duplicates)},
            {"max_line_bytes", source.max_line_bytes}};
  }
  out["path"] = source.inputs.path.text();
  JsonArray expect;
  for (const FieldDomain& domain : source.expect) {
    const TemplateField* field = source.inputs.path.FindField(domain.field);
    const FieldKind kind = field == nullptr ? FieldKind::kString : field->kind;
    JsonArray values;
    for (const FieldValue& value : domain.values) {
      values.emplace_back(FormatFieldValue(kind, value));
    }
    expect.emplace_back(JsonArray{domain.field, std::move(values)});
  }
  out["expect"] = std::move(expect);
  out["drop"] = ToJson(source.drop);
  out["maps"] = ToJson(source.maps);
  JsonArray types;
  for (const DeclaredType& declared : source.types) {
    types.emplace_back(JsonArray{declared.path.ToString(), FormatType(declared.type)});
  }
  out["types"] = std::move(types);
  out["empty_object"] = source.empty_object == EmptyObjectRule::kNull ? "null" : "struct";
  out["max_line_bytes"] = source.max_line_bytes;
  out["event_time"] = source.event_time ? JsonValue(source.event_time->ToString()) : JsonValue();
  return out;
}

JsonObject ToJson(const ParquetSpec& parquet) {
  JsonObject out;
  out["codec"] = FormatCodecName(parquet.codec);
  out["level"] = parquet.level;
  out["row_group_bytes"] = parquet.row_group_bytes;
  out["row_group_rows"] = parquet.row_group_rows;
  out["page_bytes"] = parquet.page_bytes;
  out["bloom"] = ToJson(parquet.bloom);
  return out;
}

// Order does not matter to a manifest, but is part of what a person wrote; it costs one rebuild.
JsonArray ToJson(const ManifestFields& fields) {
  JsonArray out;
  for (const ManifestField& field : fields) {
    JsonObject one{{"name", field.name}};
    if (const auto* literal = std::get_if<JsonValue>(&field.value)) {
      one["literal"] = *literal;
    } else if (const auto* computed = std::get_if<ComputedField>(&field.value)) {
      one["compute"] = Describe(computed->function).name;
      one["field"] = computed->field;
      one["column"] = computed->column ? JsonValue(computed->column->ToString()) : JsonValue();
      one["format"] = computed->format;
    } else {
      one["fields"] = ToJson(std::get<ManifestFields>(field.value));
    }
    out.emplace_back(std::move(one));
  }
  return out;
}

}  // namespace

std::string_view FormatSourceKind(SourceKind kind) {
  switch (kind) {
    case SourceKind::kSynthetic:
      return "synthetic";
    case SourceKind::kDerive:
      return "derive";
    case SourceKind::kSql:
      return "sql";
    case SourceKind::kListing:
      return "listing";
    case SourceKind::kJsonl:
      break;
  }
  return "jsonl";
}

std::string_view FormatCodecName(CodecName codec) {
  switch (codec) {
    case CodecName::kZstd:
      return "zstd";
    case CodecName::kSnappy:
      return "snappy";
    case CodecName::kNone:
      break;
  }
  return "none";
}

bool ReadsPartitions(const DatasetSpec& dataset) {
  return dataset.source.kind == SourceKind::kDerive || dataset.source.kind == SourceKind::kSql;
}

ParquetSpec ListingParquet(const PathTemplate& path) {
  ParquetSpec parquet;
  parquet.codec = CodecName::kSnappy;
  parquet.row_group_rows = kListingRowGroupRows;
  for (const TemplateField& field : path.fields()) {
    if (auto column = ColumnPathPattern::Parse(field.name)) {
      parquet.bloom.push_back(*std::move(column));
    }
  }
  return parquet;
}

std::string SettingsDigest(const DatasetSpec& dataset) {
  JsonObject settings;
  settings["path"] = dataset.path.text();
  settings["manifest_path"] = dataset.manifest_path.text();
  settings["source"] = ToJson(dataset.source);
  settings["parquet"] = ToJson(dataset.parquet);
  settings["manifest"] = ToJson(dataset.manifest_fields);
  // Everything in it came through parsers that let only UTF-8 and finite numbers pass.
  const auto text = WriteJson(settings, JsonStyle::kCompact);
  return Sha256Hex(text.ok() ? *text : text.error().message());
}

}  // namespace ingot
