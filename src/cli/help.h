// Help texts, made from the command table.
#pragma once

#include <string>

#include "cli/command.h"

namespace ingot {

// The verbs with their summaries, the common options, and where to read on.
std::string HelpOverview();
// Usage, arguments and options of one verb.
std::string HelpOf(const CommandSpec& command);
// The whole table as one JSON document: verbs, arguments, options, their variables, keys and choices.
std::string HelpAsJson();

}  // namespace ingot
