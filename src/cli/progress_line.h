// The text of a progress bar, from counters and a time alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ingot {

struct ProgressState {
  std::string stage;
  std::string subject;
  uint64_t bytes_done = 0;
  uint64_t bytes_total = 0;  // 0: not known
  uint64_t rows = 0;
  double seconds = 0;  // since the stage began
};

// "write tier3@2026-01-15  ━━━━━━╌╌╌╌  61 %  14.2 MiB of 23.3 MiB  41.0 MiB/s  12,345 rows  1 s left", cut to `width`.
std::string ProgressBarLine(const ProgressState& state, size_t width);

// "write tier3@2026-01-15: 14.2 MiB of 23.3 MiB (61 %), 12,345 rows".
std::string ProgressPlainLine(const ProgressState& state);

// "5 s", "3 min 20 s", "2 h 5 min".
std::string FormatRemaining(double seconds);

}  // namespace ingot
