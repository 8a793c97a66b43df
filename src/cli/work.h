// What the verbs that work for longer have in common: threads, memory, and the people who watch.
#pragma once

#include <string>

#include "base/task_pool.h"
#include "cli/command.h"
#include "dataset/build_context.h"
#include "request/work_settings.h"

namespace ingot {

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

// Names one execution, see RunIdAt. With INGOT_NOW only by its instant, so that a repeated run is the same run.
std::string NewRunId(const Program& program);

}  // namespace ingot
