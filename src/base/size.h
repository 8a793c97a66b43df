// Sizes, counts and durations as people write them, and back.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

// "512MiB", "1GiB", "64 kB", "1_000_000"; units B, kB, MB, GB, TB (powers of 1000) and KiB … TiB (powers of 1024), case
// ignored. Errors: kUsage, quoting the text.
Result<uint64_t> ParseByteSize(std::string_view text);
// "93.4 MiB"; exact below 1 KiB.
std::string FormatByteSize(uint64_t bytes);

// A whole number, digits may be grouped by `_`. Errors: kUsage.
Result<uint64_t> ParseCount(std::string_view text);
// "2_500_000" is read, "2,500,000" is shown.
std::string FormatCount(uint64_t count);

// "30s", "5m", "2h", "7d", "250ms". Errors: kUsage.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

}  // namespace ingot
