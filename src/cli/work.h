// What the verbs that work for longer have in common: threads, memory, and the people who watch.
#pragma once

#include <cstdint>
#include <string>

#include "base/task_pool.h"
#include "cli/command.h"
#include "dataset/build_context.h"

namespace ingot {

// --threads, or the processors that this process may use; at least 1.
unsigned ThreadsOf(const Settings& settings);
// --memory, or 1 GiB.
uint64_t MemoryOf(const Settings& settings);

// Owns the threads; must outlive the context that it lends.
class Work {
 public:
  explicit Work(const Invocation& invocation);

  const BuildContext& context() const { return context_; }
  TaskPool& pool() { return pool_; }

 private:
  TaskPool pool_;
  BuildContext context_;
};

// Names one execution: the instant it began, and random digits that keep two of the same second apart. With INGOT_NOW
// only the instant, so that a repeated run is the same run.
std::string NewRunId(const Program& program);

}  // namespace ingot
