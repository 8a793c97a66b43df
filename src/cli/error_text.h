// An error as people read it, and as programs do.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace ingot {

class JsonWriter;

enum class TextColor { kPlain, kColored };

// "error: …", with further lines of the text indented.
std::string ErrorLine(std::string_view text, TextColor color);

// error: dataset tier3: partition 2026-01-15: Incomplete day: missing hours 17
//   further lines of the message
//   try: ingot run tier3 --date 2026-01-15 --allow-incomplete
std::string ErrorForPeople(const Error& error, TextColor color);

// {"kind": "check_failed", "message": …, "context": [outermost first], "advice": …, "exit_code": 6, "retryable": false}
void WriteError(JsonWriter& json, const Error& error, int exit_code);
// The same as text.
std::string ErrorAsJson(const Error& error, int exit_code);

}  // namespace ingot
