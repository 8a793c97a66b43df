// DuckDB's failures as errors of ours.
#pragma once

#include <string>

#include "base/error.h"
#include "engine/duckdb/duckdb_api.h"

namespace ingot {

// Errors of SQL say what is wrong with the statement; DuckDB's text is kept, without its own class in front.
Error DuckdbError(duckdb_error_type type, const char* message);

// Takes the error of a result over; the result stays the caller's.
Error ResultError(const DuckdbApi& api, duckdb_result& result);

}  // namespace ingot
