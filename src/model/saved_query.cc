#include "model/saved_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace ingot {
namespace {

constexpr std::array<std::string_view, 6> kTypeNames{"string", "int64", "double", "bool", "date", "timestamp"};

Error NotA(QueryType type, std::string_view text) {
  return Error(ErrorKind::kUsage, fmt::format("'{}' is not of type {}", text, QueryTypeName(type)));
}

template <typename Number>
Result<QueryValue> ParseNumber(QueryType type, std::string_view text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) {
    return NotA(type, text);
  }
  return QueryValue(number);
}

Result<QueryValue> ParseTimestamp(std::string_view text) {
  if (const Result<UtcDay> day = ParseUtcDay(text)) {
    return QueryValue(StartOf(*day));
  }
  const Result<UtcInstant> instant = ParseUtcInstant(text);
  return instant ? Result<QueryValue>(QueryValue(*instant)) : NotA(QueryType::kTimestamp, text);
}

}  // namespace

std::string_view QueryTypeName(QueryType type) { return kTypeNames.at(static_cast<size_t>(type)); }

Result<QueryValue> ParseQueryValue(QueryType type, std::string_view text) {
  switch (type) {
    case QueryType::kString:
      return QueryValue(std::string(text));
    case QueryType::kInt64:
      return ParseNumber<int64_t>(type, text);
    case QueryType::kDouble:
      return ParseNumber<double>(type, text);
    case QueryType::kBool:
      if (text == "true" || text == "false") {
        return QueryValue(text == "true");
      }
      return NotA(type, text);
    case QueryType::kDate: {
      const Result<UtcDay> day = ParseUtcDay(text);
      return day ? Result<QueryValue>(QueryValue(*day)) : NotA(type, text);
    }
    case QueryType::kTimestamp:
      break;
  }
  return ParseTimestamp(text);
}

const QueryParameter* SavedQuery::Find(std::string_view parameter) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [parameter](const QueryParameter& known) { return known.name == parameter; });
  return found == parameters.end() ? nullptr : &*found;
}

}  // namespace ingot
