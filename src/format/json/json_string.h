// JSON strings (RFC 8259 §7) to UTF-8 bytes.
#pragma once

#include <string>
#include <string_view>

#include "column/buffer.h"
#include "format/json/scan.h"

namespace ingot {

// What is wrong with a string; null when nothing is.
using StringFault = const char*;

inline constexpr StringFault kControlCharacter = "a control character inside a string must be escaped";
inline constexpr StringFault kUnterminated = "a string does not end before the line does";

// The part behind the first backslash, or behind the first byte that is not ASCII: unescapes and validates. `p` stands
// anywhere inside the string; `out` holds what came before, from `begin` on.
StringFault ReadStringSlowly(const char** cursor, size_t begin, Buffer<char>* out);

// Appends the content of the string whose opening quote was just passed to `out`, and moves the cursor behind the
// closing quote. On a fault `out` holds garbage behind its old size: the caller truncates. Requires: the text ends with
// a newline, followed by 16 readable bytes.
inline StringFault ReadString(const char** cursor, Buffer<char>* out) {
  const char* p = *cursor;
  const size_t begin = out->size();
  size_t size = begin;
  while (true) {
    if (out->capacity() < size + kScanWidth) [[unlikely]] {
      out->SetSize(size);
      out->Reserve(2 * (size + kScanWidth));
    }
    const StringMasks masks = CopyAndScan16(p, out->data() + size);
    if (masks.stop != 0) {
      const auto length = static_cast<unsigned>(std::countr_zero(masks.stop));
      // Bytes before the stop, and only those, belong to the string.
      if (p[length] != '"' || (masks.non_ascii & ((1U << length) - 1U)) != 0) [[unlikely]] {
        out->SetSize(size);
        *cursor = p;
        return ReadStringSlowly(cursor, begin, out);
      }
      out->SetSize(size + length);
      *cursor = p + length + 1;
      return nullptr;
    }
    if (masks.non_ascii != 0) [[unlikely]] {
      out->SetSize(size);
      *cursor = p;
      return ReadStringSlowly(cursor, begin, out);
    }
    p += kScanWidth;
    size += kScanWidth;
  }
}

// At most 64 bytes of a valid text, cut between two characters: for messages.
std::string Excerpt(std::string_view text);

// Moves the cursor behind the closing quote without keeping the content. Same requirements.
StringFault SkipString(const char** cursor);

}  // namespace ingot
