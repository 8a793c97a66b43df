// DuckDB's failures as errors of ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/duckdb/duckdb_api.h"

namespace ingot {

// Errors of SQL say what is wrong with the statement; DuckDB's text is kept, without its own class in front.
Error DuckdbError(duckdb_error_type type, const char* message);

// Of a message that comes without its class: `type`, unless the text begins with the name of another one.
Error UntypedDuckdbError(duckdb_error_type type, const char* message);

// A full disk, a quota or a device that fails; nothing when the message is of something else. DuckDB says which call of
// the system failed by the text of its errno alone, at the end.
std::optional<Error> DiskError(std::string_view message);

// Takes the error of a result over; the result stays the caller's.
Error ResultError(const DuckdbApi& api, duckdb_result& result);

}  // namespace ingot
