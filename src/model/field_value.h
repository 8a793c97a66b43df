// Typed values of key and path fields, and their one textual form each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/utc.h"

namespace ingot {

enum class FieldKind : uint8_t {
  kString,  // not empty; UTF-8 without a slash and without control characters
  kInt32,
  kInt64,
  kDate,
  kHour,  // 0 to 23, written with two digits
};

// "string", "int32", "int64", "date", "hour".
std::string_view FieldKindName(FieldKind kind);
// Errors: kConfig, naming the kinds that exist.
Result<FieldKind> ParseFieldKind(std::string_view name);

// A letter or `_`, then letters, digits and `_`.
bool IsFieldName(std::string_view name);

// The kind of a field whose template or key does not say: `date`, `start`, `end` and `end_day` are dates, `hour` is an
// hour, `days` is an int64, all others are strings.
FieldKind ConventionalKind(std::string_view field_name);

// Integers and hours are int64_t.
using FieldValue = std::variant<std::string, int64_t, UtcDay>;

struct NamedValue {
  std::string name;
  FieldValue value;

  bool operator==(const NamedValue&) const = default;
};
using FieldValues = std::vector<NamedValue>;

// Null when there is no such field. The pointer is valid as long as `values` is.
const FieldValue* FindValue(const FieldValues& values, std::string_view name);

// True when the value has the alternative and lies in the range that its kind asks for.
bool FitsKind(FieldKind kind, const FieldValue& value);

// "2026-01-15", "07", "42", or the string itself.
std::string FormatFieldValue(FieldKind kind, const FieldValue& value);
// The inverse: no sign `+`, no leading zeros except in hours. Errors: kUsage, quoting the text.
Result<FieldValue> ParseFieldValue(FieldKind kind, std::string_view text);

// True for text that may stand in one segment of a path: UTF-8 without a slash and without control characters.
bool IsPathText(std::string_view text);

// What no segment of a path may be, whether written or read: empty, `.`, `..`, and `.ingot` in any letter case, for
// file systems that do not tell cases apart.
bool IsReservedPathName(std::string_view segment);

}  // namespace ingot
