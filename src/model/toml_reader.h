// Strict reading of TOML: positions, several errors at once, and "did you mean". Internal to this room.
#pragma once

#include <toml++/toml.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ingot {

// Collects what is wrong with one file, so that a person can repair it in one go.
class TomlProblems {
 public:
  static constexpr size_t kMaxShown = 10;

  explicit TomlProblems(std::string_view file_name) : file_name_(file_name) {}

  // `message` says what and why; `advice` of the first problem becomes the advice of all.
  void Add(const toml::source_region& region, std::string message, std::string advice = {});
  void Add(const toml::source_position& position, std::string message, std::string advice = {});
  // A problem that the parser of a value found: its message after the position.
  void Add(const toml::source_region& region, const Error& error, std::string_view what);

  bool empty() const { return problems_.empty(); }
  // One error of kind kConfig, a line for each of the first ten problems: "ingot.toml:3:1: message".
  // Requires: !empty().
  Error ToError() const;

 private:
  struct Problem {
    toml::source_position position;
    std::string message;
    std::string advice;
  };

  std::string file_name_;
  std::vector<Problem> problems_;  // the first kMaxShown of the file
  size_t count_ = 0;
};

// Parses one document. Errors: kConfig with the place; kResourceLimit beyond `max_bytes`.
Result<toml::table> ParseToml(std::string_view text, std::string_view file_name, size_t max_bytes);

// The advice that the error was given; empty when it has only that of its kind, which does not know the file.
std::string AdviceOfItsOwn(const Error& error);

// "a string", "an integer", …, for messages.
std::string_view TomlTypeName(const toml::node& node);

}  // namespace ingot
