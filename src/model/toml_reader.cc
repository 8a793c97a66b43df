#include "model/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ingot {

void TomlProblems::Add(const toml::source_region& region, std::string message, std::string advice) {
  Add(region.begin, std::move(message), std::move(advice));
}

void TomlProblems::Add(const toml::source_position& position, std::string message, std::string advice) {
  problems_.push_back({position, std::move(message), std::move(advice)});
}

void TomlProblems::Add(const toml::source_region& region, const Error& error, std::string_view what) {
  Add(region, fmt::format("{}: {}", what, error.message()), std::string(error.advice()));
}

Error TomlProblems::ToError() const {
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::pair(a.position.line, a.position.column) < std::pair(b.position.line, b.position.column);
  });
  std::string message;
  std::string advice;
  for (size_t i = 0; i < std::min(sorted.size(), kMaxShown); ++i) {
    const Problem& problem = sorted[i];
    message += fmt::format("{}{}:{}:{}: {}", i == 0 ? "" : "\n", file_name_, problem.position.line,
                           problem.position.column, problem.message);
    advice = advice.empty() ? problem.advice : advice;
  }
  if (sorted.size() > kMaxShown) {
    message += fmt::format("\nand {} more", sorted.size() - kMaxShown);
  }
  return {ErrorKind::kConfig, std::move(message), std::move(advice)};
}

Result<toml::table> ParseToml(std::string_view text, std::string_view file_name, size_t max_bytes) {
  if (text.size() > max_bytes) {
    return Error(ErrorKind::kResourceLimit,
                 fmt::format("{} has {} bytes, more than {}", file_name, text.size(), max_bytes));
  }
  // This library reports by exception; none leaves this room.
  try {
    return toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    const toml::source_position& at = error.source().begin;
    return Error(ErrorKind::kConfig, fmt::format("{}:{}:{}: {}", file_name, at.line, at.column, error.description()));
  }
}

std::string_view TomlTypeName(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

}  // namespace ingot
