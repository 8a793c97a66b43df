#include "cli/build_options.h"

#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "cli/partition_choice.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "request/run_request.h"

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
  const Program& program = invocation.program;
  INGOT_ASSIGN(RunRequest request, MakeRunRequest(invocation.scope(), DatasetArgument(invocation), NewRunId(program)));
  const bool lets_pass = request.overrides.allow_incomplete || request.overrides.allow_drift;
  const bool terminal = program.terminal.input_is_terminal && program.terminal.talk_is_terminal;
  if (question == ReasonQuestion::kAsk && lets_pass && terminal && !request.overrides.reason) {
    INGOT_ASSIGN(request.overrides.reason, AskReason(program));
  }
  return request;
}

}  // namespace ingot
