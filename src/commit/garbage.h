// Garbage collection of a local store: what dead runs left, and older versions that nobody should be reading any more.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "commit/local_root.h"

namespace ingot {

enum class GarbageScope {
  kExpired,  // what has been in the trash for `min_age`
  kAll,      // the whole trash, also what recovery set aside because it was in doubt
};

enum class GarbageMode { kDryRun, kRemove };

struct GarbageOptions {
  UtcInstant now = {};
  std::chrono::seconds min_age = std::chrono::hours(1);
  GarbageScope scope = GarbageScope::kExpired;
  GarbageMode mode = GarbageMode::kDryRun;
};

enum class GarbageKind {
  kStaging,  // of a run that died; completed or discarded, as recovery decides
  kTrash,    // an older version
  kRefused,  // a file that a refused build kept for its reader
  kLock,     // a lock's file that no process holds
};
std::string_view NameOf(GarbageKind kind);

struct GarbageItem {
  GarbageKind kind = GarbageKind::kStaging;
  std::string path;  // relative to the store's root
  uint64_t bytes = 0;
  std::string note;  // why it is kept, or what recovery made of it
};

struct GarbageReport {
  std::vector<GarbageItem> removed;  // or would be, in a dry run
  std::vector<GarbageItem> kept;
  uint64_t removed_bytes = 0;
};

// Never touches what a live run holds, nor files in the trash that no older version's manifest named: those return to
// their slot or stay. A trash entry from the future is kept unless everything is asked for.
// Errors: by the system call that failed; what was removed before stays removed, and the next call goes on.
Result<GarbageReport> CollectGarbage(const LocalRoot& root, const GarbageOptions& options);

}  // namespace ingot
