// What is a line of JSON and what is not, case by case: each has one outcome, and simdjson's opinion beside it. The
// outcomes are those of docs/formats/jsonl.md.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result_matchers.h"
#include "format/json/decoded_file.h"
#include "format/json/reference_parser.h"

namespace ingot {
namespace {

enum class Outcome {
  kRow,
  kReject,      // RFC 8259 says that it is not JSON, or not an object
  kRejectOnly,  // JSON to others, but not here: says the document
};

struct GrammarCase {
  const char* name;
  std::string line;
  Outcome outcome;
};

std::string WithNul(std::string_view before, std::string_view after) {
  return std::string(before) + '\0' + std::string(after);
}

// A value in every place that a value has: in an object, in a list, in a declared text, where nothing is kept.
std::vector<std::string> Around(const std::string& value) {
  return {"{\"a\":" + value + "}",       "{\"a\":[" + value + "]}",          "{\"raw\":" + value + "}",
          "{\"raw\":[0," + value + "]}", "{\"gone\":{\"x\":" + value + "}}", "{\"m\":{\"k\":" + value + "}}"};
}

JsonOptions Options() {
  JsonOptions options;
  options.types = {{*ColumnPathPattern::Parse("raw"), Scalar(TypeKind::kJson)}};
  options.drop = {*ColumnPathPattern::Parse("gone")};
  options.maps = {*ColumnPathPattern::Parse("m")};
  return options;
}

// Between two good lines: a case must not disturb its neighbours.
bool BecomesRow(const std::string& line) {
  const auto file = DecodeFile(Options(), "{\"n\":1}\n" + line + "\n{\"n\":2}\n");
  EXPECT_OK(file);
  EXPECT_FALSE(file->error) << file->error->ToString();
  EXPECT_EQ(file->rows + file->rejects.size(), 3U);
  EXPECT_EQ(file->lines, 3U);
  if (!file->rejects.empty()) {
    EXPECT_EQ(file->rejects[0].line, 2U);
    EXPECT_EQ(file->rejects[0].text, line);
    EXPECT_EQ(file->rejects[0].byte_offset, 8U);
    EXPECT_THAT(file->rejects[0].reason, testing::ContainsRegex("at byte [0-9]+ of the line"));
  }
  return file->rows == 3;
}

bool IsObjectToSimdjson(const std::string& line) {
  ReferenceParser parser;
  const auto value = parser.Parse(line);
  return value && value->kind == JsonTreeValue::Kind::kObject;
}

void Check(const GrammarCase& grammar_case, const std::string& line) {
  SCOPED_TRACE(fmt::format("{}: {}", grammar_case.name, line));
  EXPECT_EQ(BecomesRow(line), grammar_case.outcome == Outcome::kRow);
  EXPECT_EQ(IsObjectToSimdjson(line), grammar_case.outcome != Outcome::kReject);
}

const std::vector<GrammarCase> kValueCases = {
    {"null", "null", Outcome::kRow},
    {"true", "true", Outcome::kRow},
    {"false", "false", Outcome::kRow},
    {"zero", "0", Outcome::kRow},
    {"minus zero", "-0", Outcome::kRow},
    {"minus zero, real", "-0.0", Outcome::kRow},
    {"exponent", "1E5", Outcome::kRow},
    {"exponent with plus", "1e+5", Outcome::kRow},
    {"exponent with zeros", "1e05", Outcome::kRow},
    {"zero with exponent", "0e1", Outcome::kRow},
    {"greatest integer", "9223372036854775807", Outcome::kRow},
    {"many digits of a real", "0.1234567890123456789012345678901234567890", Outcome::kRow},
    {"empty string", R"("")", Outcome::kRow},
    {"all escapes", R"("\"\\\/\b\f\n\r\t\u0041")", Outcome::kRow},
    {"escaped NUL", R"("\u0000")", Outcome::kRow},
    {"surrogate pair", R"("\ud83d\ude00")", Outcome::kRow},
    {"noncharacter", R"("\uffff")", Outcome::kRow},
    {"noncharacter, raw", "\"\xEF\xBF\xBF\"", Outcome::kRow},
    {"line separator, raw", "\"\xE2\x80\xA8\"", Outcome::kRow},
    {"delete character", "\"\x7f\"", Outcome::kRow},
    {"byte order mark in a string", "\"\xEF\xBB\xBF\"", Outcome::kRow},
    {"UTF-8 of four bytes", "\"\xF0\x9F\x98\x80\"", Outcome::kRow},
    {"empty list", "[]", Outcome::kRow},
    {"list in list", "[[]]", Outcome::kRow},
    {"white space in list", "[ \t\r]", Outcome::kRow},
    {"null in list", "[null]", Outcome::kRow},
    {"empty object", "{}", Outcome::kRow},
    {"empty key", R"({"":0})", Outcome::kRow},
    {"escaped key", R"({"\u0061b":0})", Outcome::kRow},
    {"key with NUL", R"({"a\u0000":0})", Outcome::kRow},

    {"word in capitals", "True", Outcome::kReject},
    {"half a word", "nul", Outcome::kReject},
    {"word with more", "nullx", Outcome::kReject},
    {"word with digit", "true1", Outcome::kReject},
    {"two values", "1 2", Outcome::kReject},
    {"not a number", "NaN", Outcome::kReject},
    {"infinity", "-Infinity", Outcome::kReject},
    {"plus", "+1", Outcome::kReject},
    {"only minus", "-", Outcome::kReject},
    {"two minus", "--1", Outcome::kReject},
    {"minus and space", "- 1", Outcome::kReject},
    {"leading zero", "012", Outcome::kReject},
    {"minus, leading zero", "-012", Outcome::kReject},
    {"hexadecimal", "0x1", Outcome::kReject},
    {"no digit before the point", ".5", Outcome::kReject},
    {"no digit behind the point", "1.", Outcome::kReject},
    {"point and exponent", "1.e5", Outcome::kReject},
    {"exponent without digits", "1e", Outcome::kReject},
    {"exponent with sign alone", "1e+", Outcome::kReject},
    {"exponent with point", "1e5.5", Outcome::kReject},
    {"two exponents", "1e5e5", Outcome::kReject},
    {"two points", "1.2.3", Outcome::kReject},
    {"digits with space", "1 000.0", Outcome::kReject},
    {"digits with underscore", "1_000", Outcome::kReject},
    {"letter behind digits", "1a", Outcome::kReject},
    {"digit that is not ASCII", "\xEF\xBC\x91", Outcome::kReject},
    {"single quotes", "'a'", Outcome::kReject},
    {"no quotes", "a", Outcome::kReject},
    {"string without end", "\"a", Outcome::kReject},
    {"string that ends escaped", R"("a\")", Outcome::kReject},
    {"backslash alone", R"("\)", Outcome::kReject},
    {"unknown escape", R"("\a")", Outcome::kReject},
    {"escape of hex", R"("\x00")", Outcome::kReject},
    {"escape in capitals", R"("\U0041")", Outcome::kReject},
    {"short unicode escape", R"("\u00A")", Outcome::kReject},
    {"unicode escape without hex", R"("\u00G0")", Outcome::kReject},
    {"high surrogate alone", R"("\ud800")", Outcome::kReject},
    {"low surrogate alone", R"("\udc00")", Outcome::kReject},
    {"surrogates the wrong way round", R"("\udc00\ud800")", Outcome::kReject},
    {"two high surrogates", R"("\ud800\ud800")", Outcome::kReject},
    {"high surrogate, then text", R"("\ud800abc")", Outcome::kReject},
    {"tab in a string", "\"a\tb\"", Outcome::kReject},
    {"carriage return in a string", "\"a\rb\"", Outcome::kReject},
    {"control character", "\"a\x1f\"", Outcome::kReject},
    {"NUL in a string", WithNul("\"a", "b\""), Outcome::kReject},
    {"NUL behind a value", WithNul("1", ""), Outcome::kReject},
    {"NUL as a value", WithNul("", ""), Outcome::kReject},
    {"continuation byte alone", "\"\x80\"", Outcome::kReject},
    {"overlong slash", "\"\xC0\xAF\"", Outcome::kReject},
    {"overlong of six bytes", "\"\xFC\x83\xBF\xBF\xBF\xBF\"", Outcome::kReject},
    {"surrogate in UTF-8", "\"\xED\xA0\x80\"", Outcome::kReject},
    {"beyond U+10FFFF", "\"\xF4\x90\x80\x80\"", Outcome::kReject},
    {"cut UTF-8", "\"\xE2\x82\"", Outcome::kReject},
    {"Latin-1", "\"caf\xE9\"", Outcome::kReject},
    {"UTF-8 outside a string", "\xC3\xA9", Outcome::kReject},
    {"no-break space", "\xC2\xA0 1", Outcome::kReject},
    {"form feed", "\f1", Outcome::kReject},
    {"vertical tab", "\v1", Outcome::kReject},
    {"comment", "/* c */ 1", Outcome::kReject},
    {"hash", "#1", Outcome::kReject},
    {"list without end", "[1", Outcome::kReject},
    {"list without beginning", "1]", Outcome::kReject},
    {"list with comma at the end", "[1,]", Outcome::kReject},
    {"list with comma alone", "[,]", Outcome::kReject},
    {"list with two commas", "[1,,2]", Outcome::kReject},
    {"list with comma first", "[,1]", Outcome::kReject},
    {"list with colon", "[1:2]", Outcome::kReject},
    {"list closed as object", "[1}", Outcome::kReject},
    {"object without end", "{\"x\":1", Outcome::kReject},
    {"object closed as list", "{\"x\":1]", Outcome::kReject},
    {"object with comma at the end", "{\"x\":1,}", Outcome::kReject},
    {"object with comma alone", "{,}", Outcome::kReject},
    {"object with two commas", "{\"x\":1,,\"y\":2}", Outcome::kReject},
    {"object without colon", "{\"x\" 1}", Outcome::kReject},
    {"object with two colons", "{\"x\"::1}", Outcome::kReject},
    {"object with equals sign", "{\"x\"=1}", Outcome::kReject},
    {"object without value", "{\"x\":}", Outcome::kReject},
    {"object with key alone", "{\"x\"}", Outcome::kReject},
    {"key without quotes", "{x:1}", Outcome::kReject},
    {"key in single quotes", "{'x':1}", Outcome::kReject},
    {"number as key", "{1:1}", Outcome::kReject},
    {"null as key", "{null:1}", Outcome::kReject},
    {"key that is not UTF-8", "{\"\xFF\":1}", Outcome::kReject},
    {"key with lone surrogate", R"({"\ud800":1})", Outcome::kReject},
    {"key with control character", "{\"\x01\":1}", Outcome::kReject},
};

TEST(JsonGrammar, Values) {
  for (const GrammarCase& grammar_case : kValueCases) {
    for (const std::string& line : Around(grammar_case.line)) {
      Check(grammar_case, line);
    }
  }
}

TEST(JsonGrammar, Lines) {
  const std::vector<GrammarCase> cases = {
      {"empty object", "{}", Outcome::kRow},
      {"white space around", " \t{ } \t\r", Outcome::kRow},
      {"white space everywhere", "\t{ \"a\" \t: \r1 , \"b\"\t:\t[ 1 ,\t2 ] }", Outcome::kRow},
      {"carriage return at the end", "{\"a\":1}\r", Outcome::kRow},
      {"list", "[1]", Outcome::kReject},
      {"number", "1", Outcome::kReject},
      {"string", "\"a\"", Outcome::kReject},
      {"null", "null", Outcome::kReject},
      {"two records", "{}{}", Outcome::kReject},
      {"two records with comma", "{},{}", Outcome::kReject},
      {"two records with carriage return", "{}\r{}", Outcome::kReject},
      {"no value", "{\"a\":}", Outcome::kReject},
      {"comma behind", "{},", Outcome::kReject},
      {"comment behind", "{} // c", Outcome::kReject},
      {"bracket behind", "{}}", Outcome::kReject},
      {"NUL behind", WithNul("{}", ""), Outcome::kReject},
      {"NUL alone", WithNul("", ""), Outcome::kReject},
      {"form feed alone", "\f", Outcome::kReject},
      {"half a record", "{\"a\":", Outcome::kReject},
      {"bracket alone", "{", Outcome::kReject},
      {"byte order mark inside the file", "\xEF\xBB\xBF{}", Outcome::kReject},
      {"UTF-16", WithNul("{", "}"), Outcome::kReject},
      {"text", "hello", Outcome::kReject},
      {"record separator of RFC 7464", "\x1e{}", Outcome::kReject},

      {"equal keys", R"({"a":1,"a":1})", Outcome::kRejectOnly},
      {"equal keys, one escaped", R"({"a":1,"\u0061":2})", Outcome::kRejectOnly},
      {"equal keys in a list", R"({"a":[{"x":1,"y":2,"x":3}]})", Outcome::kRejectOnly},
      {"equal keys in a map", R"({"m":{"k":1,"j":2,"k":1}})", Outcome::kRejectOnly},
      {"integer beyond 64 bits", R"({"a":9223372036854775808})", Outcome::kRejectOnly},
      {"integer of 40 digits", R"({"a":1234567890123456789012345678901234567890})", Outcome::kRejectOnly},
      {"real beyond binary64", R"({"a":1e400})", Outcome::kRejectOnly},
      {"real that would become zero", R"({"a":1e-400})", Outcome::kRejectOnly},
      // Where numbers and keys are kept as text, or not at all, nothing is lost.
      {"equal keys in a json column", R"({"raw":{"a":1,"a":2}})", Outcome::kRow},
      {"equal keys in a dropped column", R"({"gone":{"a":1,"a":2}})", Outcome::kRow},
      {"big numbers in a json column", R"({"raw":[9223372036854775808,1e400,1e-400]})", Outcome::kRow},
      {"big numbers in a dropped column", R"({"gone":[9223372036854775808,1e400,1e-400]})", Outcome::kRow},
  };
  for (const GrammarCase& grammar_case : cases) {
    Check(grammar_case, grammar_case.line);
  }
}

TEST(JsonGrammar, Depth) {
  const auto nested = [](std::string_view key, int lists) {
    return fmt::format("{{\"{}\":{}{}}}", key, std::string(static_cast<size_t>(lists), '['),
                       std::string(static_cast<size_t>(lists), ']'));
  };
  const auto nested_objects = [](std::string_view key, int objects) {
    std::string line = fmt::format("{{\"{}\":", key);
    for (int i = 0; i < objects; ++i) {
      line += i + 1 == objects ? "{" : "{\"o\":";
    }
    return line + std::string(static_cast<size_t>(objects) + 1, '}');
  };
  // The record's own bracket is the first of 128.
  for (const char* key : {"a", "raw", "gone"}) {
    Check({"128 brackets", "", Outcome::kRow}, nested(key, 127));
    Check({"129 brackets", "", Outcome::kRejectOnly}, nested(key, 128));
    Check({"128 braces", "", Outcome::kRow}, nested_objects(key, 127));
    Check({"129 braces", "", Outcome::kRejectOnly}, nested_objects(key, 128));
  }
  EXPECT_FALSE(BecomesRow(std::string(100'000, '{')));
  EXPECT_FALSE(BecomesRow("{\"a\":" + std::string(100'000, '[')));
}

}  // namespace
}  // namespace ingot
