// From the options of `run` and `plan` to a request.
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "pipeline/run.h"

namespace ingot {

enum class ReasonQuestion {
  kAsk,  // on a terminal, when something is let pass and nobody said why
  kNone,
};

// Errors: as MakeRunRequest of request/run_request.h; kCancelled when the question is interrupted.
Result<RunRequest> MakeRunRequest(const Invocation& invocation, ReasonQuestion question);

}  // namespace ingot
