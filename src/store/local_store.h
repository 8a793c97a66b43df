// A folder as a store: files by their path below it. docs/formats/partition.md describes its state folder.
#pragma once

#include <memory>
#include <string>

#include "base/utc.h"
#include "commit/local_root.h"
#include "store/store.h"

namespace ingot {

// `clock` must outlive the store. Preconditions hold among the processes that use this class. Links below the root are
// not followed. Errors: those of LocalRoot::Open.
Result<std::unique_ptr<Store>> OpenLocalStore(const std::string& root, const Clock& clock,
                                              LocalRootOptions options = {});

}  // namespace ingot
