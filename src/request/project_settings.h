// How a project is found, and the defaults that it has for options.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pipeline/workspace.h"
#include "request/settings.h"

namespace ingot {

// How to open it: --project or INGOT_PROJECT, --set, INGOT_VAR_*. Errors: kUsage for a --set without `=`.
Result<WorkspaceRequest> ProjectRequest(const GivenOptions& given, const Environment& environment);

// Names of variables are compared without their letter case.
std::string LowerCase(std::string_view text);

// `[defaults]` of the project.
ProjectDefaults DefaultsOf(const Workspace& workspace);

// Lets --output-dir replace the stores of the project; one of `[defaults]` starts at the project's folder.
void PlaceOutputOf(const Settings& settings, Workspace& workspace);

}  // namespace ingot
