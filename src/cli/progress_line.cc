#include "cli/progress_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/size.h"
#include "cli/unicode_text.h"

namespace ingot {
namespace {

constexpr uint64_t kBarCells = 20;
// Rates over a shorter time jump about.
constexpr double kSettledSeconds = 0.5;

uint64_t Percent(const ProgressState& state) {
  const double share = static_cast<double>(state.bytes_done) / static_cast<double>(state.bytes_total);
  return static_cast<uint64_t>(std::min(share, 1.0) * 100);
}

std::string Bar(const ProgressState& state) {
  const uint64_t full = Percent(state) * kBarCells / 100;
  std::string bar;
  for (uint64_t i = 0; i < kBarCells; ++i) {
    bar += i < full ? "\xE2\x94\x81" : "\xE2\x95\x8C";  // heavy and dashed horizontal lines
  }
  return bar;
}

}  // namespace

std::string FormatRemaining(double seconds) {
  const auto whole = static_cast<uint64_t>(std::lround(std::clamp(seconds, 0.0, 1e9)));
  if (whole < 60) {
    return fmt::format("{} s", whole);
  }
  if (whole < 3600) {
    return fmt::format("{} min {} s", whole / 60, whole % 60);
  }
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string ProgressBarLine(const ProgressState& state, size_t width) {
  std::string line = fmt::format("{} {}", state.stage, state.subject);
  if (state.bytes_total > 0) {
    line += fmt::format("  {}  {:>3} %  {} of {}", Bar(state), Percent(state), FormatByteSize(state.bytes_done),
                        FormatByteSize(state.bytes_total));
  } else if (state.bytes_done > 0) {
    line += "  " + FormatByteSize(state.bytes_done);
  }
  if (state.seconds >= kSettledSeconds && state.bytes_done > 0) {
    const double rate = static_cast<double>(state.bytes_done) / state.seconds;
    line += fmt::format("  {}/s", FormatByteSize(static_cast<uint64_t>(rate)));
  }
  if (state.rows > 0) {
    line += fmt::format("  {} rows", FormatCount(state.rows));
  }
  if (state.seconds >= kSettledSeconds && state.bytes_done > 0 && state.bytes_total > state.bytes_done) {
    const double left = static_cast<double>(state.bytes_total - state.bytes_done);
    line += fmt::format("  {} left", FormatRemaining(left * state.seconds / static_cast<double>(state.bytes_done)));
  }
  return FitToWidth(line, width);
}

std::string ProgressPlainLine(const ProgressState& state) {
  std::string line = fmt::format("{} {}", state.stage, state.subject);
  if (state.bytes_total > 0) {
    line += fmt::format(": {} of {} ({} %)", FormatByteSize(state.bytes_done), FormatByteSize(state.bytes_total),
                        Percent(state));
  } else {
    line += fmt::format(": {}", FormatByteSize(state.bytes_done));
  }
  if (state.rows > 0) {
    line += fmt::format(", {} rows", FormatCount(state.rows));
  }
  return line;
}

}  // namespace ingot
