// From options to what `run` and `plan` are to do.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "pipeline/run.h"
#include "request/request_scope.h"

namespace ingot {

// `reference`: see Workspace::Resolve. Errors: kUnsupported for --publish, before anything is looked at; kUsage.
Result<RunRequest> MakeRunRequest(const RequestScope& scope, std::string_view reference, std::string run_id);

}  // namespace ingot
