// Finds and opens the project that a verb works in, from options and environment.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/settings.h"
#include "pipeline/workspace.h"

namespace ingot {

// How to open it: --project or INGOT_PROJECT, --set, INGOT_VAR_*. Errors: kUsage for a --set without `=`.
Result<WorkspaceRequest> ProjectRequest(const GivenOptions& given, const Environment& environment);

// nullptr when the verb works without a project, or without one that is not there. Errors: as Workspace::Open.
Result<std::unique_ptr<Workspace>> OpenProject(const CommandSpec& command, const GivenOptions& given,
                                               const Environment& environment);

// Names of variables are compared without their letter case.
std::string LowerCase(std::string_view text);

// `[defaults]` of the project.
ProjectDefaults DefaultsOf(const Workspace& workspace);

}  // namespace ingot
