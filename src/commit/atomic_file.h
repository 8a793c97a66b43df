// A single file outside of any store that becomes visible whole or not at all.
#pragma once

#include <memory>
#include <string>

#include "base/byte_sink.h"
#include "base/cancellation.h"
#include "base/file.h"
#include "base/result.h"

namespace ingot {

// Written as the hidden file `.NAME.ingot-part` beside its target, which no other run may write meanwhile. A run that
// died leaves that file; the next one for the same target takes it over. Movable.
class AtomicFile {
 public:
  // `target` is the user's own path; when it is a link, the file that it leads to is replaced. Its folder must exist.
  // Errors: kConflict when another run writes the same target, kUsage when it is not a regular file, kNotFound,
  // kPermission.
  static Result<AtomicFile> Create(const std::string& target);
  // The same, but waits until no other run writes the target. Errors also: kCancelled; `cancellation` may be null.
  static Result<AtomicFile> CreateWhenFree(const std::string& target, const Cancellation* cancellation);

  AtomicFile(AtomicFile&&) noexcept = default;
  AtomicFile& operator=(AtomicFile&&) noexcept;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  // Discards what was not committed.
  ~AtomicFile();

  ByteSink& sink() { return *sink_; }
  // Where the bytes can be read until Commit.
  const std::string& staged_path() const { return staged_; }
  const std::string& target() const { return target_; }

  // Forgets the bytes written so far.
  Result<void> Restart() { return RestartFile(fd_.get(), staged_); }

  // Makes the bytes durable under the staged name. After a failure only destroying is left.
  Result<void> SyncData();
  // Requires: SyncData. Replaces the target, durably. A failure after the replacement is kUnknownOutcome.
  Result<void> Commit();

 private:
  AtomicFile(std::string target, std::string staged, UniqueFd fd);
  // `wait`: flock's operation besides LOCK_EX.
  static Result<AtomicFile> CreateLocked(const std::string& target, int wait, const Cancellation* cancellation);
  void Discard();

  std::string target_;
  std::string staged_;
  UniqueFd fd_;  // also holds the lock
  std::unique_ptr<FdSink> sink_;
  bool synced_ = false;
};

}  // namespace ingot
