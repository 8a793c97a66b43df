// From the words of a command line to an exit code.
#pragma once

#include <string>
#include <vector>

#include "base/cancellation.h"
#include "cli/command.h"

namespace ingot {

// All that the process knows at its start.
struct ProcessStart {
  std::vector<std::string> words;  // without the program's own name
  Environment environment;
  Terminal terminal;
  int output_fd = 1;
  int talk_fd = 2;
};

// Never throws, never exits. The exit code follows design and docs/cli/ingot.md.
int RunProgram(const ProcessStart& start, const Cancellation& cancellation);

}  // namespace ingot
