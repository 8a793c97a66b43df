// What a long operation tells while it runs. The library reports; only the command line draws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ingot {

// Counters of the operation that is under way. Bytes are input bytes as stored (compressed).
struct ProgressUpdate {
  std::string_view stage;    // "write", "prove", "commit", "verify", "generate"
  std::string_view subject;  // "tier3@2026-01-15"
  uint64_t bytes_done = 0;
  uint64_t bytes_total = 0;  // 0: not known
  uint64_t rows = 0;
};

// Methods may be called from any thread, one at a time.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  virtual void Update(const ProgressUpdate& update) = 0;
  // Something a person should know and that is no failure: "hour 17 is missing (allowed)".
  virtual void Warn(std::string_view subject, std::string_view message) = 0;
};

class SilentProgress final : public ProgressSink {
 public:
  void Update(const ProgressUpdate&) override {}
  void Warn(std::string_view, std::string_view) override {}
};

}  // namespace ingot
