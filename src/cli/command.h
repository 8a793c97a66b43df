// What a verb is: its entry in the command table, and what the process hands to it when it runs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "base/utc.h"
#include "request/option_table.h"
#include "request/request_scope.h"
#include "request/settings.h"

namespace ingot {

class DataOutput;
class Talk;
class Workspace;

// What the three streams lead to.
struct Terminal {
  bool input_is_terminal = false;
  bool output_is_terminal = false;
  bool talk_is_terminal = false;
  int width = 80;  // columns
};

// The process, as a verb sees it. All outlive the verb.
struct Program {
  const Environment& environment;
  const Terminal& terminal;
  DataOutput& out;
  Talk& talk;
  const Clock& clock;
  const Cancellation& cancellation;
};

enum class ProjectNeed {
  kNone,      // the verb works without one and reads none
  kOwn,       // the verb opens it itself, and tells what is wrong with it
  kOptional,  // used when it is there
  kRequired,
};

enum class ArgumentShape { kDataset, kPath, kVerb, kWord, kQuery };
enum class ArgumentCount { kOne, kOptional, kAtLeastOne, kAny };

struct ArgumentSpec {
  std::string_view name;  // "DATASET"
  ArgumentShape shape;
  ArgumentCount count;
  std::span<const std::string_view> words;  // kWord: what may be said
  std::string_view help;
};

struct Invocation;
// Returns the exit code. An error is printed by the driver and gives its kind's code.
using CommandFunction = Result<int> (*)(const Invocation& invocation);

// What an option does in one verb, where the text of the option table would be too general.
struct OptionHelp {
  OptionId id;
  std::string_view text;
};

struct CommandSpec {
  std::string_view name;
  std::string_view summary;  // one sentence, lower case, without a full stop
  ProjectNeed project;
  std::span<const ArgumentSpec> arguments;
  std::span<const OptionId> options;  // besides the ones that every verb has
  CommandFunction run;
  OutputForms forms = OutputForms::kText;
  std::span<const OptionHelp> option_help = {};
};

struct Invocation {
  const CommandSpec& command;
  const std::vector<std::string>& arguments;
  const Settings& settings;
  Workspace* workspace;  // nullptr only where the project is not required
  Program& program;

  // The same without the process around it.
  RequestScope scope() const { return {workspace, settings, program.clock.Now().day()}; }
};

// Codes that no kind of error has; pipeline/exit_code.h has the one for mixed failures.
inline constexpr int kExitOk = 0;
inline constexpr int kExitNoop = 9;

// The code of a failure; a cancellation tells which signal asked for it.
int ExitCodeOf(const Error& error, const Cancellation& cancellation);

}  // namespace ingot
