#include "model/json_document.h"

#include <gtest/gtest.h>

#include <array>

#include "base/result_matchers.h"

namespace ingot {
namespace {

// What is left after the pointers' members went, by both ways.
void ExpectSameWithout(const std::string& text, const std::vector<std::string>& pointers) {
  const auto document = JsonDocument::Parse(text);
  ASSERT_OK(document);
  ASSERT_TRUE(document->is_canonical()) << text;
  JsonValue value = *ParseJson(text);
  std::vector<std::vector<std::string>> names;
  for (const std::string& pointer : pointers) {
    names.push_back(*ParsePointer(pointer));
    RemoveAtPointer(value, names.back());
  }
  std::string left;
  document->CanonicalWithout(names, [&left](std::string_view piece) { left += piece; });
  EXPECT_EQ(left, *WriteJson(value));
}

const JsonValue& Example() {
  static const JsonValue kValue =
      JsonObject{{"a", JsonObject{{"b", 1}, {"c", JsonArray{1, JsonObject{{"d", "e\n\""}, {"f", 2.5}}, JsonArray()}}}},
                 {"é", -0.0},
                 {"g", JsonObject{{"only", true}}},
                 {"h", JsonObject()},
                 {"i", JsonValue()},
                 {"z", 1e300}};
  return kValue;
}

TEST(JsonDocument, HoldsWhatTheTextSays) {
  const std::string text = *WriteJson(Example());
  const auto document = JsonDocument::Parse(text);
  ASSERT_OK(document);
  EXPECT_TRUE(document->root().ToValue() == Example());
  const JsonView inner = document->root().Find("a")->Find("c")->at(1);
  EXPECT_EQ(inner.Find("d")->AsString(), "e\n\"");
  EXPECT_EQ(inner.Find("f")->AsDouble(), 2.5);
  EXPECT_EQ(inner.Find("f")->Pointer(), "/a/c/1/f");
  EXPECT_EQ(inner.Find("f")->AsInt(), std::nullopt);
  EXPECT_EQ(inner.Find("none"), std::nullopt);
  EXPECT_EQ(document->root().Find("i")->type_name(), "null");
  EXPECT_EQ(document->root().Pointer(), "");
}

TEST(JsonDocument, FindsMembersThatAreNotInOrder) {
  const auto document = JsonDocument::Parse(R"({"b": 1, "a": {"d": 2, "c": 3}})");
  ASSERT_OK(document);
  EXPECT_FALSE(document->is_canonical());
  EXPECT_EQ(document->root().Find("a")->Find("c")->AsInt(), 3);
  EXPECT_EQ(document->root().Find("a")->Find("c")->Pointer(), "/a/c");
  EXPECT_EQ(document->root().Find("b")->AsInt(), 1);
}

TEST(JsonDocument, RemovesMembersFromTheText) {
  const std::string text = *WriteJson(Example());
  ExpectSameWithout(text, {});
  ExpectSameWithout(text, {"/a"});
  ExpectSameWithout(text, {"/z", "/é"});
  ExpectSameWithout(text, {"/g/only", "/h", "/none", "/a/none/b"});
  ExpectSameWithout(text, {"/a/c/1/d", "/a/c/2", "/a/c/7/d", "/a/c/x", "/a/c/1"});
  ExpectSameWithout(text, {"/a/c/1/d", "/a/c/1/f", "/a/b", "/a", "/a/c"});
  ExpectSameWithout(text, {"/a", "/g", "/h", "/i", "/z", "/é", ""});
  ExpectSameWithout("[]\n", {"/0"});
}

TEST(JsonDocument, KnowsWhatIsNotCanonical) {
  for (const std::string_view text : {"{}",
                                      "{}\n\n",
                                      " {}\n",
                                      "{ }\n",
                                      "{\"a\":1}\n",
                                      "{\n  \"a\":1\n}\n",
                                      "{\n  \"a\" : 1\n}\n",
                                      "{\n \"a\": 1\n}\n",
                                      "{\n  \"a\": 1 \n}\n",
                                      "{\n  \"a\": 1\n }\n",
                                      "{\n  \"b\": 1,\n  \"a\": 1\n}\n",
                                      "[\n  1 ,\n  2\n]\n",
                                      "\"\\/\"\n",
                                      "\"\\u0041\"\n",
                                      "\"\x7F\"\n",
                                      "-0\n",
                                      "1.50\n",
                                      "1E5\n",
                                      "100000.0e1\n",
                                      "\xEF\xBB\xBF{}\n"}) {
    const auto document = JsonDocument::Parse(text);
    ASSERT_OK(document) << text;
    const bool is_canonical = *WriteJson(*ParseJson(text)) == text;
    EXPECT_FALSE(document->is_canonical()) << text;
    EXPECT_FALSE(is_canonical) << text;
  }
}

TEST(JsonDocument, RefusesWithTheMessagesOfParseJson) {
  for (const std::string_view text : {"",
                                      "{",
                                      "nul",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{\"a\":1,\"a\":2}",
                                      "{\"b\":1,\"a\":1,\"b\":2}",
                                      "01",
                                      "1.",
                                      "-",
                                      "1e",
                                      "+1",
                                      ".5",
                                      "9223372036854775808",
                                      "1e400",
                                      "\"\n\"",
                                      "\"\t\"",
                                      "\"\xFF\"",
                                      "\"\\ud800\"",
                                      "\"\\x\"",
                                      "\"",
                                      "{} x",
                                      "{a:1}",
                                      "[1 2]",
                                      "{\"a\" 1}",
                                      "{1:2}"}) {
    const auto value = ParseJson(text);
    const auto document = JsonDocument::Parse(text);
    ASSERT_FALSE(value.ok()) << text;
    ASSERT_FALSE(document.ok()) << text;
    EXPECT_EQ(document.error().message(), value.error().message());
  }
}

TEST(JsonDocument, DoesNotTakeAZeroForTheEnd) {
  for (const std::string& text : {std::string("{}\0", 3), std::string("{}\0{", 4), std::string("\0", 1)}) {
    EXPECT_THAT(ParseJson(text), IsErr(ErrorKind::kInvalidData, "it is 0"));
    EXPECT_THAT(JsonDocument::Parse(text), IsErr(ErrorKind::kInvalidData, "it is 0"));
  }
}

TEST(JsonDocument, KeepsTheLimits) {
  const std::string deep = std::string(5, '[') + std::string(5, ']');
  EXPECT_OK(JsonDocument::Parse(deep, {100, 5}));
  EXPECT_THAT(JsonDocument::Parse(deep, {100, 4}), IsErr(ErrorKind::kResourceLimit, "deeper than 4"));
  EXPECT_THAT(JsonDocument::Parse(deep, {9, 5}), IsErr(ErrorKind::kResourceLimit, "larger than 9"));
}

TEST(JsonDocument, TinyNumbersAreNearestDoubles) {
  for (const std::string_view text : {"1e-400", "-1e-400", "4.9e-324", "2.2250738585072011e-308", "0.1e-500"}) {
    const auto document = JsonDocument::Parse(text);
    ASSERT_OK(document) << text;
    EXPECT_TRUE(document->root().ToValue() == *ParseJson(text)) << text;
  }
}

}  // namespace
}  // namespace ingot
