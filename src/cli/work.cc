#include "cli/work.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <random>

#include "cli/settings.h"
#include "cli/talk.h"

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

// Where temporary files of this machine belong.
std::string TemporaryFolder(const Environment& environment) {
  const auto found = environment.find("TMPDIR");
  return found == environment.end() || found->second.empty() ? "/tmp" : found->second;
}

}  // namespace

unsigned ThreadsOf(const Settings& settings) {
  const std::optional<uint64_t> threads = settings.Count(OptionId::kThreads);
  return threads ? static_cast<unsigned>(std::clamp<uint64_t>(*threads, 1, kMostThreads)) : UsableProcessors();
}

uint64_t MemoryOf(const Settings& settings) { return settings.Size(OptionId::kMemory).value_or(kDefaultMemory); }

Work::Work(const Invocation& invocation) : pool_(ThreadsOf(invocation.settings)) {
  const Program& program = invocation.program;
  context_.pool = &pool_;
  context_.clock = &program.clock;
  context_.cancellation = &program.cancellation;
  context_.progress = &program.talk;
  context_.memory_limit_bytes = MemoryOf(invocation.settings);
  context_.scratch_folder = TemporaryFolder(program.environment);
}

std::string NewRunId(const Program& program) {
  const UtcInstant now = program.clock.Now();
  // "2026-01-16T00:05:09.123456+00:00" without its punctuation, to the second.
  std::string id = FormatUtcInstant(now).substr(0, 19);
  id.erase(std::remove_if(id.begin(), id.end(), [](char c) { return c == '-' || c == ':'; }), id.end());
  id += 'Z';
  if (program.environment.contains("INGOT_NOW")) {
    return id;
  }
  std::random_device random;
  return fmt::format("{}-{:08x}", id, random());
}

}  // namespace ingot
