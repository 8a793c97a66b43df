// What stands in a text and what a column holds, as messages call it.
#pragma once

#include <string>
#include <string_view>

#include "format/json/json_node.h"

namespace ingot {

// Of the value that begins at `p`, by its first character.
std::string_view WhatStandsAt(const char* p);
inline constexpr std::string_view kNoJsonValue = "no JSON value";

// The value that begins at `p` as it is written, at most 64 bytes of it. Same requirements as SkipJsonValue.
std::string ValueExcerpt(const char* p);

std::string_view NameOf(JsonNodeKind kind);
// Of a node whose type was declared or accepted: scalars as ingot.toml writes them.
std::string TypeName(const JsonNode& node);

}  // namespace ingot
