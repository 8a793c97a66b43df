#include "dataset/build_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "commit/relative_path.h"
#include "dataset/build_checks.h"
#include "dataset/column_facts.h"
#include "dataset/column_statistics.h"
#include "dataset/instants.h"

namespace ingot {
namespace {

// Inputs were read in the order of the files that are present.
std::vector<ManifestInput> InputsOf(const BuiltPartition& built) {
  std::vector<ManifestInput> inputs;
  size_t next = 0;
  for (const PlannedInput& planned : built.inputs->files) {
    if (!planned.present) {
      continue;
    }
    const InputReport& report = built.rows->inputs.at(next++);
    if (!planned.content_id.empty()) {
      inputs.push_back({planned.path, planned.bytes, report.rows, 0, 0, "", planned.content_id, "", {}});
      continue;
    }
    inputs.push_back({planned.path,
                      report.digest.compressed_bytes,
                      report.rows,
                      report.rejected,
                      report.blank,
                      report.digest.sha256,
                      "",
                      report.damage ? report.damage->message() : "",
                      {}});
  }
  return inputs;
}

// Evaluates one declared field.
class FieldEvaluator {
 public:
  explicit FieldEvaluator(const BuiltPartition& built) : built_(built) {}

  Result<JsonValue> Evaluate(const ComputedField& field) {
    switch (field.function) {
      case ManifestFunction::kKey:
      case ManifestFunction::kWindowStart:
      case ManifestFunction::kWindowEnd:
      case ManifestFunction::kWindowDays:
        return OfKey(field);
      case ManifestFunction::kNow:
        return JsonValue(FormatUtcInstant(built_.finished));
      case ManifestFunction::kRows:
        return JsonValue(built_.rows->summary.rows);
      case ManifestFunction::kBytes:
        return JsonValue(built_.rows->digest.bytes);
      case ManifestFunction::kSha256:
        return JsonValue(built_.rows->digest.sha256);
      case ManifestFunction::kCodec:
        return JsonValue(FormatCodecName(built_.request->dataset->parquet.codec));
      case ManifestFunction::kDistinct: {
        INGOT_ASSIGN(const ParquetFileReader* reader, built_.reader());
        INGOT_ASSIGN(JsonArray values, DistinctValues(*reader, *field.column));
        return JsonValue(std::move(values));
      }
      case ManifestFunction::kMinInstant:
      case ManifestFunction::kMaxInstant: {
        INGOT_ASSIGN(const InstantFacts* facts, InstantsOf(*field.column));
        const std::string& text = field.function == ManifestFunction::kMinInstant ? facts->min : facts->max;
        return text.empty() ? JsonValue() : JsonValue(text);
      }
      case ManifestFunction::kColumns:
      case ManifestFunction::kDroppedColumns:
      case ManifestFunction::kDropList:
        return JsonValue(Names(field.function));
      default:
        return OfInputs(field);
    }
  }

  Result<const InstantFacts*> InstantsOf(const ColumnPathPattern& column) {
    if (!instants_) {
      INGOT_ASSIGN(const ParquetFileReader* reader, built_.reader());
      instants_.emplace(*reader, built_.request->key.window);
    }
    return instants_->Of(column);
  }

  // Of all columns that were judged as instants; nothing when none was.
  std::optional<CheckResult> CheckInstants() const { return instants_ ? instants_->Check() : std::nullopt; }

 private:
  Result<JsonValue> OfKey(const ComputedField& field) const {
    const PartitionKey& key = built_.request->key;
    if (field.function == ManifestFunction::kKey) {
      const FieldValue* value = field.field.empty() ? &key.values.at(0).value : FindValue(key.values, field.field);
      if (value == nullptr) {
        return Error(ErrorKind::kConfig, fmt::format("the key has no field '{}'", field.field));
      }
      if (const auto* day = std::get_if<UtcDay>(value)) {
        INGOT_ASSIGN(std::string text, FormatDay(field.format, *day));
        return JsonValue(std::move(text));
      }
      const auto* number = std::get_if<int64_t>(value);
      return number != nullptr ? JsonValue(*number) : JsonValue(std::get<std::string>(*value));
    }
    if (!key.window) {
      return Error(ErrorKind::kConfig, "the key has no window, so it has no first and last day");
    }
    const UtcDay first = key.window->start.day();
    const UtcDay last = key.window->end.day() - 1;
    if (field.function != ManifestFunction::kWindowDays) {
      INGOT_ASSIGN(std::string text,
                   FormatDay(field.format, field.function == ManifestFunction::kWindowStart ? first : last));
      return JsonValue(std::move(text));
    }
    JsonArray days;
    for (UtcDay day = first; day <= last; day = day + 1) {
      INGOT_ASSIGN(std::string text, FormatDay(field.format, day));
      days.emplace_back(std::move(text));
    }
    return JsonValue(std::move(days));
  }

  Result<JsonValue> OfInputs(const ComputedField& field) const {
    const PlannedInputs& inputs = *built_.inputs;
    switch (field.function) {
      case ManifestFunction::kInputs:
        return NamesOfInputs(field.format);
      case ManifestFunction::kInputsExpected:
        return JsonValue(uint64_t{inputs.files.size()});
      case ManifestFunction::kInputsFound:
        return JsonValue(inputs.found);
      case ManifestFunction::kInputsPresent:
        return ListOf(inputs.PresentNames());
      case ManifestFunction::kInputsMissing:
        return ListOf(inputs.MissingNames());
      case ManifestFunction::kInputsCoverage:
        return JsonValue(static_cast<double>(inputs.found) /
                         static_cast<double>(std::max<size_t>(inputs.files.size(), 1)));
      case ManifestFunction::kInputsPartial:
        return JsonValue(inputs.missing() > 0 ||
                         std::any_of(built_.rows->inputs.begin(), built_.rows->inputs.end(),
                                     [](const InputReport& report) { return report.damage.has_value(); }));
      case ManifestFunction::kRowsBy:
        return RowsBy(field.field);
      default:
        return Error(ErrorKind::kInternal, fmt::format("'{}' is not computed", Describe(field.function).name));
    }
  }

  Result<JsonValue> NamesOfInputs(const std::string& format) const {
    JsonArray names;
    for (const PlannedInput& input : built_.inputs->files) {
      if (!input.present) {
        continue;
      }
      if (format.empty()) {
        names.emplace_back(input.path);
        continue;
      }
      INGOT_ASSIGN(const PathTemplate name, PathTemplate::Compile(format));
      FieldValues values = input.values;
      for (const NamedValue& value : built_.request->key.values) {
        if (FindValue(values, value.name) == nullptr) {
          values.push_back(value);
        }
      }
      INGOT_ASSIGN(std::string text, name.Format(values));
      names.emplace_back(std::move(text));
    }
    return JsonValue(std::move(names));
  }

  static JsonValue ListOf(std::vector<std::string> texts) {
    JsonArray list;
    for (std::string& text : texts) {
      list.emplace_back(std::move(text));
    }
    return JsonValue(std::move(list));
  }

  Result<JsonValue> RowsBy(const std::string& name) const {
    JsonObject rows;
    size_t next = 0;
    for (const PlannedInput& planned : built_.inputs->files) {
      if (!planned.present) {
        continue;
      }
      const FieldValue* value = FindValue(planned.values, name);
      if (value == nullptr) {
        return Error(ErrorKind::kConfig, fmt::format("the source's path has no field '{}'", name));
      }
      JsonValue& count = rows[FormatFieldValue(ConventionalKind(name), *value)];
      const int64_t before = count.AsInt() == nullptr ? 0 : *count.AsInt();
      count = before + static_cast<int64_t>(built_.rows->inputs.at(next++).rows);
    }
    return JsonValue(std::move(rows));
  }

  JsonArray Names(ManifestFunction function) const {
    JsonArray names;
    if (function == ManifestFunction::kColumns) {
      for (const Field& field : built_.rows->accepted.schema.fields) {
        names.emplace_back(field.name);
      }
    } else if (function == ManifestFunction::kDroppedColumns) {
      for (const std::string& name : built_.rows->dropped_columns) {
        names.emplace_back(name);
      }
    } else {
      for (const ColumnPathPattern& pattern : built_.request->dataset->source.drop) {
        names.emplace_back(pattern.ToString());
      }
    }
    return names;
  }

  const BuiltPartition& built_;
  std::optional<InstantColumns> instants_;
};

}  // namespace

Manifest BeginManifest(const BuildRequest& request, const Manifest* old, UtcInstant started, UtcInstant finished) {
  Manifest manifest;
  manifest.dataset = request.dataset->name;
  manifest.key = request.key;
  manifest.generation = old == nullptr ? 1 : old->generation + 1;
  manifest.writer = ThisWriter();
  manifest.run = {request.run_id, started, finished, {}};
  manifest.volatile_fields = VolatilePointers(request.dataset->manifest_fields);
  manifest.extra.emplace(kSettingsField, SettingsDigest(*request.dataset));
  return manifest;
}

ManifestFile DescribeFile(std::string path, const FileDigest& digest, const FileSummary& summary) {
  return {std::move(path), digest.bytes, summary.rows, summary.row_groups, digest.sha256, summary.tail_sha256, {}};
}

Result<void> StageManifest(const BuildRequest& request, const Manifest& manifest, const std::string& name,
                           const LockedSchema* locked, FileTransaction* transaction, BuildReport* report) {
  INGOT_ASSIGN(const SealedManifest sealed, SealManifest(manifest));
  INGOT_TRY(transaction->SetManifest(name, sealed.text, sealed.content_id));
  INGOT_ASSIGN(LockedSchema accepted,
               AcceptSchema(locked, manifest.schema, manifest.key.ToString(), request.dataset->source.schema_origin()));
  if (locked == nullptr || !(accepted == *locked)) {
    report->schema_change = std::move(accepted);
  }
  if (const CheckResult* instants = manifest.FindCheck(kInstantsCheck);
      instants != nullptr && instants->verdict == Verdict::kWarned) {
    report->warnings.push_back(instants->detail);
  }
  report->content_id = sealed.content_id;
  report->checks = manifest.checks;
  for (const CheckResult& check : manifest.checks) {
    if (check.verdict == Verdict::kOverridden) {
      report->warnings.push_back(fmt::format("check {} was overridden: {}", check.name, check.detail));
    } else if (check.name == kUsualRowsCheck && check.verdict == Verdict::kWarned) {
      report->warnings.push_back(check.detail);
    }
  }
  return {};
}

Result<Manifest> ComposeManifest(const BuiltPartition& built) {
  const DatasetSpec& dataset = *built.request->dataset;
  Manifest manifest = BeginManifest(*built.request, built.old, built.started, built.finished);
  const bool beside = built.place->folder_use == FolderUse::kOwn;
  const std::string folder(ParentPath(built.place->manifest));
  const auto relative = [&](const std::string& name) {
    return beside || folder.empty() ? name : name.substr(folder.size() + 1);
  };
  manifest.files.push_back(DescribeFile(relative(built.place->primary_name), built.rows->digest, built.rows->summary));
  manifest.rows = built.rows->summary.rows;
  manifest.schema = built.rows->accepted.schema;
  manifest.columns = StatisticsOf(built.rows->accepted.schema, {&built.rows->summary, 1});
  manifest.inputs = InputsOf(built);
  manifest.checks = built.checks;
  manifest.overrides = OverridesOf(built.checks, *built.request);
  manifest.rejects.rows = built.rejects;
  if (built.rejects_file) {
    manifest.rejects.file = relative(built.place->rejects_name);
    manifest.files.push_back(
        {manifest.rejects.file, built.rejects_file->bytes, 0, 0, built.rejects_file->sha256, "", {}});
  }
  FieldEvaluator evaluator(built);
  if (dataset.source.event_time && built.request->key.window) {
    INGOT_ASSIGN(const InstantFacts* facts, evaluator.InstantsOf(*dataset.source.event_time));
    manifest.late = facts->late;
  }
  INGOT_ASSIGN(manifest.fields, EvaluateManifestFields(dataset.manifest_fields, [&](const ComputedField& field) {
                 return evaluator.Evaluate(field);
               }));
  if (auto instants = evaluator.CheckInstants()) {
    manifest.checks.push_back(*std::move(instants));
  }
  return manifest;
}

}  // namespace ingot
