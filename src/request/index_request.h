// Which listing becomes which key manifest: the command line of `ingot index`, and the project it stands in.
#pragma once

#include <string>

#include "base/result.h"
#include "model/dataset_spec.h"
#include "request/request_scope.h"

namespace ingot {

struct IndexRequest {
  DatasetSpec dataset;
  bool is_of_project = false;  // the dataset, at its own place; else one that nothing but its files knows of
  std::string stream;          // see BuildRequest
};

// In a project OUTPUT may be the place of one of its listings: then that is the dataset. Elsewhere the settings of the
// project's only listing hold, where no template is given. Errors: kNotFound for a SOURCE that is not there; kUsage.
Result<IndexRequest> MakeIndexRequest(const RequestScope& scope, const std::string& source, const std::string& output);

}  // namespace ingot
