#include "format/json/json_string.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "format/json/decoded_file.h"
#include "model/utf8.h"

namespace ingot {
namespace {

// The content of the string whose text, quotes included, is given; a fault in angle brackets.
std::string Read(std::string_view text) {
  const PaddedText padded(std::string(text) + "\n", '"');
  Buffer<char> out;
  out.AppendAll("before", 6);
  const char* cursor = padded.data() + 1;
  const char* skipped = cursor;
  const StringFault fault = ReadString(&cursor, &out);
  // Both ways to read agree on what is a string, and where it ends.
  EXPECT_EQ(SkipString(&skipped), fault) << text;
  if (fault != nullptr) {
    return std::string("<") + fault + ">";
  }
  EXPECT_EQ(cursor, padded.data() + text.size()) << text;
  EXPECT_EQ(skipped, cursor) << text;
  EXPECT_EQ(std::string_view(out.data(), 6), "before");
  return std::string(out.data() + 6, out.size() - 6);
}

std::string Quoted(std::string_view content) { return '"' + std::string(content) + '"'; }

bool IsFault(const std::string& read, std::string_view part) {
  return read.front() == '<' && read.find(part) != std::string::npos;
}

TEST(JsonString, PlainTextOfEveryLength) {
  for (size_t length = 0; length < 70; ++length) {
    const std::string text(length, 'x');
    EXPECT_EQ(Read(Quoted(text)), text);
  }
}

TEST(JsonString, Escapes) {
  EXPECT_EQ(Read(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(Read(R"("\u0041\u00e9\u00E9\u20AC")"), "Aéé€");
  EXPECT_EQ(Read(R"("\u0000")"), std::string(1, '\0'));
  EXPECT_EQ(Read(R"("\u001f\u007f\u0080\u07ff\u0800\uffff")"), "\x1f\x7f\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF");
  EXPECT_EQ(Read(R"("a/b")"), "a/b");
}

TEST(JsonString, BadEscapes) {
  for (const char* text :
       {R"("\a")", R"("\v")", R"("\0")", R"("\'")", R"("\x41")", R"("\U0041")", R"("\u")", R"("\u1")", R"("\u12")",
        R"("\u123")", R"("\u123g")", R"("\u-123")", R"("\u 123")", "\"\\\xC3\xA9\"", "\"\\\t\""}) {
    EXPECT_TRUE(IsFault(Read(text), "escape in a string")) << text;
  }
  EXPECT_TRUE(IsFault(Read("\"\\"), "escape in a string"));  // the line ends behind the backslash
  EXPECT_TRUE(IsFault(Read("\"\\u00"), "escape in a string"));
  EXPECT_TRUE(IsFault(Read(std::string("\"\\\0\"", 4)), "escape in a string"));
}

TEST(JsonString, Surrogates) {
  EXPECT_EQ(Read(R"("\ud83d\ude00")"), "😀");
  EXPECT_EQ(Read(R"("\uD800\uDC00")"), "\xF0\x90\x80\x80");
  EXPECT_EQ(Read(R"("\uDBFF\uDFFF")"), "\xF4\x8F\xBF\xBF");
  for (const char* text : {R"("\ud800")", R"("\udbff")", R"("\udc00")", R"("\udfff")", R"("\udc00\ud800")",
                           R"("\ud800\ud800")", R"("\ud800x")", R"("\ud800\n")", R"("\ud800\u0041")", R"("\ud800\u")",
                           R"("\ud800\udc0")", R"("\ud83d\\ude00")", R"("\ud800)"}) {
    EXPECT_TRUE(IsFault(Read(text), "surrogate")) << text;
  }
}

TEST(JsonString, ControlCharactersMustBeEscaped) {
  for (char c = 0; c < 0x20; ++c) {
    const std::string fault = c == '\n' ? kUnterminated : kControlCharacter;
    EXPECT_EQ(Read(Quoted(std::string(1, c))), "<" + fault + ">") << int{c};
    EXPECT_EQ(Read(Quoted("0123456789abcdefé" + std::string(1, c))), "<" + fault + ">") << int{c};
  }
  EXPECT_EQ(Read(Quoted("\x7f")), "\x7f");
}

TEST(JsonString, WithoutEnd) {
  EXPECT_EQ(Read("\""), std::string("<") + kUnterminated + ">");
  EXPECT_EQ(Read("\"" + std::string(100, 'x')), std::string("<") + kUnterminated + ">");
  EXPECT_EQ(Read("\"é"), std::string("<") + kUnterminated + ">");
}

TEST(JsonString, Utf8) {
  for (const char* text :
       {"é", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBE", "\xEF\xBB\xBF",
        "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "ключ", "日本語", "👩‍👩‍👧"}) {
    EXPECT_EQ(Read(Quoted(text)), text);
  }
}

TEST(JsonString, InvalidUtf8) {
  for (const char* text : {"\x80",
                           "\xBF",
                           "\xC0\x80",
                           "\xC1\xBF",
                           "\xC3",
                           "\xC3x",
                           "\xE0\x80\x80",
                           "\xE0\x9F\xBF",
                           "\xE2\x82",
                           "\xE2\x82x",
                           "\xED\xA0\x80",
                           "\xED\xBF\xBF",
                           "\xF0\x80\x80\x80",
                           "\xF0\x8F\xBF\xBF",
                           "\xF0\x90\x80",
                           "\xF4\x90\x80\x80",
                           "\xF5\x80\x80\x80",
                           "\xF8\x88\x80\x80\x80",
                           "\xFE",
                           "\xFF",
                           "é\x80",
                           "\xC3\\n",
                           "\xC3\\u00a9",
                           "\\u00c3\xA9",
                           "\xED\xA0\xBD\xED\xB8\x80"}) {
    EXPECT_TRUE(IsFault(Read(Quoted(text)), "not valid UTF-8")) << text;
    EXPECT_FALSE(IsUtf8(text) && std::string_view(text).find('\\') == std::string_view::npos) << text;
  }
}

// Whatever stands at whatever place of a block of sixteen.
TEST(JsonString, EveryPlaceInABlock) {
  struct Piece {
    std::string text;
    std::string content;  // empty for a fault
  };
  const std::array<Piece, 7> pieces = {
      {{"\\n", "\n"}, {"é", "é"}, {"\\ud83d\\ude00", "😀"}, {"\\\"", "\""}, {"\x80", ""}, {"\t", ""}, {"\\x", ""}}};
  for (size_t before = 0; before < 36; ++before) {
    for (size_t after = 0; after < 36; ++after) {
      for (const Piece& piece : pieces) {
        const std::string head(before, 'h');
        const std::string tail(after, 't');
        const std::string read = Read(Quoted(head + piece.text + tail));
        if (piece.content.empty()) {
          ASSERT_EQ(read.front(), '<');
        } else {
          ASSERT_EQ(read, head + piece.content + tail);
        }
      }
    }
  }
}

// The mask of one block must not be fooled by bytes behind the closing quote.
TEST(JsonString, WhatFollowsDoesNotMatter) {
  const PaddedText padded("abc\"\xFF\x80\\\n");
  const char* cursor = padded.data();
  Buffer<char> out;
  EXPECT_EQ(ReadString(&cursor, &out), nullptr);
  EXPECT_EQ(std::string_view(out.data(), out.size()), "abc");
  EXPECT_EQ(cursor, padded.data() + 4);
  const char* skipped = padded.data();
  EXPECT_EQ(SkipString(&skipped), nullptr);
  EXPECT_EQ(skipped, cursor);
}

TEST(JsonString, ManyStringsShareABuffer) {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += Quoted(std::string(static_cast<size_t>(i % 50), 'a') + (i % 7 == 0 ? "\\u00e9" : ""));
  }
  const PaddedText padded(text + "\n");
  Buffer<char> out;
  const char* cursor = padded.data();
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    ++cursor;
    ASSERT_EQ(ReadString(&cursor, &out), nullptr);
    expected += std::string(static_cast<size_t>(i % 50), 'a') + (i % 7 == 0 ? "é" : "");
  }
  EXPECT_EQ(std::string_view(out.data(), out.size()), expected);
}

TEST(JsonString, ExcerptsEndBetweenCharacters) {
  EXPECT_EQ(Excerpt("short"), "short");
  EXPECT_EQ(Excerpt(std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_EQ(Excerpt(std::string(65, 'x')), std::string(64, 'x') + "…");
  for (size_t shift = 0; shift < 4; ++shift) {
    std::string text(shift, 'x');
    for (int i = 0; i < 20; ++i) {
      text += "😀";
    }
    EXPECT_TRUE(IsUtf8(Excerpt(text))) << shift;
    EXPECT_LE(Excerpt(text).size(), 67U);
  }
}

}  // namespace
}  // namespace ingot
