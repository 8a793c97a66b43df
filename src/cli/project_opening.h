// Opens the project that a verb works in.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/command.h"
#include "pipeline/workspace.h"
#include "request/project_settings.h"

namespace ingot {

// nullptr when the verb works without a project, or without one that is not there. Errors: as Workspace::Open.
Result<std::unique_ptr<Workspace>> OpenProject(const CommandSpec& command, const GivenOptions& given,
                                               const Environment& environment);

}  // namespace ingot
