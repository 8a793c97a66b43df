// JSON documents as values (RFC 8259), and their canonical text. json_document.h reads them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace ingot {

class JsonValue;
using JsonArray = std::vector<JsonValue>;
// Sorted by the bytes of the names, which for UTF-8 is the order of code points.
using JsonObject = std::map<std::string, JsonValue, std::less<>>;

// null, a boolean, a 64-bit integer, a double, a string (UTF-8), an array or an object. 1 and 1.0 are different values.
class JsonValue {
 public:
  JsonValue() = default;
  // NOLINTBEGIN(google-explicit-constructor): a value of JSON is written as what it holds: {"rows", 5}.
  JsonValue(bool value) : value_(value) {}
  JsonValue(int value) : value_(int64_t{value}) {}
  JsonValue(int64_t value) : value_(value) {}
  // Counts; beyond 2^63-1 they become the nearest double.
  JsonValue(uint64_t value);
  JsonValue(double value) : value_(value) {}
  JsonValue(const char* value) : value_(std::string(value)) {}
  JsonValue(std::string_view value) : value_(std::string(value)) {}
  JsonValue(std::string value) : value_(std::move(value)) {}
  JsonValue(JsonArray value) : value_(std::move(value)) {}
  JsonValue(JsonObject value) : value_(std::move(value)) {}
  // NOLINTEND(google-explicit-constructor)

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  // Null when the value is of another type.
  const bool* AsBool() const { return std::get_if<bool>(&value_); }
  const int64_t* AsInt() const { return std::get_if<int64_t>(&value_); }
  const double* AsDouble() const { return std::get_if<double>(&value_); }
  const std::string* AsString() const { return std::get_if<std::string>(&value_); }
  const JsonArray* AsArray() const { return std::get_if<JsonArray>(&value_); }
  const JsonObject* AsObject() const { return std::get_if<JsonObject>(&value_); }
  JsonArray* AsArray() { return std::get_if<JsonArray>(&value_); }
  JsonObject* AsObject() { return std::get_if<JsonObject>(&value_); }

  // The member of an object; null when this is no object or has no such member.
  const JsonValue* Find(std::string_view name) const;
  // "a string", "null", …, for messages.
  std::string_view type_name() const;

  bool operator==(const JsonValue&) const = default;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, JsonArray, JsonObject> value_;
};

enum class JsonStyle {
  kIndented,  // two spaces a level, as Python's json.dumps(indent=2, sort_keys=True, ensure_ascii=False); ends in a
              // newline
  kCompact,   // one line without blanks and without a newline
};

// The canonical text: sorted names; doubles as the shortest text that reads back equal, with a point or an exponent;
// only
// `"`, `\` and control characters are escaped. Errors: kInvalidData for text that is not UTF-8 and for doubles that are
// not finite, naming the JSON pointer.
Result<std::string> WriteJson(const JsonValue& value, JsonStyle style = JsonStyle::kIndented);

// JSON pointers (RFC 6901).
std::string AppendPointer(std::string_view pointer, std::string_view name);
// The names that a pointer goes through. Errors: kInvalidData.
Result<std::vector<std::string>> ParsePointer(std::string_view pointer);
// Takes the member away that the pointer names, if it is there. Arrays are entered by index, but keep their elements.
void RemoveAtPointer(JsonValue& root, const std::vector<std::string>& names);

}  // namespace ingot
