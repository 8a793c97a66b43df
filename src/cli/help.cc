#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/json_writer.h"
#include "cli/manual_pages.h"
#include "cli/unicode_text.h"
#include "cli/verb_table.h"

namespace ingot {
namespace {

// Lines of a terminal that is wider are hard to read.
constexpr size_t kWidestHelp = 100;
constexpr size_t kNarrowestHelp = 40;
// The labels left of the explanations grow with their content, up to this.
constexpr size_t kWidestLabel = 30;
constexpr size_t kMostExamples = 3;

struct Entry {
  std::string label;
  std::string text;
};

size_t HelpWidth(int terminal_width) {
  return std::clamp(static_cast<size_t>(std::max(terminal_width, 0)), kNarrowestHelp, kWidestHelp);
}

std::string Listing(std::string_view title, const std::vector<Entry>& entries, size_t width) {
  if (entries.empty()) {
    return {};
  }
  size_t widest = 0;
  for (const Entry& entry : entries) {
    widest = std::max(widest, std::min(entry.label.size(), kWidestLabel));
  }
  std::string text = fmt::format("\n{}:\n", title);
  for (const Entry& entry : entries) {
    text += fmt::format("  {:<{}}  ", entry.label, widest);
    if (entry.label.size() > widest) {
      text += '\n' + std::string(widest + 4, ' ');
    }
    text += WrapText(entry.text, widest + 4, width) + '\n';
  }
  return text;
}

Entry OptionEntry(const OptionSpec& option, const CommandSpec* command) {
  Entry entry;
  entry.label = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
  entry.label += option.flag();
  entry.label += option.value_name.empty() ? std::string() : fmt::format(" {}", option.value_name);
  entry.text = std::string(command == nullptr ? option.help : HelpText(*command, option));
  if (!option.choices.empty()) {
    entry.text += fmt::format(
        ": {}", fmt::join(ChoicesOf(option, command == nullptr ? OutputForms::kText : command->forms), ", "));
  }
  if (!option.alias.empty()) {
    entry.text += fmt::format(" (also --{})", option.alias);
  }
  return entry;
}

std::vector<Entry> OptionEntries(std::span<const OptionId> ids, const CommandSpec* command = nullptr) {
  std::vector<Entry> entries;
  for (const OptionId id : ids) {
    entries.push_back(OptionEntry(Describe(id), command));
  }
  return entries;
}

std::string_view CountName(ArgumentCount count) {
  switch (count) {
    case ArgumentCount::kOne:
      return "one";
    case ArgumentCount::kOptional:
      return "optional";
    case ArgumentCount::kAtLeastOne:
      return "at_least_one";
    case ArgumentCount::kAny:
      break;
  }
  return "any";
}

void WriteOption(JsonWriter& json, const OptionSpec& option, const CommandSpec& command) {
  json.BeginObject().Key("name").String(option.name);
  json.Key("letter").String(option.letter == 0 ? std::string() : std::string(1, option.letter));
  json.Key("alias").String(option.alias).Key("value").String(option.value_name);
  json.Key("repeatable").Bool(option.repetition == Repetition::kMany);
  json.Key("environment").String(option.id == OptionId::kSet ? "INGOT_VAR_NAME" : option.environment_variable());
  json.Key("config");
  if (option.config == ConfigKey::kOffered) {
    json.String(option.config_key());
  } else {
    json.Null();
  }
  json.Key("choices").BeginArray();
  for (const std::string_view choice : ChoicesOf(option, command.forms)) {
    json.String(choice);
  }
  json.EndArray().Key("help").String(HelpText(command, option)).EndObject();
}

}  // namespace

std::string HelpOverview(int terminal_width) {
  const size_t width = HelpWidth(terminal_width);
  std::vector<Entry> verbs;
  for (const CommandSpec& command : Commands()) {
    verbs.push_back({std::string(command.name), std::string(command.summary)});
  }
  std::string text =
      "Ingot casts archives into complete, proven Parquet datasets.\n\nusage: ingot VERB [ARGUMENT…] [options]\n";
  text += Listing("verbs", verbs, width);
  text += Listing("options of every verb", OptionEntries(CommonOptions()), width);
  constexpr std::string_view kMore =
      "`ingot help VERB` shows more. Every --option can be set by INGOT_OPTION, and by `option` in [defaults] of "
      "ingot.toml.";
  return text + '\n' + WrapText(kMore, 0, width) + '\n';
}

std::string HelpOf(const CommandSpec& command, int terminal_width) {
  const size_t width = HelpWidth(terminal_width);
  const ManualPage& page = ManualPageOf(command.name);
  std::string text = WrapText(fmt::format("ingot {}: {}", command.name, command.summary), 0, width);
  text += fmt::format("\n\nusage: ingot {}\n\n{}\n", UsageOf(command), WrapText(page.opening(), 0, width));
  std::vector<Entry> arguments;
  for (const ArgumentSpec& argument : command.arguments) {
    arguments.push_back({std::string(argument.name), std::string(argument.help)});
  }
  text += Listing("arguments", arguments, width);
  text += Listing("options", OptionEntries(command.options, &command), width);
  text += Listing("options of every verb", OptionEntries(CommonOptions()), width);
  text += "\nexamples:\n";
  std::vector<std::string> examples = page.examples();
  examples.resize(std::min(examples.size(), kMostExamples));
  for (const std::string& example : examples) {
    text += fmt::format("  {}\n", example);
  }
  return text + "\nexit codes:\n  " + WrapText(page.exit_codes(), 2, width) + '\n';
}

std::string HelpAsJson() {
  JsonWriter json;
  json.BeginObject().Key("verbs").BeginArray();
  for (const CommandSpec& command : Commands()) {
    json.BeginObject().Key("name").String(command.name).Key("summary").String(command.summary);
    json.Key("usage").String("ingot " + UsageOf(command)).Key("arguments").BeginArray();
    for (const ArgumentSpec& argument : command.arguments) {
      json.BeginObject().Key("name").String(argument.name).Key("count").String(CountName(argument.count));
      json.Key("help").String(argument.help).EndObject();
    }
    json.EndArray().Key("options").BeginArray();
    for (const OptionSpec& option : Options()) {
      if (HasOption(command, option.id)) {
        WriteOption(json, option, command);
      }
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return json.text() + '\n';
}

}  // namespace ingot
