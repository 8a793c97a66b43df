#include "model/json_document.h"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

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

struct Refusal {
  std::string_view text;
  std::string message;
};

TEST(JsonDocument, SaysWhatIsNotJsonAndWhere) {
  for (const Refusal& refused : {
           Refusal{"", "line 1, column 1: the text ends too early"},
           Refusal{"{", "line 1, column 2: the text ends too early"},
           Refusal{"nul", "line 1, column 1: expected a value"},
           Refusal{"[1,]", "line 1, column 4: expected a value"},
           Refusal{"{\"a\":1,}", "line 1, column 8: expected a name in double quotes"},
           Refusal{"01", "line 1, column 2: unexpected text after the document"},
           Refusal{"[\n 01]", "line 2, column 3: expected ',' or ']'"},
           Refusal{"1.", "line 1, column 3: the text ends too early"},
           Refusal{"1.x", "line 1, column 3: expected a digit after the point"},
           Refusal{"1ex", "line 1, column 3: expected a digit of the exponent"},
           Refusal{"+1", "line 1, column 1: expected a value"},
           Refusal{".5", "line 1, column 1: expected a value"},
           Refusal{"\"\n\"",
                   "line 1, column 2: a string with an escape or a control character that JSON does not have"},
           Refusal{"[\"\t\"]", "line 1, column 3: a string with an escape or a control character"},
           Refusal{"\"\\ud800\"", "line 1, column 8: a string with an escape or a control character"},
           Refusal{"[\n\"\\x\"]", "line 2, column 4: a string with an escape or a control character"},
           Refusal{"\n\n[\"open]", "line 3, column 2: the string that begins here is not closed"},
           Refusal{"{} x", "line 1, column 4: unexpected text after the document"},
           Refusal{"{a:1}", "line 1, column 2: expected a name in double quotes"},
           Refusal{"[1 2]", "line 1, column 4: expected ',' or ']'"},
           Refusal{"{\"a\" 1}", "line 1, column 6: expected ':'"},
           Refusal{"{\"a\":1 \"b\"}", "line 1, column 8: expected ',' or '}'"},
           Refusal{"[1]\n\"\xFF\"", "line 2: it is not UTF-8"},
           Refusal{"\xFF", "line 1: it is not UTF-8"},
           Refusal{std::string_view("{}\0", 3), "line 1, column 3: unexpected text after the document"},
           Refusal{std::string_view("\0", 1), "line 1, column 1: expected a value"},
       }) {
    EXPECT_THAT(JsonDocument::Parse(refused.text),
                IsErr(ErrorKind::kInvalidData, "not valid JSON at " + refused.message))
        << refused.text;
    // It takes a zero for the end of the text.
    EXPECT_TRUE(refused.text.find('\0') != std::string_view::npos || !nlohmann::json::accept(refused.text))
        << refused.text;
  }
}

TEST(JsonDocument, SaysWhatADocumentMayNotHold) {
  for (const Refusal& refused : {
           Refusal{"{\"a\":1,\"a\":2}", "duplicate key \"a\" (at /a)"},
           Refusal{"[{\"b\":1,\"a/b\":{\"c\":{},\"c\":2}}]", "duplicate key \"c\" (at /0/a~1b/c)"},
           Refusal{"9223372036854775808", "an integer is beyond 64 bits (at the top)"},
           Refusal{"[0,{\"a\":[-9223372036854775809]}]", "an integer is beyond 64 bits (at /1/a/0)"},
           Refusal{"{\"a\":1e400}", "a number is beyond a double (at /a)"},
       }) {
    EXPECT_THAT(JsonDocument::Parse(refused.text), IsErr(ErrorKind::kInvalidData, refused.message));
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
    EXPECT_EQ(document->root().AsDouble(), nlohmann::json::parse(text).get<double>()) << text;
  }
}

}  // namespace
}  // namespace ingot
