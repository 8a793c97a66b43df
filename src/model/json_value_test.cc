#include "model/json_value.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "base/result_matchers.h"
#include "model/json_document.h"
#include "model/utf8.h"

namespace ingot {
namespace {

std::string Rewritten(std::string_view text) {
  const auto value = ParseJson(text);
  if (!value) {
    return "error: " + value.error().message();
  }
  return *WriteJson(*value, JsonStyle::kCompact);
}

TEST(Json, WritesCanonically) {
  const JsonValue value = JsonObject{{"z", 1.0},
                                     {"a", JsonArray{1, JsonValue(), true, "é\n\x01\"\\/"}},
                                     {"empty", JsonObject()},
                                     {"list", JsonArray()}};
  EXPECT_EQ(*WriteJson(value),
            "{\n"
            "  \"a\": [\n"
            "    1,\n"
            "    null,\n"
            "    true,\n"
            "    \"é\\n\\u0001\\\"\\\\/\"\n"
            "  ],\n"
            "  \"empty\": {},\n"
            "  \"list\": [],\n"
            "  \"z\": 1.0\n"
            "}\n");
  EXPECT_EQ(*WriteJson(value, JsonStyle::kCompact),
            "{\"a\":[1,null,true,\"é\\n\\u0001\\\"\\\\/\"],\"empty\":{},\"list\":[],\"z\":1.0}");
}

TEST(Json, NumbersKeepTheirTypeAndValue) {
  EXPECT_EQ(Rewritten("[1, 1.0, -0.0, 1e300, 0.1, 123456789.25, 9223372036854775807, -9223372036854775808]"),
            "[1,1.0,-0.0,1e+300,0.1,123456789.25,9223372036854775807,-9223372036854775808]");
  EXPECT_EQ(Rewritten("1E2"), "100.0");
  EXPECT_NE(JsonValue(1), JsonValue(1.0));
  EXPECT_EQ(JsonValue(uint64_t{5}), JsonValue(5));
}

TEST(Json, RefusesWhatIsNotStrict) {
  EXPECT_THAT(ParseJson(""), IsErr(ErrorKind::kInvalidData, "not valid JSON"));
  EXPECT_THAT(ParseJson("{\"a\":1} x"), IsErr(ErrorKind::kInvalidData, "not valid JSON"));
  EXPECT_THAT(ParseJson("{'a':1}"), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(ParseJson("[1,]"), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(ParseJson("NaN"), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(ParseJson("\"\xff\""), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(ParseJson("\"\\ud800\""), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(ParseJson("[0, {\"a/b\": {\"c\": 1, \"c\": 2}}]"),
              IsErr(ErrorKind::kInvalidData, "duplicate key \"c\" (at /1/a~1b/c)"));
  EXPECT_THAT(ParseJson("[9223372036854775808]"), IsErr(ErrorKind::kInvalidData, "beyond 64 bits (at /0)"));
  EXPECT_THAT(ParseJson("-9223372036854775809"), IsErr(ErrorKind::kInvalidData, "beyond 64 bits"));
  EXPECT_THAT(ParseJson("99999999999999999999999"), IsErr(ErrorKind::kInvalidData, "beyond 64 bits"));
  EXPECT_THAT(ParseJson("1e999"), IsErr(ErrorKind::kInvalidData));
}

TEST(Json, KeepsItsLimits) {
  EXPECT_THAT(ParseJson("[[[]]]", {100, 2}), IsErr(ErrorKind::kResourceLimit, "deeper than 2"));
  EXPECT_OK(ParseJson("[[]]", {100, 2}));
  EXPECT_THAT(ParseJson("[1, 2]", {5, 2}), IsErr(ErrorKind::kResourceLimit, "larger than 5"));
  EXPECT_THAT(ParseJson(std::string(1'000'000, '[')), IsErr(ErrorKind::kResourceLimit));
}

TEST(Json, WriterRefusesWhatJsonCannotSay) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(WriteJson(JsonObject{{"a", JsonArray{nan}}}), IsErr(ErrorKind::kInvalidData, "not finite (at /a/0)"));
  EXPECT_THAT(WriteJson(JsonObject{{"a", "\xc3"}}), IsErr(ErrorKind::kInvalidData, "not UTF-8 (at /a)"));
}

TEST(Json, Pointers) {
  EXPECT_EQ(AppendPointer("/a", "b/c~d"), "/a/b~1c~0d");
  EXPECT_EQ(*ParsePointer("/a/b~1c~0d/"), (std::vector<std::string>{"a", "b/c~d", ""}));
  EXPECT_TRUE(ParsePointer("")->empty());
  EXPECT_THAT(ParsePointer("a"), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(ParsePointer("/~2"), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(ParsePointer("/~"), IsErr(ErrorKind::kInvalidData));

  JsonValue value = *ParseJson(R"({"a":[{"b":1,"c":2}],"d":3})");
  RemoveAtPointer(value, {"a", "0", "b"});
  RemoveAtPointer(value, {"d"});
  RemoveAtPointer(value, {"a", "7", "c"});
  RemoveAtPointer(value, {"a", "x", "c"});
  RemoveAtPointer(value, {"nope", "x"});
  EXPECT_EQ(*WriteJson(value, JsonStyle::kCompact), R"({"a":[{"c":2}]})");
}

TEST(Utf8, AcceptsExactlyWellFormedText) {
  for (const char* good : {"", "a", "é", "€", "😀", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "a\xFFz"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
}

JsonValue DrawJson(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
    case 0:
      return {};
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<int64_t>();
    case 3: {
      const double number = *rc::gen::arbitrary<double>();
      return std::isfinite(number) ? number : 0.5;
    }
    case 4:
      return *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
    case 5: {
      JsonArray array(static_cast<size_t>(*rc::gen::inRange(0, 4)));
      for (JsonValue& element : array) {
        element = DrawJson(depth - 1);
      }
      return array;
    }
    default: {
      JsonObject object;
      for (const char* name : {"a", "b~/", "é", ""}) {
        if (*rc::gen::arbitrary<bool>()) {
          object[name] = DrawJson(depth - 1);
        }
      }
      return object;
    }
  }
}

RC_GTEST_PROP(Json, ReadsBackWhatItWrote, ()) {
  const JsonValue value = DrawJson(4);
  RC_ASSERT(*ParseJson(*WriteJson(value)) == value);
  RC_ASSERT(*ParseJson(*WriteJson(value, JsonStyle::kCompact)) == value);
}

}  // namespace
}  // namespace ingot
