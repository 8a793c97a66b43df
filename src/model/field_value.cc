#include "model/field_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "model/utf8.h"

namespace ingot {
namespace {

constexpr std::array<std::pair<FieldKind, std::string_view>, 5> kKindNames = {{
    {FieldKind::kString, "string"},
    {FieldKind::kInt32, "int32"},
    {FieldKind::kInt64, "int64"},
    {FieldKind::kDate, "date"},
    {FieldKind::kHour, "hour"},
}};

constexpr std::array<std::pair<std::string_view, FieldKind>, 6> kConventions = {{
    {"date", FieldKind::kDate},
    {"start", FieldKind::kDate},
    {"end", FieldKind::kDate},
    {"end_day", FieldKind::kDate},
    {"hour", FieldKind::kHour},
    {"days", FieldKind::kInt64},
}};

constexpr int kLastHour = 23;

Error NotA(std::string_view text, std::string_view what) {
  return Error(ErrorKind::kUsage, fmt::format("'{}' is not {}", text, what));
}

Result<FieldValue> ParseInteger(FieldKind kind, std::string_view text) {
  int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = code == std::errc() && end == text.data() + text.size();
  // Only the canonical spelling, so that text and value are one to one.
  if (!whole || !FitsKind(kind, value) || fmt::format("{}", value) != text) {
    return NotA(text, kind == FieldKind::kInt32 ? "a 32-bit integer" : "a 64-bit integer");
  }
  return FieldValue(value);
}

// Two digits, always: 07 and 7 must not be two names of one value.
Result<FieldValue> ParseHour(std::string_view text) {
  if (text.size() == 2 && text[0] >= '0' && text[0] <= '2' && text[1] >= '0' && text[1] <= '9') {
    const int64_t hour = int64_t{text[0] - '0'} * 10 + (text[1] - '0');
    if (hour <= kLastHour) {
      return FieldValue(hour);
    }
  }
  return NotA(text, "an hour from 00 to 23");
}

}  // namespace

std::string_view FieldKindName(FieldKind kind) {
  return std::find_if(kKindNames.begin(), kKindNames.end(), [&](const auto& row) { return row.first == kind; })->second;
}

Result<FieldKind> ParseFieldKind(std::string_view name) {
  for (const auto& [kind, text] : kKindNames) {
    if (text == name) {
      return kind;
    }
  }
  return Error(ErrorKind::kConfig, fmt::format("there is no field kind '{}'", name),
               "field kinds are string, int32, int64, date, hour, or a format such as %Y-%m-%d");
}

bool IsFieldName(std::string_view name) {
  const auto is_start = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_start(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_start(c) || (c >= '0' && c <= '9'); });
}

FieldKind ConventionalKind(std::string_view field_name) {
  for (const auto& [name, kind] : kConventions) {
    if (name == field_name) {
      return kind;
    }
  }
  return FieldKind::kString;
}

const FieldValue* FindValue(const FieldValues& values, std::string_view name) {
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const NamedValue& candidate) { return candidate.name == name; });
  return found == values.end() ? nullptr : &found->value;
}

bool FitsKind(FieldKind kind, const FieldValue& value) {
  const auto* number = std::get_if<int64_t>(&value);
  switch (kind) {
    case FieldKind::kString: {
      const auto* text = std::get_if<std::string>(&value);
      return text != nullptr && !text->empty() && IsPathText(*text);
    }
    case FieldKind::kInt32:
      return number != nullptr && *number >= std::numeric_limits<int32_t>::min() &&
             *number <= std::numeric_limits<int32_t>::max();
    case FieldKind::kInt64:
      return number != nullptr;
    case FieldKind::kDate: {
      // What four digits of a year can write.
      const auto* day = std::get_if<UtcDay>(&value);
      const int year = day == nullptr ? 0 : ToCivil(*day).year;
      return year >= 1 && year <= 9999;
    }
    case FieldKind::kHour:
      return number != nullptr && *number >= 0 && *number <= kLastHour;
  }
  return false;
}

std::string FormatFieldValue(FieldKind kind, const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return *text;
  }
  if (const auto* day = std::get_if<UtcDay>(&value)) {
    return FormatUtcDay(*day);
  }
  const int64_t number = std::get<int64_t>(value);
  return kind == FieldKind::kHour ? fmt::format("{:02}", number) : fmt::format("{}", number);
}

Result<FieldValue> ParseFieldValue(FieldKind kind, std::string_view text) {
  switch (kind) {
    case FieldKind::kInt32:
    case FieldKind::kInt64:
      return ParseInteger(kind, text);
    case FieldKind::kHour:
      return ParseHour(text);
    case FieldKind::kDate: {
      INGOT_ASSIGN(const UtcDay day, ParseUtcDay(text));
      return FieldValue(day);
    }
    case FieldKind::kString:
      break;
  }
  if (text.empty()) {
    return Error(ErrorKind::kUsage, "an empty text cannot be a key");
  }
  if (!IsPathText(text)) {
    return NotA(text, "usable in a path, which takes neither '/' nor control characters nor broken UTF-8");
  }
  return FieldValue(std::string(text));
}

bool IsPathText(std::string_view text) {
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '/' || byte < 0x20 || byte == 0x7F;
  });
  return plain && IsUtf8(text);
}

bool IsReservedPathName(std::string_view segment) {
  constexpr std::string_view kStateName = ".ingot";
  const bool is_state = std::equal(segment.begin(), segment.end(), kStateName.begin(), kStateName.end(),
                                   [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
  return segment.empty() || segment == "." || segment == ".." || is_state;
}

}  // namespace ingot
