// Names inside textual grammars (types, column paths, partition texts): quoted like JSON strings (RFC 8259 §7) where
// needed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

// `"text"`, with `"`, `\` and control characters escaped; other bytes are copied as they are.
std::string JsonQuoted(std::string_view text);

// Reads the quoted string that starts at text[position] == '"' and moves `position` behind it.
// Errors: kConfig, with the column where the string breaks off or is not understood.
Result<std::string> ParseJsonQuoted(std::string_view text, size_t& position);

}  // namespace ingot
