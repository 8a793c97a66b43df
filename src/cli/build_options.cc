#include "cli/build_options.h"

#include <unistd.h>

#include <utility>

#include "cli/settings.h"
#include "cli/talk.h"
#include "cli/verb_table.h"
#include "cli/work.h"

namespace ingot {
namespace {

// One line of standard input, without its line feed; what there is at its end.
Result<std::string> ReadLine(const Cancellation& cancellation) {
  std::string line;
  char c = 0;
  while (true) {
    const ssize_t count = ::read(STDIN_FILENO, &c, 1);
    INGOT_TRY(cancellation.Check());
    if (count == 1 && c != '\n') {
      line += c;
    } else if (count >= 0 || errno != EINTR) {
      return line;
    }
  }
}

Result<std::optional<std::string>> AskReason(const Program& program) {
  program.talk.Ask("Why may it pass? The manifest keeps your reason (an empty line: no reason): ");
  INGOT_ASSIGN(std::string reason, ReadLine(program.cancellation));
  return reason.empty() ? std::nullopt : std::optional(std::move(reason));
}

}  // namespace

Result<RunRequest> MakeRunRequest(const Invocation& invocation, ReasonQuestion question) {
  const Settings& settings = invocation.settings;
  const Program& program = invocation.program;
  if (settings.Flag(OptionId::kPublish)) {
    return Error(ErrorKind::kUnsupported, "publishing to a remote store is not offered yet; nothing was built",
                 "run again without " + settings.Find(OptionId::kPublish)->source);
  }
  RunRequest request;
  INGOT_ASSIGN(PartitionChoice choice,
               ChoosePartitions(invocation, DatasetArgument(invocation), WithoutChoice::kYesterday));
  request.dataset = choice.dataset;
  request.keys = std::move(choice.keys);
  request.locked = settings.Flag(OptionId::kLocked);
  request.force = settings.Flag(OptionId::kForce);
  request.overrides.allow_incomplete = settings.Flag(OptionId::kAllowIncomplete);
  request.overrides.allow_drift = settings.Flag(OptionId::kAllowDrift);
  request.overrides.reason = settings.Text(OptionId::kReason);
  request.overrides.min_inputs = settings.Count(OptionId::kMinInputs);
  request.overrides.max_rejects = settings.Count(OptionId::kMaxRejects);
  request.run_id = NewRunId(program);
  const bool lets_pass = request.overrides.allow_incomplete || request.overrides.allow_drift;
  const bool terminal = program.terminal.input_is_terminal && program.terminal.talk_is_terminal;
  if (question == ReasonQuestion::kAsk && lets_pass && terminal && !request.overrides.reason) {
    INGOT_ASSIGN(request.overrides.reason, AskReason(program));
  }
  return request;
}

}  // namespace ingot
