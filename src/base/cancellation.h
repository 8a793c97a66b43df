// Cooperative cancellation: asked for once from anywhere, also from a signal handler, and seen by all.
#pragma once

#include <atomic>

#include "base/result.h"

namespace ingot {

class Cancellation {
 public:
  // Async-signal-safe. `signal_number` is 0 when no signal asked for it.
  void Request(int signal_number = 0) {
    signal_.store(signal_number, std::memory_order_relaxed);
    requested_.store(true, std::memory_order_release);
  }
  bool requested() const { return requested_.load(std::memory_order_acquire); }
  int signal_number() const { return signal_.load(std::memory_order_relaxed); }
  // kCancelled once requested. Long loops call it at every block of a few MiB.
  Result<void> Check() const {
    if (requested()) {
      return Error(ErrorKind::kCancelled, "interrupted");
    }
    return {};
  }

 private:
  std::atomic<bool> requested_{false};
  std::atomic<int> signal_{0};
};

}  // namespace ingot
