#include "source/synthetic/json_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/utc.h"

namespace ingot {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;

// Appends `value` with exactly `width` digits.
void AppendPadded(std::string& out, int64_t value, unsigned width) {
  std::array<char, 12> digits{};
  for (unsigned i = width; i-- > 0; value /= 10) {
    digits[i] = static_cast<char>('0' + value % 10);
  }
  out.append(digits.data(), width);
}

// Length of the UTF-8 sequence that starts with `lead`.
size_t SequenceLength(unsigned char lead) { return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

uint32_t CodePoint(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence.front());
  uint32_t code = sequence.size() == 1 ? lead : lead & (0xFFU >> (sequence.size() + 1));
  for (const char c : sequence.substr(1)) {
    code = code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return code;
}

}  // namespace

JsonText& JsonText::Key(std::string_view name) {
  Comma();
  Quoted(name);
  out_.push_back(':');
  return *this;
}

void JsonText::Int(int64_t value) {
  Comma();
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out_.append(digits.data(), end.ptr);
}

void JsonText::Fixed(int64_t value, unsigned decimals) {
  Comma();
  if (value < 0) {
    out_.push_back('-');
    value = -value;
  }
  int64_t scale = 1;
  for (unsigned i = 0; i < decimals; ++i) {
    scale *= 10;
  }
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value / scale);
  out_.append(digits.data(), end.ptr);
  out_.push_back('.');
  AppendPadded(out_, value % scale, decimals);
  const size_t point = out_.size() - decimals;
  while (out_.size() > point + 1 && out_.back() == '0') {
    out_.pop_back();
  }
  if (out_.size() == point) {
    out_.push_back('0');
  }
}

void JsonText::Real(double value) {
  Comma();
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  const std::string_view text(digits.data(), static_cast<size_t>(end.ptr - digits.data()));
  out_.append(text);
  if (text.find_first_of(".e") == std::string_view::npos) {
    out_.append(".0");
  }
}

void JsonText::Text(std::string_view value) {
  Comma();
  Quoted(value);
}

void JsonText::Quoted(std::string_view value) {
  out_.push_back('"');
  bool plain = true;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    plain = plain && byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
  }
  if (plain) {
    out_.append(value);
  } else {
    AppendEscaped(value);
  }
  out_.push_back('"');
}

void JsonText::AppendEscaped(std::string_view value) {
  for (size_t i = 0; i < value.size();) {
    const size_t length = SequenceLength(static_cast<unsigned char>(value[i]));
    const std::string_view sequence = value.substr(i, length);
    const uint32_t code = CodePoint(sequence);
    i += length;
    if (code == '"' || code == '\\') {
      out_.push_back('\\');
      out_.append(sequence);
    } else if (code < 0x20 || (code >= 0x80 && code < 0x10000 && escapes_ == JsonEscapes::kAsciiOnly)) {
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", code);
    } else if (code >= 0x10000 && escapes_ == JsonEscapes::kAsciiOnly) {
      const uint32_t offset = code - 0x10000;
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}\\u{:04x}", 0xD800 + (offset >> 10U),
                     0xDC00 + (offset & 0x3FFU));
    } else {
      out_.append(sequence);
    }
  }
}

void JsonText::AppendSecond(int64_t second) {
  const int64_t minute = second / 60;
  if (minute != minute_) {
    // Neighbouring values share their minute nearly always.
    minute_ = minute;
    const UtcDay day{static_cast<int32_t>(second / kSecondsPerDay)};
    const int64_t in_day = second % kSecondsPerDay;
    minute_text_ = fmt::format("{}T{:02}:{:02}:", FormatUtcDay(day), in_day / 3600, in_day / 60 % 60);
  }
  out_.append(minute_text_);
  AppendPadded(out_, second % 60, 2);
  out_.push_back('.');
}

void JsonText::TimestampMillis(int64_t millis) {
  Comma();
  out_.push_back('"');
  AppendSecond(millis / 1000);
  AppendPadded(out_, millis % 1000, 3);
  out_.append("Z\"");
}

void JsonText::TimestampMicros(int64_t micros, std::string_view zone) {
  Comma();
  out_.push_back('"');
  AppendSecond(micros / 1'000'000);
  AppendPadded(out_, micros % 1'000'000, 6);
  out_.append(zone);
  out_.push_back('"');
}

}  // namespace ingot
