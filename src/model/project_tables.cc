#include "model/project_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/similar_name.h"
#include "base/size.h"

namespace ingot {
namespace {

// For "did you mean": the keys of one table.
std::vector<std::string_view> NamesOf(std::string_view table_id) {
  std::vector<std::string_view> names;
  for (const ProjectKey& key : ProjectKeys()) {
    if (key.table == table_id) {
      names.push_back(key.name);
    }
  }
  return names;
}

std::vector<std::string_view> SplitChoices(std::string_view choices) {
  std::vector<std::string_view> out;
  size_t begin = 0;
  while (begin <= choices.size()) {
    const size_t end = std::min(choices.find('|', begin), choices.size());
    out.push_back(choices.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

}  // namespace

std::string ExpandVariables(std::string_view text, const Variables& variables) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.substr(0, 2) == "{{" || rest.substr(0, 2) == "}}") {
      out += rest.substr(0, 2);
      ++i;
      continue;
    }
    const size_t close = rest[0] == '{' ? rest.find('}') : std::string_view::npos;
    const auto variable =
        close == std::string_view::npos ? variables.end() : variables.find(std::string(rest.substr(1, close - 1)));
    if (variable == variables.end()) {
      out += text[i];
      continue;
    }
    out += EscapeTemplateText(variable->second);
    i += close;
  }
  return out;
}

TableReader::TableReader(const toml::table& table, std::string_view table_id, std::string shown, TomlProblems& problems)
    : table_(table), table_id_(table_id), shown_(std::move(shown)), problems_(problems) {
  const std::vector<std::string_view> known = NamesOf(table_id_);
  for (const auto& [key, node] : table_) {
    if (FindProjectKey(table_id_, key.str()) == nullptr) {
      problems_.Add(key.source(),
                    fmt::format("unknown key '{}' in {}{}", key.str(),
                                shown_.empty() ? "the project file" : "[" + shown_ + "]", DidYouMean(key.str(), known)),
                    "docs/project-file.md lists every key");
    }
  }
  for (const std::string_view name : known) {
    if (FindProjectKey(table_id_, name)->use == KeyUse::kRequired && !table_.contains(name)) {
      problems_.Add(table_.source(), shown_.empty() ? fmt::format("the project file needs [{}]", name)
                                                    : fmt::format("[{}] needs '{}'", shown_, name));
    }
  }
}

void TableReader::Problem(std::string_view name, std::string message, std::string advice) {
  const toml::node* node = table_.get(name);
  problems_.Add(node == nullptr ? table_.source() : node->source(), fmt::format("'{}': {}", name, message),
                std::move(advice));
}

void TableReader::Problem(std::string_view name, const Error& error) {
  Problem(name, error.message(), AdviceOfItsOwn(error));
}

// One form for all, which a test over the whole table of keys looks for.
void TableReader::WrongType(std::string_view name, const toml::node& found, std::string_view expected) {
  problems_.Add(found.source(), fmt::format("'{}' must be {}, but is {}", name, expected, TomlTypeName(found)));
}

// No conversions: 1 is not "1", and 1.5 is not 1.
template <typename T>
std::optional<T> TableReader::Exactly(std::string_view name, std::string_view expected) {
  const toml::node* node = table_.get(name);
  if (node == nullptr) {
    return std::nullopt;
  }
  auto value = node->value_exact<T>();
  if (!value) {
    WrongType(name, *node, expected);
  }
  return value;
}

std::string TableReader::String(std::string_view name) {
  return Exactly<std::string>(name, "a string").value_or(std::string());
}

bool TableReader::Boolean(std::string_view name, bool default_value) {
  return Exactly<bool>(name, "true or false").value_or(default_value);
}

std::optional<uint64_t> TableReader::OptionalCount(std::string_view name) {
  const auto value = Exactly<int64_t>(name, "a whole number");
  if (value && *value < 0) {
    Problem(name, fmt::format("{} is negative", *value));
    return std::nullopt;
  }
  return value ? std::optional(static_cast<uint64_t>(*value)) : std::nullopt;
}

uint64_t TableReader::Count(std::string_view name, uint64_t default_value) {
  return OptionalCount(name).value_or(default_value);
}

std::optional<double> TableReader::OptionalNumber(std::string_view name) {
  const toml::node* node = table_.get(name);
  if (node == nullptr) {
    return std::nullopt;
  }
  if (!node->is_integer() && !node->is_floating_point()) {
    WrongType(name, *node, "a number");
    return std::nullopt;
  }
  return node->value<double>();
}

int64_t TableReader::Integer(std::string_view name, int64_t default_value) {
  return Exactly<int64_t>(name, "a whole number").value_or(default_value);
}

std::vector<double> TableReader::Numbers(std::string_view name) {
  std::vector<double> numbers;
  const toml::array* array = Array(name);
  if (array == nullptr) {
    return numbers;
  }
  for (const toml::node& element : *array) {
    if (!element.is_integer() && !element.is_floating_point()) {
      WrongType(name, element, "a list of numbers");
      return {};
    }
    numbers.push_back(*element.value<double>());
  }
  return numbers;
}

uint64_t TableReader::Size(std::string_view name, uint64_t default_value) {
  const toml::node* node = table_.get(name);
  if (node != nullptr && node->is_integer()) {
    return Count(name, default_value);
  }
  const auto text = Exactly<std::string>(name, "a size such as \"128MiB\"");
  if (!text) {
    return default_value;
  }
  const auto bytes = ParseByteSize(*text);
  if (!bytes) {
    Problem(name, bytes.error());
    return default_value;
  }
  return *bytes;
}

double TableReader::Share(std::string_view name, double default_value) {
  const toml::node* node = table_.get(name);
  const bool is_number = node != nullptr && (node->is_integer() || node->is_floating_point());
  std::optional<double> share = is_number ? node->value<double>() : std::nullopt;
  if (!is_number) {
    const auto text = Exactly<std::string>(name, "a share such as \"50%\" or 0.5");
    if (!text) {
      return default_value;
    }
    double percent = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, code] = std::from_chars(text->data(), end, percent);
    share = code == std::errc() && std::string_view(stop, end) == "%" ? std::optional(percent / 100) : std::nullopt;
  }
  if (!share || !(*share >= 0 && *share <= 1)) {
    Problem(name, "is a share from \"0%\" to \"100%\", or from 0.0 to 1.0");
    return default_value;
  }
  return *share;
}

size_t TableReader::Choice(std::string_view name, size_t default_index) {
  const auto text = Exactly<std::string>(name, "a string");
  if (!text) {
    return default_index;
  }
  const std::vector<std::string_view> choices = SplitChoices(FindProjectKey(table_id_, name)->choices);
  const auto found = std::find(choices.begin(), choices.end(), *text);
  if (found == choices.end()) {
    Problem(name, fmt::format("'{}' is not one of {}{}", *text, fmt::join(choices, ", "), DidYouMean(*text, choices)));
    return default_index;
  }
  return static_cast<size_t>(found - choices.begin());
}

PathTemplate TableReader::Template(std::string_view name, const Variables& variables) {
  // A template that is missing, or was complained about, stays empty.
  const std::string text = String(name);
  if (text.empty()) {
    if (Has(name) && table_.get(name)->is_string()) {
      Problem(name, "is empty");
    }
    return {};
  }
  auto compiled = PathTemplate::Compile(ExpandVariables(text, variables));
  if (!compiled) {
    Problem(name, compiled.error());
    return {};
  }
  return *std::move(compiled);
}

std::optional<ColumnPathPattern> TableReader::ParseColumn(std::string_view name, const toml::node& node) {
  const auto text = node.value_exact<std::string>();
  if (!text) {
    WrongType(name, node, "a column path");
    return std::nullopt;
  }
  auto pattern = ColumnPathPattern::Parse(*text);
  if (!pattern) {
    problems_.Add(node.source(), pattern.error(), fmt::format("'{}'", name));
    return std::nullopt;
  }
  return *std::move(pattern);
}

std::optional<ColumnPathPattern> TableReader::Column(std::string_view name) {
  const toml::node* node = table_.get(name);
  auto column = node == nullptr ? std::nullopt : ParseColumn(name, *node);
  if (column && !column->is_exact()) {
    Problem(name, "names one column, so it takes no '*'");
  }
  return column;
}

std::vector<ColumnPathPattern> TableReader::ColumnList(std::string_view name, const toml::node& node) {
  std::vector<ColumnPathPattern> columns;
  const toml::array* array = node.as_array();
  if (array == nullptr) {
    WrongType(name, node, "a list of column paths");
    return columns;
  }
  for (const toml::node& element : *array) {
    if (auto column = ParseColumn(name, element)) {
      columns.push_back(*std::move(column));
    }
  }
  return columns;
}

std::vector<ColumnPathPattern> TableReader::Columns(std::string_view name) {
  const toml::node* node = table_.get(name);
  return node == nullptr ? std::vector<ColumnPathPattern>() : ColumnList(name, *node);
}

std::vector<ColumnPathPattern> TableReader::ExactColumns(std::string_view name) {
  std::vector<ColumnPathPattern> columns = Columns(name);
  if (std::any_of(columns.begin(), columns.end(), [](const ColumnPathPattern& column) { return !column.is_exact(); })) {
    Problem(name, "names single columns, so it takes no '*'");
  }
  return columns;
}

std::vector<std::vector<ColumnPathPattern>> TableReader::ColumnGroups(std::string_view name) {
  std::vector<std::vector<ColumnPathPattern>> groups;
  const toml::array* array = Array(name);
  if (array == nullptr) {
    return groups;
  }
  for (const toml::node& element : *array) {
    groups.push_back(ColumnList(name, element));
    if (groups.back().empty() && element.is_array()) {
      problems_.Add(element.source(), fmt::format("'{}' holds an empty group", name));
    }
  }
  return groups;
}

std::vector<std::string> TableReader::Strings(std::string_view name) {
  const toml::node* node = table_.get(name);
  if (node == nullptr) {
    return {};
  }
  if (node->is_string() && FindProjectKey(table_id_, name)->shape == KeyShape::kKeyFields) {
    return {*node->value_exact<std::string>()};
  }
  std::vector<std::string> texts;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    WrongType(name, *node, "a list of strings");
    return texts;
  }
  for (const toml::node& element : *array) {
    if (auto text = element.value_exact<std::string>()) {
      texts.push_back(*std::move(text));
    } else {
      WrongType(name, element, "a list of strings");
    }
  }
  return texts;
}

const toml::table* TableReader::Table(std::string_view name) {
  const toml::node* node = table_.get(name);
  if (node != nullptr && !node->is_table()) {
    WrongType(name, *node, "a table");
  }
  return node == nullptr ? nullptr : node->as_table();
}

const toml::array* TableReader::Array(std::string_view name) {
  const toml::node* node = table_.get(name);
  if (node != nullptr && !node->is_array()) {
    WrongType(name, *node, "a list");
  }
  return node == nullptr ? nullptr : node->as_array();
}

std::vector<std::pair<const toml::key*, const toml::node*>> InFileOrder(const toml::table& table) {
  std::vector<std::pair<const toml::key*, const toml::node*>> members;
  for (const auto& [key, node] : table) {
    members.emplace_back(&key, &node);
  }
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
    const toml::source_position& left = a.first->source().begin;
    const toml::source_position& right = b.first->source().begin;
    return std::pair(left.line, left.column) < std::pair(right.line, right.column);
  });
  return members;
}

}  // namespace ingot
