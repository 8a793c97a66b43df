#include <fmt/format.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/data_output.h"
#include "cli/output.h"
#include "cli/partition_choice.h"
#include "cli/unicode_text.h"
#include "dataset/stored_partition.h"
#include "model/json_document.h"
#include "model/json_value.h"
#include "pipeline/explain.h"
#include "pipeline/run.h"

namespace ingot {
namespace {

constexpr size_t kProseWidth = 100;

std::string PartAsText(const StoryPart& part) {
  std::string text;
  for (const std::string& line : part.lines) {
    switch (part.form) {
      case StoryPart::Form::kProse:
        text += WrapText(PrintableText(line), 0, kProseWidth) + '\n';
        break;
      case StoryPart::Form::kList:
        text += "  - " + WrapText(PrintableText(line), 4, kProseWidth) + '\n';
        break;
      case StoryPart::Form::kCommands:
        text += "  " + PrintableText(line) + '\n';
        break;
    }
  }
  return text;
}

std::string StoryAsText(const Story& story) {
  std::string text = story.title + '\n';
  for (const StorySection& section : story.sections) {
    text += fmt::format("\n{}\n", section.title);
    for (const StoryPart& part : section.parts) {
      text += PartAsText(part);
    }
  }
  return text;
}

std::string StoryAsMarkdown(const Story& story) {
  std::string text = fmt::format("# {}\n", story.title);
  for (const StorySection& section : story.sections) {
    text += fmt::format("\n## {}\n", section.title);
    for (const StoryPart& part : section.parts) {
      const bool commands = part.form == StoryPart::Form::kCommands;
      text += commands ? "\n```\n" : "\n";
      for (const std::string& line : part.lines) {
        text += (part.form == StoryPart::Form::kList ? "- " : "") + PrintableText(line) + '\n';
      }
      text += commands ? "```\n" : "";
    }
  }
  return text;
}

Result<std::string> ManifestText(const PartitionPlace& place, JsonStyle style) {
  INGOT_ASSIGN(std::string text, ReadWholeFile(place.manifest_path(), kMaxManifestBytes));
  if (style == JsonStyle::kIndented) {
    return text;
  }
  INGOT_ASSIGN(const JsonValue document, ParseJson(text));
  INGOT_ASSIGN(const std::string line, WriteJson(document, style));
  return line + '\n';
}

}  // namespace

Result<int> ExplainCommand(const Invocation& invocation) {
  const OutputFormat format = FormatOf(invocation);
  if (format == OutputFormat::kCsv) {
    return Error(ErrorKind::kUsage, "a story has no CSV form", "-o table, markdown, json or jsonl");
  }
  INGOT_ASSIGN(const PartitionChoice choice, ChoosePartitions(invocation, WithoutChoice::kYesterday));
  DataOutput& out = invocation.program.out;
  for (const PartitionKey& key : choice.keys) {
    INGOT_ASSIGN(const Manifest manifest, RequireManifest(*choice.dataset, key));
    INGOT_ASSIGN(const PartitionPlace place, FindPlace(*choice.dataset, {}, key));
    if (format == OutputFormat::kJson || format == OutputFormat::kJsonLines) {
      INGOT_ASSIGN(const std::string text,
                   ManifestText(place, format == OutputFormat::kJson ? JsonStyle::kIndented : JsonStyle::kCompact));
      out.Write(text);
      continue;
    }
    const Story story = Explain(*choice.dataset, manifest, ManifestFolder(place), place.manifest_path());
    out.Write(format == OutputFormat::kMarkdown ? StoryAsMarkdown(story) : StoryAsText(story));
  }
  return kExitOk;
}

}  // namespace ingot
