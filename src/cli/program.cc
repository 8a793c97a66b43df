#include "cli/program.h"

#include <fmt/format.h>

#include <array>
#include <exception>
#include <memory>
#include <new>
#include <optional>

#include "base/similar_name.h"
#include "cli/arguments.h"
#include "cli/data_output.h"
#include "cli/error_text.h"
#include "cli/help.h"
#include "cli/json_writer.h"
#include "cli/project_opening.h"
#include "cli/talk.h"
#include "cli/verb_table.h"
#include "cli/version.h"
#include "pipeline/workspace.h"
#include "request/settings.h"
#include "request/work_settings.h"

namespace ingot {
namespace {

std::string EnvironmentValue(const Environment& environment, std::string_view name) {
  const auto found = environment.find(std::string(name));
  return found == environment.end() ? std::string() : found->second;
}

// An option's value before anything is known to be right: the flag, else the environment.
std::string EarlyValue(OptionId id, const ProcessStart& start) {
  const std::string given = PeekOption(id, start.words);
  return given.empty() ? EnvironmentValue(start.environment, Describe(id).environment_variable()) : given;
}

bool EarlyFlag(OptionId id, const ProcessStart& start) {
  const Result<bool> on = ParseSwitch(EarlyValue(id, start));
  return on && *on;
}

ProgressMode ChooseProgress(std::string_view mode, const Terminal& terminal) {
  if (mode == "bar") {
    return ProgressMode::kBar;
  }
  if (mode == "plain") {
    return ProgressMode::kPlain;
  }
  if (mode == "json") {
    return ProgressMode::kJson;
  }
  return mode != "none" && terminal.talk_is_terminal ? ProgressMode::kBar : ProgressMode::kNone;
}

// NO_COLOR is the convention of many programs: any value but the empty one turns colours off.
TextColor ChooseColor(std::string_view when, const Environment& environment, const Terminal& terminal) {
  const bool wanted = terminal.talk_is_terminal && EnvironmentValue(environment, "NO_COLOR").empty() &&
                      EnvironmentValue(environment, "TERM") != "dumb";
  return when == "always" || (when != "never" && wanted) ? TextColor::kColored : TextColor::kPlain;
}

// Failures come early too, and are told in the form that was asked for, as far as that can be seen.
Talk::Style EarlyStyle(const ProcessStart& start) {
  Talk::Style style;
  style.progress = ChooseProgress(EarlyValue(OptionId::kProgress, start), start.terminal);
  style.color = ChooseColor(EarlyValue(OptionId::kColor, start), start.environment, start.terminal);
  style.loudness = EarlyFlag(OptionId::kQuiet, start)     ? Loudness::kQuiet
                   : EarlyFlag(OptionId::kVerbose, start) ? Loudness::kVerbose
                                                          : Loudness::kNormal;
  style.width = start.terminal.width;
  return style;
}

Result<Talk::Style> SettledStyle(const Settings& settings, const ProcessStart& start) {
  Talk::Style style;
  style.progress = ChooseProgress(settings.Text(OptionId::kProgress).value_or("auto"), start.terminal);
  style.color = ChooseColor(settings.Text(OptionId::kColor).value_or("auto"), start.environment, start.terminal);
  const bool quiet = settings.Flag(OptionId::kQuiet);
  const bool verbose = settings.Flag(OptionId::kVerbose);
  if (quiet && verbose && settings.Find(OptionId::kQuiet)->origin == settings.Find(OptionId::kVerbose)->origin) {
    return Error(ErrorKind::kUsage, "--quiet and --verbose exclude each other", "choose one of them");
  }
  const bool verbose_wins =
      verbose && (!quiet || settings.Find(OptionId::kVerbose)->origin > settings.Find(OptionId::kQuiet)->origin);
  style.loudness = verbose_wins ? Loudness::kVerbose : quiet ? Loudness::kQuiet : Loudness::kNormal;
  style.width = start.terminal.width;
  return style;
}

Error OptionWithoutVerb(const std::string& word) {
  constexpr std::array<std::string_view, 2> kAlone{"--version", "--help"};
  const std::string similar = DidYouMean(word, kAlone);
  return Error(ErrorKind::kUsage,
               similar.empty() ? fmt::format("no verb given beside '{}'", word)
                               : fmt::format("unknown option '{}'{}", word, similar),
               "ingot help");
}

// `ingot --help`, `ingot --version`, or nothing at all.
Result<int> WithoutVerb(const ProcessStart& start, Program& program) {
  for (const std::string& word : start.words) {
    if (word == "--version" || word == "-V") {
      program.out.Line(VersionLine());
      return kExitOk;
    }
    if (word == "--help" || word == "-h") {
      program.out.Write(HelpOverview(start.terminal.width));
      return kExitOk;
    }
    if (word.starts_with('-')) {
      return OptionWithoutVerb(word);
    }
  }
  program.talk.Say(HelpOverview(start.terminal.width));
  return Error(ErrorKind::kUsage, "no verb given", "ingot help");
}

Result<int> RunVerb(const CommandSpec& command, const ParsedArguments& parsed, const ProcessStart& start,
                    Program& program) {
  // 1. The project, when the verb works in one: it may hold defaults.
  INGOT_ASSIGN(const std::unique_ptr<Workspace> workspace, OpenProject(command, parsed.options, program.environment));
  const ProjectDefaults defaults = workspace == nullptr ? ProjectDefaults() : DefaultsOf(*workspace);
  // 2. All settings, checked.
  INGOT_ASSIGN(const Settings settings,
               Settings::Resolve(OfferedBy(command), parsed.options, program.environment, defaults));
  INGOT_ASSIGN(const Talk::Style style, SettledStyle(settings, start));
  program.talk.SetStyle(style);
  if (workspace != nullptr) {
    PlaceOutputOf(settings, *workspace);
  }
  // 3. The verb itself.
  program.talk.Begin(command.name);
  return command.run(Invocation{command, parsed.arguments, settings, workspace.get(), program});
}

Result<int> RunWords(const ProcessStart& start, Program& program) {
  const size_t verb = FindVerb(start.words);
  if (verb == start.words.size()) {
    return WithoutVerb(start, program);
  }
  INGOT_ASSIGN(const CommandSpec* command, RequireCommand(start.words[verb]));
  std::vector<std::string> rest = start.words;
  rest.erase(rest.begin() + static_cast<ptrdiff_t>(verb));
  INGOT_ASSIGN(const ParsedArguments parsed, ParseArguments(*command, rest));
  if (parsed.options.contains(OptionId::kHelp)) {
    program.out.Write(HelpOf(*command, start.terminal.width));
    return kExitOk;
  }
  Result<int> outcome = RunVerb(*command, parsed, start, program);
  // A misuse that has no better advice is explained by the verb's own help.
  if (!outcome && outcome.error().kind() == ErrorKind::kUsage &&
      outcome.error().advice() == Describe(ErrorKind::kUsage).advice) {
    outcome.error().WithAdvice(fmt::format("ingot {} --help", command->name));
  }
  return outcome;
}

// Rooms catch foreign exceptions at their edges; what still arrives here is out of memory, or a bug.
Result<int> RunGuarded(const ProcessStart& start, Program& program) {
  try {
    return RunWords(start, program);
  } catch (const std::bad_alloc&) {
    return Error(ErrorKind::kResourceLimit, "out of memory", "lower --memory or --threads, or free memory");
  } catch (const std::exception& exception) {
    return Error(ErrorKind::kInternal, exception.what());
  }
}

// The data of a failed command is its error, where data are read by programs.
void PrintErrorData(const Error& error, int code, const ProcessStart& start, DataOutput& out) {
  const std::string format = EarlyValue(OptionId::kOutput, start);
  if (format == "json" || format == "jsonl") {
    JsonWriter json(format == "json" ? JsonLayout::kIndented : JsonLayout::kOneLine);
    json.BeginObject().Key("error");
    WriteError(json, error, code);
    out.Line(json.EndObject().text());
  }
}

int RunWithClock(const ProcessStart& start, const Clock& clock, const Cancellation& cancellation, DataOutput& out,
                 Talk& talk) {
  Program program{start.environment, start.terminal, out, talk, clock, cancellation};
  const Result<int> outcome = RunGuarded(start, program);
  if (outcome) {
    return *outcome;
  }
  const int code = ExitCodeOf(outcome.error(), cancellation);
  talk.Report(outcome.error(), code);
  PrintErrorData(outcome.error(), code, start, out);
  return code;
}

}  // namespace

int ExitCodeOf(const Error& error, const Cancellation& cancellation) {
  if (error.kind() == ErrorKind::kCancelled && cancellation.signal_number() > 0) {
    return 128 + cancellation.signal_number();
  }
  return Describe(error.kind()).exit_code;
}

int RunProgram(const ProcessStart& start, const Cancellation& cancellation) {
  DataOutput out(start.output_fd);
  Talk talk(start.talk_fd);
  talk.SetStyle(EarlyStyle(start));
  int code = kExitOk;
  if (const Result<std::unique_ptr<Clock>> clock = MakeClock(start.environment); clock) {
    code = RunWithClock(start, **clock, cancellation, out, talk);
  } else {
    code = ExitCodeOf(clock.error(), cancellation);
    talk.Report(clock.error(), code);
    PrintErrorData(clock.error(), code, start, out);
  }
  talk.ClearBar();
  if (const Result<void> written = out.Finish(); !written) {
    const int write_code = ExitCodeOf(written.error(), cancellation);
    talk.Report(written.error(), write_code);
    code = code == kExitOk ? write_code : code;
  }
  talk.End(code);
  return code;
}

}  // namespace ingot
