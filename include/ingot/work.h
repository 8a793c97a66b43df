// What every operation that works for longer shares: its bounds, a way to stop it, and who watches.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ingot/abi.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  // Asks operations to stop. Copies ask the same operations. An operation that stops leaves nothing half-done and fails
  // with kCancelled.
  class INGOT_API Cancellation {
   public:
    Cancellation();

    // From any thread, also from a signal handler.
    void Request() noexcept;
    bool requested() const noexcept;

    struct State;
    const std::shared_ptr<State>& state() const { return state_; }

   private:
    std::shared_ptr<State> state_;
  };

  // Counters of what is under way. Bytes are those of the input as stored.
  struct Progress {
    std::string stage;    // "write", "prove", "commit", "verify", "generate", "query"
    std::string subject;  // "tier3@2026-01-15"
    uint64_t bytes_done = 0;
    uint64_t bytes_total = 0;  // 0: not known
    uint64_t rows = 0;
  };

  // Something a person should know and that is no failure.
  struct Warning {
    std::string subject;
    std::string message;
  };

  // An option that is not set is what the environment, then the project says, then the default.
  struct WorkOptions {
    std::optional<uint64_t> threads;  // all processors that the process may use
    std::string memory;               // bound of the working memory: "512MiB"; 1 GiB
    Cancellation cancellation;
    // May be called from any thread, one call at a time, and must not throw. Each may be empty.
    std::function<void(const Progress&)> on_progress;
    std::function<void(const Warning&)> on_warning;
  };

}  // namespace v1
}  // namespace ingot
