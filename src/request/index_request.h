// Which listing becomes which key manifest: the command line of `ingot index`, and the project it stands in.
#pragma once

#include <string>

#include "base/result.h"
#include "pipeline/index.h"
#include "request/request_scope.h"

namespace ingot {

// In a project OUTPUT may be the place of one of its listings: then that is the dataset. Elsewhere the settings of the
// project's only listing hold, where no template is given. The run's id is left to the caller. Errors: kNotFound for a
// SOURCE that is not there; kUsage.
Result<IndexRequest> MakeIndexRequest(const RequestScope& scope, const std::string& source, const std::string& output);

}  // namespace ingot
