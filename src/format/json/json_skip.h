// Passes over one JSON value and checks its grammar, keeping nothing.
#pragma once

#include <cstdint>

namespace ingot {

struct SkipResult {
  const char* end = nullptr;    // behind the value; null when it is not one
  const char* fault = nullptr;  // what is wrong
  const char* at = nullptr;     // and where
};

// `p` stands at the value's first character. `depth` brackets are open already; more than `max_depth` are refused.
// Requires: the text ends with a newline, followed by 16 readable bytes.
SkipResult SkipJsonValue(const char* p, uint32_t depth, uint32_t max_depth);

}  // namespace ingot
