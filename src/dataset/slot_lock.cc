#include "dataset/slot_lock.h"

#include <utility>

#include "commit/recovery.h"

namespace ingot {

Result<PartitionLock> RecoverAndLock(const LocalRoot& root, const std::string& slot, const std::string& run_id,
                                     UtcInstant started, const BuildContext& context) {
  INGOT_ASSIGN(const auto recovered, Recover(root, started));
  for (const RecoveredTransaction& transaction : recovered) {
    if (transaction.action == RecoveryAction::kSetAside || transaction.action == RecoveryAction::kFailed) {
      context.progress->Warn(transaction.slot, "recovery of an earlier run: " + transaction.detail);
    }
  }
  INGOT_ASSIGN(PartitionLock lock,
               PartitionLock::Acquire(root, {slot, run_id, started, WhenHeld::kRefuse, context.cancellation}));
  // A run may have died between the first recovery and the lock.
  INGOT_TRY(RecoverSlot(root, lock, started));
  return lock;
}

}  // namespace ingot
