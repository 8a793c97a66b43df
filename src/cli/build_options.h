// From the options of `run` and `plan` to a request.
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "cli/partition_choice.h"
#include "pipeline/run.h"

namespace ingot {

enum class ReasonQuestion {
  kAsk,  // on a terminal, when something is let pass and nobody said why
  kNone,
};

// Errors: kUnsupported for --publish, before anything is looked at; kUsage; kCancelled when the question is
// interrupted.
Result<RunRequest> MakeRunRequest(const Invocation& invocation, ReasonQuestion question);

}  // namespace ingot
