#include "cli/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/result_matchers.h"
#include "model/json_document.h"
#include "model/json_value.h"

namespace ingot {
namespace {

TEST(JsonWriter, LaysOutOneLine) {
  JsonWriter json(JsonLayout::kOneLine);
  json.BeginObject().Key("a").Signed(-1).Key("b").BeginArray().Bool(true).Null().EndArray();
  json.Key("c").BeginObject().EndObject().EndObject();
  EXPECT_EQ(json.text(), R"({"a": -1, "b": [true, null], "c": {}})");
}

TEST(JsonWriter, IndentsByTwo) {
  JsonWriter json;
  json.BeginArray().BeginObject().Key("a").Unsigned(1).Key("b").BeginArray().EndArray().EndObject().EndArray();
  EXPECT_EQ(json.text(), "[\n  {\n    \"a\": 1,\n    \"b\": []\n  }\n]");
}

TEST(JsonWriter, TakesInDocuments) {
  JsonWriter json;
  json.BeginObject().Key("a").Raw("{\n  \"x\": 1\n}").EndObject();
  EXPECT_EQ(json.text(), "{\n  \"a\": {\n    \"x\": 1\n  }\n}");
}

TEST(JsonWriter, PutsDocumentsOnOneLine) {
  JsonWriter json(JsonLayout::kOneLine);
  json.Raw("{\n  \"x\": [\n    1,\n    2\n  ],\n  \"y\": {}\n}");
  EXPECT_EQ(json.text(), R"({"x": [1, 2], "y": {}})");
}

TEST(JsonWriter, NumbersReadBackEqual) {
  JsonWriter json(JsonLayout::kOneLine);
  json.BeginArray().Double(0.1).Double(1e300).Double(std::numeric_limits<double>::infinity());
  json.Unsigned(std::numeric_limits<uint64_t>::max()).EndArray();
  EXPECT_EQ(json.text(), "[0.1, 1e+300, null, 18446744073709551615]");
}

TEST(JsonString, EveryByteGivesAReadableDocument) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text{'a', static_cast<char>(byte), 'z'};
    const Result<JsonValue> read = ParseJson(JsonString(text));
    ASSERT_OK(read) << byte;
    if (byte < 0x80) {
      EXPECT_EQ(*read->AsString(), text);
    }
  }
}

TEST(JsonString, KeepsUtf8AndReplacesTheRest) {
  EXPECT_EQ(JsonString("日\"\\\n\x01"), "\"日\\\"\\\\\\n\\u0001\"");
  EXPECT_EQ(JsonString("\xFF"), "\"\uFFFD\"");
}

}  // namespace
}  // namespace ingot
