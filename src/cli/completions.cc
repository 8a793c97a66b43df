#include "cli/completions.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "cli/verb_table.h"

namespace ingot {
namespace {

// How a shell finds the datasets of the project it stands in: the first column of `ingot ls`.
constexpr std::string_view kQueriesCommand = "ingot query --list -q -o csv 2>/dev/null | tail -n +2 | cut -d, -f1";
constexpr std::string_view kDatasetsCommand = "ingot ls -q -o csv 2>/dev/null | tail -n +2 | cut -d, -f1";

std::vector<const OptionSpec*> OptionsOf(const CommandSpec& command) {
  std::vector<const OptionSpec*> options;
  for (const OptionSpec& option : Options()) {
    if (HasOption(command, option.id)) {
      options.push_back(&option);
    }
  }
  return options;
}

std::vector<std::string> FlagsOf(const OptionSpec& option) {
  std::vector<std::string> flags{option.flag()};
  if (!option.alias.empty()) {
    flags.push_back("--" + std::string(option.alias));
  }
  if (option.letter != 0) {
    flags.push_back(fmt::format("-{}", option.letter));
  }
  return flags;
}

std::string VerbNames() {
  std::string names;
  for (const CommandSpec& command : Commands()) {
    names += names.empty() ? "" : " ";
    names += command.name;
  }
  return names;
}

// What can stand for an argument, in bash's terms.
std::string BashWords(const ArgumentSpec& argument) {
  switch (argument.shape) {
    case ArgumentShape::kDataset:
      return fmt::format("COMPREPLY=($(compgen -W \"$({})\" -- \"$cur\"))", kDatasetsCommand);
    case ArgumentShape::kVerb:
      return fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))", VerbNames());
    case ArgumentShape::kWord:
      return fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))", fmt::join(argument.words, " "));
    case ArgumentShape::kQuery:
      return fmt::format("COMPREPLY=($(compgen -W \"$({})\" -- \"$cur\"))", kQueriesCommand);
    case ArgumentShape::kPath:
      break;
  }
  return "COMPREPLY=($(compgen -f -- \"$cur\"))";
}

// The values after an option, in bash's terms. Empty for flags.
std::string BashValues(const OptionSpec& option) {
  switch (option.shape) {
    case ValueShape::kFlag:
      return {};
    case ValueShape::kChoice: {
      // The verb is not known where values are completed, but it stands among the words.
      const auto everywhere = ChoicesOf(option, nullptr);
      const auto more = option.choices.subspan(everywhere.size());
      const std::string rest =
          more.empty()
              ? std::string()
              : fmt::format(" $([[ \" ${{COMP_WORDS[*]}} \" != *\" query \"* ]] || echo {})", fmt::join(more, " "));
      return fmt::format("COMPREPLY=($(compgen -W \"{}{}\" -- \"$cur\"))", fmt::join(everywhere, " "), rest);
    }
    case ValueShape::kDay:
      return "COMPREPLY=($(compgen -W \"yesterday today\" -- \"$cur\"))";
    case ValueShape::kFile:
      return "COMPREPLY=($(compgen -f -- \"$cur\"))";
    case ValueShape::kFolder:
      return "COMPREPLY=($(compgen -d -- \"$cur\"))";
    case ValueShape::kText:
    case ValueShape::kCount:
    case ValueShape::kSize:
    case ValueShape::kDuration:
    case ValueShape::kTime:
    case ValueShape::kSetting:
      break;
  }
  return "COMPREPLY=()";
}

// In single quotes, for every shell.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string ZshEscaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

std::string ZshValues(const OptionSpec& option, const CommandSpec& command) {
  switch (option.shape) {
    case ValueShape::kFlag:
      return {};
    case ValueShape::kChoice:
      if (TakesAnyText(option, &command)) {
        break;
      }
      return fmt::format(":{}:({})", option.value_name, fmt::join(ChoicesOf(option, &command), " "));
    case ValueShape::kDay:
      return fmt::format(":{}:(yesterday today)", option.value_name);
    case ValueShape::kFile:
      return fmt::format(":{}:_files", option.value_name);
    case ValueShape::kFolder:
      return fmt::format(":{}:_files -/", option.value_name);
    case ValueShape::kText:
    case ValueShape::kCount:
    case ValueShape::kSize:
    case ValueShape::kDuration:
    case ValueShape::kTime:
    case ValueShape::kSetting:
      break;
  }
  return fmt::format(":{}: ", ZshEscaped(option.value_name));
}

std::string ZshArgument(const ArgumentSpec& argument) {
  const bool many = argument.count == ArgumentCount::kAtLeastOne || argument.count == ArgumentCount::kAny;
  std::string_view action = "_files";
  std::string words;
  if (argument.shape == ArgumentShape::kDataset) {
    action = "_ingot_datasets";
  } else if (argument.shape == ArgumentShape::kQuery) {
    action = "_ingot_queries";
  } else if (argument.shape == ArgumentShape::kVerb) {
    action = "_ingot_verbs";
  } else if (argument.shape == ArgumentShape::kWord) {
    words = fmt::format("({})", fmt::join(argument.words, " "));
    action = words;
  }
  return fmt::format("{}:{}:{}", many ? "*" : "", argument.name, action);
}

std::string FishValues(const OptionSpec& option, const CommandSpec& command) {
  switch (option.shape) {
    case ValueShape::kFlag:
      return {};
    case ValueShape::kChoice:
      if (TakesAnyText(option, &command)) {
        break;
      }
      return fmt::format(" -x -a {}", Quoted(fmt::format("{}", fmt::join(ChoicesOf(option, &command), " "))));
    case ValueShape::kDay:
      return " -x -a 'yesterday today'";
    case ValueShape::kFile:
      return " -r -F";
    case ValueShape::kFolder:
      return " -x -a '(__fish_complete_directories)'";
    case ValueShape::kText:
    case ValueShape::kCount:
    case ValueShape::kSize:
    case ValueShape::kDuration:
    case ValueShape::kTime:
    case ValueShape::kSetting:
      break;
  }
  return " -x";
}

std::string FishArgument(const ArgumentSpec& argument) {
  switch (argument.shape) {
    case ArgumentShape::kDataset:
      return fmt::format("-f -a {}", Quoted(fmt::format("({})", kDatasetsCommand)));
    case ArgumentShape::kVerb:
      return fmt::format("-f -a {}", Quoted(VerbNames()));
    case ArgumentShape::kWord:
      return fmt::format("-f -a {}", Quoted(fmt::format("{}", fmt::join(argument.words, " "))));
    case ArgumentShape::kQuery:
      return fmt::format("-f -a {}", Quoted(fmt::format("({})", kQueriesCommand)));
    case ArgumentShape::kPath:
      break;
  }
  return "-F";
}

}  // namespace

std::string BashCompletions() {
  std::string values;
  for (const OptionSpec& option : Options()) {
    if (const std::string action = BashValues(option); !action.empty()) {
      values += fmt::format("    {})\n      {}\n      return\n      ;;\n", fmt::join(FlagsOf(option), "|"), action);
    }
  }
  std::string verbs;
  for (const CommandSpec& command : Commands()) {
    std::string flags;
    for (const OptionSpec* option : OptionsOf(command)) {
      flags += fmt::format(" {}", fmt::join(FlagsOf(*option), " "));
    }
    const std::string words = command.arguments.empty() ? "COMPREPLY=()" : BashWords(command.arguments.back());
    verbs += fmt::format("    {})\n      flags=\"{}\"\n      [[ $cur == -* ]] || {}\n      ;;\n", command.name,
                         flags.substr(1), words);
  }
  return fmt::format(
      "# bash completion of ingot; load it with: source <(ingot completions bash)\n"
      "_ingot() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} verb= flags= word\n"
      "  COMPREPLY=()\n"
      "  case $prev in\n{}  esac\n"
      "  for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
      "    case \" {} \" in *\" $word \"*) verb=$word; break ;; esac\n"
      "  done\n"
      "  case $verb in\n"
      "    '')\n      COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))\n      ;;\n{}  esac\n"
      "  [[ $cur == -* ]] && COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\"))\n"
      "  return 0\n"
      "}}\n"
      "complete -o filenames -F _ingot ingot\n",
      values, VerbNames(), VerbNames(), verbs);
}

std::string ZshCompletions() {
  std::string verbs;
  std::string cases;
  for (const CommandSpec& command : Commands()) {
    verbs += fmt::format("    {}\n", Quoted(fmt::format("{}:{}", command.name, ZshEscaped(command.summary))));
    std::string arguments;
    for (const OptionSpec* option : OptionsOf(command)) {
      for (const std::string& flag : FlagsOf(*option)) {
        arguments += " \\\n        " +
                     Quoted(fmt::format("*{}[{}]{}", flag, ZshEscaped(option->help), ZshValues(*option, command)));
      }
    }
    for (const ArgumentSpec& argument : command.arguments) {
      arguments += " \\\n        " + Quoted(ZshArgument(argument));
    }
    cases += fmt::format("    {})\n      _arguments -s{}\n      ;;\n", command.name, arguments);
  }
  return fmt::format(
      "#compdef ingot\n"
      "# zsh completion of ingot; save it as _ingot in a folder of $fpath, or: source <(ingot completions zsh)\n"
      "_ingot_datasets() {{\n  local -a datasets\n  datasets=(${{(f)\"$({})\"}})\n  compadd -a datasets\n}}\n"
      "_ingot_queries() {{\n  local -a queries\n  queries=(${{(f)\"$({})\"}})\n  compadd -a queries\n}}\n"
      "_ingot_verbs() {{\n  local -a verbs\n  verbs=(\n{}  )\n  _describe verb verbs\n}}\n"
      "_ingot() {{\n"
      "  if (( CURRENT == 2 )); then\n    _ingot_verbs\n    return\n  fi\n"
      "  local verb=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $verb in\n{}  esac\n"
      "}}\n"
      "if [[ $funcstack[1] == _ingot ]]; then\n  _ingot \"$@\"\nelse\n  compdef _ingot ingot\nfi\n",
      kDatasetsCommand, kQueriesCommand, verbs, cases);
}

std::string FishCompletions() {
  std::string text =
      "# fish completion of ingot; load it with: ingot completions fish | source\ncomplete -c ingot -f\n";
  for (const CommandSpec& command : Commands()) {
    text +=
        fmt::format("complete -c ingot -n __fish_use_subcommand -a {} -d {}\n", command.name, Quoted(command.summary));
    const std::string condition = Quoted(fmt::format("__fish_seen_subcommand_from {}", command.name));
    for (const OptionSpec* option : OptionsOf(command)) {
      std::string names = fmt::format("-l {}", option->name);
      names += option->alias.empty() ? "" : fmt::format(" -l {}", option->alias);
      names += option->letter == 0 ? "" : fmt::format(" -s {}", option->letter);
      text += fmt::format("complete -c ingot -n {} {}{} -d {}\n", condition, names, FishValues(*option, command),
                          Quoted(option->help));
    }
    for (const ArgumentSpec& argument : command.arguments) {
      text += fmt::format("complete -c ingot -n {} {}\n", condition, FishArgument(argument));
    }
  }
  return text;
}

}  // namespace ingot
