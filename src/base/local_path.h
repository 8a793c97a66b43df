// Paths are on a local disk; what looks like an address elsewhere is refused before it is taken for a file's name.
#pragma once

#include <string_view>

#include "base/result.h"

namespace ingot {

// Errors: kUnsupported for `scheme://…`, as s3://bucket/key or https://host/file. Nothing is looked at.
Result<void> CheckLocalPath(std::string_view path);

}  // namespace ingot
