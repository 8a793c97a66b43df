#include "cli/unicode_text.h"

#include <gtest/gtest.h>

namespace ingot {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("tier3"), 5U);
  EXPECT_EQ(DisplayWidth("Größe"), 5U);
  EXPECT_EQ(DisplayWidth("日本"), 4U);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1U) << "a combining accent takes no column";
  EXPECT_EQ(DisplayWidth("\U0001F680"), 2U);
  EXPECT_EQ(DisplayWidth("\xFF"), 1U) << "a broken byte is shown as one sign";
}

TEST(DecodeCodePoint, RefusesWhatIsNotUtf8) {
  EXPECT_TRUE(DecodeCodePoint("\xC3\xA9", 0).valid);
  EXPECT_FALSE(DecodeCodePoint("\xC0\xAF", 0).valid) << "overlong";
  EXPECT_FALSE(DecodeCodePoint("\xE0\x80\xAF", 0).valid) << "overlong";
  EXPECT_FALSE(DecodeCodePoint("\xED\xA0\x80", 0).valid) << "a surrogate";
  EXPECT_FALSE(DecodeCodePoint("\xF4\x90\x80\x80", 0).valid) << "beyond Unicode";
  EXPECT_FALSE(DecodeCodePoint("\xE6\x97", 0).valid) << "cut off";
  EXPECT_EQ(DecodeCodePoint("\xE6\x97\xA5", 0).value, U'日');
}

TEST(FitToWidth, CutsAtAColumn) {
  EXPECT_EQ(FitToWidth("abcdef", 6), "abcdef");
  EXPECT_EQ(FitToWidth("abcdef", 5), "abcd…");
  EXPECT_EQ(FitToWidth("日本語", 5), "日本…");
  EXPECT_EQ(FitToWidth("日本語", 4), "日…") << "half a character is not shown";
  EXPECT_EQ(FitToWidth("a\nb", 3), "a b");
  EXPECT_EQ(FitToWidth("abc", 0), "");
}

TEST(WrapText, BreaksAtBlanks) {
  EXPECT_EQ(WrapText("one two three", 2, 9), "one two\n  three");
  EXPECT_EQ(WrapText("averylongword x", 2, 6), "averylongword\n  x") << "a word is never broken";
  EXPECT_EQ(WrapText("", 2, 9), "");
}

TEST(PrintableText, DisarmsTerminalSequences) {
  EXPECT_EQ(PrintableText("\x1B[31mred"), "\uFFFD[31mred");
  EXPECT_EQ(PrintableText("two\nlines"), "two\nlines");
  EXPECT_EQ(PrintableText("\xC2\x9B"), "\uFFFD") << "a control character in two bytes";
}

}  // namespace
}  // namespace ingot
