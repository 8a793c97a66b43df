// What every operation that works for longer takes from its options and its environment.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/utc.h"
#include "request/settings.h"

namespace ingot {

// --threads, or the processors that this process may use; at least 1.
unsigned ThreadsOf(const Settings& settings);
// --memory, or 1 GiB.
uint64_t MemoryOf(const Settings& settings);

// Stops the clock at an instant.
inline constexpr std::string_view kNowVariable = "INGOT_NOW";
// The clock of the system, or the one that INGOT_NOW stops. Errors: kConfig.
Result<std::unique_ptr<Clock>> MakeClock(const Environment& environment);

// Names one execution: the instant it began, and random digits that keep two of the same second apart.
std::string RunIdAt(UtcInstant now, std::optional<uint32_t> random_digits);

// Where temporary files of this machine belong: TMPDIR, or /tmp.
std::string TemporaryFolder(const Environment& environment);

}  // namespace ingot
