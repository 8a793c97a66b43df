#include "format/json/json_string.h"

#include <array>
#include <optional>
#include <string_view>

#include "model/utf8.h"

namespace ingot {
namespace {

constexpr StringFault kBadEscape = "an escape in a string is not one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX";
constexpr StringFault kLoneSurrogate = "a \\u escape in a string is half of a surrogate pair";
constexpr StringFault kBadUtf8 = "a string is not valid UTF-8";

// Four hex digits at `p`.
std::optional<uint32_t> ReadHex4(const char* p) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<uint32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<uint32_t>(c - 'A' + 10);
    } else {
      return std::nullopt;
    }
    value = value << 4U | digit;
  }
  return value;
}

void AppendUtf8(uint32_t code_point, Buffer<char>* out) {
  const auto tail = [](uint32_t bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (code_point < 0x80) {
    out->Append(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out->Append(static_cast<char>(0xC0U | code_point >> 6U));
    out->Append(tail(code_point));
  } else if (code_point < 0x10000) {
    out->Append(static_cast<char>(0xE0U | code_point >> 12U));
    out->Append(tail(code_point >> 6U));
    out->Append(tail(code_point));
  } else {
    out->Append(static_cast<char>(0xF0U | code_point >> 18U));
    out->Append(tail(code_point >> 12U));
    out->Append(tail(code_point >> 6U));
    out->Append(tail(code_point));
  }
}

// `p` stands behind "\u".
StringFault ReadUnicodeEscape(const char** cursor, Buffer<char>* out) {
  const char* p = *cursor;
  const auto first = ReadHex4(p);
  if (!first) {
    return kBadEscape;
  }
  p += 4;
  uint32_t code_point = *first;
  if (code_point >= 0xDC00 && code_point <= 0xDFFF) {
    return kLoneSurrogate;
  }
  if (code_point >= 0xD800 && code_point <= 0xDBFF) {
    if (p[0] != '\\' || p[1] != 'u') {
      return kLoneSurrogate;
    }
    const auto second = ReadHex4(p + 2);
    if (!second || *second < 0xDC00 || *second > 0xDFFF) {
      return kLoneSurrogate;
    }
    code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (*second - 0xDC00);
    p += 6;
  }
  AppendUtf8(code_point, out);
  *cursor = p;
  return nullptr;
}

// What a one-letter escape stands for; 0 for letters that are none.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['/'] = '/';
  escapes['b'] = '\b';
  escapes['f'] = '\f';
  escapes['n'] = '\n';
  escapes['r'] = '\r';
  escapes['t'] = '\t';
  return escapes;
}();

}  // namespace

StringFault ReadStringSlowly(const char** cursor, size_t begin, Buffer<char>* out) {
  const char* p = *cursor;
  uint32_t non_ascii = 0;
  while (true) {
    if (out->capacity() < out->size() + kScanWidth) {
      out->Reserve(2 * (out->size() + kScanWidth));
    }
    const StringMasks masks = CopyAndScan16(p, out->data() + out->size());
    const unsigned length = masks.stop != 0 ? static_cast<unsigned>(std::countr_zero(masks.stop)) : kScanWidth;
    non_ascii |= masks.non_ascii & ((1U << length) - 1U);
    out->SetSize(out->size() + length);
    p += length;
    if (masks.stop == 0) {
      continue;
    }
    if (*p == '"') {
      break;
    }
    if (*p != '\\') {
      return *p == '\n' ? kUnterminated : kControlCharacter;
    }
    const char escape = kEscapes[static_cast<unsigned char>(p[1])];
    if (escape != 0) {
      out->Append(escape);
      p += 2;
      continue;
    }
    if (p[1] != 'u') {
      return kBadEscape;
    }
    p += 2;
    if (const StringFault fault = ReadUnicodeEscape(&p, out); fault != nullptr) {
      return fault;
    }
  }
  if (non_ascii != 0 && !IsUtf8({out->data() + begin, out->size() - begin})) {
    return kBadUtf8;
  }
  *cursor = p + 1;
  return nullptr;
}

std::string Excerpt(std::string_view text) {
  constexpr size_t kMost = 64;
  if (text.size() <= kMost) {
    return std::string(text);
  }
  size_t size = kMost;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  return std::string(text.substr(0, size)) + "…";
}

StringFault SkipString(const char** cursor) {
  char ignored[kScanWidth];
  const char* p = *cursor;
  while (true) {
    const StringMasks masks = CopyAndScan16(p, ignored);
    const unsigned length = masks.stop != 0 ? static_cast<unsigned>(std::countr_zero(masks.stop)) : kScanWidth;
    if ((masks.non_ascii & ((1U << length) - 1U)) != 0 || (masks.stop != 0 && p[length] != '"')) {
      Buffer<char> content;
      return ReadStringSlowly(cursor, 0, &content);
    }
    if (masks.stop != 0) {
      *cursor = p + length + 1;
      return nullptr;
    }
    p += kScanWidth;
  }
}

}  // namespace ingot
