#include "lookup/key_spelling.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>

namespace ingot {
namespace {

constexpr size_t kShownBytes = 80;

std::string Shown(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kShownBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += byte < 0x20 || byte == 0x7F ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return shown + (text.size() > kShownBytes ? "…" : "");
}

bool FitsKind(KeyKind kind, int64_t number) {
  return kind == KeyKind::kInt64 ||
         (number >= std::numeric_limits<int32_t>::min() && number <= std::numeric_limits<int32_t>::max());
}

// A number as paths have it: no `+`, no leading zeros.
std::optional<int64_t> ParseNumber(KeyKind kind, std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || (digits[0] == '0' && text != "0")) {
    return std::nullopt;
  }
  int64_t number = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = done.ec == std::errc() && done.ptr == text.data() + text.size();
  return whole && FitsKind(kind, number) ? std::optional(number) : std::nullopt;
}

// Calls `take` with each non-empty tail of the literal that the text begins with, the longest first, until it returns
// true.
template <typename Take>
bool ForEachTail(std::string_view literal, std::string_view text, const Take& take) {
  for (size_t begin = 0; begin < literal.size(); ++begin) {
    const bool is_tail = begin == 0 || literal[begin - 1] == '_';
    const std::string_view tail = literal.substr(begin);
    if (is_tail && text.starts_with(tail) && take(text.substr(tail.size()))) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<KeyValue> ReadKeyPart(const KeyColumn& column, const KeyPart& part) {
  const auto* text = std::get_if<std::string_view>(&part);
  if (text == nullptr) {
    const int64_t number = std::get<int64_t>(part);
    if (column.kind == KeyKind::kString) {
      return Error(ErrorKind::kUsage, fmt::format("'{}' is a text, not the number {}", column.name, number));
    }
    if (!FitsKind(column.kind, number)) {
      return Error(ErrorKind::kUsage,
                   fmt::format("'{}' is an {}: {} is out of its range", column.name, KeyKindName(column.kind), number));
    }
    return KeyValue{number, {}};
  }
  if (text->empty()) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is empty", column.name));
  }
  if (column.kind == KeyKind::kString) {
    return KeyValue{0, *text};
  }
  std::optional<int64_t> number = ParseNumber(column.kind, *text);
  if (!number) {
    ForEachTail(column.literal, *text, [&](std::string_view rest) {
      number = ParseNumber(column.kind, rest);
      return number.has_value();
    });
  }
  if (!number) {
    return Error(ErrorKind::kUsage,
                 fmt::format("'{}': '{}' is not a whole number that {} holds", column.name, Shown(*text),
                             KeyKindName(column.kind)),
                 column.literal.empty() ? fmt::format("{}=21", column.name)
                                        : fmt::format("{}=21, or as it is in the paths: {}={}21", column.name,
                                                      column.name, column.literal));
  }
  return KeyValue{*number, {}};
}

bool ReadOtherMeaning(const KeyColumn& column, std::string_view text, size_t which, std::string_view* meaning) {
  size_t seen = 0;
  return ForEachTail(column.literal, text, [&](std::string_view rest) {
    *meaning = rest;
    return !rest.empty() && seen++ == which;
  });
}

}  // namespace ingot
