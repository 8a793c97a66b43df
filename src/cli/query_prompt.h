// The prompt of `ingot query` on a terminal: lines with editing, history and completion.
#pragma once

#include "base/result.h"
#include "cli/command.h"

namespace ingot {

// Reads statements, each ended by `;`, and runs them as the options say, until the end of input. A statement that fails
// is told and does not end the prompt; Ctrl-C ends the statement, or drops the line. Requires: input and output are a
// terminal.
Result<int> PromptForQueries(const Invocation& invocation);

}  // namespace ingot
