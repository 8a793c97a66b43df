// Texts that mean harm to whoever takes them for paths, keys or templates. For *_test.cc files only.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace ingot {

// Traversal in every disguise, bytes that end C strings and lines, what looks like ASCII and is not, broken UTF-8, what
// shells, SQL, CSV and templates read as more than a text.
inline constexpr std::array<std::string_view, 66> kHostilePieces{
    "..",
    ".",
    "../",
    "/..",
    "//",
    "/",
    "\\",
    "..\\",
    "%2e%2e%2f",
    "%00",
    std::string_view("\0", 1),
    std::string_view("\0.tl", 4),
    "\n",
    "\r\n",
    "\t",
    "\x1b[2J",
    "\x7f",
    " ",
    ".ingot",
    ".INGOT",
    ".ingot-part",
    "~",
    "-",
    "--help",
    "*",
    "?",
    "$(id)",
    "`id`",
    "';--",
    "\"",
    ",",
    "{gene_id}",
    "{{",
    "}",
    "{",
    "{*}",
    "{date:%Y%m%d}",
    "{n:int32}",
    "{n:int64}",
    "%Y",
    "1",
    "007",
    "-0",
    "2147483648",
    "9223372036854775808",
    "１",       // full width
    "．．／",   // full width
    "․․∕",      // one dot leaders and a division slash
    "Ε",        // Greek
    "Е",        // Cyrillic
    "ı",        // without its dot
    "é",        // composed
    "e\u0301",  // the same, decomposed
    "\u202e",   // from right to left
    "\u200d",   // a joiner of no width
    "\ufeff",   // a mark of byte order
    "\u0085",   // a line's end beyond ASCII
    "\u2028",   // another
    "\U0001f9ec",
    "\xff",
    "\xc0\xae",          // a dot in too many bytes
    "\xc0\xaf",          // a slash in too many bytes
    "\xed\xa0\x80",      // half a pair
    "\xf4\x90\x80\x80",  // beyond the last character
    "\xe2\x82",          // cut
    "ENSG00000000003.3",
};

// One to six pieces, and now and then a long run of one. Not empty.
inline std::string HostileText(std::mt19937_64& random) {
  const auto piece = [&random] { return kHostilePieces[random() % kHostilePieces.size()]; };
  std::string text;
  for (uint64_t left = 1 + random() % 6; left > 0; --left) {
    text += piece();
  }
  constexpr uint64_t kOneInSoManyIsLong = 64;
  if (random() % kOneInSoManyIsLong == 0) {
    const std::string_view repeated = piece();
    for (uint64_t left = random() % 1000; left > 0; --left) {
      text += repeated;
    }
  }
  return text;
}

}  // namespace ingot
