#include "format/json/json_skip.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "format/json/decoded_file.h"

namespace ingot {
namespace {

// "5" when the value has five bytes; "fault at 3" with the place counted from 0.
std::string Skip(const std::string& text, uint32_t depth = 0) {
  const PaddedText padded(text + "\n");
  const SkipResult result = SkipJsonValue(padded.data(), depth, 128);
  if (result.end != nullptr) {
    EXPECT_EQ(result.fault, nullptr);
    return std::to_string(result.end - padded.data());
  }
  return fmt::format("{} at {}", result.fault, result.at - padded.data());
}

TEST(JsonSkip, Values) {
  EXPECT_EQ(Skip("null,"), "4");
  EXPECT_EQ(Skip("true"), "4");
  EXPECT_EQ(Skip("false}"), "5");
  EXPECT_EQ(Skip("-1.5e3 "), "6");
  EXPECT_EQ(Skip(R"("a\"b" )"), "6");
  EXPECT_EQ(Skip("[]x"), "2");
  EXPECT_EQ(Skip("[ \t]"), "4");
  EXPECT_EQ(Skip("{ }"), "3");
  EXPECT_EQ(Skip(R"([1, "x",[null ],{"a" : {}}] )"), "27");
  EXPECT_EQ(Skip(R"({"a":1,"a":2})"), "13");  // keys are not compared
  // No column holds such a number, but it is one.
  EXPECT_EQ(Skip("1e999"), "5");
  EXPECT_EQ(Skip("123456789012345678901234567890"), "30");
}

TEST(JsonSkip, Faults) {
  EXPECT_EQ(Skip("nul"), "this is not a JSON value at 0");
  EXPECT_EQ(Skip("[1,truf]"), "this is not a JSON value at 3");
  EXPECT_EQ(Skip("[01]"), "this is not a JSON value at 1");
  EXPECT_EQ(Skip("[1,]"), "this is not a JSON value at 3");
  EXPECT_EQ(Skip("[,]"), "this is not a JSON value at 1");
  EXPECT_EQ(Skip("[1 2]"), "an array needs ',' or ']' here at 3");
  EXPECT_EQ(Skip("[1"), "an array needs ',' or ']' here at 2");
  EXPECT_EQ(Skip("[1}"), "an array needs ',' or ']' here at 2");
  EXPECT_EQ(Skip("["), "this is not a JSON value at 1");
  EXPECT_EQ(Skip("{a:1}"), "an object needs a key in quotes here at 1");
  EXPECT_EQ(Skip(R"({"a":1,})"), "an object needs a key in quotes here at 7");
  EXPECT_EQ(Skip(R"({"a" 1})"), "a key needs ':' after it at 5");
  EXPECT_EQ(Skip(R"({"a":1 "b":2})"), "an object needs ',' or '}' here at 7");
  EXPECT_EQ(Skip(R"({"a":1])"), "an object needs ',' or '}' here at 6");
  EXPECT_EQ(Skip(R"(["x)"), "a string does not end before the line does at 1");
  EXPECT_EQ(Skip("[\"\xFF\"]"), "a string is not valid UTF-8 at 1");
  EXPECT_EQ(Skip("{\"\xFF\":1}"), "a string is not valid UTF-8 at 1");
}

TEST(JsonSkip, Depth) {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(Skip(nested(128)), "256");
  EXPECT_EQ(Skip(nested(129)), "nesting exceeds 128 levels at 128");
  EXPECT_EQ(Skip(nested(28), 100), "56");
  EXPECT_EQ(Skip(nested(29), 100), "nesting exceeds 128 levels at 28");
  // Neither the stack nor time suffers.
  EXPECT_EQ(Skip(std::string(1'000'000, '[')), "nesting exceeds 128 levels at 128");
  std::string objects;
  for (int i = 0; i < 129; ++i) {
    objects += R"({"a":)";
  }
  EXPECT_EQ(Skip(objects), "nesting exceeds 128 levels at 640");
}

}  // namespace
}  // namespace ingot
