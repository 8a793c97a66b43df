#include "model/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ingot {

void TomlProblems::Add(const toml::source_region& region, std::string message, std::string advice) {
  Add(region.begin, std::move(message), std::move(advice));
}

void TomlProblems::Add(const toml::source_position& position, std::string message, std::string advice) {
  // In the order of the file; those of one place in the order in which they were found.
  const auto place = std::upper_bound(
      problems_.begin(), problems_.end(), position, [](const toml::source_position& added, const Problem& other) {
        return std::pair(added.line, added.column) < std::pair(other.position.line, other.position.column);
      });
  problems_.insert(place, {position, std::move(message), std::move(advice)});
  ++count_;
  if (problems_.size() > kMaxShown) {
    problems_.pop_back();
  }
}

void TomlProblems::Add(const toml::source_region& region, const Error& error, std::string_view what) {
  Add(region, fmt::format("{}: {}", what, error.message()), std::string(error.advice()));
}

Error TomlProblems::ToError() const {
  std::string message;
  std::string advice;
  for (const Problem& problem : problems_) {
    message += fmt::format("{}{}:{}:{}: {}", message.empty() ? "" : "\n", file_name_, problem.position.line,
                           problem.position.column, problem.message);
    advice = advice.empty() ? problem.advice : advice;
  }
  if (count_ > problems_.size()) {
    message += fmt::format("\nand {} more", count_ - problems_.size());
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
