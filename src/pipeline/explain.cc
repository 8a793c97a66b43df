#include "pipeline/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/size.h"
#include "commit/relative_path.h"
#include "dataset/stored_partition.h"

namespace ingot {
namespace {

// Long lists are cut; the manifest has them whole.
constexpr size_t kMostInputs = 48;
constexpr size_t kMostFiles = 24;

std::string Counted(uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", FormatCount(count), count == 1 ? one : many);
}

std::string DayAndMinute(UtcInstant instant) {
  return FormatUtcInstant(instant).substr(0, 16).replace(10, 1, " ") + " UTC";
}

StoryPart Prose(std::string text) { return {StoryPart::Form::kProse, {std::move(text)}}; }

StorySection WhatItIs(const DatasetSpec& dataset, const Manifest& manifest) {
  StorySection section{"What it is", {}};
  std::string text = fmt::format("Partition {} of dataset {}: {} in {}, {}.", manifest.key.ToString(), dataset.name,
                                 Counted(manifest.rows, "row", "rows"), Counted(manifest.files.size(), "file", "files"),
                                 FormatByteSize(BytesOf(manifest)));
  if (manifest.key.window) {
    text += fmt::format(" It covers {} up to, not including, {}.", DayAndMinute(manifest.key.window->start),
                        DayAndMinute(manifest.key.window->end));
  }
  text += fmt::format(" Run {} finished it at {}; it is generation {}.", manifest.run.id,
                      DayAndMinute(manifest.run.finished), manifest.generation);
  text += fmt::format(" Written by Ingot {}.", manifest.writer.ingot);
  section.parts.push_back(Prose(std::move(text)));
  return section;
}

std::string InputLine(const ManifestInput& input) {
  std::string text =
      fmt::format("{}: {}, {}", input.path, FormatByteSize(input.bytes), Counted(input.rows, "row", "rows"));
  if (input.rejected > 0) {
    text += fmt::format(", {} rejected", FormatCount(input.rejected));
  }
  if (input.blank > 0) {
    text += fmt::format(", {} blank", FormatCount(input.blank));
  }
  if (!input.damage.empty()) {
    text += fmt::format(", damaged ({})", input.damage);
  }
  const std::string& hash = input.sha256.empty() ? input.content_id : input.sha256;
  return text + fmt::format(", {} {}…", input.sha256.empty() ? "content" : "sha256", hash.substr(0, 12));
}

// Settings as the manifest holds them: "rows 1000000, seed 7". Long lists are counted.
std::string SettingsText(const JsonObject& settings) {
  constexpr size_t kMostElements = 8;
  std::string text;
  for (const auto& [name, value] : settings) {
    const JsonArray* list = value.AsArray();
    const auto shown = WriteJson(value, JsonStyle::kCompact);
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name,
                        list != nullptr && list->size() > kMostElements ? fmt::format("({} of them)", list->size())
                        : shown                                         ? *shown
                                                                        : std::string("?"));
  }
  return text;
}

StorySection FromSettings(JsonObject settings) {
  const auto columns = settings.extract("columns");
  StorySection section{"From what it was built",
                       {Prose(fmt::format("Its rows are generated, and the same settings give the same bytes: {}.",
                                          SettingsText(settings)))}};
  const JsonArray* declared = columns.empty() ? nullptr : columns.mapped().AsArray();
  if (declared == nullptr) {
    return section;
  }
  StoryPart list{StoryPart::Form::kList, {}};
  for (const JsonValue& column : *declared) {
    const JsonObject* members = column.AsObject();
    list.lines.push_back(members == nullptr ? "?" : SettingsText(*members));
  }
  section.parts.push_back(std::move(list));
  return section;
}

StorySection FromWhat(const DatasetSpec& dataset, const Manifest& manifest) {
  const auto generator = manifest.extra.find("generator");
  if (generator != manifest.extra.end() && generator->second.AsObject() != nullptr) {
    return FromSettings(*generator->second.AsObject());
  }
  StorySection section{"From what it was built", {}};
  uint64_t rows = 0;
  uint64_t rejected = 0;
  uint64_t blank = 0;
  uint64_t bytes = 0;
  StoryPart list{StoryPart::Form::kList, {}};
  for (const ManifestInput& input : manifest.inputs) {
    rows += input.rows;
    rejected += input.rejected;
    blank += input.blank;
    bytes += input.bytes;
    if (list.lines.size() < kMostInputs) {
      list.lines.push_back(InputLine(input));
    }
  }
  if (manifest.inputs.size() > kMostInputs) {
    list.lines.push_back(fmt::format("and {} more", FormatCount(manifest.inputs.size() - kMostInputs)));
  }
  const std::string counted =
      ReadsPartitions(dataset)
          ? fmt::format("Rows counted there: {}", FormatCount(rows))
          : fmt::format("Lines counted there: {} rows + {} rejected + {} blank = {}", FormatCount(rows),
                        FormatCount(rejected), FormatCount(blank), FormatCount(rows + rejected + blank));
  section.parts.push_back(
      Prose(fmt::format("{} with {}. {}; {} are in the partition.", Counted(manifest.inputs.size(), "input", "inputs"),
                        FormatByteSize(bytes), counted, Counted(manifest.rows, "row", "rows"))));
  section.parts.push_back(std::move(list));
  if (manifest.rejects.rows > 0 && manifest.rejects.file.empty()) {
    section.parts.push_back(
        Prose(fmt::format("{} counted; the check of rejects shows the first.",
                          Counted(manifest.rejects.rows, "rejected line is", "rejected lines are"))));
  } else if (manifest.rejects.rows > 0) {
    section.parts.push_back(Prose(fmt::format("{} kept in {} with the reason of each.",
                                              Counted(manifest.rejects.rows, "rejected row is", "rejected rows are"),
                                              manifest.rejects.file)));
  }
  if (manifest.late && manifest.late->rows > 0) {
    section.parts.push_back(Prose(
        fmt::format("{} a time outside the partition's window, from {} to {}. They are counted, not moved: the input's "
                    "place decides.",
                    Counted(manifest.late->rows, "row bears", "rows bear"), manifest.late->min, manifest.late->max)));
  }
  if (manifest.late && manifest.late->unreadable.value_or(0) > 0) {
    section.parts.push_back(
        Prose(fmt::format("{} that cannot be read: nobody can say whether they are late.",
                          Counted(*manifest.late->unreadable, "row bears a time", "rows bear times"))));
  }
  return section;
}

StorySection WhatWasChecked(const Manifest& manifest) {
  StorySection section{"What was checked", {}};
  StoryPart list{StoryPart::Form::kList, {}};
  for (const CheckResult& check : manifest.checks) {
    list.lines.push_back(fmt::format("{}: {}{}{}", check.name, VerdictName(check.verdict),
                                     check.detail.empty() ? "" : ", ", check.detail));
  }
  section.parts.push_back(std::move(list));
  if (manifest.overrides.empty()) {
    section.parts.push_back(Prose("No check was overridden."));
    return section;
  }
  StoryPart overrides{StoryPart::Form::kList, {}};
  for (const OverrideRecord& record : manifest.overrides) {
    overrides.lines.push_back(fmt::format("{} was overridden by {}: {}", record.check, record.by,
                                          record.reason ? *record.reason : std::string("no reason was given")));
  }
  section.parts.push_back(std::move(overrides));
  return section;
}

StorySection WhyToTrust(const Manifest& manifest) {
  StorySection section{"Why it can be trusted", {}};
  section.parts.push_back(
      Prose("The files were read back and compared before the manifest was written, and the manifest was written last: "
            "it is the "
            "commit. Its hashes fix every byte of the data, and its own hash fixes every byte of the manifest."));
  StoryPart list{StoryPart::Form::kList, {}};
  for (const ManifestFile& file : manifest.files) {
    if (list.lines.size() == kMostFiles) {
      list.lines.push_back(fmt::format("and {} more", FormatCount(manifest.files.size() - kMostFiles)));
      break;
    }
    list.lines.push_back(fmt::format("{}: sha256 {}", file.path, file.sha256));
  }
  list.lines.push_back(
      fmt::format("content id {} (the same for every build of the same content)", manifest.content_id));
  section.parts.push_back(std::move(list));
  return section;
}

// In single quotes for the shell.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

// The same inside a string of SQL.
std::string SqlText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("''") : std::string(1, c);
  }
  return quoted + "'";
}

// One command for all files instead of one for each. The files lie in folders below one.
std::vector<std::string> CommandsForMany(const Manifest& manifest, const std::string& folder,
                                         const std::string& manifest_path) {
  const std::string& first = manifest.files[0].path;
  const std::string all = JoinPath(folder, first.substr(0, first.find('/'))) + "/**/*.parquet";
  return {
      fmt::format("jq -r '.ingot.files[] | .sha256 + \"  \" + .path' {} | (cd {} && sha256sum --check --quiet)",
                  Quoted(manifest_path), Quoted(folder.empty() ? "." : folder)),
      fmt::format("duckdb -c {}  # {}", Quoted(fmt::format("SELECT count(*) FROM {}", SqlText(all))), manifest.rows),
      fmt::format("jq '.ingot.generator, .ingot.checks' {}", Quoted(manifest_path))};
}

StorySection HowToCheck(const Manifest& manifest, const std::string& folder, const std::string& manifest_path) {
  StorySection section{"How to check it without Ingot", {}};
  StoryPart commands{StoryPart::Form::kCommands, {}};
  if (manifest.files.size() > kMostFiles) {
    commands.lines = CommandsForMany(manifest, folder, manifest_path);
    section.parts.push_back(std::move(commands));
    return section;
  }
  for (const ManifestFile& file : manifest.files) {
    const std::string path = JoinPath(folder, file.path);
    commands.lines.push_back(fmt::format("echo {} | sha256sum --check", Quoted(file.sha256 + "  " + path)));
  }
  if (!manifest.files.empty()) {
    const std::string path = JoinPath(folder, manifest.files[0].path);
    commands.lines.push_back(fmt::format("duckdb -c {}  # {}",
                                         Quoted(fmt::format("SELECT count(*) FROM {}", SqlText(path))), manifest.rows));
  }
  commands.lines.push_back(fmt::format("jq '.ingot.inputs, .ingot.checks' {}", Quoted(manifest_path)));
  section.parts.push_back(std::move(commands));
  return section;
}

}  // namespace

Story Explain(const DatasetSpec& dataset, const Manifest& manifest, const std::string& folder,
              const std::string& manifest_path) {
  Story story;
  story.title = fmt::format("{}@{}", dataset.name, manifest.key.ToString());
  story.sections = {WhatItIs(dataset, manifest), FromWhat(dataset, manifest), WhatWasChecked(manifest),
                    WhyToTrust(manifest), HowToCheck(manifest, folder, manifest_path)};
  return story;
}

}  // namespace ingot
