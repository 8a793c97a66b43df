// Numbers against simdjson's grammar and the C library's rounding.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "format/json/decoded_file.h"
#include "format/json/number.h"
#include "format/json/reference_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using ingot::JsonTreeValue;
  const std::string text(data, data + size);
  const ingot::PaddedText padded(text, ' ');
  const char* cursor = padded.data();
  ingot::JsonNumber number;
  const ingot::NumberStatus status = ingot::ParseJsonNumber(&cursor, &number);
  // What follows is not the parser's to judge: the part that it took must be a number, and the whole text is one only
  // if all of it was taken.
  const std::string taken(padded.data(), cursor);
  ingot::ReferenceParser parser;
  const auto whole = parser.Parse(text);
  const bool took_all = status != ingot::NumberStatus::kInvalid && taken.size() == text.size();
  const bool begins_like_one = size > 0 && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
  if (begins_like_one && text.find_first_of(" \t\r\n") == std::string::npos && whole.has_value() != took_all) {
    std::abort();
  }
  if (status == ingot::NumberStatus::kInvalid) {
    return 0;
  }
  const auto expected = parser.Parse(taken);
  if (!expected || !expected->is_number()) {
    std::abort();
  }
  if ((status == ingot::NumberStatus::kOutOfRange) != (expected->kind == JsonTreeValue::Kind::kOutOfRange)) {
    std::abort();
  }
  if (status == ingot::NumberStatus::kOk) {
    const double rounded = std::strtod(taken.c_str(), nullptr);
    const bool same = number.is_integer
                          ? expected->kind == JsonTreeValue::Kind::kInteger && number.integer == expected->integer
                          : std::bit_cast<uint64_t>(number.real) == std::bit_cast<uint64_t>(rounded);
    if (!same) {
      std::abort();
    }
  }
  return 0;
}
