#include "source/synthetic/json_text.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

namespace ingot {
namespace {

std::string Written(const std::function<void(JsonText&)>& write) {
  std::string text;
  JsonText json(text);
  write(json);
  return text;
}

TEST(JsonText, SetsCommas) {
  EXPECT_EQ(Written([](JsonText& json) {
              json.BeginObject();
              json.Key("a").Int(-1);
              json.Key("b").BeginArray();
              json.Bool(true);
              json.Null();
              json.BeginObject();
              json.EndObject();
              json.EndArray();
              json.Key("c").Text("x:");
              json.Key("d").BeginObject();
              json.EndObject();
              json.EndObject();
            }),
            R"({"a":-1,"b":[true,null,{}],"c":"x:","d":{}})");
}

TEST(JsonText, FixedLooksLikeAPythonFloat) {
  const auto fixed = [](int64_t value, unsigned decimals) {
    return Written([&](JsonText& json) { json.Fixed(value, decimals); });
  };
  EXPECT_EQ(fixed(12345, 2), "123.45");
  EXPECT_EQ(fixed(12340, 2), "123.4");
  EXPECT_EQ(fixed(12300, 2), "123.0");
  EXPECT_EQ(fixed(5, 4), "0.0005");
  EXPECT_EQ(fixed(-5, 1), "-0.5");
  EXPECT_EQ(fixed(0, 3), "0.0");
}

TEST(JsonText, RealsAlwaysLookLikeReals) {
  const auto real = [](double value) { return Written([&](JsonText& json) { json.Real(value); }); };
  EXPECT_EQ(real(3), "3.0");
  EXPECT_EQ(real(0.1), "0.1");
  EXPECT_EQ(real(1e-7), "1e-07");
  EXPECT_EQ(real(-2.5), "-2.5");
}

TEST(JsonText, EscapesReadBackAsTheSameText) {
  const std::string text = "a\"b\\c\n\x01 é 日本 🚀";
  for (const JsonEscapes escapes : {JsonEscapes::kMinimal, JsonEscapes::kAsciiOnly}) {
    const std::string written = Written([&](JsonText& json) {
      json.set_escapes(escapes);
      json.Text(text);
    });
    EXPECT_EQ(nlohmann::json::parse(written).get<std::string>(), text) << written;
  }
  EXPECT_EQ(Written([](JsonText& json) {
              json.set_escapes(JsonEscapes::kAsciiOnly);
              json.Text("é🚀");
            }),
            "\"\\u00e9\\ud83d\\ude80\"");
}

TEST(JsonText, TimestampsHaveTwoStyles) {
  constexpr int64_t kSecond = 1'768'435'210;  // 2026-01-15T00:00:10Z
  EXPECT_EQ(Written([](JsonText& json) { json.TimestampMillis(kSecond * 1000 + 7); }), "\"2026-01-15T00:00:10.007Z\"");
  EXPECT_EQ(Written([](JsonText& json) { json.TimestampMicros((kSecond - 11) * 1'000'000 + 999'999, "+00:00"); }),
            "\"2026-01-14T23:59:59.999999+00:00\"");
}

}  // namespace
}  // namespace ingot
