// Finds and opens the project that a verb works in, from options and environment.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/settings.h"
#include "pipeline/workspace.h"

namespace ingot {

// nullptr when the verb works without a project, or without one that is not there.
// Errors: kConfig when a required project is missing or wrong, kUsage for a --set that it does not know.
Result<std::unique_ptr<Workspace>> OpenProject(const CommandSpec& command, const ParsedArguments& parsed,
                                               const Program& program);

// `[defaults]` of the project. Errors: kConfig for a key that is no option, with "did you mean".
Result<ProjectDefaults> DefaultsOf(const Workspace& workspace);

}  // namespace ingot
