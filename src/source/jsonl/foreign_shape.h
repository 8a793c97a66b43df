// What an input is that is not JSON lines: told in one sentence instead of a thousand rejects.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace ingot {

// `first_line` is the first line, or its beginning, of an input whose first block holds no row, and `lines` how many
// lines that block has. Errors: kInvalidData where it is the beginning of another format, with what to do about it;
// fine for everything else.
Result<void> RefuseForeignShape(std::string_view first_line, size_t lines);

}  // namespace ingot
