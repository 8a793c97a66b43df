// Completion scripts, generated from the command table.
#pragma once

#include <string>

namespace ingot {

std::string BashCompletions();
std::string ZshCompletions();
std::string FishCompletions();

}  // namespace ingot
