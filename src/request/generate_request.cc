#include "request/generate_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/project_file.h"
#include "pipeline/workspace.h"
#include "request/dates.h"
#include "request/project_templates.h"
#include "request/settings.h"

namespace ingot {
namespace {

// What can be generated without a project: the dataset of the example of that name.
Result<DatasetSpec> ExampleDataset(std::string_view name) {
  const auto templates = ProjectTemplates();
  const auto found = std::find_if(templates.begin(), templates.end(),
                                  [&](const ProjectTemplate& candidate) { return candidate.name == name; });
  if (found == templates.end()) {
    return Error(ErrorKind::kUsage, fmt::format("nothing called '{}' can be generated without a project", name),
                 "`events` can; other datasets need a project that declares them: -p DIR");
  }
  INGOT_ASSIGN(const Project project, ParseProject(found->project_file()));
  INGOT_ASSIGN(const DatasetSpec* dataset, project.Require(name));
  return *dataset;
}

Result<DatasetSpec> FindDataset(const RequestScope& scope, std::string_view name) {
  const DatasetSpec* found = scope.workspace == nullptr ? nullptr : scope.workspace->project().Find(name);
  if (found == nullptr) {
    INGOT_ASSIGN(DatasetSpec dataset, ExampleDataset(name));
    dataset.store_root = scope.settings.Text(OptionId::kOutputDir).value_or(dataset.store_root);
    return dataset;
  }
  if (found->source.kind != SourceKind::kSynthetic) {
    return Error(ErrorKind::kUsage, fmt::format("dataset {} is built from inputs, not generated", name),
                 fmt::format("ingot run {}", name));
  }
  return *found;
}

Result<void> ApplyDays(const RequestScope& scope, SyntheticSpec& spec) {
  if (const auto start = scope.settings.Text(OptionId::kStart)) {
    INGOT_ASSIGN(spec.start, ParseDayWord(*start, scope.today));
  }
  if (const auto end = scope.settings.Text(OptionId::kEnd)) {
    INGOT_ASSIGN(spec.end, ParseDayWord(*end, scope.today));
  }
  if (spec.end < spec.start) {
    return Error(ErrorKind::kUsage, fmt::format("the last day, {}, is before the first one, {}", FormatUtcDay(spec.end),
                                                FormatUtcDay(spec.start)));
  }
  return {};
}

Result<void> ApplyParquet(const Settings& settings, ParquetSpec& parquet) {
  if (const auto codec = settings.Text(OptionId::kCodec)) {
    parquet.codec = *codec == "zstd" ? CodecName::kZstd : *codec == "snappy" ? CodecName::kSnappy : CodecName::kNone;
  }
  if (const auto level = settings.Count(OptionId::kLevel)) {
    if (parquet.codec != CodecName::kZstd || *level == 0 || *level > kMaxZstdLevel) {
      return Error(ErrorKind::kUsage,
                   fmt::format("--level {} is not valid with codec {}", *level, FormatCodecName(parquet.codec)),
                   fmt::format("--codec zstd --level 1 to {}", kMaxZstdLevel));
    }
    parquet.level = static_cast<int>(*level);
  }
  return {};
}

}  // namespace

Result<PathTemplate> WithLayout(const PathTemplate& path, FileLayout layout) {
  const bool is_hive = path.FindField("date") != nullptr;
  if (is_hive == (layout == FileLayout::kHive)) {
    return path;
  }
  std::string_view rest = path.text();
  std::string text;
  // Every folder that the day is part of goes, or one of it comes before the file's name.
  for (size_t slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
    const std::string_view folder = rest.substr(0, slash);
    if (folder.find("{date") == std::string_view::npos) {
      text += fmt::format("{}/", folder);
    }
    rest.remove_prefix(slash + 1);
  }
  text += fmt::format("{}{}", layout == FileLayout::kHive ? "date={date}/" : "", rest);
  INGOT_ASSIGN(PathTemplate changed, PathTemplate::Compile(text));
  if (layout == FileLayout::kFlat && changed.FindField("date") != nullptr) {
    return Error(ErrorKind::kUsage,
                 fmt::format("'{}' has the day in the name of a file, so it has no flat layout", path.text()));
  }
  return changed;
}

Result<DatasetSpec> GeneratedDataset(const RequestScope& scope, std::string_view name) {
  INGOT_ASSIGN(DatasetSpec dataset, FindDataset(scope, name));
  const Settings& settings = scope.settings;
  SyntheticSpec& spec = dataset.source.synthetic;
  spec.rows = settings.Count(OptionId::kRows).value_or(spec.rows);
  if (spec.rows == 0 || spec.rows > kMostSyntheticRows) {
    return Error(ErrorKind::kUsage, fmt::format("--rows must be 1 to {}", kMostSyntheticRows));
  }
  spec.seed = settings.Count(OptionId::kSeed).value_or(spec.seed);
  INGOT_TRY(ApplyDays(scope, spec));
  spec.file_bytes = settings.Size(OptionId::kFileSize).value_or(spec.file_bytes);
  if (spec.file_bytes < kFewestFileBytes) {
    return Error(ErrorKind::kUsage, "--file-size must be 64KiB or more");
  }
  INGOT_TRY(ApplyParquet(settings, dataset.parquet));
  if (const auto layout = settings.Text(OptionId::kLayout)) {
    INGOT_ASSIGN(dataset.path, WithLayout(dataset.path, *layout == "hive" ? FileLayout::kHive : FileLayout::kFlat));
  }
  INGOT_TRY(CheckColumns(spec, dataset.path));
  return dataset;
}

}  // namespace ingot
