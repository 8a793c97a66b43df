#include "cli/commands.h"
#include "cli/data_output.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/version.h"

namespace ingot {

Result<int> VersionCommand(const Invocation& invocation) {
  const OutputFormat format = FlaggedFormat(invocation);
  if (format == OutputFormat::kTable || format == OutputFormat::kMarkdown) {
    invocation.program.out.Line(VersionLine());
    return kExitOk;
  }
  Table table({{"name"}, {"version"}});
  table.Add({std::string("ingot"), std::string(VersionNumber())});
  PrintTable(invocation, table);
  return kExitOk;
}

}  // namespace ingot
