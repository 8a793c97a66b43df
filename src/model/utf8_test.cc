#include "model/utf8.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace ingot {
namespace {

// Decodes by arithmetic and encodes again: well-formed is what comes back the same.
bool IsUtf8ByDecoding(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto byte = [&](size_t offset) { return static_cast<uint8_t>(text[i + offset]); };
    const uint8_t first = byte(0);
    const size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (i + length > text.size() || (first >= 0x80 && first < 0xC0) || first > 0xF7) {
      return false;
    }
    uint32_t code_point = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (size_t k = 1; k < length; ++k) {
      if (byte(k) < 0x80 || byte(k) > 0xBF) {
        return false;
      }
      code_point = code_point << 6U | (byte(k) & 0x3FU);
    }
    constexpr std::array<uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
    const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < kLeast[length] || code_point > 0x10FFFF || is_surrogate) {
      return false;
    }
    i += length;
  }
  return true;
}

// The same bytes alone and between other characters.
void Check(const std::string& bytes) {
  const bool expected = IsUtf8ByDecoding(bytes);
  ASSERT_EQ(IsUtf8(bytes), expected) << testing::PrintToString(bytes);
  // Over every boundary of a block of sixteen.
  for (size_t before = 11; before < 17; ++before) {
    const std::string padded = std::string(before, 'x') + bytes + (before % 2 == 0 ? "" : "tail");
    ASSERT_EQ(IsUtf8(padded), expected) << testing::PrintToString(padded);
  }
}

TEST(Utf8, EveryPairOfBytes) {
  for (unsigned a = 0; a < 256; ++a) {
    Check(std::string(1, static_cast<char>(a)));
    for (unsigned b = 0; b < 256; ++b) {
      Check({static_cast<char>(a), static_cast<char>(b)});
    }
  }
}

// Lead bytes with second bytes in full, the others at their bounds.
TEST(Utf8, LongerSequences) {
  constexpr std::array<unsigned, 6> kTails = {0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF};
  for (unsigned a = 0xC0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; b += b >= 0x7C && b <= 0xC3 ? 1 : 4) {
      for (const unsigned c : kTails) {
        Check({static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)});
        for (const unsigned d : kTails) {
          Check({static_cast<char>(a), static_cast<char>(b), static_cast<char>(c), static_cast<char>(d)});
        }
      }
    }
  }
}

TEST(Utf8, RandomTexts) {
  constexpr std::array<std::string_view, 12> kPieces = {
      "a",    "abcdefgh", "é",       "ключ", "日本", "😀", "\xC2\x80", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF",
      "\x7f", "\x80",     "\xE2\x82"};
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    // The last two pieces are broken; most texts do without them.
    const size_t pieces = random() % 8 == 0 ? kPieces.size() : kPieces.size() - 2;
    for (size_t count = random() % 12; count > 0; --count) {
      text += kPieces[random() % pieces];
    }
    if (!text.empty() && random() % 8 == 0) {
      text.resize(random() % text.size());
    }
    ASSERT_EQ(IsUtf8(text), IsUtf8ByDecoding(text)) << testing::PrintToString(text);
  }
}

TEST(Utf8, NothingIsText) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8(std::string_view()));
  EXPECT_TRUE(IsUtf8(std::string_view("\0", 1)));
}

}  // namespace
}  // namespace ingot
