#include "model/column_path.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/result_matchers.h"
#include "model/quoted_name.h"

namespace ingot {
namespace {

using Steps = std::vector<std::string>;

bool Matches(std::string_view pattern, const Steps& path) {
  const auto parsed = ColumnPathPattern::Parse(pattern);
  EXPECT_OK(parsed);
  return parsed.ok() && parsed->Matches(path);
}

TEST(ColumnPathPattern, MatchesNamesStarsElementsAndMapValues) {
  EXPECT_TRUE(Matches("symbol", {"symbol"}));
  EXPECT_FALSE(Matches("symbol", {"symbol", "x"}));
  EXPECT_FALSE(Matches("symbol.x", {"symbol"}));
  EXPECT_TRUE(Matches("windows.*.tag_counts", {"windows", "last_cycle", "tag_counts"}));
  EXPECT_FALSE(Matches("windows.*.tag_counts", {"windows", "last_cycle", "x", "tag_counts"}));
  EXPECT_FALSE(Matches("windows.*.tag_counts", {"windows", "[]", "tag_counts"}));
  EXPECT_TRUE(Matches("spot_prices[].mid", {"spot_prices", "[]", "mid"}));
  EXPECT_FALSE(Matches("spot_prices.mid", {"spot_prices", "[]", "mid"}));
  EXPECT_TRUE(Matches("grid[][]", {"grid", "[]", "[]"}));
  EXPECT_TRUE(Matches("tags{}.count", {"tags", "{}", "count"}));
  EXPECT_TRUE(Matches("\"a.b\".c", {"a.b", "c"}));
  EXPECT_TRUE(Matches("\"*\"", {"*"}));
  EXPECT_FALSE(Matches("\"*\"", {"x"}));
}

TEST(ColumnPathPattern, SegmentsServeStepwiseMatching) {
  const auto pattern = ColumnPathPattern::Parse("w.*.t[]");
  ASSERT_OK(pattern);
  ASSERT_EQ(pattern->segments().size(), 4U);
  EXPECT_TRUE(pattern->segments()[0].MatchesName("w"));
  EXPECT_FALSE(pattern->segments()[0].MatchesName("x"));
  EXPECT_TRUE(pattern->segments()[1].MatchesName("anything"));
  EXPECT_FALSE(pattern->segments()[3].MatchesName("[]"));
  EXPECT_FALSE(pattern->is_exact());
  EXPECT_TRUE(ColumnPathPattern::Parse("a[].b")->is_exact());
}

TEST(ColumnPathPattern, SaysWhereItIsWrong) {
  EXPECT_THAT(ColumnPathPattern::Parse(""), IsErr(ErrorKind::kConfig, "column 1: a name is missing"));
  EXPECT_THAT(ColumnPathPattern::Parse("a..b"), IsErr(ErrorKind::kConfig, "column 3: a name is missing"));
  EXPECT_THAT(ColumnPathPattern::Parse("a."), IsErr(ErrorKind::kConfig, "column 3: a name is missing"));
  EXPECT_THAT(ColumnPathPattern::Parse("a[0]"), IsErr(ErrorKind::kConfig, "column 2: '[' is not expected"));
  EXPECT_THAT(ColumnPathPattern::Parse("[]"), IsErr(ErrorKind::kConfig, "column 1: a name is missing"));
  EXPECT_THAT(ColumnPathPattern::Parse("a b"), IsErr(ErrorKind::kConfig, "column 2: ' ' is not expected"));
  EXPECT_THAT(ColumnPathPattern::Parse("\"a"), IsErr(ErrorKind::kConfig, "not closed"));
  EXPECT_THAT(ColumnPathPattern::Parse("\"\\q\""), IsErr(ErrorKind::kConfig, "unknown escape"));
  EXPECT_THAT(ColumnPathPattern::Parse("a*"), IsErr(ErrorKind::kConfig, "column 2: '*' is not expected"));
}

TEST(JsonQuoted, ReadsEscapesThatOthersWrite) {
  const auto read = [](std::string_view text) {
    size_t position = 0;
    auto value = ParseJsonQuoted(text, position);
    return value.ok() ? *value : "error: " + value.error().message();
  };
  EXPECT_EQ(read(R"("\u00e9\ud83d\ude00\n\/")"), "é😀\n/");
  EXPECT_EQ(read(R"("\ud83d")"), "error: column 8: half of a surrogate pair");
  EXPECT_EQ(read(R"("\ude00")"), "error: column 8: half of a surrogate pair");
  EXPECT_EQ(read(R"("\u12g4")"), "error: column 6: \\u needs four hex digits");
  EXPECT_EQ(read("\"a\nb\""), "error: column 3: a control character inside quotes must be escaped");
}

RC_GTEST_PROP(JsonQuoted, ReadsBackWhatItWrote, (const std::string& text)) {
  const std::string quoted = JsonQuoted(text);
  size_t position = 0;
  const auto read = ParseJsonQuoted(quoted, position);
  RC_ASSERT(read.ok());
  RC_ASSERT(*read == text);
  RC_ASSERT(position == quoted.size());
}

RC_GTEST_PROP(ColumnPathPattern, ReadsBackWhatItWrote, (const std::vector<std::string>& names)) {
  RC_PRE(!names.empty());
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ".") + QuotePathSegment(name);
  }
  const auto pattern = ColumnPathPattern::Parse(text);
  RC_ASSERT(pattern.ok());
  RC_ASSERT(pattern->Matches(names));
  RC_ASSERT(pattern->ToString() == text);
}

}  // namespace
}  // namespace ingot
