// The verbs, in the order in which help shows them. This table is the program: a verb exists when it is listed here.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/command.h"

namespace ingot {

std::span<const CommandSpec> Commands();
// nullptr when there is no such verb.
const CommandSpec* FindCommand(std::string_view name);
// Errors: kUsage with "did you mean".
Result<const CommandSpec*> RequireCommand(std::string_view name);

// Options of every verb.
std::span<const OptionId> CommonOptions();
// All that the verb offers, its own and the common ones.
OptionSet OfferedBy(const CommandSpec& command);
bool HasOption(const CommandSpec& command, OptionId id);

// What the option does in this verb.
std::string_view HelpText(const CommandSpec& command, const OptionSpec& option);

// "run DATASET [options]".
std::string UsageOf(const CommandSpec& command);

}  // namespace ingot
