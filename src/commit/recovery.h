// Finishes or discards what runs that died have left, without any manual step. Idempotent, and may itself die anywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "commit/local_root.h"
#include "commit/partition_lock.h"

namespace ingot {

enum class RecoveryAction {
  kDiscarded,  // nothing of it was visible: staging is removed, the older version stands
  kCompleted,  // it was visible in part or whole: it is now complete and durable
  kSetAside,   // neither could be proven: nothing published was touched, and what was staged is kept in the trash
  kSkipped,    // a live run holds the slot
  kFailed,     // the system refused; `detail` says how, and the next attempt starts over
};

struct RecoveredTransaction {
  std::string id;    // its folder's name in staging
  std::string slot;  // empty when no journal told it
  RecoveryAction action = RecoveryAction::kDiscarded;
  std::string detail;
};

// Recovers every transaction whose slot no live run holds. Call it at the start of each writing operation, before
// deciding that there is nothing to do: a version that is visible may not be durable yet.
// Errors: only when the staging folder cannot be read.
Result<std::vector<RecoveredTransaction>> Recover(const LocalRoot& root, UtcInstant now);

// Recovers what is left of one slot, whose lock the caller holds. Fails where Recover says kFailed.
Result<void> RecoverSlot(const LocalRoot& root, const PartitionLock& lock, UtcInstant now);

// Appended to the names of what was set aside; gc removes such only when asked for everything.
inline constexpr std::string_view kDoubtSuffix = ".doubt";

}  // namespace ingot
