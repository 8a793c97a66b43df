// Runs one statement as the options of `ingot query` say, and prints its rows.
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "engine/engine.h"

namespace ingot {

// Returns the exit code. Errors: as Query::Open and Query::Run.
Result<int> RunQuery(const Invocation& invocation, EngineStatement statement);

}  // namespace ingot
