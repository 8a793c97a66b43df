#include "cli/work.h"

#include <random>

#include "cli/talk.h"

namespace ingot {

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
  if (program.environment.contains(std::string(kNowVariable))) {
    return RunIdAt(now, std::nullopt);
  }
  std::random_device random;
  return RunIdAt(now, random());
}

}  // namespace ingot
