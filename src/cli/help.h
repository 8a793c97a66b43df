// Help texts, made from the command table and the manual pages. Lines fit the terminal, up to 100 columns; where there
// is no terminal they have 80.
#pragma once

#include <string>

#include "cli/command.h"

namespace ingot {

// The verbs with their summaries, the common options, and where to read on.
std::string HelpOverview(int terminal_width);
// Usage, description, arguments, options, three examples and the exit codes of one verb.
std::string HelpOf(const CommandSpec& command, int terminal_width);
// The whole table as one JSON document: verbs, arguments, options, their variables, keys and choices.
std::string HelpAsJson();

}  // namespace ingot
