#include "cli/commands.h"
#include "cli/data_output.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/verb_table.h"

namespace ingot {

Result<int> HelpCommand(const Invocation& invocation) {
  DataOutput& out = invocation.program.out;
  if (FlaggedFormat(invocation) == OutputFormat::kJson) {
    out.Write(HelpAsJson());
    return kExitOk;
  }
  if (invocation.arguments.empty()) {
    out.Write(HelpOverview(invocation.program.terminal.width));
    return kExitOk;
  }
  INGOT_ASSIGN(const CommandSpec* command, RequireCommand(invocation.arguments[0]));
  out.Write(HelpOf(*command, invocation.program.terminal.width));
  return kExitOk;
}

}  // namespace ingot
