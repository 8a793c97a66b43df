#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

#include "base/sha256.h"
#include "model/json_reader.h"
#include "model/manifest.h"
#include "model/manifest_files.h"
#include "model/manifest_seal.h"
#include "model/manifest_statistics.h"
#include "model/schema_json.h"

namespace ingot {
namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 5> kVerdicts = {{
    {Verdict::kPassed, "passed"},
    {Verdict::kWarned, "warned"},
    {Verdict::kOverridden, "overridden"},
    {Verdict::kRefused, "refused"},
    {Verdict::kSkipped, "skipped"},
}};

// Each of these reads one kind of object; what is left over goes to `extra`.
Result<WriterVersions> ReadWriter(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  WriterVersions writer;
  INGOT_ASSIGN(writer.ingot, reader.String("ingot"));
  INGOT_ASSIGN(writer.parquet, reader.StringOrEmpty("parquet"));
  INGOT_ASSIGN(writer.zstd, reader.StringOrEmpty("zstd"));
  writer.extra = std::move(reader).Rest();
  return writer;
}

Result<ManifestFile> ReadFile(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  ManifestFile file;
  INGOT_ASSIGN(file.path, reader.String("path"));
  if (!IsContainedPath(file.path)) {
    return reader.Problem("path", "leaves the manifest's folder");
  }
  INGOT_ASSIGN(file.bytes, reader.Count("bytes"));
  INGOT_ASSIGN(file.rows, reader.Count("rows"));
  INGOT_ASSIGN(file.row_groups, reader.Count("row_groups"));
  INGOT_ASSIGN(file.sha256, reader.Sha256("sha256"));
  INGOT_ASSIGN(file.tail_sha256, reader.Sha256OrEmpty("tail_sha256"));
  file.extra = std::move(reader).Rest();
  return file;
}

Result<ManifestInput> ReadInput(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  ManifestInput input;
  INGOT_ASSIGN(input.path, reader.String("path"));
  INGOT_ASSIGN(input.bytes, reader.Count("bytes"));
  INGOT_ASSIGN(input.rows, reader.Count("rows"));
  INGOT_ASSIGN(input.rejected, reader.Count("rejected"));
  INGOT_ASSIGN(input.blank, reader.Count("blank"));
  INGOT_ASSIGN(input.sha256, reader.Sha256OrEmpty("sha256"));
  INGOT_ASSIGN(input.content_id, reader.Sha256OrEmpty("content_id"));
  INGOT_ASSIGN(input.damage, reader.StringOrEmpty("damage"));
  input.extra = std::move(reader).Rest();
  return input;
}

Result<CheckResult> ReadCheck(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  CheckResult check;
  INGOT_ASSIGN(check.name, reader.String("name"));
  INGOT_ASSIGN(const std::string verdict, reader.String("verdict"));
  const auto* known =
      std::find_if(kVerdicts.begin(), kVerdicts.end(), [&](const auto& row) { return row.second == verdict; });
  if (known == kVerdicts.end()) {
    return reader.Problem("verdict", fmt::format("is unknown: '{}'", verdict));
  }
  check.verdict = known->first;
  INGOT_ASSIGN(check.detail, reader.StringOrEmpty("detail"));
  check.extra = std::move(reader).Rest();
  return check;
}

Result<OverrideRecord> ReadOverride(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  OverrideRecord record;
  INGOT_ASSIGN(record.check, reader.String("check"));
  if (const auto reason = reader.TakeOptional("reason")) {
    const auto text = reason->AsString();
    if (!text) {
      return reader.Problem("reason", "must be a string or null");
    }
    record.reason = *text;
  }
  INGOT_ASSIGN(record.by, reader.StringOrEmpty("by"));
  record.extra = std::move(reader).Rest();
  return record;
}

Result<RejectSummary> ReadRejects(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  RejectSummary rejects;
  INGOT_ASSIGN(rejects.rows, reader.Count("rows"));
  INGOT_ASSIGN(rejects.file, reader.StringOrEmpty("file"));
  if (!rejects.file.empty() && !IsContainedPath(rejects.file)) {
    return reader.Problem("file", "leaves the manifest's folder");
  }
  rejects.extra = std::move(reader).Rest();
  return rejects;
}

Result<LateRows> ReadLate(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  LateRows late;
  INGOT_ASSIGN(late.rows, reader.Count("rows"));
  INGOT_ASSIGN(late.min, reader.StringOrEmpty("min"));
  INGOT_ASSIGN(late.max, reader.StringOrEmpty("max"));
  INGOT_ASSIGN(late.unreadable, reader.OptionalCount("unreadable"));
  late.extra = std::move(reader).Rest();
  return late;
}

Result<QueryCost> ReadQuery(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  QueryCost query;
  INGOT_ASSIGN(query.start_time, reader.OptionalInstant("start_time"));
  INGOT_ASSIGN(query.duration_seconds, reader.OptionalNumber("duration_seconds"));
  INGOT_ASSIGN(query.template_hash, reader.Sha256OrEmpty("template_hash"));
  INGOT_ASSIGN(query.bytes_processed, reader.OptionalCount("bytes_processed"));
  INGOT_ASSIGN(query.bytes_billed, reader.OptionalCount("bytes_billed"));
  query.extra = std::move(reader).Rest();
  return query;
}

Result<RunRecord> ReadRun(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  RunRecord run;
  INGOT_ASSIGN(run.id, reader.String("id"));
  INGOT_ASSIGN(run.started, reader.Instant("started"));
  INGOT_ASSIGN(run.finished, reader.Instant("finished"));
  run.extra = std::move(reader).Rest();
  return run;
}

struct KeyField {
  KeyFieldSpec spec;
  FieldValue value;
};

Result<KeyField> ReadKeyField(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  KeyField field;
  INGOT_ASSIGN(field.spec.name, reader.String("name"));
  INGOT_ASSIGN(const std::string type, reader.String("type"));
  const auto kind = ParseFieldKind(type);
  if (!kind) {
    return reader.Problem("type", kind.error().message());
  }
  field.spec.kind = *kind;
  INGOT_ASSIGN(const JsonView stored, reader.Take("value"));
  if (const auto number = stored.AsInt()) {
    field.value = *number;
  } else if (const auto text = stored.AsString()) {
    auto parsed = ParseFieldValue(*kind, *text);
    if (!parsed) {
      return reader.Problem("value", parsed.error().message());
    }
    field.value = *std::move(parsed);
  }
  if (!FitsKind(*kind, field.value)) {
    return reader.Problem("value", fmt::format("is not of type {}", type));
  }
  return field;
}

Result<PartitionKey> ReadKey(JsonObjectReader& core) {
  INGOT_ASSIGN(std::vector<KeyField> fields, core.Objects("key", ReadKeyField));
  // The kinds are in the document, so that a partition is readable without its project.
  std::vector<KeyFieldSpec> specs;
  FieldValues values;
  for (KeyField& field : fields) {
    values.push_back({field.spec.name, std::move(field.value)});
    specs.push_back(std::move(field.spec));
  }
  const auto spec = KeySpec::Make(std::move(specs));
  auto key = spec ? spec->MakeKey(std::move(values)) : Result<PartitionKey>(spec.error());
  if (!key) {
    return core.Problem("key", fmt::format("is not a key: {}", key.error().message()));
  }
  INGOT_ASSIGN(const std::optional<UtcInstant> start, core.OptionalInstant("start"));
  INGOT_ASSIGN(const std::optional<UtcInstant> end, core.OptionalInstant("end"));
  if (start.has_value() != end.has_value() || (start && *start >= *end)) {
    return core.Problem("start", "and end are not a window");
  }
  // A later version may know windows that this one does not derive, but never other ones for the same key.
  if (key->window && (!start || key->window->start != *start || key->window->end != *end)) {
    return core.Problem("start", "and end are not the window of the key");
  }
  if (start) {
    key->window = UtcWindow{*start, *end};
  }
  return key;
}

Result<ColumnStatistics> ReadColumn(JsonView value, std::string name, TypeKind kind) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  ColumnStatistics column;
  column.name = std::move(name);
  INGOT_ASSIGN(column.nulls, reader.Count("nulls"));
  for (auto [side, target] : {std::pair("min", &column.min), std::pair("max", &column.max)}) {
    if (const auto stored = reader.TakeOptional(side)) {
      auto statistic = StatisticFromJson(*stored, kind);
      if (!statistic) {
        return reader.Problem(side, statistic.error().message());
      }
      *target = *std::move(statistic);
    }
  }
  INGOT_ASSIGN(column.value_hash, reader.StringOrEmpty("value_hash"));
  column.extra = std::move(reader).Rest();
  return column;
}

// In the order of the schema's leaves, which the object's sorted names do not keep.
Result<std::vector<ColumnStatistics>> ReadColumns(JsonObjectReader& core, const Schema& schema) {
  INGOT_ASSIGN(const JsonView value, core.Take("columns"));
  INGOT_ASSIGN(JsonObjectReader columns, JsonObjectReader::Open(value));
  std::vector<ColumnStatistics> out;
  out.reserve(value.size());
  std::optional<Error> problem;
  ForEachLeaf(schema, [&](const std::string& name, const Field& leaf) {
    const auto member = problem ? std::nullopt : columns.TakeOptional(name);
    if (!member) {
      return;
    }
    if (auto column = ReadColumn(*member, name, leaf.type.kind)) {
      out.push_back(*std::move(column));
    } else {
      problem = std::move(column).error();
    }
  });
  if (problem) {
    return *std::move(problem);
  }
  const JsonObject unknown = std::move(columns).Rest();
  if (!unknown.empty()) {
    return Error(ErrorKind::kCorrupt, fmt::format("{} is not a column of the schema",
                                                  AppendPointer(value.Pointer(), unknown.begin()->first)));
  }
  return out;
}

// The bytes are what was written: whatever was changed afterwards, even in free text, is found here.
Result<void> CheckSelfHash(std::string_view text, const JsonDocument& document) {
  const auto core = document.root().Find("ingot");
  const auto member = core ? core->Find("self_sha256") : std::nullopt;
  const auto hash = member ? member->AsString() : std::nullopt;
  if (!hash || !IsSha256Hex(*hash)) {
    return Error(ErrorKind::kCorrupt, "it is not a manifest of Ingot: /ingot/self_sha256 is missing or not a sha256");
  }
  if (SelfHashOf(text, *hash) != *hash) {
    return Error(ErrorKind::kCorrupt,
                 "the manifest was changed after it was written: /ingot/self_sha256 does not match",
                 "restore it from a backup or another store, or rebuild the partition");
  }
  return {};
}

Result<void> CheckUnderstood(JsonObjectReader& core, Manifest& manifest) {
  INGOT_ASSIGN(const int64_t format, core.Integer("format"));
  if (format != kManifestFormat) {
    return Error(format > kManifestFormat ? ErrorKind::kUnsupported : ErrorKind::kCorrupt,
                 fmt::format("/ingot/format is {}, and this version reads {}", format, kManifestFormat),
                 "use a newer version of ingot");
  }
  // No feature exists yet that a reader could be required to understand.
  INGOT_ASSIGN(manifest.required_features, core.Strings("required_features"));
  if (!manifest.required_features.empty()) {
    return Error(ErrorKind::kUnsupported,
                 fmt::format("the manifest needs the feature '{}', which this version does not have",
                             manifest.required_features[0]),
                 "use a newer version of ingot");
  }
  return {};
}

Result<void> ReadSchema(JsonObjectReader& core, Manifest& manifest) {
  INGOT_ASSIGN(const JsonView schema, core.Take("schema"));
  INGOT_ASSIGN(manifest.schema, SchemaFromJson(schema));
  INGOT_ASSIGN(const std::string fingerprint, core.Sha256("schema_fingerprint"));
  if (fingerprint != manifest.schema.Fingerprint()) {
    return core.Problem("schema_fingerprint", "is not that of the schema");
  }
  return {};
}

Result<void> ReadFiles(JsonObjectReader& core, Manifest& manifest) {
  INGOT_ASSIGN(manifest.files, core.Objects("files", ReadFile));
  std::set<std::string_view> paths;
  for (const ManifestFile& file : manifest.files) {
    if (!paths.insert(file.path).second) {
      return core.Problem("files", fmt::format("names '{}' twice", file.path));
    }
  }
  return {};
}

// What no build can have written, whatever hashes it bears: every reader refuses it, so that none calls up to date what
// another calls damaged.
Result<void> CheckCounts(const JsonObjectReader& core, const Manifest& manifest) {
  if (manifest.files.empty()) {
    return core.Problem("files", "names no file");
  }
  uint64_t rows = 0;
  for (const ManifestFile& file : manifest.files) {
    if (file.bytes == 0) {
      return core.Problem("files", fmt::format("says that '{}' has no bytes", file.path));
    }
    if ((file.rows == 0) != (file.row_groups == 0)) {
      return core.Problem(
          "files", fmt::format("says that '{}' has {} rows in {} row groups", file.path, file.rows, file.row_groups));
    }
    if (file.rows > manifest.rows - rows) {
      return core.Problem("rows", fmt::format("is {}, and the files have more", manifest.rows));
    }
    rows += file.rows;
  }
  if (rows != manifest.rows) {
    return core.Problem("rows", fmt::format("is {}, and the files have {}", manifest.rows, rows));
  }
  return {};
}

// How the partition came to be: inputs, verdicts, rejects, cost, run.
Result<void> ReadHistory(JsonObjectReader& core, Manifest& manifest) {
  INGOT_ASSIGN(manifest.inputs, core.Objects("inputs", ReadInput));
  INGOT_ASSIGN(manifest.checks, core.Objects("checks", ReadCheck));
  INGOT_ASSIGN(manifest.overrides, core.Objects("overrides", ReadOverride));
  INGOT_ASSIGN(const JsonView rejects, core.Take("rejects"));
  INGOT_ASSIGN(manifest.rejects, ReadRejects(rejects));
  if (const auto late = core.TakeOptional("late")) {
    INGOT_ASSIGN(manifest.late, ReadLate(*late));
  }
  if (const auto query = core.TakeOptional("query")) {
    INGOT_ASSIGN(manifest.query, ReadQuery(*query));
  }
  INGOT_ASSIGN(const JsonView run, core.Take("run"));
  INGOT_ASSIGN(manifest.run, ReadRun(run));
  return {};
}

enum class ManifestPart { kAll, kFiles };

Result<void> ReadCore(JsonObjectReader& core, ManifestPart part, Manifest& manifest) {
  INGOT_TRY(CheckUnderstood(core, manifest));
  INGOT_ASSIGN(manifest.dataset, core.String("dataset"));
  INGOT_ASSIGN(manifest.key, ReadKey(core));
  INGOT_ASSIGN(manifest.generation, core.Integer("generation"));
  INGOT_ASSIGN(const JsonView writer, core.Take("writer"));
  INGOT_ASSIGN(manifest.writer, ReadWriter(writer));
  INGOT_TRY(ReadFiles(core, manifest));
  INGOT_ASSIGN(manifest.rows, core.Count("rows"));
  INGOT_TRY(CheckCounts(core, manifest));
  if (part == ManifestPart::kAll) {
    INGOT_TRY(ReadSchema(core, manifest));
    INGOT_ASSIGN(manifest.columns, ReadColumns(core, manifest.schema));
    INGOT_TRY(ReadHistory(core, manifest));
  }
  INGOT_ASSIGN(manifest.content_id, core.Sha256("content_id"));
  INGOT_ASSIGN(manifest.self_sha256, core.Sha256("self_sha256"));
  return {};
}

// Hashes first: below them nobody but a writer of manifests has been at work.
Result<Manifest> Read(std::string_view text, ManifestPart part) {
  auto document = JsonDocument::Parse(text, {kMaxManifestBytes, 512});
  if (!document) {
    Error error = std::move(document).error();
    return error.kind() == ErrorKind::kInvalidData ? Error(ErrorKind::kCorrupt, error.message()) : std::move(error);
  }
  INGOT_TRY(CheckSelfHash(text, *document));

  INGOT_ASSIGN(JsonObjectReader top, JsonObjectReader::Open(document->root()));
  INGOT_ASSIGN(const JsonView core_value, top.Take("ingot"));
  INGOT_ASSIGN(JsonObjectReader core, JsonObjectReader::Open(core_value));
  Manifest manifest;
  INGOT_TRY(ReadCore(core, part, manifest));

  INGOT_ASSIGN(const std::vector<std::string> pointers, core.Strings("volatile"));
  const auto content_id = ContentIdOf(*document, pointers);
  if (!content_id || *content_id != manifest.content_id) {
    return core.Problem("content_id", "is not that of the content");
  }
  if (part == ManifestPart::kFiles) {
    return manifest;
  }
  // The writer adds Ingot's own pointers again.
  std::copy_if(pointers.begin(), pointers.end(), std::back_inserter(manifest.volatile_fields),
               [](const std::string& pointer) {
                 const auto own = OwnVolatilePointers();
                 return std::find(own.begin(), own.end(), pointer) == own.end();
               });
  manifest.extra = std::move(core).Rest();
  manifest.fields = std::move(top).Rest();
  return manifest;
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  return std::find_if(kVerdicts.begin(), kVerdicts.end(), [&](const auto& row) { return row.first == verdict; })
      ->second;
}

const ColumnStatistics* Manifest::FindColumn(std::string_view name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const ColumnStatistics& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

const CheckResult* Manifest::FindCheck(std::string_view name) const {
  const auto found =
      std::find_if(checks.begin(), checks.end(), [&](const CheckResult& check) { return check.name == name; });
  return found == checks.end() ? nullptr : &*found;
}

Result<Manifest> ParseManifest(std::string_view text) {
  auto manifest = Read(text, ManifestPart::kAll);
  if (!manifest) {
    return std::move(manifest).error().In("manifest");
  }
  return manifest;
}

Result<Manifest> ParseManifestFiles(std::string_view text) {
  auto manifest = Read(text, ManifestPart::kFiles);
  if (!manifest) {
    return std::move(manifest).error().In("manifest");
  }
  return manifest;
}

bool IsContainedPath(std::string_view path) {
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (IsReservedPathName(part) || !IsPathText(part)) {
      return false;
    }
    begin = end + 1;
  }
  return true;
}

}  // namespace ingot
