#include <fmt/format.h>

#include "base/similar_name.h"
#include "cli/commands.h"
#include "cli/completions.h"
#include "cli/data_output.h"

namespace ingot {

Result<int> CompletionsCommand(const Invocation& invocation) {
  const std::string& shell = invocation.arguments[0];
  DataOutput& out = invocation.program.out;
  if (shell == "bash") {
    out.Write(BashCompletions());
  } else if (shell == "zsh") {
    out.Write(ZshCompletions());
  } else if (shell == "fish") {
    out.Write(FishCompletions());
  } else {
    const std::span<const std::string_view> shells = invocation.command.arguments[0].words;
    return Error(ErrorKind::kUsage,
                 fmt::format("there are no completions for '{}'{}", shell, DidYouMean(shell, shells)),
                 fmt::format("one of {}", fmt::join(shells, ", ")));
  }
  return kExitOk;
}

}  // namespace ingot
