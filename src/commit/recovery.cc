#include "commit/recovery.h"

#include <utility>

#include "commit/replacement.h"

namespace ingot {
namespace {

Result<void> SetAside(const LocalRoot& root, const std::string& id, UtcInstant now) {
  INGOT_ASSIGN(const std::string kept,
               MoveAside(root, TransactionFolder(id).path, kTrashFolder, id, now, kDoubtSuffix));
  static_cast<void>(kept);
  return {};
}

Result<void> Complete(const Replacement& replacement, UtcInstant now) {
  if (replacement.journal().method == ReplaceMethod::kFiles) {
    INGOT_TRY(replacement.RollForward(StagedProof::kCompare));
  } else {
    INGOT_TRY(replacement.FinishSwap());
  }
  // What cannot return now stays in the trash, where gc tries again: it must not keep the slot from being built.
  IgnoreFailure(replacement.ReturnForeign());
  INGOT_ASSIGN(const std::string trash, replacement.Retire(now));
  static_cast<void>(trash);
  return {};
}

Result<RecoveryAction> RecoverJournaled(const LocalRoot& root, const Replacement& replacement, const std::string& id,
                                        UtcInstant now) {
  INGOT_ASSIGN(const CommitProgress progress, replacement.Examine());
  if (progress == CommitProgress::kNotBegun) {
    INGOT_TRY(replacement.Discard());
    return RecoveryAction::kDiscarded;
  }
  if (progress == CommitProgress::kBegun) {
    auto completed = Complete(replacement, now);
    if (completed) {
      return RecoveryAction::kCompleted;
    }
    if (completed.error().kind() != ErrorKind::kCorrupt) {
      return std::move(completed).error();
    }
  }
  INGOT_TRY(SetAside(root, id, now));
  return RecoveryAction::kSetAside;
}

// Requires: the slot's lock.
Result<void> RecoverLocked(const LocalRoot& root, const std::string& id, UtcInstant now, RecoveredTransaction& done) {
  auto replacement = Replacement::Load(root, id);
  if (replacement) {
    done.slot = replacement->journal().slot;
    INGOT_ASSIGN(done.action, RecoverJournaled(root, *replacement, id, now));
    return {};
  }
  if (replacement.error().kind() == ErrorKind::kNotFound) {
    // No commit was decided, so everything here was made by the run that died.
    INGOT_TRY(Replacement(root, id, Journal()).Discard());
    done.action = RecoveryAction::kDiscarded;
    return {};
  }
  if (replacement.error().kind() == ErrorKind::kCorrupt) {
    done.detail = replacement.error().message();
    INGOT_TRY(SetAside(root, id, now));
    done.action = RecoveryAction::kSetAside;
    return {};
  }
  return std::move(replacement).error();
}

Result<void> RecoverUnlessHeld(const LocalRoot& root, const std::string& id, UtcInstant now,
                               RecoveredTransaction& done) {
  INGOT_ASSIGN(const auto lock, PartitionLock::TryAcquire(root, id));
  if (!lock) {
    done.action = RecoveryAction::kSkipped;
    return {};
  }
  // Between the listing and the lock its own run may have ended it.
  INGOT_ASSIGN(const auto status, root.tree().Status(TransactionFolder(id).path));
  return status ? RecoverLocked(root, id, now, done) : Result<void>();
}

}  // namespace

Result<void> RecoverSlot(const LocalRoot& root, const PartitionLock& lock, UtcInstant now) {
  INGOT_ASSIGN(const auto status, root.tree().Status(TransactionFolder(lock.id()).path));
  RecoveredTransaction done;
  return status ? RecoverLocked(root, lock.id(), now, done) : Result<void>();
}

Result<std::vector<RecoveredTransaction>> Recover(const LocalRoot& root, UtcInstant now) {
  std::vector<RecoveredTransaction> all;
  auto entries = root.tree().List(kStagingFolder);
  if (!entries) {
    return entries.error().kind() == ErrorKind::kNotFound ? Result<std::vector<RecoveredTransaction>>(std::move(all))
                                                          : std::move(entries).error();
  }
  for (const FolderEntry& entry : *entries) {
    RecoveredTransaction done;
    done.id = entry.name;
    if (auto recovered = RecoverUnlessHeld(root, entry.name, now, done); !recovered) {
      done.action = RecoveryAction::kFailed;
      done.detail = recovered.error().ToString();
    }
    all.push_back(std::move(done));
  }
  return all;
}

}  // namespace ingot
