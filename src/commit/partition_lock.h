// One writer per slot: flock(2) on a file in the state folder. The lock dies with its process, so none is ever stale.
#pragma once

#include <optional>
#include <string>

#include "base/cancellation.h"
#include "base/file.h"
#include "base/result.h"
#include "base/utc.h"
#include "commit/local_root.h"

namespace ingot {

// Whether a second run gives up or waits. Recovery and garbage collection are short, and are always waited for.
enum class WhenHeld { kRefuse, kWait };

struct LockRequest {
  // What is locked: the partition's primary path. The project's own lock file is slot "ingot.lock" of its folder.
  std::string slot = {};
  // Who asks: named in the message that others get.
  std::string run_id = {};
  UtcInstant started = {};
  WhenHeld when_held = WhenHeld::kRefuse;
  const Cancellation* cancellation = nullptr;  // ends a wait once a signal arrives; may be null
};

// Holds the lock until destroyed; its file is then removed. Not shared with children: close-on-exec.
class PartitionLock {
 public:
  // Errors: kConflict naming run, process, host and start of the holder; kCancelled; kInvalidData for a bad slot.
  static Result<PartitionLock> Acquire(const LocalRoot& root, const LockRequest& request);

  // For recovery and garbage collection, by the name of the lock's file without ".lock". nullopt when it is held.
  static Result<std::optional<PartitionLock>> TryAcquire(const LocalRoot& root, std::string_view id);

  // Whether somebody holds it now. Creates nothing.
  static Result<bool> IsHeld(const LocalRoot& root, std::string_view id);

  PartitionLock(PartitionLock&& other) noexcept;
  PartitionLock& operator=(PartitionLock&& other) noexcept;
  PartitionLock(const PartitionLock&) = delete;
  PartitionLock& operator=(const PartitionLock&) = delete;
  ~PartitionLock();

  // SlotId of what is locked: the name of its files in the state folder.
  const std::string& id() const { return id_; }

 private:
  PartitionLock(const LocalRoot& root, std::string id, UniqueFd fd);
  void Release();

  const LocalRoot* root_;
  std::string id_;
  UniqueFd fd_;
};

}  // namespace ingot
