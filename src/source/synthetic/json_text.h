// Writes JSON into a string, quickly and the same on every machine: commas are kept here, numbers are integers with a
// decimal point, or doubles in their shortest form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ingot {

enum class JsonEscapes {
  kMinimal,    // only what JSON demands; other text stays UTF-8
  kAsciiOnly,  // as Python's default: everything beyond ASCII becomes \uXXXX, with surrogate pairs
};

// Appends to a string that it does not own. The caller keeps objects and arrays balanced and gives a key before every
// value inside an object.
class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}

  void set_escapes(JsonEscapes escapes) { escapes_ = escapes; }

  JsonText& Key(std::string_view name);
  void BeginObject() { Open('{'); }
  void EndObject() { out_.push_back('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { out_.push_back(']'); }

  void Null() { Literal("null"); }
  void Bool(bool value) { Literal(value ? "true" : "false"); }
  void Int(int64_t value);
  // value / 10^decimals as Python prints a float: trailing zeros are dropped, one digit stays after the point.
  // Requires decimals <= 12.
  void Fixed(int64_t value, unsigned decimals);
  // Shortest text that reads back as `value`, which must be finite; always with a point or an exponent.
  void Real(double value);
  // `value` is UTF-8.
  void Text(std::string_view value);

  // Milliseconds since 1970 as "2026-01-15T00:00:10.123Z".
  void TimestampMillis(int64_t millis);
  // Microseconds since 1970 as "2026-01-15T00:00:10.123456" and `zone`: "Z" or "+00:00".
  void TimestampMicros(int64_t micros, std::string_view zone);

 private:
  void Comma() {
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') {
      out_.push_back(',');
    }
  }
  void Open(char bracket) {
    Comma();
    out_.push_back(bracket);
  }
  void Literal(std::string_view text) {
    Comma();
    out_.append(text);
  }
  void Quoted(std::string_view value);
  void AppendEscaped(std::string_view value);
  void AppendSecond(int64_t second);

  std::string& out_;
  JsonEscapes escapes_ = JsonEscapes::kMinimal;
  int64_t minute_ = INT64_MIN;  // whose text `minute_text_` is
  std::string minute_text_;     // "2026-01-15T00:00:"
};

}  // namespace ingot
