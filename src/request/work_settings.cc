#include "request/work_settings.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <thread>

namespace ingot {
namespace {

constexpr uint64_t kDefaultMemory = uint64_t{1} << 30U;
// More threads than this are a typing mistake.
constexpr uint64_t kMostThreads = 1024;

// What the scheduler allows, which in a container is less than what the machine has.
unsigned UsableProcessors() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  if (sched_getaffinity(0, sizeof(processors), &processors) != 0) {
    return std::max(1U, std::thread::hardware_concurrency());
  }
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&processors)));
}

}  // namespace

unsigned ThreadsOf(const Settings& settings) {
  const std::optional<uint64_t> threads = settings.Count(OptionId::kThreads);
  return threads ? static_cast<unsigned>(std::clamp<uint64_t>(*threads, 1, kMostThreads)) : UsableProcessors();
}

uint64_t MemoryOf(const Settings& settings) { return settings.Size(OptionId::kMemory).value_or(kDefaultMemory); }

Result<std::unique_ptr<Clock>> MakeClock(const Environment& environment) {
  const auto found = environment.find(std::string(kNowVariable));
  if (found == environment.end() || found->second.empty()) {
    return std::unique_ptr<Clock>(std::make_unique<SystemClock>());
  }
  Result<UtcInstant> instant = ParseUtcInstant(found->second);
  if (!instant) {
    return Error(ErrorKind::kConfig, instant.error().message(), "INGOT_NOW=2026-01-16T00:05:09Z, or unset it")
        .In(std::string(kNowVariable));
  }
  return std::unique_ptr<Clock>(std::make_unique<FixedClock>(*instant));
}

std::string RunIdAt(UtcInstant now, std::optional<uint32_t> random_digits) {
  // "2026-01-16T00:05:09.123456+00:00" without its punctuation, to the second.
  std::string id = FormatUtcInstant(now).substr(0, 19);
  id.erase(std::remove_if(id.begin(), id.end(), [](char c) { return c == '-' || c == ':'; }), id.end());
  id += 'Z';
  return random_digits ? fmt::format("{}-{:08x}", id, *random_digits) : id;
}

std::string TemporaryFolder(const Environment& environment) {
  const auto found = environment.find("TMPDIR");
  return found == environment.end() || found->second.empty() ? "/tmp" : found->second;
}

}  // namespace ingot
