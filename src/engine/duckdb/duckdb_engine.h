// DuckDB in this process: an empty database in memory that sees the files of its relations and nothing else.
//
// Nothing is downloaded or installed, the configuration is locked when it is sealed, statements only read. That keeps
// a person from mistakes. It is no prison for hostile SQL: a statement can still take more memory than its limit in one
// string, and Ctrl-C is not seen inside one function call.
#pragma once

#include <memory>

#include "engine/engine.h"

namespace ingot {

// Loads the library. Errors: kUnsupported when it is not installed; kResourceLimit.
Result<std::unique_ptr<Engine>> OpenDuckdb(const EngineLimits& limits);

}  // namespace ingot
