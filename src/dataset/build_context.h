// What every operation on partitions works with.
#pragma once

#include <cstdint>
#include <string>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/task_pool.h"
#include "base/utc.h"

namespace ingot {

// All outlive the call they are given to.
struct BuildContext {
  TaskPool* pool = nullptr;
  const Clock* clock = nullptr;
  const Cancellation* cancellation = nullptr;
  ProgressSink* progress = nullptr;
  uint64_t memory_limit_bytes = uint64_t{1} << 30U;
  std::string scratch_folder = {};  // where temporary files of this machine belong; empty: nowhere
};

}  // namespace ingot
