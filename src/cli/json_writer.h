// Writes one JSON document (RFC 8259) piece by piece, in the order in which it is told.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

enum class JsonLayout {
  kOneLine,  // `{"a": 1}`
  kIndented  // two spaces a level
};

// Calls must nest as JSON does: in an object, Key before every value. Text that is not UTF-8 (a path may be anything)
// has its broken bytes replaced by U+FFFD, so that the document can be read.
class JsonWriter {
 public:
  explicit JsonWriter(JsonLayout layout = JsonLayout::kIndented) : layout_(layout) {}

  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }
  JsonWriter& Key(std::string_view name);

  JsonWriter& String(std::string_view value);
  JsonWriter& Bool(bool value);
  JsonWriter& Signed(int64_t value);
  JsonWriter& Unsigned(uint64_t value);
  // The shortest text that reads back equal; null for values that JSON has no number for.
  JsonWriter& Double(double value);
  JsonWriter& Null();

  // Text of a finished JSON document, taken in as one value. Requires: `json` is one.
  JsonWriter& Raw(std::string_view json);

  const std::string& text() const { return text_; }

 private:
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  void BeforeValue();
  void NewLine();

  JsonLayout layout_;
  std::string text_;
  std::vector<bool> filled_;  // per open bracket: whether it holds something
  bool after_key_ = false;
};

// `"text"` with everything escaped that JSON asks for.
std::string JsonString(std::string_view text);

}  // namespace ingot
