#include "model/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace ingot {
namespace {

// Where the first string begins that its line, or the file, ends without closing; nothing when all are closed. The
// parser reports the byte at which it noticed, which is the end of the line or of the file.
std::optional<toml::source_position> FirstOpenString(std::string_view text) {
  toml::source_position at{1, 1};
  for (size_t i = 0; i < text.size(); ++i, ++at.column) {
    if (text[i] == '\n') {
      at = {at.line + 1, 0};
    } else if (text[i] == '#') {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else if (text[i] == '"' || text[i] == '\'') {
      const std::string triple(3, text[i]);
      const bool is_long = text.substr(i, 3) == triple;
      const std::string_view closing = is_long ? std::string_view(triple) : text.substr(i, 1);
      size_t end = i + closing.size();
      while (end < text.size() && text.substr(end, closing.size()) != closing && (is_long || text[end] != '\n')) {
        end += text[i] == '"' && text[end] == '\\' ? 2 : 1;
      }
      if (end >= text.size() || text[end] == '\n') {
        return at;
      }
      const std::string_view inside = text.substr(i, end - i);
      const auto lines = static_cast<toml::source_index>(std::count(inside.begin(), inside.end(), '\n'));
      const size_t line_start = lines == 0 ? i : i + inside.rfind('\n') + 1;
      at = {at.line + lines,
            static_cast<toml::source_index>((lines == 0 ? at.column : 1) + (end - line_start) + closing.size() - 1)};
      i = end + closing.size() - 1;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string AdviceOfItsOwn(const Error& error) {
  return error.advice() == Describe(error.kind()).advice ? std::string() : std::string(error.advice());
}

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
  Add(region, fmt::format("{}: {}", what, error.message()), AdviceOfItsOwn(error));
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
    if (const auto open = FirstOpenString(text); open && *open < at) {
      return Error(ErrorKind::kConfig, fmt::format("{}:{}:{}: the string that begins here is not closed", file_name,
                                                   open->line, open->column));
    }
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
