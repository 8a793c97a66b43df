// What a request is made from: a project, the options that hold in it, and the day.
#pragma once

#include "base/utc.h"
#include "pipeline/workspace.h"
#include "request/settings.h"

namespace ingot {

// All outlive the call that they are given to.
struct RequestScope {
  const Workspace* workspace;  // nullptr only where no project is required
  const Settings& settings;
  UtcDay today;  // UTC
};

}  // namespace ingot
