// Queries that a project keeps: SQL with typed parameters, as `[query.NAME]` in ingot.toml.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/utc.h"

namespace ingot {

// In the order of the choices of project_keys.cc.
enum class QueryType { kString, kInt64, kDouble, kBool, kDate, kTimestamp };
// "string", "int64", "double", "bool", "date", "timestamp".
std::string_view QueryTypeName(QueryType type);

using QueryValue = std::variant<std::string, int64_t, double, bool, UtcDay, UtcInstant>;
// Dates as 2026-01-15, instants as RFC 3339 or a date. Errors: kUsage, quoting the text.
Result<QueryValue> ParseQueryValue(QueryType type, std::string_view text);

struct QueryParameter {
  std::string name;  // `$name` in SQL
  QueryType type = QueryType::kString;
  std::optional<QueryValue> default_value;  // without one it must be given
  std::string description;

  bool operator==(const QueryParameter&) const = default;
};

struct SavedQuery {
  std::string name;  // see IsFieldName
  std::string description;
  std::string sql;   // or
  std::string file;  // that holds it; relative ones start at the project's folder
  std::vector<QueryParameter> parameters;

  // Null when it has no such parameter.
  const QueryParameter* Find(std::string_view parameter) const;
  bool operator==(const SavedQuery&) const = default;
};

}  // namespace ingot
