#include "model/query_reader.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "model/field_value.h"

namespace ingot {
namespace {

// A value of any simple kind, as a person would write it on the command line.
std::optional<std::string> ScalarText(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) {
    return text;
  }
  if (const auto number = node.value_exact<int64_t>()) {
    return fmt::format("{}", *number);
  }
  if (const auto number = node.value_exact<double>()) {
    return fmt::format("{}", *number);
  }
  if (const auto flag = node.value_exact<bool>()) {
    return std::string(*flag ? "true" : "false");
  }
  return std::nullopt;
}

QueryParameter ReadParameter(const toml::table& table, std::string_view name, const std::string& shown,
                             TomlProblems& problems) {
  TableReader reader(table, "query.*.params.*", fmt::format("{}.params.{}", shown, name), problems);
  QueryParameter parameter;
  parameter.name = std::string(name);
  parameter.type = static_cast<QueryType>(reader.Choice("type", static_cast<size_t>(parameter.type)));
  parameter.description = reader.String("description");
  if (const toml::node* node = table.get("default")) {
    const std::optional<std::string> text = ScalarText(*node);
    if (!text) {
      problems.Add(node->source(),
                   fmt::format("'default' must be a string, a number or a boolean, but is {}", TomlTypeName(*node)));
    } else if (Result<QueryValue> value = ParseQueryValue(parameter.type, *text); value) {
      parameter.default_value = *std::move(value);
    } else {
      reader.Problem("default", value.error());
    }
  }
  return parameter;
}

}  // namespace

SavedQuery ReadQuery(const toml::table& table, std::string_view name, TomlProblems& problems) {
  const std::string shown = fmt::format("query.{}", name);
  TableReader reader(table, "query.*", shown, problems);
  SavedQuery query;
  query.name = std::string(name);
  query.description = reader.String("description");
  query.sql = reader.String("sql");
  query.file = reader.String("file");
  if (query.sql.empty() == query.file.empty()) {
    reader.Problem(query.sql.empty() ? "sql" : "file", "a query has either 'sql' or 'file'");
  }
  const toml::table* parameters = reader.Table("params");
  if (parameters == nullptr) {
    return query;
  }
  for (const auto& [key, node] : InFileOrder(*parameters)) {
    if (!IsFieldName(key->str())) {
      problems.Add(key->source(), fmt::format("'{}' is not a parameter's name (letters, digits, _)", key->str()));
    } else if (!node->is_table()) {
      problems.Add(node->source(),
                   fmt::format("parameter '{}' must be a table, but is {}", key->str(), TomlTypeName(*node)),
                   "name = { type = \"date\" }");
    } else {
      query.parameters.push_back(ReadParameter(*node->as_table(), key->str(), shown, problems));
    }
  }
  return query;
}

}  // namespace ingot
