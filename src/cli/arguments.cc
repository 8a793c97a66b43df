#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>

#include "base/local_path.h"
#include "base/similar_name.h"
#include "cli/verb_table.h"
#include "request/dates.h"

namespace ingot {
namespace {

// One word of the command line, as far as it can be understood without knowing the verb.
struct Word {
  const OptionSpec* option = nullptr;  // nullptr: not an option that exists
  bool looks_like_option = false;
  bool value_follows = false;  // the next word is its value
  std::string value;           // what follows `=` or the letter
  bool has_value = false;
};

Word Understand(const std::string& text) {
  Word word;
  word.looks_like_option = text.size() > 1 && text[0] == '-';
  if (!word.looks_like_option) {
    return word;
  }
  if (text[1] == '-') {
    const size_t equals = text.find('=');
    word.option = FindOption(std::string_view(text).substr(2, equals == std::string::npos ? equals : equals - 2));
    word.has_value = equals != std::string::npos;
    word.value = word.has_value ? text.substr(equals + 1) : std::string();
  } else {
    // Letters of flags may be joined: the first that takes a value takes the rest.
    size_t position = 1;
    do {
      word.option = FindOption(std::string_view(text).substr(position, 1));
      ++position;
    } while (word.option != nullptr && word.option->shape == ValueShape::kFlag && position < text.size());
    word.has_value = position < text.size();
    word.value = text.substr(position);
  }
  word.value_follows = word.option != nullptr && word.option->shape != ValueShape::kFlag && !word.has_value;
  return word;
}

std::string CliNames(const OptionSpec& option) {
  std::string names = option.flag();
  if (option.letter != 0) {
    names += fmt::format(",-{}", option.letter);
  }
  if (!option.alias.empty()) {
    names += fmt::format(",--{}", option.alias);
  }
  return names;
}

std::vector<OptionId> OptionsOf(const CommandSpec& command) {
  std::vector<OptionId> ids(CommonOptions().begin(), CommonOptions().end());
  ids.insert(ids.end(), command.options.begin(), command.options.end());
  return ids;
}

Error UnknownOption(const CommandSpec& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> flags;
  for (const OptionId id : OptionsOf(command)) {
    const OptionSpec& option = Describe(id);
    flags.push_back(option.flag());
    if (!option.alias.empty()) {
      flags.push_back("--" + std::string(option.alias));
    }
  }
  const std::vector<std::string_view> known(flags.begin(), flags.end());
  std::string message = fmt::format("unknown option '{}' of ingot {}", name, command.name);
  message += DidYouMean(name, known);
  return Error(ErrorKind::kUsage, std::move(message), fmt::format("ingot {} --help", command.name));
}

Error WrongCount(const CommandSpec& command, std::string message) {
  return Error(ErrorKind::kUsage, std::move(message), "ingot " + UsageOf(command));
}

// A day after the dataset is a habit from programs that take it there.
Error TooMany(const CommandSpec& command, const std::vector<std::string>& arguments) {
  const std::string& extra = arguments[command.arguments.size()];
  if (HasOption(command, OptionId::kDate) && ParseDayWord(extra, UtcDay{})) {
    const std::string written = fmt::format("ingot {} {} --date {}", command.name, arguments[0], extra);
    return Error(ErrorKind::kUsage,
                 fmt::format("ingot {}: '{}' is one argument too many; a day is written {}@{} or --date {}",
                             command.name, extra, arguments[0], extra, extra),
                 written);
  }
  return WrongCount(command, fmt::format("ingot {}: '{}' is one argument too many", command.name, extra));
}

Result<void> CheckCounts(const CommandSpec& command, const std::vector<std::string>& arguments) {
  size_t least = 0;
  bool bounded = true;
  for (const ArgumentSpec& argument : command.arguments) {
    const bool needed = argument.count == ArgumentCount::kOne || argument.count == ArgumentCount::kAtLeastOne;
    if (needed && arguments.size() <= least) {
      return WrongCount(command, fmt::format("ingot {}: {} is missing", command.name, argument.name));
    }
    least += needed ? 1 : 0;
    bounded = bounded && argument.count != ArgumentCount::kAtLeastOne && argument.count != ArgumentCount::kAny;
  }
  if (bounded && arguments.size() > command.arguments.size()) {
    return TooMany(command, arguments);
  }
  return {};
}

// Where arguments are paths, or may be.
Result<void> CheckPaths(const CommandSpec& command, const std::vector<std::string>& arguments) {
  const bool paths = std::any_of(command.arguments.begin(), command.arguments.end(), [](const ArgumentSpec& argument) {
    return argument.shape == ArgumentShape::kPath || argument.shape == ArgumentShape::kDataset;
  });
  for (size_t i = 0; paths && i < arguments.size(); ++i) {
    INGOT_TRY(CheckLocalPath(arguments[i]));
  }
  return {};
}

// CLI11 takes `--name=` for a flag without a value and would eat the next word; separate words are not ambiguous.
std::vector<std::string> SeparateValues(const std::vector<std::string>& words) {
  std::vector<std::string> separated;
  for (size_t i = 0; i < words.size(); ++i) {
    const Word word = Understand(words[i]);
    if (word.option != nullptr && word.option->shape != ValueShape::kFlag && words[i][1] == '-' && word.has_value) {
      separated.push_back(words[i].substr(0, words[i].find('=')));
      separated.push_back(word.value);
    } else {
      separated.push_back(words[i]);
      if (word.value_follows && i + 1 < words.size()) {
        separated.push_back(words[++i]);
      }
    }
  }
  return separated;
}

// A value that was forgotten shows as the last word, or as an option where a value is expected.
Result<void> CheckValuesFollow(const CommandSpec& command, const std::vector<std::string>& words) {
  const std::vector<OptionId> known = OptionsOf(command);
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const Word word = Understand(words[i]);
    if (!word.value_follows || std::find(known.begin(), known.end(), word.option->id) == known.end()) {
      continue;
    }
    const Word next = i + 1 < words.size() ? Understand(words[i + 1]) : Word{};
    if (i + 1 == words.size() || next.option != nullptr || words[i + 1] == "--") {
      return Error(
          ErrorKind::kUsage,
          fmt::format("{} needs a value: {} {}", word.option->flag(), word.option->flag(), word.option->value_name),
          fmt::format("ingot {} --help", command.name));
    }
    ++i;
  }
  return {};
}

}  // namespace

size_t FindVerb(const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    const Word word = Understand(words[i]);
    if (words[i] == "--") {
      return words.size();
    }
    if (!word.looks_like_option) {
      return i;
    }
    i += word.value_follows ? 1 : 0;
  }
  return words.size();
}

Result<ParsedArguments> ParseArguments(const CommandSpec& command, const std::vector<std::string>& words) {
  INGOT_TRY(CheckValuesFollow(command, words));
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::map<OptionId, CLI::Option*> options;
  ParsedArguments parsed;
  for (const OptionId id : OptionsOf(command)) {
    const OptionSpec& option = Describe(id);
    if (option.shape == ValueShape::kFlag) {
      options[id] = app.add_flag(CliNames(option));
    } else {
      options[id] = app.add_option(CliNames(option), parsed.options[id])->expected(1, -1)->allow_extra_args(false);
    }
  }
  app.add_option("arguments", parsed.arguments);
  // After "--" every word is an argument; CLI11 would count the dashes among them.
  const auto options_end = std::find(words.begin(), words.end(), "--");
  try {
    std::vector<std::string> reversed = SeparateValues({words.begin(), options_end});
    std::reverse(reversed.begin(), reversed.end());
    app.parse(std::move(reversed));
  } catch (const CLI::Error& error) {
    return Error(ErrorKind::kUsage, fmt::format("ingot {}: {}", command.name, error.what()),
                 fmt::format("ingot {} --help", command.name));
  }
  for (const std::string& extra : app.remaining()) {
    if (extra.size() > 1 && extra[0] == '-') {
      return UnknownOption(command, extra);
    }
    parsed.arguments.push_back(extra);
  }
  if (options_end != words.end()) {
    parsed.arguments.insert(parsed.arguments.end(), options_end + 1, words.end());
  }
  for (const auto& [id, option] : options) {
    if (option->count() == 0) {
      parsed.options.erase(id);
    } else {
      parsed.options[id] = option->results();
    }
  }
  if (!parsed.options.contains(OptionId::kHelp)) {
    INGOT_TRY(CheckCounts(command, parsed.arguments));
    INGOT_TRY(CheckPaths(command, parsed.arguments));
  }
  return parsed;
}

std::string PeekOption(OptionId id, const std::vector<std::string>& words) {
  std::string value;
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const Word word = Understand(words[i]);
    if (word.option == nullptr) {
      continue;
    }
    const bool wanted = word.option->id == id;
    if (word.value_follows) {
      ++i;
      if (wanted && i < words.size()) {
        value = words[i];
      }
    } else if (wanted) {
      value = word.has_value ? word.value : "true";
    }
  }
  return value;
}

}  // namespace ingot
