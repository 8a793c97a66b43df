// Garbage collection over all local stores of a project.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "commit/garbage.h"
#include "pipeline/workspace.h"

namespace ingot {

struct StoreCleanup {
  std::string root;
  GarbageReport report;
};

// Each store once, in the order of the datasets, then the project's own folder. Stores that do not exist are left out.
// Errors: by the system call that failed, naming the store.
Result<std::vector<StoreCleanup>> CleanStores(const Workspace& workspace, UtcInstant now, GarbageMode mode);

}  // namespace ingot
