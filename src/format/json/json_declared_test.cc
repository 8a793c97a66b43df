// Columns whose type is declared or was accepted before, columns that are dropped, maps, and what an empty object
// means.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result_matchers.h"
#include "format/json/decoded_file.h"

namespace ingot {
namespace {

using testing::HasSubstr;

ColumnPathPattern Pattern(const std::string& text) { return *ColumnPathPattern::Parse(text); }

JsonOptions Typed(const std::vector<std::pair<std::string, std::string>>& types) {
  JsonOptions options;
  for (const auto& [path, type] : types) {
    options.types.emplace_back(Pattern(path), *ParseType(type));
  }
  return options;
}

JsonOptions Locked(const std::string& struct_type) {
  JsonOptions options;
  options.locked = std::make_shared<const Schema>(Schema{ParseType(struct_type)->fields});
  return options;
}

JsonOptions Maps(const std::vector<std::string>& paths, EmptyObject empty_object = EmptyObject::kStruct) {
  JsonOptions options;
  options.empty_object = empty_object;
  for (const std::string& path : paths) {
    options.maps.push_back(Pattern(path));
  }
  return options;
}

DecodedFile Decode(const std::string& text, const JsonOptions& options) {
  auto file = DecodeFile(options, text);
  EXPECT_OK(file);
  EXPECT_FALSE(file->error) << file->error->ToString();
  const auto cut = DecodeFile(options, text, text.size());
  EXPECT_EQ(FileDifference(file->schema, file->leaves, cut->schema, cut->leaves), "");
  EXPECT_EQ(file->RejectedLines(), cut->RejectedLines());
  return *std::move(file);
}

std::string Rows(const std::string& text, const JsonOptions& options) {
  const DecodedFile file = Decode(text, options);
  for (const RejectedLine& reject : file.rejects) {
    ADD_FAILURE() << reject.line << ": " << reject.reason;
  }
  return Columns(file);
}

// The reason why a line of its own is refused; it leaves no column changed.
std::string Reason(const std::string& line, const JsonOptions& options) {
  const DecodedFile file = Decode(line + "\n", options);
  EXPECT_EQ(file.rows, 0U);
  return file.rejects.empty() ? "" : file.rejects[0].reason;
}

Error Drift(const std::string& text, const JsonOptions& options) {
  const auto file = DecodeFile(options, text);
  EXPECT_OK(file);
  EXPECT_TRUE(file->error);
  return file->error.value_or(Error(ErrorKind::kInternal, "no error"));
}

// ---- Declared types

TEST(JsonDeclared, ScalarsFromTexts) {
  EXPECT_EQ(
      Rows(
          R"({"ms":"1970-01-01T00:00:01.5Z","us":"1970-01-01T00:00:00.000001+00:00","ns":"1970-01-01 01:00:00.000000001+01:00","d":"1970-01-02","x":"-12.5"}
{"ms":null,"x":1e3}
{"x":12.50,"d":null}
{"x":7}
)",
          Typed({{"ms", "timestamp[ms]"},
                 {"us", "timestamp[us]"},
                 {"ns", "timestamp[ns]"},
                 {"d", "date"},
                 {"x", "decimal(9,2)"}})),
      "ms timestamp[ms]: 1500 ~0 ~0 ~0\n"
      "us timestamp[us]: 1 ~0 ~0 ~0\n"
      "ns timestamp[ns]: 1 ~0 ~0 ~0\n"
      "d date: 1 ~0 ~0 ~0\n"
      "x decimal(9,2): -1250 100000 1250 700\n");
}

TEST(JsonDeclared, ScalarsThatDoNotFit) {
  const JsonOptions options = Typed({{"t", "timestamp[ms]"}, {"d", "date"}, {"x", "decimal(4,2)"}, {"l[]", "date"}});
  EXPECT_EQ(Reason(R"({"t":"2026-01-15"})", options),
            "column 't' is timestamp[ms], which '2026-01-15' is not (at byte 6 of the line)");
  EXPECT_THAT(Reason(R"({"t":"2026-01-15T00:00:00.0001Z"})", options), HasSubstr("column 't' is timestamp[ms]"));
  EXPECT_THAT(Reason(R"({"t":1768435200})", options), HasSubstr("column 't' is timestamp[ms], this is a number"));
  EXPECT_THAT(Reason(R"({"d":"2026-02-30"})", options), HasSubstr("column 'd' is date, which '2026-02-30' is not"));
  EXPECT_THAT(Reason(R"({"d":{}})", options), HasSubstr("column 'd' is date, this is an object"));
  EXPECT_THAT(Reason(R"({"x":1.234})", options), HasSubstr("column 'x' is decimal(4,2), which '1.234' is not"));
  EXPECT_THAT(Reason(R"({"x":100})", options), HasSubstr("which '100' is not"));
  EXPECT_THAT(Reason(R"({"x":true})", options), HasSubstr("column 'x' is decimal(4,2), this is a boolean"));
  EXPECT_THAT(Reason(R"({"x":1.2.3})", options), HasSubstr("an object needs ',' or '}' here"));
  EXPECT_THAT(Reason(R"({"x":99999999999999999999})", options), HasSubstr("the number is out of range"));
  EXPECT_THAT(Reason(R"({"l":["2026-01-01","x"]})", options), HasSubstr("column 'l[]' is date, which 'x' is not"));
}

// Reasons are stored as text: they are valid UTF-8 also where they quote a part.
TEST(JsonDeclared, ReasonsQuoteWholeCharacters) {
  for (const char* shift : {"", "x", "xx", "xxx"}) {
    std::string text = shift;
    for (int i = 0; i < 40; ++i) {
      text += "😀";
    }
    const std::string reason = Reason("{\"d\":\"" + text + "\"}", Typed({{"d", "date"}}));
    EXPECT_THAT(reason, HasSubstr("😀…' is not"));
  }
}

TEST(JsonDeclared, IntegersOfDeclaredWidth) {
  const JsonOptions options = Typed({{"a", "int16"}, {"b", "int32"}, {"c", "int64"}});
  EXPECT_EQ(Rows("{\"a\":32767,\"b\":-2147483648,\"c\":9007199254740993}\n", options),
            "a int16: 32767\nb int32: -2147483648\nc int64: 9007199254740993\n");
  EXPECT_EQ(Reason("{\"a\":32768}", options), "column 'a' is int16, which cannot hold 32768 (at byte 6 of the line)");
  EXPECT_THAT(Reason("{\"b\":2147483648}", options), HasSubstr("column 'b' is int32, which cannot hold 2147483648"));
  EXPECT_THAT(Reason("{\"c\":1.0}", options), HasSubstr("column 'c' is int64, this has a fraction or an exponent"));
  EXPECT_THAT(Reason("{\"c\":1e2}", options), HasSubstr("column 'c' is int64"));
  EXPECT_THAT(Reason("{\"c\":\"1\"}", options), HasSubstr("column 'c' is int64, this is a string"));
}

TEST(JsonDeclared, DoublesStringsBooleansAndBytes) {
  const JsonOptions options = Typed({{"d", "double"}, {"s", "string"}, {"b", "bool"}, {"y", "binary"}});
  EXPECT_EQ(Rows("{\"d\":1,\"s\":\"x\",\"b\":true,\"y\":\"é\"}\n", options),
            "d double: 1\ns string: x\nb bool: true\ny binary: é\n");
  EXPECT_THAT(Reason("{\"d\":9007199254740993}", options), HasSubstr("column 'd' is double, which cannot hold"));
  EXPECT_THAT(Reason("{\"s\":1}", options), HasSubstr("column 's' is string, this is a number"));
  EXPECT_THAT(Reason("{\"b\":0}", options), HasSubstr("column 'b' is bool, this is a number"));
  EXPECT_THAT(Reason("{\"y\":[]}", options), HasSubstr("column 'y' is binary, this is an array"));
}

TEST(JsonDeclared, JsonKeepsTheTextAsItIsWritten) {
  EXPECT_EQ(Rows(R"({"j":{"b" : 1,"a":[ ]}}
{"j":1e999}
{"j":"x\u0041"}
{"j":null}
{"j":[1,"2",{}]}
{}
{"j":true}
)",
                 Typed({{"j", "json"}})),
            R"(j json: {"b" : 1,"a":[ ]} 1e999 "x\u0041" ~0 [1,"2",{}] ~0 true
)");
  EXPECT_THAT(Reason("{\"j\":[1,}", Typed({{"j", "json"}})), HasSubstr("this is not a JSON value (at byte 9"));
  EXPECT_THAT(Reason("{\"j\":nul}", Typed({{"j", "json"}})), HasSubstr("this is not a JSON value"));
}

TEST(JsonDeclared, NestedTypes) {
  const JsonOptions options = Typed({{"s", "struct<i:int64,l:list<int32>,m:map<string,double>>"}});
  EXPECT_EQ(Rows("{\"s\":{\"m\":{\"k\":1},\"i\":2}}\n{\"s\":{}}\n{}\n{\"s\":{\"l\":[3]}}\n", options),
            "s.i int64: 2 ~1 ~0 ~1\n"
            "s.l[] int32: ~1 ~1 ~0 3\n"
            "s.m.key string: k ~1 ~0 ~1\n"
            "s.m.value double: 1 ~1 ~0 ~1\n");
  // A declared type holds for all of its parts: they do not widen either.
  EXPECT_THAT(Reason("{\"s\":{\"i\":1.5}}", options), HasSubstr("column 's.i' is int64, this has a fraction"));
  EXPECT_THAT(Reason("{\"s\":{\"l\":[2147483648]}}", options), HasSubstr("column 's.l[]' is int32"));
  EXPECT_THAT(Reason("{\"s\":{\"l\":{}}}", options), HasSubstr("column 's.l' is an array, this is an object"));
  EXPECT_THAT(Reason("{\"s\":{\"m\":{\"k\":\"x\"}}}", options),
              HasSubstr("column 's.m{}' is double, this is a string"));
  EXPECT_THAT(Reason("{\"s\":[]}", options), HasSubstr("column 's' is an object, this is an array"));
  // What it does not name is a new column as elsewhere.
  EXPECT_THAT(Rows("{\"s\":{\"new\":true}}\n", options), HasSubstr("s.new bool: true\n"));
}

TEST(JsonDeclared, NullLeavesATypeOpen) {
  const JsonOptions options = Typed({{"l", "list<null>"}, {"n", "null"}});
  EXPECT_EQ(Rows("{\"l\":[]}\n{\"l\":[1]}\n{\"n\":\"x\"}\n", options), "l[] int64: ~1 1 ~0\nn string: ~0 ~0 x\n");
  EXPECT_THAT(Drift("{\"l\":[1]}\n{\"l\":[\"x\"]}\n", options).message(),
              HasSubstr("since line 1 and a string on line 2"));
}

TEST(JsonDeclared, WildcardsAndTheMoreSpecificDeclaration) {
  const JsonOptions options = Typed({{"w.*.t", "date"}, {"l[].x", "int16"}, {"l", "list<struct<x:int64,y:int64>>"}});
  EXPECT_EQ(Rows("{\"w\":{\"a\":{\"t\":\"1970-01-02\"},\"b\":{\"t\":null}},\"l\":[{\"x\":1}]}\n", options),
            "w.a.t date: 1\nw.b.t date: ~2\nl[].x int16: 1\nl[].y int64: ~3\n");
}

TEST(JsonDeclared, WhatCannotBeFollowed) {
  const auto create = [](const JsonOptions& options) {
    return JsonDecoder::Create(std::make_shared<const JsonOptions>(options)).ok();
  };
  JsonOptions options;
  EXPECT_TRUE(create(options));
  options.max_depth = 0;
  EXPECT_FALSE(create(options));
  options.max_depth = 129;
  EXPECT_FALSE(create(options));
  options.max_depth = 128;
  options.drop = {Pattern("a[]")};
  EXPECT_FALSE(create(options));
  options.drop = {Pattern("a{}")};
  EXPECT_FALSE(create(options));
  options.drop = {Pattern("a[].b"), Pattern("a{}.*")};
  EXPECT_TRUE(create(options));

  // Levels of more than 128 nested values would not fit a byte.
  std::string type = "int64";
  for (int i = 0; i < 127; ++i) {
    type = "list<" + type + ">";
  }
  EXPECT_TRUE(create(Typed({{"a", type}})));
  EXPECT_FALSE(create(Typed({{"a.b", type}})));
  EXPECT_FALSE(create(Typed({{"a", "list<" + type + ">"}})));
  EXPECT_TRUE(create(Locked("struct<a:" + type + ">")));
  JsonOptions deep = Locked("struct<a:int64>");
  deep.locked = std::make_shared<const Schema>(Schema{{Field{"a", MakeList(*ParseType(type))}}});
  EXPECT_FALSE(create(deep));
}

// The deepest list that a record can hold has the highest level that a byte can.
TEST(JsonDeclared, DeepestLevels) {
  const std::string lists = std::string(127, '[') + "1,2" + std::string(127, ']');
  const DecodedFile file = Decode("{\"a\":" + lists + "}\n{\"a\":[null]}\n", {});
  ASSERT_EQ(file.leaves.size(), 1U);
  EXPECT_EQ(EnumerateLeaves(file.schema)[0].max_definition, 255U);
  EXPECT_EQ(file.leaves[0].levels.CountDefined(255), 2U);
  EXPECT_EQ(file.leaves[0].ints.size(), 2U);
}

// ---- Maps

TEST(JsonMaps, KeysAreValues) {
  EXPECT_EQ(Rows("{\"m\":{\"a\":1,\"b\":null}}\n{\"m\":{}}\n{\"m\":null}\n{}\n{\"m\":{\"\\u0061\":2}}\n", Maps({"m"})),
            "m.key string: a 'b ~1 ~0 ~0 a\n"
            "m.value int64: 1 '~2 ~1 ~0 ~0 2\n");
  EXPECT_EQ(Rows("{\"m\":{}}\n{\"x\":1}\n", Maps({"m"}, EmptyObject::kNull)),
            "m.key string: ~0 ~0\nm.value null: ~0 ~0\nx int64: ~0 1\n");
  std::string many = "{\"m\":{\"k\":0";
  for (int i = 0; i < 1000; ++i) {
    many += fmt::format(",\"key {}\":{}", i, i);
  }
  EXPECT_EQ(Decode(many + "}}\n", Maps({"m"})).leaves[1].ints.size(), 1001U);
}

TEST(JsonMaps, OfStructsListsAndMaps) {
  EXPECT_EQ(Rows("{\"m\":{\"a\":{\"x\":1},\"b\":{\"y\":[2,3]}}}\n{\"m\":{\"c\":null,\"d\":{}}}\n", Maps({"m"})),
            "m.key string: a 'b c 'd\n"
            "m.value.x int64: 1 '~3 ~2 '~3\n"
            "m.value.y[] int64: ~3 '2 ''3 ~2 '~3\n");
  EXPECT_EQ(Rows("{\"m\":{\"a\":{\"p\":1},\"b\":{}}}\n{\"l\":[{\"m\":{\"z\":1.5}},{}]}\n", Maps({"m", "m{}", "l[].m"})),
            "m.key string: a 'b ~0\n"
            "m.value.key string: p '~3 ~0\n"
            "m.value.value int64: 1 '~3 ~0\n"
            "l[].m.key string: ~0 z '~3\n"
            "l[].m.value double: ~0 1.5 '~3\n");
}

TEST(JsonMaps, RepeatedKeysAndOtherTypes) {
  EXPECT_THAT(Reason("{\"m\":{\"a\":1,\"b\":2,\"a\":1}}", Maps({"m"})), HasSubstr("duplicate key in map 'm'"));
  EXPECT_THAT(Reason("{\"m\":{\"a\":1,\"\\u0061\":2}}", Maps({"m"})), HasSubstr("duplicate key in map 'm'"));
  EXPECT_THAT(Reason("{\"m\":[]}", Maps({"m"})), HasSubstr("column 'm' is a map (an object), this is an array"));
  EXPECT_THAT(Reason("{\"m\":{\"a\" 1}}", Maps({"m"})), HasSubstr("a key needs ':' after it"));
  EXPECT_THAT(Reason("{\"m\":{a:1}}", Maps({"m"})), HasSubstr("an object needs a key in quotes here"));
  EXPECT_THAT(Reason("{\"m\":{\"a\":1,}}", Maps({"m"})), HasSubstr("an object needs a key in quotes here"));
  EXPECT_EQ(Rows("{\"m\":{\"a\":1}}\n{\"m\":{\"a\":1}}\n", Maps({"m"})), "m.key string: a a\nm.value int64: 1 1\n");
  // The values' type comes from the data, unless declared.
  EXPECT_EQ(Drift("{\"m\":{\"a\":1}}\n{\"m\":{\"b\":\"x\"}}\n", Maps({"m"})).message(),
            "column 'm{}' is an integer since line 1 and a string on line 2");
}

TEST(JsonMaps, DeclaredAtAnyDepthByWildcard) {
  EXPECT_EQ(
      Rows("{\"w\":{\"c1\":{\"tags\":{\"x\":1}},\"c2\":{\"tags\":{}}}}\n", Maps({"w.*.tags"}, EmptyObject::kNull)),
      "w.c1.tags.key string: x\nw.c1.tags.value int64: 1\nw.c2.tags.key string: ~2\nw.c2.tags.value null: ~2\n");
}

// ---- Dropped columns

TEST(JsonDrop, IsValidatedAndForgotten) {
  JsonOptions options;
  options.drop = {Pattern("a"), Pattern("l[].x"), Pattern("s.*")};
  EXPECT_EQ(Rows("{\"a\":{\"deep\":[1,\"x\"]},\"l\":[{\"x\":1,\"y\":2},{\"x\":\"other\"}],\"s\":{\"p\":1,\"q\":2}}\n{"
                 "\"a\":1e999,\"s\":{}}\n{}\n",
                 options),
            "l[].y int64: 2 '~3 ~0 ~0\ns null: {} {} ~0\n");
  EXPECT_THAT(Reason("{\"a\":[1,}", options), HasSubstr("this is not a JSON value (at byte 9"));
  EXPECT_THAT(Reason("{\"a\":1,\"a\":2}", options), HasSubstr("duplicate key 'a'"));
  options.drop = {Pattern("*")};
  const DecodedFile file = Decode("{\"a\":1}\n{\"b\":{}}\n", options);
  EXPECT_EQ(file.rows, 2U);
  EXPECT_TRUE(file.schema.fields.empty());
}

TEST(JsonDrop, IsInTheEvidenceAlone) {
  JsonOptions options = Locked("struct<gone:int64,a:int64>");
  options.drop = {Pattern("gone"), Pattern("s.*")};
  const DecodedFile file = Decode("{\"a\":1}\n{\"s\":{\"late\":true}}\n", options);
  EXPECT_EQ(Columns(file), "a int64: 1 ~0\ns null: ~0 {}\n");
  std::string dropped;
  for (const FieldEvidence& evidence : file.evidence) {
    dropped += evidence.is_dropped ? evidence.path + " " : "";
  }
  EXPECT_EQ(dropped, "gone s.late ");
}

TEST(JsonDrop, ManyDroppedKeysAreNoDrift) {
  JsonOptions options;
  options.drop = {Pattern("x.*")};
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += fmt::format("{{\"x\":{{\"k{}\":1}}}}\n", i);
  }
  EXPECT_EQ(Decode(text, options).rows, 1000U);
}

// ---- Empty objects

TEST(JsonEmptyObject, IsAStructUnlessDeclaredNull) {
  const std::string text = "{\"s\":{}}\n{\"s\":{\"x\":1}}\n{\"s\":{ }}\n{\"s\":null}\n";
  JsonOptions options;
  EXPECT_EQ(Rows(text, options), "s.x int64: ~1 1 ~1 ~0\n");
  EXPECT_EQ(Rows("{\"s\":{}}\n", options), "s null: {}\n");
  options.empty_object = EmptyObject::kNull;
  EXPECT_EQ(Rows(text, options), "s.x int64: ~0 1 ~0 ~0\n");
  EXPECT_EQ(Rows("{\"s\":{}}\n", options), "s null: ~0\n");
  EXPECT_EQ(Rows("{}\n{\"a\":1}\n", options), "a int64: ~0 1\n");  // a record is a row, empty or not
}

// Null fits every column, in every order of the lines.
TEST(JsonEmptyObject, AsNullFitsEveryColumn) {
  for (const auto& [value, column] :
       std::vector<std::pair<std::string, std::string>>{{"1", " int64: 1 ~0\n"},
                                                        {"0.5", " double: 0.5 ~0\n"},
                                                        {"\"x\"", " string: x ~0\n"},
                                                        {"true", " bool: true ~0\n"},
                                                        {"[1]", "[] int64: 1 ~0\n"},
                                                        {"{\"y\":1}", ".y int64: 1 ~0\n"}}) {
    JsonOptions options;
    options.empty_object = EmptyObject::kNull;
    EXPECT_EQ(Rows(fmt::format("{{\"a\":{}}}\n{{\"a\":{{ }}}}\n", value), options), "a" + column);
    Rows(fmt::format("{{\"a\":{{}}}}\n{{\"a\":{}}}\n", value), options);
  }
  JsonOptions options = Typed({{"t", "timestamp[ms]"}, {"i", "int16"}, {"j", "json"}, {"l", "list<date>"}});
  options.empty_object = EmptyObject::kNull;
  EXPECT_EQ(Rows("{\"t\":{},\"i\":{},\"j\":{ },\"l\":[{},null]}\n{\"l\":{}}\n", options),
            "t timestamp[ms]: ~0 ~0\ni int16: ~0 ~0\nj json: { } ~0\nl[] date: ~2 '~2 ~0\n");
}

TEST(JsonEmptyObject, CountsAsABracket) {
  for (const EmptyObject meaning : {EmptyObject::kNull, EmptyObject::kStruct}) {
    JsonOptions options;
    options.empty_object = meaning;
    options.max_depth = 2;
    EXPECT_EQ(
        Decode("{\"a\":[1]}\n{\"a\":[{}]}\n{\"a\":[null]}\n{\"b\":{}}\n{\"b\":{\"c\":{}}}\n", options).RejectedLines(),
        "2,5");
  }
}

// ---- The accepted schema

TEST(JsonLocked, ColumnsAreThereFromTheFirstRow) {
  const JsonOptions options = Locked("struct<a:int64,s:struct<x:string,l:list<bool>>,m:map<string,int64>,n:null>");
  EXPECT_EQ(Rows("{}\n{\"s\":{\"l\":[true]}}\n{\"m\":{\"k\":1}}\n{\"new\":1}\n", options),
            "a int64: ~0 ~0 ~0 ~0\n"
            "s.x string: ~0 ~1 ~0 ~0\n"
            "s.l[] bool: ~0 true ~0 ~0\n"
            "m.key string: ~0 ~0 k ~0\n"
            "m.value int64: ~0 ~0 1 ~0\n"
            "n null: ~0 ~0 ~0 ~0\n"
            "new int64: ~0 ~0 ~0 1\n");
  EXPECT_EQ(Columns(Decode("", options)).substr(0, 9), "a int64: ");
}

TEST(JsonLocked, OtherTypesAreRejects) {
  const JsonOptions options =
      Locked("struct<a:int64,i:int32,t:timestamp[us],s:struct<x:string>,l:list<double>,m:map<string,int64>>");
  EXPECT_EQ(Reason("{\"a\":\"1\"}", options), "column 'a' is int64, this is a string: \"1\" (at byte 6 of the line)");
  EXPECT_THAT(Reason("{\"i\":2147483648}", options), HasSubstr("column 'i' is int32, which cannot hold 2147483648"));
  EXPECT_THAT(Reason("{\"t\":\"yesterday\"}", options),
              HasSubstr("column 't' is timestamp[us], which 'yesterday' is not"));
  EXPECT_THAT(Reason("{\"s\":{\"x\":1}}", options), HasSubstr("column 's.x' is string, this is a number"));
  EXPECT_THAT(Reason("{\"s\":\"x\"}", options), HasSubstr("column 's' is an object, this is a string"));
  EXPECT_THAT(Reason("{\"l\":[true]}", options), HasSubstr("column 'l[]' is double, this is a boolean"));
  EXPECT_THAT(Reason("{\"l\":{}}", options), HasSubstr("column 'l' is an array, this is an object"));
  EXPECT_THAT(Reason("{\"m\":{\"k\":\"x\"}}", options), HasSubstr("column 'm{}' is int64, this is a string"));
  EXPECT_THAT(Reason("{\"m\":null,\"a\":[]}", options), HasSubstr("column 'a' is int64, this is an array"));
}

TEST(JsonLocked, IntegersMayStillBecomeDoubles) {
  EXPECT_EQ(Rows("{\"a\":1,\"i\":2,\"m\":{\"k\":1}}\n{\"a\":0.5,\"i\":0.5,\"m\":{\"k\":0.5}}\n",
                 Locked("struct<a:int64,i:int32,m:map<string,int16>>")),
            "a double: 1 0.5\ni double: 2 0.5\nm.key string: k k\nm.value double: 1 0.5\n");
  // Once wide, the narrow type's bounds are gone.
  EXPECT_EQ(Rows("{\"i\":0.5}\n{\"i\":2147483648}\n", Locked("struct<i:int32>")), "i double: 0.5 2147483648\n");
  EXPECT_THAT(Drift("{\"a\":9007199254740993}\n{\"a\":0.5}\n", Locked("struct<a:int64>")).message(),
              HasSubstr("column 'a' has a real number on line 2 and an integer on line 1"));
  EXPECT_EQ(Decode("{\"a\":0.5}\n{\"a\":9007199254740993}\n", Locked("struct<a:double>")).RejectedLines(), "2");
}

// A column that was always null is open, and then as strict with itself as a new one.
TEST(JsonLocked, NullColumnsAreStillOpen) {
  const JsonOptions options = Locked("struct<n:null,l:list<null>>");
  EXPECT_EQ(Rows("{\"n\":{\"x\":1},\"l\":[\"s\"]}\n", options), "n.x int64: 1\nl[] string: s\n");
  EXPECT_EQ(Drift("{\"n\":1}\n{\"n\":\"x\"}\n", options).message(),
            "column 'n' is an integer since line 1 and a string on line 2");
}

TEST(JsonLocked, ManyAcceptedFieldsLeaveRoomForNewOnes) {
  std::string type = "struct<";
  for (int i = 0; i < 300; ++i) {
    type += fmt::format("{}f{}:int64", i == 0 ? "" : ",", i);
  }
  EXPECT_EQ(Decode("{\"new\":1}\n", Locked(type + ">")).leaves.size(), 301U);
}

// The maps of a declaration take their values' type from what was accepted.
TEST(JsonLocked, DeclaredMapsKeepTheirAcceptedValues) {
  JsonOptions options = Locked("struct<m:map<string,int64>,w:struct<m:map<string,struct<x:date>>>>");
  options.maps = {Pattern("m"), Pattern("*.m")};
  EXPECT_THAT(Reason("{\"m\":{\"k\":\"x\"}}", options), HasSubstr("column 'm{}' is int64, this is a string"));
  EXPECT_THAT(Reason("{\"w\":{\"m\":{\"k\":{\"x\":\"y\"}}}}", options),
              HasSubstr("column 'w.m{}.x' is date, which 'y' is not"));
  EXPECT_EQ(Rows("{}\n", options), "m.key string: ~0\nm.value int64: ~0\nw.m.key string: ~0\nw.m.value.x date: ~0\n");
}

}  // namespace
}  // namespace ingot
