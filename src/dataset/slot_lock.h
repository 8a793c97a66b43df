// How every operation that writes a partition begins.
#pragma once

#include <string>

#include "base/result.h"
#include "base/utc.h"
#include "commit/local_root.h"
#include "commit/partition_lock.h"
#include "dataset/build_context.h"

namespace ingot {

// Recovers what earlier runs left in the store, with a warning for each that needs a person, then locks the slot and
// recovers what is left of it. Errors: kConflict naming the run that holds it, those of recovery, kCancelled.
Result<PartitionLock> RecoverAndLock(const LocalRoot& root, const std::string& slot, const std::string& run_id,
                                     UtcInstant started, const BuildContext& context);

}  // namespace ingot
