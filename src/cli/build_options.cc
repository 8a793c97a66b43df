#include "cli/build_options.h"

#include <unistd.h>

#include <cerrno>
#include <memory>
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
  program.talk.Ask("Why is the check overridden? The manifest keeps your reason (an empty line: no reason): ");
  INGOT_ASSIGN(std::string reason, ReadLine(program.cancellation));
  return reason.empty() ? std::nullopt : std::optional(std::move(reason));
}

}  // namespace

Result<RunRequest> MakeRunRequest(const Invocation& invocation, ReasonQuestion question) {
  const Program& program = invocation.program;
  INGOT_ASSIGN(RunRequest request, MakeRunRequest(invocation.scope(), DatasetArgument(invocation), NewRunId(program)));
  const bool terminal = program.terminal.input_is_terminal && program.terminal.talk_is_terminal;
  if (question == ReasonQuestion::kAsk && terminal && !request.overrides.reason) {
    // Once for all partitions.
    request.overrides.ask_reason = [&program, asked = std::make_shared<std::optional<std::string>>(),
                                    was_asked = std::make_shared<bool>()]() -> Result<std::optional<std::string>> {
      if (!std::exchange(*was_asked, true)) {
        INGOT_ASSIGN(*asked, AskReason(program));
      }
      return *asked;
    };
  }
  return request;
}

}  // namespace ingot
