#include "cli/unicode_text.h"

#include <algorithm>
#include <array>
#include <span>

namespace ingot {
namespace {

struct CodeRange {
  char32_t first;
  char32_t last;
};

// Unicode 15, East_Asian_Width W and F, joined where only unassigned code points lie between.
constexpr std::array kWide{
    CodeRange{0x1100, 0x115F},   CodeRange{0x231A, 0x231B},   CodeRange{0x2329, 0x232A},   CodeRange{0x23E9, 0x23EC},
    CodeRange{0x23F0, 0x23F0},   CodeRange{0x23F3, 0x23F3},   CodeRange{0x25FD, 0x25FE},   CodeRange{0x2614, 0x2615},
    CodeRange{0x2648, 0x2653},   CodeRange{0x267F, 0x267F},   CodeRange{0x2693, 0x2693},   CodeRange{0x26A1, 0x26A1},
    CodeRange{0x26AA, 0x26AB},   CodeRange{0x26BD, 0x26BE},   CodeRange{0x26C4, 0x26C5},   CodeRange{0x26CE, 0x26CE},
    CodeRange{0x26D4, 0x26D4},   CodeRange{0x26EA, 0x26EA},   CodeRange{0x26F2, 0x26F3},   CodeRange{0x26F5, 0x26F5},
    CodeRange{0x26FA, 0x26FA},   CodeRange{0x26FD, 0x26FD},   CodeRange{0x2705, 0x2705},   CodeRange{0x270A, 0x270B},
    CodeRange{0x2728, 0x2728},   CodeRange{0x274C, 0x274C},   CodeRange{0x274E, 0x274E},   CodeRange{0x2753, 0x2755},
    CodeRange{0x2757, 0x2757},   CodeRange{0x2795, 0x2797},   CodeRange{0x27B0, 0x27B0},   CodeRange{0x27BF, 0x27BF},
    CodeRange{0x2B1B, 0x2B1C},   CodeRange{0x2B50, 0x2B50},   CodeRange{0x2B55, 0x2B55},   CodeRange{0x2E80, 0x303E},
    CodeRange{0x3041, 0x33FF},   CodeRange{0x3400, 0x4DBF},   CodeRange{0x4E00, 0xA4CF},   CodeRange{0xA960, 0xA97F},
    CodeRange{0xAC00, 0xD7A3},   CodeRange{0xF900, 0xFAFF},   CodeRange{0xFE10, 0xFE19},   CodeRange{0xFE30, 0xFE6F},
    CodeRange{0xFF01, 0xFF60},   CodeRange{0xFFE0, 0xFFE6},   CodeRange{0x16FE0, 0x18DFF}, CodeRange{0x1AFF0, 0x1B2FF},
    CodeRange{0x1F004, 0x1F004}, CodeRange{0x1F0CF, 0x1F0CF}, CodeRange{0x1F18E, 0x1F18E}, CodeRange{0x1F191, 0x1F19A},
    CodeRange{0x1F200, 0x1F320}, CodeRange{0x1F32D, 0x1F335}, CodeRange{0x1F337, 0x1F37C}, CodeRange{0x1F37E, 0x1F393},
    CodeRange{0x1F3A0, 0x1F3CA}, CodeRange{0x1F3CF, 0x1F3D3}, CodeRange{0x1F3E0, 0x1F3F0}, CodeRange{0x1F3F4, 0x1F3F4},
    CodeRange{0x1F3F8, 0x1F43E}, CodeRange{0x1F440, 0x1F440}, CodeRange{0x1F442, 0x1F4FC}, CodeRange{0x1F4FF, 0x1F53D},
    CodeRange{0x1F54B, 0x1F567}, CodeRange{0x1F57A, 0x1F57A}, CodeRange{0x1F595, 0x1F596}, CodeRange{0x1F5A4, 0x1F5A4},
    CodeRange{0x1F5FB, 0x1F64F}, CodeRange{0x1F680, 0x1F6C5}, CodeRange{0x1F6CC, 0x1F6CC}, CodeRange{0x1F6D0, 0x1F6D7},
    CodeRange{0x1F6DC, 0x1F6DF}, CodeRange{0x1F6EB, 0x1F6EC}, CodeRange{0x1F6F4, 0x1F6FC}, CodeRange{0x1F7E0, 0x1F7F0},
    CodeRange{0x1F90C, 0x1F9FF}, CodeRange{0x1FA70, 0x1FAFF}, CodeRange{0x20000, 0x3FFFD}};

// Combining marks and format characters of the common scripts (General_Category Mn, Me, Cf).
constexpr std::array kZeroWidth{
    CodeRange{0x00AD, 0x00AD},   CodeRange{0x0300, 0x036F},  CodeRange{0x0483, 0x0489}, CodeRange{0x0591, 0x05BD},
    CodeRange{0x05BF, 0x05BF},   CodeRange{0x05C1, 0x05C2},  CodeRange{0x05C4, 0x05C5}, CodeRange{0x0610, 0x061A},
    CodeRange{0x064B, 0x065F},   CodeRange{0x0670, 0x0670},  CodeRange{0x06D6, 0x06DD}, CodeRange{0x06DF, 0x06E4},
    CodeRange{0x0900, 0x0902},   CodeRange{0x093C, 0x093C},  CodeRange{0x0941, 0x0948}, CodeRange{0x094D, 0x094D},
    CodeRange{0x0E31, 0x0E31},   CodeRange{0x0E34, 0x0E3A},  CodeRange{0x0E47, 0x0E4E}, CodeRange{0x1AB0, 0x1AFF},
    CodeRange{0x1DC0, 0x1DFF},   CodeRange{0x200B, 0x200F},  CodeRange{0x202A, 0x202E}, CodeRange{0x2060, 0x2064},
    CodeRange{0x20D0, 0x20F0},   CodeRange{0xFE00, 0xFE0F},  CodeRange{0xFE20, 0xFE2F}, CodeRange{0xFEFF, 0xFEFF},
    CodeRange{0xE0001, 0xE007F}, CodeRange{0xE0100, 0xE01EF}};

bool InRanges(std::span<const CodeRange> ranges, char32_t value) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), value,
                                      [](char32_t v, const CodeRange& range) { return v < range.first; });
  return after != ranges.begin() && value <= std::prev(after)->last;
}

bool IsControl(char32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

size_t WidthOf(char32_t value) {
  if (value < 0x300) {
    return value == 0xAD ? 0 : 1;
  }
  if (InRanges(kZeroWidth, value)) {
    return 0;
  }
  return InRanges(kWide, value) ? 2 : 1;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

}  // namespace

CodePoint DecodeCodePoint(std::string_view text, size_t position) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(position);
  if (lead < 0x80) {
    return {lead, 1, true};
  }
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || position + length > text.size()) {
    return {};
  }
  char32_t value = lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(position + i) & 0xC0U) != 0x80) {
      return {};
    }
    value = (value << 6U) | (byte(position + i) & 0x3FU);
  }
  // Longer forms than needed, surrogates, and what lies beyond Unicode.
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) {
    return {};
  }
  return {value, length, true};
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeCodePoint(text, i);
    width += point.valid ? WidthOf(point.value) : 1;
    i += point.bytes;
  }
  return width;
}

std::string FitToWidth(std::string_view text, size_t width) {
  std::string fitted;
  const bool cut = DisplayWidth(text) > width;
  const size_t room = cut && width > 0 ? width - 1 : width;
  size_t used = 0;
  for (size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeCodePoint(text, i);
    const size_t columns = point.valid ? WidthOf(point.value) : 1;
    if (used + columns > room) {
      break;
    }
    if (!point.valid) {
      fitted += kReplacement;
    } else if (IsControl(point.value)) {
      fitted += ' ';
    } else {
      fitted += text.substr(i, point.bytes);
    }
    used += columns;
    i += point.bytes;
  }
  if (cut && width > 0) {
    fitted += kEllipsis;
  }
  return fitted;
}

std::string WrapText(std::string_view text, size_t indent, size_t width) {
  std::string wrapped;
  size_t column = indent;
  while (!text.empty()) {
    const size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
    const size_t columns = DisplayWidth(word);
    if (column > indent && column + 1 + columns > width) {
      wrapped += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += columns;
  }
  return wrapped;
}

std::string PrintableText(std::string_view text) {
  std::string printable;
  for (size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeCodePoint(text, i);
    const bool shown = point.valid && (!IsControl(point.value) || point.value == '\n' || point.value == '\t');
    printable += shown ? text.substr(i, point.bytes) : kReplacement;
    i += point.bytes;
  }
  return printable;
}

}  // namespace ingot
