// What the terminal and JSON need to know of UTF-8: code points, and how many columns they take.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ingot {

struct CodePoint {
  char32_t value = 0;
  size_t bytes = 1;
  bool valid = false;  // false: a byte that is no UTF-8, to be shown as U+FFFD
};

// The code point at text[position]. Requires: position < text.size().
CodePoint DecodeCodePoint(std::string_view text, size_t position);

// Columns that the text takes on a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks.
size_t DisplayWidth(std::string_view text);

// At most `width` columns; a text that is longer ends with "…". Control characters become spaces.
std::string FitToWidth(std::string_view text, size_t width);

// The text broken at blanks into lines of at most `width` columns, where words allow it. The first line is taken to
// begin at column `indent`; the others are indented by so many blanks.
std::string WrapText(std::string_view text, size_t indent, size_t width);

// The same text with control characters replaced by U+FFFD, so that foreign bytes cannot steer a terminal.
std::string PrintableText(std::string_view text);

}  // namespace ingot
