#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/sha256.h"
#include "model/manifest.h"
#include "model/manifest_seal.h"
#include "model/manifest_statistics.h"
#include "model/schema_json.h"

namespace ingot {
namespace {

// What the text can say; clocks may know more.
UtcInstant WholeMicros(UtcInstant instant) { return {instant.seconds, instant.nanos / 1000 * 1000}; }

// Members stay in place when there is nothing to say, so that readers find null, not a gap.
JsonValue TextOrNull(const std::string& text) { return text.empty() ? JsonValue() : JsonValue(text); }

JsonArray ToJson(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

// All begin with what a later version wrote, and overwrite what is known.
JsonObject ToJson(const WriterVersions& writer) {
  JsonObject out = writer.extra;
  out["ingot"] = writer.ingot;
  out["parquet"] = writer.parquet;
  out["zstd"] = writer.zstd;
  return out;
}

JsonObject ToJson(const ManifestFile& file) {
  JsonObject out = file.extra;
  out["path"] = file.path;
  out["bytes"] = file.bytes;
  out["rows"] = file.rows;
  out["row_groups"] = file.row_groups;
  out["sha256"] = file.sha256;
  if (!file.tail_sha256.empty()) {
    out["tail_sha256"] = file.tail_sha256;
  }
  return out;
}

JsonObject ToJson(const ColumnStatistics& column) {
  JsonObject out = column.extra;
  out["nulls"] = column.nulls;
  out["min"] = StatisticToJson(column.min);
  out["max"] = StatisticToJson(column.max);
  out["value_hash"] = TextOrNull(column.value_hash);
  return out;
}

JsonObject ToJson(const ManifestInput& input) {
  JsonObject out = input.extra;
  out["path"] = input.path;
  out["bytes"] = input.bytes;
  out["rows"] = input.rows;
  out["rejected"] = input.rejected;
  out["blank"] = input.blank;
  // Each of these is said only where it means something.
  for (const auto& [name, text] : {std::pair<const char*, const std::string&>("sha256", input.sha256),
                                   {"content_id", input.content_id},
                                   {"damage", input.damage}}) {
    if (!text.empty()) {
      out[name] = text;
    }
  }
  return out;
}

JsonObject ToJson(const CheckResult& check) {
  JsonObject out = check.extra;
  out["name"] = check.name;
  out["verdict"] = VerdictName(check.verdict);
  out["detail"] = check.detail;
  return out;
}

JsonObject ToJson(const OverrideRecord& record) {
  JsonObject out = record.extra;
  out["check"] = record.check;
  out["reason"] = record.reason ? JsonValue(*record.reason) : JsonValue();
  out["by"] = record.by;
  return out;
}

JsonObject ToJson(const RejectSummary& rejects) {
  JsonObject out = rejects.extra;
  out["rows"] = rejects.rows;
  out["file"] = TextOrNull(rejects.file);
  return out;
}

JsonObject ToJson(const LateRows& late) {
  JsonObject out = late.extra;
  out["rows"] = late.rows;
  out["min"] = TextOrNull(late.min);
  out["max"] = TextOrNull(late.max);
  if (late.unreadable) {
    out["unreadable"] = *late.unreadable;
  }
  return out;
}

JsonObject ToJson(const QueryCost& query) {
  JsonObject out = query.extra;
  out["start_time"] = query.start_time ? JsonValue(FormatUtcInstant(WholeMicros(*query.start_time))) : JsonValue();
  out["duration_seconds"] = query.duration_seconds ? JsonValue(*query.duration_seconds) : JsonValue();
  out["template_hash"] = TextOrNull(query.template_hash);
  out["bytes_processed"] = query.bytes_processed ? JsonValue(*query.bytes_processed) : JsonValue();
  out["bytes_billed"] = query.bytes_billed ? JsonValue(*query.bytes_billed) : JsonValue();
  return out;
}

JsonObject ToJson(const RunRecord& run) {
  JsonObject out = run.extra;
  out["id"] = run.id;
  out["started"] = FormatUtcInstant(WholeMicros(run.started));
  out["finished"] = FormatUtcInstant(WholeMicros(run.finished));
  return out;
}

template <typename T>
JsonArray ArrayOf(const std::vector<T>& items) {
  JsonArray out;
  for (const T& item : items) {
    out.emplace_back(ToJson(item));
  }
  return out;
}

// An array, because a key is an ordered tuple and the names of an object are not.
JsonArray KeyToJson(const PartitionKey& key) {
  JsonArray out;
  for (size_t i = 0; i < key.values.size(); ++i) {
    const FieldKind kind = key.fields[i].kind;
    const auto* number = std::get_if<int64_t>(&key.values[i].value);
    JsonObject field;
    field["name"] = key.values[i].name;
    field["type"] = FieldKindName(kind);
    field["value"] =
        number != nullptr ? StatisticToJson(*number) : JsonValue(FormatFieldValue(kind, key.values[i].value));
    out.emplace_back(std::move(field));
  }
  return out;
}

std::vector<std::string> AllVolatilePointers(const Manifest& manifest) {
  std::vector<std::string> pointers = manifest.volatile_fields;
  pointers.insert(pointers.end(), OwnVolatilePointers().begin(), OwnVolatilePointers().end());
  std::sort(pointers.begin(), pointers.end());
  pointers.erase(std::unique(pointers.begin(), pointers.end()), pointers.end());
  return pointers;
}

// Both hashes are empty here: they are taken over this document.
JsonObject CoreToJson(const Manifest& manifest) {
  JsonObject out = manifest.extra;
  out["format"] = kManifestFormat;
  out["required_features"] = ToJson(manifest.required_features);
  out["dataset"] = manifest.dataset;
  out["key"] = KeyToJson(manifest.key);
  if (manifest.key.window) {
    out["start"] = FormatUtcInstant(manifest.key.window->start);
    out["end"] = FormatUtcInstant(manifest.key.window->end);
  }
  out["generation"] = manifest.generation;
  out["writer"] = ToJson(manifest.writer);
  out["files"] = ArrayOf(manifest.files);
  out["rows"] = manifest.rows;
  out["schema"] = SchemaToJson(manifest.schema);
  out["schema_fingerprint"] = manifest.schema.Fingerprint();
  JsonObject columns;
  for (const ColumnStatistics& column : manifest.columns) {
    columns[column.name] = ToJson(column);
  }
  out["columns"] = std::move(columns);
  out["inputs"] = ArrayOf(manifest.inputs);
  out["checks"] = ArrayOf(manifest.checks);
  out["overrides"] = ArrayOf(manifest.overrides);
  out["rejects"] = ToJson(manifest.rejects);
  if (manifest.late) {
    out["late"] = ToJson(*manifest.late);
  }
  if (manifest.query) {
    out["query"] = ToJson(*manifest.query);
  }
  out["run"] = ToJson(manifest.run);
  out["volatile"] = ToJson(AllVolatilePointers(manifest));
  out["content_id"] = "";
  out["self_sha256"] = "";
  return out;
}

// What no reader would take must not be written.
Result<void> CheckWritable(const Manifest& manifest) {
  if (manifest.fields.contains("ingot")) {
    return Error(ErrorKind::kConfig, "the manifest field 'ingot' belongs to Ingot");
  }
  std::set<std::string_view> paths;
  for (const ManifestFile& file : manifest.files) {
    if (!IsContainedPath(file.path) || !paths.insert(file.path).second) {
      return Error(
          ErrorKind::kInvalidData,
          fmt::format("'{}' cannot be a file of a manifest: it leaves the folder or is listed twice", file.path));
    }
  }
  for (const std::string& pointer : manifest.volatile_fields) {
    INGOT_ASSIGN(const std::vector<std::string> names, ParsePointer(pointer));
    // Below `ingot` only what a later version made volatile, read and kept here.
    const bool own = !names.empty() && names[0] == "ingot";
    if (names.empty() || (own && (names.size() < 2 || !manifest.extra.contains(names[1])))) {
      return Error(ErrorKind::kInvalidData, fmt::format("'{}' cannot be volatile", pointer));
    }
  }
  return {};
}

}  // namespace

Result<SealedManifest> SealManifest(const Manifest& manifest) {
  INGOT_TRY(CheckWritable(manifest));
  JsonObject document = manifest.fields;
  document["ingot"] = CoreToJson(manifest);
  SealedManifest sealed;
  INGOT_ASSIGN(sealed.content_id, ContentIdOf(document, AllVolatilePointers(manifest)));
  (*document["ingot"].AsObject())["content_id"] = sealed.content_id;
  INGOT_ASSIGN(sealed.text, WriteJson(document));

  // Member lines of `ingot` are the only ones that follow its opening line with exactly four blanks; strings hold no
  // raw line ends, so nothing can imitate them.
  constexpr std::string_view kEmptyHash = "\n    \"self_sha256\": \"";
  const size_t core = ("\n" + sealed.text).find("\n  \"ingot\": {");
  const size_t line = sealed.text.find(kEmptyHash, core);
  sealed.self_sha256 = Sha256Hex(sealed.text);
  sealed.text.insert(line + kEmptyHash.size(), sealed.self_sha256);
  return sealed;
}

}  // namespace ingot
