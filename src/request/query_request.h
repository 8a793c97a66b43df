// From options to a statement and how it is run.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "pipeline/query.h"
#include "request/request_scope.h"

namespace ingot {

// No statement is longer.
inline constexpr uint64_t kMaxSqlBytes = uint64_t{16} << 20U;

// `text` is SQL, or the name of a saved query of the project. Errors: kConfig for a name without a project; kUsage for
// one that it does not have and for parameters that do not fit; by errno.
Result<EngineStatement> MakeStatement(const RequestScope& scope, const std::string& text,
                                      const std::map<std::string, std::string>& parameters);

// With --prove, --memory and --threads.
QueryRequest MakeQueryRequest(const RequestScope& scope, EngineStatement statement);
// --timeout.
std::optional<std::chrono::milliseconds> TimeoutOf(const Settings& settings);

}  // namespace ingot
