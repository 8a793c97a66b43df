#include "model/quoted_name.h"

#include <fmt/format.h>

#include <cstdint>

namespace ingot {
namespace {

void AppendUtf8(std::string& out, uint32_t code_point) {
  const auto continuation = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU)); };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0U | (code_point >> 6U));
    continuation(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0U | (code_point >> 12U));
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xF0U | (code_point >> 18U));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

// Reads one quoted string; positions in errors are 1-based columns of the whole text.
class QuotedReader {
 public:
  QuotedReader(std::string_view text, size_t& position) : text_(text), position_(position) {}

  Result<std::string> Read() {
    std::string out;
    ++position_;
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == '"') {
        ++position_;
        return out;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        return Problem("a control character inside quotes must be escaped");
      }
      ++position_;
      if (c != '\\') {
        out += c;
      } else {
        INGOT_TRY(ReadEscape(out));
      }
    }
    return Problem("the quoted name is not closed");
  }

 private:
  Error Problem(std::string_view what) const {
    return Error(ErrorKind::kConfig, fmt::format("column {}: {}", position_ + 1, what));
  }

  // Pairs of surrogates become one code point; half of one has no UTF-8 and is refused.
  Result<void> ReadEscape(std::string& out) {
    if (position_ >= text_.size()) {
      return Problem("the quoted name is not closed");
    }
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char letter = text_[position_++];
    if (const size_t index = kLetters.find(letter); index != std::string_view::npos) {
      out += kMeanings[index];
      return {};
    }
    if (letter != 'u') {
      return Problem("unknown escape inside quotes");
    }
    INGOT_ASSIGN(uint32_t code, ReadHex4());
    if (code >= 0xD800 && code < 0xDC00) {
      if (text_.substr(position_, 2) != "\\u") {
        return Problem("half of a surrogate pair");
      }
      position_ += 2;
      INGOT_ASSIGN(const uint32_t low, ReadHex4());
      if (low < 0xDC00 || low >= 0xE000) {
        return Problem("half of a surrogate pair");
      }
      code = 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U);
    } else if (code >= 0xDC00 && code < 0xE000) {
      return Problem("half of a surrogate pair");
    }
    AppendUtf8(out, code);
    return {};
  }

  Result<uint32_t> ReadHex4() {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++position_) {
      const char c = position_ < text_.size() ? text_[position_] : '\0';
      uint32_t digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<uint32_t>(c - 'a') + 10;
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<uint32_t>(c - 'A') + 10;
      } else {
        return Problem("\\u needs four hex digits");
      }
      value = (value << 4U) | digit;
    }
    return value;
  }

  std::string_view text_;
  size_t& position_;
};

}  // namespace

std::string JsonQuoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    // DEL may stand raw in JSON, but not in TOML, where these strings are written too.
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != '\x7f') {
      continue;
    }
    out.append(text, copied, i - copied);
    copied = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    }
  }
  out.append(text, copied);
  out += '"';
  return out;
}

Result<std::string> ParseJsonQuoted(std::string_view text, size_t& position) {
  return QuotedReader(text, position).Read();
}

}  // namespace ingot
