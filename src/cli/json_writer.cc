#include "cli/json_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/unicode_text.h"

namespace ingot {
namespace {

void AppendEscaped(std::string& out, char32_t control) {
  switch (control) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += fmt::format("\\u{:04x}", static_cast<uint32_t>(control));
  }
}

}  // namespace

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeCodePoint(text, i);
    if (!point.valid) {
      out += "\xEF\xBF\xBD";
    } else if (point.value < 0x20 || point.value == 0x7F || point.value == '"' || point.value == '\\') {
      AppendEscaped(out, point.value);
    } else {
      out += text.substr(i, point.bytes);
    }
    i += point.bytes;
  }
  return out + '"';
}

void JsonWriter::NewLine() {
  if (layout_ == JsonLayout::kIndented) {
    text_ += '\n';
    text_.append(filled_.size() * 2, ' ');
  }
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (filled_.empty()) {
    return;
  }
  if (filled_.back()) {
    text_ += layout_ == JsonLayout::kIndented ? "," : ", ";
  }
  filled_.back() = true;
  NewLine();
}

JsonWriter& JsonWriter::Begin(char bracket) {
  BeforeValue();
  text_ += bracket;
  filled_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  const bool filled = filled_.back();
  filled_.pop_back();
  if (filled) {
    NewLine();
  }
  text_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view name) {
  BeforeValue();
  text_ += JsonString(name);
  text_ += ": ";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view value) { return Raw(JsonString(value)); }
JsonWriter& JsonWriter::Bool(bool value) { return Raw(value ? "true" : "false"); }
JsonWriter& JsonWriter::Signed(int64_t value) { return Raw(fmt::format("{}", value)); }
JsonWriter& JsonWriter::Unsigned(uint64_t value) { return Raw(fmt::format("{}", value)); }
JsonWriter& JsonWriter::Double(double value) { return std::isfinite(value) ? Raw(fmt::format("{}", value)) : Null(); }
JsonWriter& JsonWriter::Null() { return Raw("null"); }

JsonWriter& JsonWriter::Raw(std::string_view json) {
  BeforeValue();
  // A line feed is never inside a JSON string, so that a document may be moved in as it is, or be put on one line.
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] != '\n') {
      text_ += json[i];
    } else if (layout_ == JsonLayout::kIndented) {
      NewLine();
    } else {
      i = std::min(json.find_first_not_of(' ', i + 1), json.size()) - 1;
      text_ += text_.back() == ',' ? " " : "";
    }
  }
  return *this;
}

}  // namespace ingot
