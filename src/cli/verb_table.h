// The verbs, in the order in which help shows them. This table is the program: a verb exists when it stands here.
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
// Whether the verb offers the option, as its own or as a common one.
bool HasOption(const CommandSpec& command, OptionId id);

// True where a choice of one verb is any text of another: --template is a path template but for `init`.
bool TakesAnyText(const OptionSpec& option, const CommandSpec* command);

// What a choice may be for a verb; without one, in any.
std::span<const std::string_view> ChoicesOf(const OptionSpec& option, const CommandSpec* command);

// "run DATASET [options]".
std::string UsageOf(const CommandSpec& command);

}  // namespace ingot
