#include "model/utf8.h"

#include <cstddef>
#include <cstdint>

namespace ingot {
namespace {

uint8_t ByteAt(std::string_view text, size_t position) {
  return position < text.size() ? static_cast<uint8_t>(text[position]) : uint8_t{0};
}

bool IsContinuation(uint8_t byte) { return (byte & 0xC0U) == 0x80U; }

// Length of the well-formed sequence at `position`, 0 when there is none. The table is Unicode's "well-formed UTF-8
// byte sequences": the second byte is what excludes overlong forms, surrogates and code points that are too large.
size_t SequenceLength(std::string_view text, size_t position) {
  const uint8_t first = ByteAt(text, position);
  const uint8_t second = ByteAt(text, position + 1);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return IsContinuation(second) ? 2 : 0;
  }
  if (first >= 0xE0 && first <= 0xEF) {
    const bool fits = second >= (first == 0xE0 ? 0xA0 : 0x80) && second <= (first == 0xED ? 0x9F : 0xBF);
    return fits && IsContinuation(ByteAt(text, position + 2)) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool fits = second >= (first == 0xF0 ? 0x90 : 0x80) && second <= (first == 0xF4 ? 0x8F : 0xBF);
    return fits && IsContinuation(ByteAt(text, position + 2)) && IsContinuation(ByteAt(text, position + 3)) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  size_t position = 0;
  while (position < text.size()) {
    const size_t length = SequenceLength(text, position);
    if (length == 0) {
      return false;
    }
    position += length;
  }
  return true;
}

}  // namespace ingot
