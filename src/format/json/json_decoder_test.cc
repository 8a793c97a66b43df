#include "format/json/json_decoder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result_matchers.h"
#include "format/json/decoded_file.h"

namespace ingot {
namespace {

using testing::HasSubstr;

// Decodes in one piece and in many; both must say the same.
DecodedFile Decode(const std::string& text, const JsonOptions& options = {}) {
  auto whole = DecodeFile(options, text);
  EXPECT_OK(whole);
  EXPECT_FALSE(whole->error) << whole->error->ToString();
  for (uint64_t seed = 1; seed < 4; ++seed) {
    const auto cut = DecodeFile(options, text, seed);
    EXPECT_OK(cut);
    EXPECT_EQ(FileDifference(whole->schema, whole->leaves, cut->schema, cut->leaves), "");
    EXPECT_EQ(whole->RejectedLines(), cut->RejectedLines());
  }
  return *std::move(whole);
}

// The columns alone; every line must become a row.
std::string Rows(const std::string& text, const JsonOptions& options = {}) {
  const DecodedFile file = Decode(text, options);
  for (const RejectedLine& reject : file.rejects) {
    ADD_FAILURE() << reject.line << ": " << reject.reason;
  }
  return Columns(file);
}

// The error of a text that is schema drift.
Error Drift(const std::string& text, const JsonOptions& options = {}) {
  const auto file = DecodeFile(options, text);
  EXPECT_OK(file);
  EXPECT_TRUE(file->error);
  const Error error = file->error.value_or(Error(ErrorKind::kInternal, "no error"));
  EXPECT_EQ(error.kind(), ErrorKind::kSchemaDrift);
  return error;
}

// The reason why the last line is refused; all others must be rows, and what they showed must remain.
std::string Reason(const std::string& good_lines, const std::string& bad_line, const JsonOptions& options = {}) {
  const DecodedFile good = Decode(good_lines, options);
  EXPECT_TRUE(good.rejects.empty());
  const DecodedFile both = Decode(good_lines + bad_line + "\n", options);
  EXPECT_EQ(FileDifference(good.schema, good.leaves, both.schema, both.leaves), "");
  EXPECT_EQ(both.rejects.size(), 1U);
  return both.rejects.empty() ? "" : both.rejects[0].reason;
}

TEST(JsonDecoder, NothingAtAll) {
  EXPECT_EQ(Rows(""), "");
  const DecodedFile file = Decode("\n \t\r\n");
  EXPECT_EQ(file.rows, 0U);
  EXPECT_EQ(file.blanks, 2U);
  EXPECT_EQ(file.lines, 2U);
  EXPECT_EQ(file.bytes, 5U);
}

TEST(JsonDecoder, ScalarsOfEveryType) {
  EXPECT_EQ(Rows(R"({"b":true,"i":-5,"d":1.5,"s":"x","n":null}
{"b":false,"i":9223372036854775807,"d":-0.0,"s":"","n":null}
{"b":null,"i":null,"d":null,"s":null,"n":null}
)"),
            "b bool: true false ~0\n"
            "i int64: -5 9223372036854775807 ~0\n"
            "d double: 1.5 -0 ~0\n"
            "s string: x  ~0\n"
            "n null: ~0 ~0 ~0\n");
}

TEST(JsonDecoder, RowsWithoutColumns) {
  const DecodedFile file = Decode("{}\n{ }\n");
  EXPECT_EQ(file.rows, 2U);
  EXPECT_TRUE(file.schema.fields.empty());
  EXPECT_EQ(Rows("{}\n{\"a\":1}\n{}\n"), "a int64: ~0 1 ~0\n");
}

TEST(JsonDecoder, MissingFieldsAreNullAndLateOnesWereNull) {
  EXPECT_EQ(Rows("{\"a\":1}\n{\"b\":2}\n{\"c\":3,\"a\":4}\n"), "a int64: 1 ~0 4\nb int64: ~0 2 ~0\nc int64: ~0 ~0 3\n");
}

TEST(JsonDecoder, OrderOfKeysChanges) {
  EXPECT_EQ(Rows(R"({"a":1,"b":2,"c":3}
{"c":6,"b":5,"a":4}
{"b":8,"c":9,"a":7}
{"a":10,"b":11,"c":12}
)"),
            "a int64: 1 4 7 10\nb int64: 2 5 8 11\nc int64: 3 6 9 12\n");
}

// Whatever a record looked like, the one after it is read by what it says, not by what was expected.
TEST(JsonDecoder, WhiteSpaceMayFollowAnExpectedKey) {
  for (const char* space : {"", " ", "\t", "\r", "  ", " \t", "\t ", "\r\r"}) {
    const std::string line = fmt::format("{{\"a\":{0}1{0},\"b\":{0}\"x\",\"c\":{0}[{0}1{0}],\"d\":{0}null}}\n", space);
    EXPECT_EQ(Rows("{\"a\":1,\"b\":\"x\",\"c\":[1],\"d\":null}\n" + line + line),
              "a int64: 1 1 1\nb string: x x x\nc[] int64: 1 1 1\nd null: ~0 ~0 ~0\n");
  }
  EXPECT_EQ(Rows("{\"a\":1}\n{\"a\" :1}\n{\"a\"\t: 1}\n{ \"a\":1}\n"), "a int64: 1 1 1 1\n");
}

TEST(JsonDecoder, KeysOfEveryLength) {
  for (size_t length = 0; length < 80; ++length) {
    const std::string name(length, 'k');
    const std::string longer = name + "k";
    // A key that begins or ends like the expected one is another key.
    const std::string other = length == 0 ? "o" : name.substr(0, length - 1) + "o";
    const std::string text =
        fmt::format("{{\"{0}\":1}}\n{{\"{0}\":2}}\n{{\"{1}\":3}}\n{{\"{0}\":4}}\n{{\"{2}\":5}}\n", name, longer, other);
    const DecodedFile file = Decode(text);
    ASSERT_EQ(file.leaves.size(), 3U) << length;
    EXPECT_EQ(Slots(file.leaves[0], 1), "1 2 ~0 4 ~0");
    EXPECT_EQ(Slots(file.leaves[1], 1), "~0 ~0 3 ~0 ~0");
    EXPECT_EQ(Slots(file.leaves[2], 1), "~0 ~0 ~0 ~0 5");
    EXPECT_EQ(file.schema.fields[0].name, name);
  }
}

TEST(JsonDecoder, KeysWithEscapesAreTheNamesTheyMean) {
  const DecodedFile file = Decode(R"({"a":1,"q\"":1,"n\u0000":1,"é":1}
{"\u0061":2,"q\u0022":2,"n\u0000":2,"\u00e9":2}
{"a":3,"q\"":3,"n\u0000":3,"é":3}
)");
  EXPECT_EQ(file.schema.fields[1].name, "q\"");
  EXPECT_EQ(file.schema.fields[2].name, std::string("n\0", 2));
  for (const LeafColumn& leaf : file.leaves) {
    EXPECT_EQ(Slots(leaf, 1), "1 2 3");
  }
}

TEST(JsonDecoder, RepeatedKeysAreRefused) {
  const std::string good = "{\"a\":1,\"b\":{\"x\":1,\"y\":2}}\n";
  EXPECT_THAT(Reason(good, R"({"a":1,"a":2})"), HasSubstr("duplicate key 'a' in one object (at byte 12"));
  EXPECT_THAT(Reason(good, R"({"a":1,"b":null,"a":2})"), HasSubstr("duplicate key 'a'"));
  EXPECT_THAT(Reason(good, R"({"b":{"x":1,"x":1}})"), HasSubstr("duplicate key 'x'"));
  EXPECT_THAT(Reason(good, R"({"b":{"y":1,"x":1,"y":1}})"), HasSubstr("duplicate key 'y'"));
  EXPECT_THAT(Reason(good, R"({"new":1,"new":2})"), HasSubstr("duplicate key 'new'"));
  EXPECT_THAT(Reason(good, R"({"a":1,"\u0061":2})"), HasSubstr("duplicate key 'a'"));
  // The same names in two objects, also of one list, are not the same key.
  EXPECT_EQ(Rows("{\"l\":[{\"x\":1},{\"x\":2}],\"x\":3}\n"), "l[].x int64: 1 '2\nx int64: 3\n");
}

// The expectation that a refused line leaves behind must not matter.
TEST(JsonDecoder, RefusedLinesLeaveNoTrace) {
  const std::string good = "{\"a\":1,\"b\":[1,2],\"c\":{\"d\":\"x\"}}\n";
  for (const char* bad :
       {R"({"a":1,"a":2})", R"({"b":[3,4],"a":5,"z":{"y":[1)", R"({"a":2.5,"b":[1.5],"c":{"d":"y","e":1},"f":1]})",
        R"({"new":[[{"q":1}]],"a"})", R"({"a":null,"b":null,"c":null} x)", R"({"c":{"d":"\ud800"}})",
        R"({"c":{"e":{},"d":"y"},"a":tru})", "{", "[]", "nul"}) {
    for (const std::string& before : {std::string(), good}) {
      const std::string text = before + bad + "\n" + good + bad + "\n" + good;
      const DecodedFile file = Decode(text);
      EXPECT_EQ(file.rejects.size(), 2U) << bad;
      EXPECT_EQ(Columns(file), Rows(before + good + good)) << bad;
    }
  }
}

TEST(JsonDecoder, RejectsSayWhereAndWhat) {
  const std::string text = "\xEF\xBB\xBF{\"a\":1}\n\n  {\"a\":x}\r\n{\"a\":2}\n{\"a\":3,}\n";
  const DecodedFile file = Decode(text);
  EXPECT_EQ(file.rows, 2U);
  EXPECT_EQ(file.lines, 5U);
  EXPECT_EQ(file.blanks, 1U);
  ASSERT_EQ(file.rejects.size(), 2U);
  EXPECT_EQ(file.rejects[0].line, 3U);
  EXPECT_EQ(file.rejects[0].byte_offset, 12U);
  EXPECT_EQ(file.rejects[0].text, "  {\"a\":x}\r");
  EXPECT_EQ(file.rejects[0].reason, "this is not a JSON value (at byte 8 of the line)");
  EXPECT_EQ(file.rejects[1].line, 5U);
  EXPECT_EQ(file.rejects[1].byte_offset, 31U);
  EXPECT_EQ(file.rejects[1].reason, "an object needs a key in quotes here (at byte 8 of the line)");
}

TEST(JsonDecoder, ByteOrderMarkOnlyAtTheBeginning) {
  EXPECT_EQ(Rows("\xEF\xBB\xBF{\"a\":1}\n"), "a int64: 1\n");
  EXPECT_EQ(Decode("\xEF\xBB\xBF\n").blanks, 1U);
  EXPECT_EQ(Decode("{\"a\":1}\n\xEF\xBB\xBF{\"a\":2}\n").RejectedLines(), "2");
  EXPECT_EQ(Decode("\xEF\xBB\xBF\xEF\xBB\xBF{\"a\":2}\n").RejectedLines(), "1");
  EXPECT_EQ(Decode("\n\xEF\xBB\xBF{\"a\":2}\n").RejectedLines(), "2");
}

TEST(JsonDecoder, CarriageReturnsAreWhiteSpace) {
  EXPECT_EQ(Rows("{\"a\":1}\r\n\r{\"a\":\r2}\r\r\n"), "a int64: 1 2\n");
  EXPECT_EQ(Decode("{\"a\":1}\r\n\r\n").blanks, 1U);
  EXPECT_EQ(Decode("{\"a\":1}\r{\"a\":2}\r\n").RejectedLines(), "1");
}

TEST(JsonDecoder, LinesThatTheCallerRefusesAreCounted) {
  auto decoder = *JsonDecoder::Create(std::make_shared<const JsonOptions>());
  const PaddedText first("{\"a\":1}\n");
  ASSERT_OK(decoder.Decode(first.span()));
  decoder.RejectLine("the line is too long", "{\"a\":\"xxx", 1000);
  const PaddedText last("{\"a\":oops}\n");
  ASSERT_OK(decoder.Decode(last.span()));
  const DecodedBlock block = decoder.Take();
  EXPECT_EQ(block.batch.rows, 1U);
  EXPECT_EQ(block.lines, 3U);
  EXPECT_EQ(block.bytes, 8U + 1000U + 11U);
  ASSERT_EQ(block.rejects.size(), 2U);
  EXPECT_EQ(block.rejects[0].line, 2U);
  EXPECT_EQ(block.rejects[0].byte_offset, 8U);
  EXPECT_EQ(block.rejects[0].text, "{\"a\":\"xxx");
  EXPECT_EQ(block.rejects[0].reason, "the line is too long");
  EXPECT_EQ(block.rejects[1].line, 3U);
  EXPECT_EQ(block.rejects[1].byte_offset, 1008U);
}

// ---- Nesting

TEST(JsonDecoder, Lists) {
  EXPECT_EQ(Rows("{\"a\":[1,2]}\n{\"a\":[]}\n{\"a\":null}\n{\"a\":[null]}\n{}\n{\"a\":[3,null,4]}\n"),
            "a[] int64: 1 '2 ~1 ~0 ~2 ~0 3 '~2 '4\n");
  EXPECT_EQ(Rows("{\"a\":[[1],[],null,[null,2]]}\n{\"a\":[[]]}\n"), "a[][] int64: 1 '~3 '~2 '~4 ''2 ~3\n");
}

TEST(JsonDecoder, StructsInListsInStructs) {
  EXPECT_EQ(Rows(R"({"s":{"l":[{"x":1,"y":"a"},{"x":2},{}]}}
{"s":{"l":[]}}
{"s":{}}
{"s":null}
{"s":{"l":[null,{"y":"b"}]}}
)"),
            "s.l[].x int64: 1 '2 '~4 ~2 ~1 ~0 ~3 '~4\n"
            "s.l[].y string: a '~4 '~4 ~2 ~1 ~0 ~3 'b\n");
}

// A field that comes late gets a slot for every place where it could have been, at every depth.
TEST(JsonDecoder, LateFieldsInsideLists) {
  EXPECT_EQ(Rows(R"({"l":[{"a":1},{"a":2}]}
{"l":null}
{"l":[]}
{"l":[{"a":3},null,{"b":"x","a":4},{"b":"y"}]}
{"l":[{"c":[true]},{"a":5}]}
)"),
            "l[].a int64: 1 '2 ~0 ~1 3 '~2 '4 '~3 ~3 '5\n"
            "l[].b string: ~3 '~3 ~0 ~1 ~3 '~2 'x 'y ~3 '~3\n"
            "l[].c[] bool: ~3 '~3 ~0 ~1 ~3 '~2 '~3 '~3 true '~3\n");
}

// The sibling that lends its slots may be more deeply repeated, and may already have been seen in the same object.
TEST(JsonDecoder, LateFieldsBesideLists) {
  const std::string expected =
      "o[].l[] int64: 1 ''2 '~4 '3 ~0 4 ''5\n"
      "o[].late int64: ~3 '~3 '~3 ~0 7\n";
  EXPECT_EQ(Rows("{\"o\":[{\"l\":[1,2]},{\"l\":[]},{\"l\":[3]}]}\n{}\n{\"o\":[{\"l\":[4,5],\"late\":7}]}\n"), expected);
  EXPECT_EQ(Rows("{\"o\":[{\"l\":[1,2]},{\"l\":[]},{\"l\":[3]}]}\n{}\n{\"o\":[{\"late\":7,\"l\":[4,5]}]}\n"), expected);
  // In the middle of a list whose earlier elements belong to the same row.
  EXPECT_EQ(Rows("{\"o\":[{\"l\":[1,2]},{\"late\":1,\"l\":[3]},{\"l\":[4,5],\"later\":2}]}\n"),
            "o[].l[] int64: 1 ''2 '3 '4 ''5\no[].late int64: ~3 '1 '~3\no[].later int64: ~3 '~3 '2\n");
}

TEST(JsonDecoder, FirstFieldsOfStructsThatHadNone) {
  EXPECT_EQ(Rows("{\"s\":{}}\n{}\n{\"s\":null}\n{\"s\":{\"x\":1}}\n{\"s\":{}}\n"), "s.x int64: ~1 ~0 ~0 1 ~1\n");
  EXPECT_EQ(Rows("{\"l\":[{},{}]}\n{\"l\":[{},{\"x\":1}]}\n"), "l[].x int64: ~3 '~3 ~3 '1\n");
  EXPECT_EQ(Rows("{\"s\":{}}\n{\"s\":{\"t\":{}}}\n{\"s\":{\"t\":{\"u\":[1]}}}\n"), "s.t.u[] int64: ~1 ~2 1\n");
}

TEST(JsonDecoder, NullBecomesAnything) {
  for (const auto& [value, column] :
       std::vector<std::pair<std::string, std::string>>{{"5", " int64: ~0 5 ~0\n"},
                                                        {"1.5", " double: ~0 1.5 ~0\n"},
                                                        {"true", " bool: ~0 true ~0\n"},
                                                        {"\"x\"", " string: ~0 x ~0\n"},
                                                        {"[1]", "[] int64: ~0 1 ~0\n"},
                                                        {"[]", "[] null: ~0 ~1 ~0\n"},
                                                        {"[[]]", "[][] null: ~0 ~3 ~0\n"},
                                                        {"{\"x\":1}", ".x int64: ~0 1 ~0\n"},
                                                        {"{\"x\":null}", ".x null: ~0 ~1 ~0\n"},
                                                        {"{\"x\":[{\"y\":1}]}", ".x[].y int64: ~0 1 ~0\n"}}) {
    EXPECT_EQ(Rows("{\"a\":null}\n{\"a\":" + value + "}\n{\"a\":null}\n"), "a" + column);
  }
  EXPECT_EQ(Rows("{\"l\":[]}\n{\"l\":[null,null]}\n{\"l\":[{\"x\":[null]}]}\n{\"l\":[{\"x\":[\"s\"]},null]}\n"),
            "l[].x[] string: ~1 ~2 '~2 ~5 s '~2\n");
}

// ---- Integers and doubles

TEST(JsonDecoder, IntegersWidenToDoubles) {
  EXPECT_EQ(Rows("{\"a\":1}\n{\"a\":2.5}\n{\"a\":3}\n"), "a double: 1 2.5 3\n");
  EXPECT_EQ(Rows("{\"a\":1}\n{\"a\":1e2}\n"), "a double: 1 100\n");
  EXPECT_EQ(Rows("{\"a\":[1,2.5,3]}\n{\"a\":[]}\n"), "a[] double: 1 '2.5 '3 ~1\n");
  EXPECT_EQ(Rows("{\"a\":-9007199254740992}\n{\"a\":9007199254740992}\n{\"a\":0.5}\n"),
            "a double: -9007199254740992 9007199254740992 0.5\n");
  // Powers of two have few digits in binary, however large they are.
  EXPECT_EQ(Rows("{\"a\":-9223372036854775808}\n{\"a\":0.5}\n"), "a double: -9.223372036854776e+18 0.5\n");
  EXPECT_EQ(Rows("{\"a\":0.5}\n{\"a\":-0}\n{\"a\":-0.0}\n"), "a double: 0.5 0 -0\n");
}

TEST(JsonDecoder, WideningNeverChangesAnInteger) {
  // In a column of doubles the line is bad.
  EXPECT_EQ(Reason("{\"a\":0.5}\n", "{\"a\":9007199254740993}"),
            "column 'a' is double, which cannot hold 9007199254740993 exactly (at byte 6 of the line)");
  EXPECT_THAT(Reason("{\"a\":0.5}\n", "{\"a\":9223372036854775807}"),
              HasSubstr("cannot hold 9223372036854775807 exactly"));
  // One record with both is bad in either order.
  EXPECT_THAT(Reason("{\"a\":[1]}\n", "{\"a\":[9007199254740993,0.5]}"), HasSubstr("and a real number (at byte 24"));
  EXPECT_THAT(Reason("{\"a\":[1]}\n", "{\"a\":[0.5,9007199254740993]}"),
              HasSubstr("cannot hold 9007199254740993 exactly"));
  EXPECT_THAT(Reason("", "{\"a\":[9007199254740993,0.5]}"), HasSubstr("and a real number"));
  // Two good records that do not fit together are drift, also when the integers were taken long ago.
  const Error error = Drift("{\"a\":1}\n{\"a\":9007199254740993}\n{\"a\":9007199254740995}\n{\"a\":0.5}\n");
  EXPECT_EQ(error.message(),
            "column 'a' has a real number on line 4 and an integer on line 2 that a double cannot hold exactly");
  EXPECT_THAT(std::string(error.advice()), HasSubstr("types = { \"a\" = \"json\" }"));
  // A refused record is no evidence.
  EXPECT_EQ(Columns(Decode("{\"a\":1}\n{\"a\":9007199254740993,}\n{\"a\":0.5}\n")), "a double: 1 0.5\n");
}

TEST(JsonDecoder, WideningAcrossTake) {
  auto decoder = *JsonDecoder::Create(std::make_shared<const JsonOptions>());
  const auto decode = [&](const std::string& text) {
    const PaddedText padded(text);
    return decoder.Decode(padded.span());
  };
  ASSERT_OK(decode("{\"a\":1,\"b\":9007199254740993}\n"));
  const DecodedBlock first = decoder.Take();
  EXPECT_EQ(first.batch.leaves[0].layout, ValueLayout::kInt64);
  EXPECT_EQ(first.evidence[1].inexact_line, 1U);
  ASSERT_OK(decode("{\"a\":2.5,\"b\":1}\n"));
  const DecodedBlock second = decoder.Take();
  EXPECT_EQ(second.batch.leaves[0].layout, ValueLayout::kDouble);
  EXPECT_EQ(second.evidence[0].first_line, 2U);
  EXPECT_NE(first.batch.schema, second.batch.schema);
  ASSERT_OK(decode("{\"a\":3,\"b\":2}\n"));
  const DecodedBlock third = decoder.Take();
  EXPECT_EQ(third.batch.schema, second.batch.schema);
  EXPECT_EQ(Slots(third.batch.leaves[0], 1), "3");
  EXPECT_THAT(decode("{\"b\":0.5}\n"), IsErr(ErrorKind::kSchemaDrift, "an integer on line 1"));
}

TEST(JsonDecoder, NumbersOutOfRange) {
  for (const char* number :
       {"9223372036854775808", "-9223372036854775809", "1e400", "-1e400", "1e-400", "123456789012345678901234567890"}) {
    for (const char* good : {"", "{\"a\":1}\n", "{\"a\":0.5}\n", "{\"a\":null}\n"}) {
      EXPECT_THAT(Reason(good, fmt::format("{{\"a\":{}}}", number)),
                  HasSubstr(fmt::format("the number is out of range: {} (at byte 6", number)));
    }
  }
  EXPECT_EQ(Rows("{\"a\":0e400}\n{\"a\":0.0e-400}\n{\"a\":5e-324}\n"), "a double: 0 0 5e-324\n");
}

// ---- Drift

TEST(JsonDecoder, MixedTypesAreDrift) {
  struct Pair {
    const char* first;
    const char* second;
    const char* says;
  };
  for (const Pair& pair : {Pair{"1", "\"x\"", "column 'a' is an integer since line 2 and a string on line 3"},
                           Pair{"0.5", "true", "column 'a' is a number since line 2 and a boolean on line 3"},
                           Pair{"\"x\"", "1", "column 'a' is a string since line 2 and a number on line 3"},
                           Pair{"true", "[]", "column 'a' is a boolean since line 2 and an array on line 3"},
                           Pair{"[1]", "{}", "column 'a' is an array since line 2 and an object on line 3"},
                           Pair{"{}", "1", "column 'a' is an object since line 2 and a number on line 3"},
                           Pair{"{\"x\":1}", "[1]", "column 'a' is an object since line 2 and an array on line 3"}}) {
    const std::string text = fmt::format("{{\"a\":null}}\n{{\"a\":{}}}\n{{\"a\":{}}}\n", pair.first, pair.second);
    const Error error = Drift(text);
    EXPECT_EQ(error.message(), pair.says);
    EXPECT_THAT(std::string(error.advice()), HasSubstr("types = { \"a\" = \"json\" }"));
    // What it advises works.
    JsonOptions options;
    options.types = {{*ColumnPathPattern::Parse("a"), Scalar(TypeKind::kJson)}};
    EXPECT_EQ(Decode(text, options).rows, 3U);
  }
}

TEST(JsonDecoder, DriftNamesTheColumnAtAnyDepth) {
  EXPECT_THAT(Drift("{\"a\":[{\"b.c\":1}]}\n{\"a\":[{\"b.c\":\"x\"}]}\n").message(),
              HasSubstr("column 'a[].\"b.c\"' is an integer since line 1 and a string on line 2"));
  EXPECT_THAT(std::string(Drift("{\"a\":{\"b.c\":1}}\n{\"a\":{\"b.c\":\"x\"}}\n").advice()),
              HasSubstr(R"(types = { "a.\"b.c\"" = "json" })"));
}

TEST(JsonDecoder, LinesThatAreNotJsonAreNoDrift) {
  EXPECT_EQ(Decode("{\"a\":1}\n{\"a\":\"x\",}\n{\"a\":\"x\"} y\n{\"a\":[1\n{\"a\":2}\n").RejectedLines(), "2,3,4");
  const DecodedFile file = Decode("{\"a\":1}\n{\"a\":\"x\",}\n{\"a\":{}} y\n");
  EXPECT_EQ(file.rejects[0].reason, "an object needs a key in quotes here (at byte 10 of the line)");
  EXPECT_EQ(file.rejects[1].reason, "unexpected data after the record (at byte 10 of the line)");
}

std::string ObjectWithKeys(int first, int count) {
  std::string object = "{";
  for (int i = first; i < first + count; ++i) {
    object += fmt::format("{}\"k{}\":1", i == first ? "" : ",", i);
  }
  return object + "}";
}

TEST(JsonDecoder, ObjectsHaveAtMost256DistinctKeys) {
  EXPECT_EQ(Decode(ObjectWithKeys(0, 256) + "\n" + ObjectWithKeys(0, 256) + "\n").rows, 2U);
  EXPECT_THAT(Drift(ObjectWithKeys(0, 257) + "\n").message(),
              HasSubstr("line 1: the record itself has more than 256 distinct keys; 'k256' would be one more column"));
  // Few keys each, but always other ones.
  std::string text;
  for (int i = 0; i < 26; ++i) {
    text += "{\"t\":{\"tags\":" + ObjectWithKeys(i * 10, 10) + "}}\n";
  }
  const Error error = Drift(text);
  EXPECT_THAT(error.message(), HasSubstr("line 26: object 't.tags' has more than 256 distinct keys; 'k256'"));
  EXPECT_THAT(std::string(error.advice()), HasSubstr("maps = [\"t.tags\"]"));
  JsonOptions options;
  options.maps = {*ColumnPathPattern::Parse("t.tags")};
  EXPECT_EQ(Decode(text, options).rows, 26U);
  options.maps.clear();
  options.max_new_keys = 260;
  EXPECT_EQ(Decode(text, options).rows, 26U);
  // Keys of a refused line do not count.
  EXPECT_EQ(Decode(ObjectWithKeys(0, 256) + ",\n" + ObjectWithKeys(300, 256) + "\n").rows, 1U);
}

TEST(JsonDecoder, LongNamesAreCutInMessages) {
  const std::string name(100'000, 'n');
  EXPECT_LT(Reason("", fmt::format("{{\"{0}\":1,\"{0}\":1}}", name)).size(), 200U);
  EXPECT_LT(Drift(ObjectWithKeys(0, 256) + "\n{\"" + name + "\":1}\n").message().size(), 300U);
}

// ---- Evidence

TEST(JsonDecoder, EvidenceNamesTheFirstLines) {
  const DecodedFile file = Decode(R"({"a":1,"n":null}

{"l":[{"x":9007199254740993}]}
{"a":0.5,"m":"x"}
)");
  std::string text;
  for (const FieldEvidence& evidence : file.evidence) {
    text += fmt::format("{}:{}:{} ", evidence.path, evidence.first_line, evidence.inexact_line);
  }
  EXPECT_EQ(text, "a:4:0 n:1:0 l:3:0 l[]:3:0 l[].x:3:3 m:4:0 ");
}

TEST(JsonDecoder, EvidenceOfRefusedLinesIsForgotten) {
  const DecodedFile file =
      Decode("{\"a\":null,\"b\":1}\n{\"a\":1,\"b\":9007199254740993,\"c\":1]\n{\"a\":[],\"b\":0.5,}\n");
  ASSERT_EQ(file.evidence.size(), 2U);
  for (const FieldEvidence& evidence : file.evidence) {
    EXPECT_EQ(evidence.first_line, 1U) << evidence.path;
    EXPECT_EQ(evidence.inexact_line, 0U) << evidence.path;
  }
}

TEST(JsonDecoder, SchemaObjectsAreSharedBetweenBlocks) {
  auto decoder = *JsonDecoder::Create(std::make_shared<const JsonOptions>());
  const PaddedText text("{\"a\":1}\n{\"a\":bad}\n{\"a\":{\"b\":1}]\n");
  ASSERT_OK(decoder.Decode(text.span()));
  const DecodedBlock first = decoder.Take();
  EXPECT_GT(first.batch.MemoryBytes(), 0U);
  ASSERT_OK(decoder.Decode(text.span()));
  EXPECT_GT(decoder.MemoryBytes(), 0U);
  const DecodedBlock second = decoder.Take();
  EXPECT_EQ(first.batch.schema, second.batch.schema);
  EXPECT_EQ(second.rejects.size(), 2U);
  EXPECT_EQ(second.rejects[0].line, 5U);
  // An integer that forbids widening is news to whoever unites the blocks of several files.
  const PaddedText inexact("{\"a\":9007199254740993}\n");
  ASSERT_OK(decoder.Decode(inexact.span()));
  const DecodedBlock third = decoder.Take();
  EXPECT_EQ(third.evidence[0].inexact_line, 7U);
  EXPECT_NE(third.batch.schema, second.batch.schema);
  EXPECT_EQ(*third.batch.schema, *second.batch.schema);
}

TEST(JsonDecoder, DecodersCanBeMoved) {
  auto decoder = *JsonDecoder::Create(std::make_shared<const JsonOptions>());
  const PaddedText text("{\"a\":1}\n");
  ASSERT_OK(decoder.Decode(text.span()));
  JsonDecoder moved = std::move(decoder);
  ASSERT_OK(moved.Decode(text.span()));
  EXPECT_EQ(moved.Take().batch.rows, 2U);
}

// Every prefix of a rich line, at the end of a heap block: nothing is read beyond the padding, and only the whole is a
// row.
TEST(JsonDecoder, PrefixesStayInsideTheText) {
  const std::string line =
      R"({"a name of more than thirty-two bytes, to be sure":"text of more than sixteen bytes \u00e9","n":[1,-2.5e10,12345678901],"t":true,"f":false,"z":null,"o":{"p":{"q":"é"}},"raw":{"x":["y",1.5]},"m":{"k":1}})";
  JsonOptions options;
  options.types = {{*ColumnPathPattern::Parse("raw"), Scalar(TypeKind::kJson)}};
  options.maps = {*ColumnPathPattern::Parse("m")};
  for (size_t size = 1; size <= line.size(); ++size) {
    const DecodedFile file = *DecodeFile(options, line + "\n" + line.substr(0, size) + "\n", size);
    ASSERT_FALSE(file.error);
    EXPECT_EQ(file.rejects.size(), size == line.size() ? 0U : 1U) << size;
  }
}

}  // namespace
}  // namespace ingot
