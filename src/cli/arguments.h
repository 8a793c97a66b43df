// From the words of the command line to a verb, its arguments and the options that were given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "request/option_table.h"
#include "request/settings.h"

namespace ingot {

struct ParsedArguments {
  std::vector<std::string> arguments;
  GivenOptions options;
};

// The position of the verb: the first word that is neither an option nor the value of one. words.size() without a verb.
size_t FindVerb(const std::vector<std::string>& words);

// `words` without the program and the verb. `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`; `--` ends the
// options;
// `-` alone is an argument. Errors: kUsage for unknown options, missing values, too few and too many arguments. With
// --help among the words, arguments may be missing.
Result<ParsedArguments> ParseArguments(const CommandSpec& command, const std::vector<std::string>& words);

// The last value of one option, read without knowing the verb: what must be settled before anything can fail, so that
// failures are told in the form that was asked for. Empty when it is not there.
std::string PeekOption(OptionId id, const std::vector<std::string>& words);

}  // namespace ingot
