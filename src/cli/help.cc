#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/json_writer.h"
#include "cli/unicode_text.h"
#include "cli/verb_table.h"

namespace ingot {
namespace {

constexpr size_t kHelpWidth = 100;
// What stands left of the explanations grows with its content, up to this.
constexpr size_t kWidestLabel = 30;

struct Entry {
  std::string label;
  std::string text;
};

std::string Listing(std::string_view title, const std::vector<Entry>& entries) {
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
    text += WrapText(entry.text, widest + 4, kHelpWidth) + '\n';
  }
  return text;
}

Entry OptionEntry(const OptionSpec& option, const CommandSpec* command) {
  Entry entry;
  entry.label = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
  entry.label += option.flag();
  entry.label += option.value_name.empty() ? std::string() : fmt::format(" {}", option.value_name);
  entry.text = std::string(option.help);
  if (const auto choices = ChoicesOf(option, command); !choices.empty()) {
    entry.text += fmt::format(": {}", fmt::join(choices, ", "));
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
  for (const std::string_view choice : ChoicesOf(option, &command)) {
    json.String(choice);
  }
  json.EndArray().Key("help").String(option.help).EndObject();
}

}  // namespace

std::string HelpOverview() {
  std::vector<Entry> verbs;
  for (const CommandSpec& command : Commands()) {
    verbs.push_back({std::string(command.name), std::string(command.summary)});
  }
  std::string text =
      "Ingot casts archives into complete, proven Parquet datasets.\n\nusage: ingot VERB [ARGUMENT…] [options]\n";
  text += Listing("verbs", verbs);
  text += Listing("options of every verb", OptionEntries(CommonOptions()));
  return text +
         "\n`ingot help VERB` tells more. Every --option can be set by INGOT_OPTION, and by `option` in [defaults] "
         "of\ningot.toml.\n";
}

std::string HelpOf(const CommandSpec& command) {
  std::string text = fmt::format("ingot {}: {}\n\nusage: ingot {}\n", command.name, command.summary, UsageOf(command));
  std::vector<Entry> arguments;
  for (const ArgumentSpec& argument : command.arguments) {
    arguments.push_back({std::string(argument.name), std::string(argument.help)});
  }
  text += Listing("arguments", arguments);
  text += Listing("options", OptionEntries(command.options, &command));
  return text + Listing("options of every verb", OptionEntries(CommonOptions()));
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
