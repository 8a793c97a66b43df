// The verbs. Each stands in a file of its own, command_<verb>.cc, and in the command table.
#pragma once

#include "base/result.h"
#include "cli/command.h"

namespace ingot {

Result<int> InitCommand(const Invocation& invocation);
Result<int> RunCommand(const Invocation& invocation);
Result<int> PlanCommand(const Invocation& invocation);
Result<int> VerifyCommand(const Invocation& invocation);
Result<int> StatusCommand(const Invocation& invocation);
Result<int> ExplainCommand(const Invocation& invocation);
Result<int> SchemaCommand(const Invocation& invocation);
Result<int> LsCommand(const Invocation& invocation);
Result<int> GcCommand(const Invocation& invocation);
Result<int> RefreshCommand(const Invocation& invocation);
Result<int> QueryCommand(const Invocation& invocation);
Result<int> LookupCommand(const Invocation& invocation);
Result<int> ConvertCommand(const Invocation& invocation);
Result<int> IndexCommand(const Invocation& invocation);
Result<int> InspectCommand(const Invocation& invocation);
Result<int> GenerateCommand(const Invocation& invocation);
Result<int> DoctorCommand(const Invocation& invocation);
Result<int> CompletionsCommand(const Invocation& invocation);
Result<int> HelpCommand(const Invocation& invocation);
Result<int> VersionCommand(const Invocation& invocation);

}  // namespace ingot
