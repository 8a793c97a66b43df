#include "model/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <iterator>

#include "base/result_matchers.h"
#include "base/sha256.h"
#include "model/schema_generator.h"

namespace ingot {
namespace {

using ::testing::ElementsAre;

DataType Type(std::string_view text) {
  auto type = ParseType(text);
  EXPECT_OK(type);
  return type.ok() ? *type : DataType{};
}

Schema MakeSchema(std::initializer_list<std::pair<std::string, std::string>> columns) {
  Schema schema;
  for (const auto& [name, type] : columns) {
    schema.fields.push_back({name, Type(type), -1, true});
  }
  return schema;
}

TEST(ParseType, ReadsEveryKind) {
  EXPECT_EQ(Type("int64").kind, TypeKind::kInt64);
  EXPECT_EQ(Type("timestamp[ns]").unit, TimeUnit::kNanos);
  EXPECT_EQ(Type("decimal(18,4)").precision, 18);
  EXPECT_EQ(Type("decimal(18, 4)").scale, 4);
  EXPECT_EQ(Type("map<string, int64>"), MakeMap(Scalar(TypeKind::kInt64)));
  EXPECT_EQ(Type("list<list<double>>"), MakeList(MakeList(Scalar(TypeKind::kDouble))));
  EXPECT_EQ(Type("struct<>").fields.size(), 0U);
  const DataType nested = Type("struct<a:int64,b:list<string>,\"odd, name\":json>");
  ASSERT_EQ(nested.fields.size(), 3U);
  EXPECT_EQ(nested.fields[2].name, "odd, name");
  EXPECT_FALSE(Type("map<string,int64>").fields[0].nullable);
}

TEST(ParseType, SaysWhatIsNotUnderstood) {
  EXPECT_THAT(ParseType("int"), IsErr(ErrorKind::kConfig, "column 1: there is no type 'int'"));
  EXPECT_THAT(ParseType("list<strin>"), IsErr(ErrorKind::kConfig, "column 6: there is no type 'strin'"));
  EXPECT_THAT(ParseType(""), IsErr(ErrorKind::kConfig, "a type is missing"));
  EXPECT_THAT(ParseType("timestamp"), IsErr(ErrorKind::kConfig, "'[' is missing"));
  EXPECT_THAT(ParseType("timestamp[s]"), IsErr(ErrorKind::kConfig, "ms, us or ns"));
  EXPECT_THAT(ParseType("decimal(19,2)"), IsErr(ErrorKind::kConfig, "1 to 18 digits"));
  EXPECT_THAT(ParseType("decimal(4,5)"), IsErr(ErrorKind::kConfig, "after the point"));
  EXPECT_THAT(ParseType("decimal(4)"), IsErr(ErrorKind::kConfig, "',' is missing"));
  EXPECT_THAT(ParseType("map<int64,string>"), IsErr(ErrorKind::kConfig, "keys of a map"));
  EXPECT_THAT(ParseType("struct<a:int64,a:string>"), IsErr(ErrorKind::kConfig, "duplicate field"));
  EXPECT_THAT(ParseType("struct<a>"), IsErr(ErrorKind::kConfig, "':' is missing"));
  EXPECT_THAT(ParseType("struct<\"a:int64>"), IsErr(ErrorKind::kConfig, "not closed"));
  EXPECT_THAT(ParseType("int64 x"), IsErr(ErrorKind::kConfig, "'x' is not expected here"));
  std::string deep;
  for (int i = 0; i < 1000; ++i) {
    deep += "list<";
  }
  EXPECT_THAT(ParseType(deep), IsErr(ErrorKind::kConfig, "nested too deeply"));
  EXPECT_THAT(ParseType("int").error().advice(), testing::HasSubstr("timestamp[ms|us|ns]"));
}

RC_GTEST_PROP(FormatType, IsTheInverseOfParseType, ()) {
  const DataType type = *GenerateType(3);
  const std::string text = FormatType(type);
  const auto parsed = ParseType(text);
  RC_ASSERT(parsed.ok());
  RC_ASSERT(*parsed == type);
}

TEST(EnumerateLeaves, CountsLevelsAsParquetDoes) {
  const Schema schema = MakeSchema({{"a", "int64"},
                                    {"s", "struct<x:double,y:struct<z:string>>"},
                                    {"l", "list<int64>"},
                                    {"p", "list<struct<mid:double,tags:list<string>>>"},
                                    {"m", "map<string,int64>"},
                                    {"e", "struct<>"},
                                    {"n", "null"}});
  std::vector<std::string> seen;
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  for (const Leaf& leaf : leaves) {
    seen.push_back(leaf.DisplayPath() + " " + std::to_string(leaf.max_definition) + " " +
                   std::to_string(leaf.max_repetition));
  }
  EXPECT_THAT(seen, ElementsAre("a 1 0", "s.x 2 0", "s.y.z 3 0", "l[] 3 1", "p[].mid 4 1", "p[].tags[] 6 2",
                                "m.key 2 1", "m.value 3 1", "n 1 0"));
  EXPECT_EQ(leaves[0].field, &schema.fields[0]);
}

TEST(EnumerateLeaves, RequiredFieldsAddNoLevel) {
  Schema schema = MakeSchema({{"a", "int64"}, {"l", "list<int64>"}});
  schema.fields[0].nullable = false;
  schema.fields[1].nullable = false;
  schema.fields[1].type.fields[0].nullable = false;
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  EXPECT_EQ(leaves[0].max_definition, 0);
  EXPECT_EQ(leaves[1].max_definition, 1);
  EXPECT_EQ(leaves[1].max_repetition, 1);
}

TEST(Leaf, DisplayPathTellsElementsFromFieldsOfThatName) {
  const Schema schema = MakeSchema({{"a", "struct<element:list<int64>,\"x.y\":int64>"}});
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  EXPECT_EQ(leaves[0].DisplayPath(), "a.element[]");
  EXPECT_EQ(leaves[1].DisplayPath(), "a.\"x.y\"");
}

TEST(SchemaFingerprint, DependsOnNamesTypesNullabilityAndOrderButNotOnIds) {
  const Schema base = MakeSchema({{"a", "int64"}, {"b", "struct<c:string>"}});
  Schema with_ids = base;
  with_ids.fields[0].id = 7;
  with_ids.fields[1].type.fields[0].id = 9;
  EXPECT_EQ(base.Fingerprint(), with_ids.Fingerprint());
  EXPECT_TRUE(IsSha256Hex(base.Fingerprint()));

  Schema required = base;
  required.fields[1].type.fields[0].nullable = false;
  EXPECT_NE(base.Fingerprint(), required.Fingerprint());
  EXPECT_NE(base.Fingerprint(), MakeSchema({{"b", "struct<c:string>"}, {"a", "int64"}}).Fingerprint());
  EXPECT_NE(base.Fingerprint(), MakeSchema({{"a", "int32"}, {"b", "struct<c:string>"}}).Fingerprint());
  EXPECT_NE(base.Fingerprint(), MakeSchema({{"a", "int64"}, {"b", "struct<d:string>"}}).Fingerprint());
}

TEST(SchemaFingerprint, IsStableAcrossVersions) {
  // Manifests cite it: a change of this value is a change of the format.
  EXPECT_EQ(MakeSchema({{"a", "int64"}, {"b", "struct<c:list<string>,d:map<string,double>>"}}).Fingerprint(),
            Sha256Hex("\"a\":int64;\"b\":struct<\"c\":list<\"element\":string;>;"
                      "\"d\":map<\"key\":string!;\"value\":double;>;>;"));
}

TEST(UniteSchemas, KeepsLeftsOrderAndAppendsNewFieldsAtAnyDepth) {
  const Schema left = MakeSchema({{"a", "int64"}, {"s", "struct<x:double,y:string>"}});
  const Schema right = MakeSchema({{"b", "string"}, {"s", "struct<z:bool,y:string>"}, {"a", "int64"}});
  const auto united = UniteSchemas(left, right);
  ASSERT_OK(united);
  EXPECT_EQ(*united, MakeSchema({{"a", "int64"}, {"s", "struct<x:double,y:string,z:bool>"}, {"b", "string"}}));
}

TEST(UniteSchemas, Widens) {
  const auto widened = [](const char* left, const char* right) {
    const auto united = UniteSchemas(MakeSchema({{"c", left}}), MakeSchema({{"c", right}}));
    return united.ok() ? FormatType(united->fields[0].type) : "conflict";
  };
  EXPECT_EQ(widened("null", "struct<a:int64>"), "struct<a:int64>");
  EXPECT_EQ(widened("map<string,int64>", "null"), "map<string,int64>");
  EXPECT_EQ(widened("list<null>", "list<string>"), "list<string>");
  EXPECT_EQ(widened("int16", "int32"), "int32");
  EXPECT_EQ(widened("int64", "int32"), "int64");
  EXPECT_EQ(widened("int64", "double"), "double");
  EXPECT_EQ(widened("double", "int16"), "double");
  EXPECT_EQ(widened("map<string,int64>", "map<string,double>"), "map<string,double>");
  EXPECT_EQ(widened("timestamp[ms]", "timestamp[us]"), "conflict");
  EXPECT_EQ(widened("decimal(4,2)", "decimal(4,2)"), "decimal(4,2)");
  EXPECT_EQ(widened("decimal(4,2)", "decimal(5,2)"), "conflict");
  EXPECT_EQ(widened("bool", "int64"), "conflict");
  EXPECT_EQ(widened("struct<a:int64>", "map<string,int64>"), "conflict");
}

TEST(UniteSchemas, NamesTheConflict) {
  const auto united =
      UniteSchemas(MakeSchema({{"p", "list<struct<mid:double>>"}}), MakeSchema({{"p", "list<struct<mid:string>>"}}));
  EXPECT_THAT(united, IsErr(ErrorKind::kSchemaDrift, "column 'p[].mid' is double so far and string here"));
}

TEST(UniteSchemas, MakesNullableWhatOneSideLacks) {
  Schema left = MakeSchema({{"a", "int64"}, {"b", "int64"}});
  left.fields[0].nullable = false;
  left.fields[1].nullable = false;
  Schema right = MakeSchema({{"a", "int64"}, {"c", "int64"}});
  right.fields[0].nullable = false;
  right.fields[1].nullable = false;
  const auto united = UniteSchemas(left, right);
  ASSERT_OK(united);
  EXPECT_FALSE(united->fields[0].nullable);
  EXPECT_TRUE(united->fields[1].nullable);
  EXPECT_TRUE(united->fields[2].nullable);
  EXPECT_EQ(*UniteSchemas(Schema{}, left), left);
  EXPECT_EQ(*UniteSchemas(left, Schema{}), left);
}

TEST(UniteSchemas, KeepsIdsOfLeftAndTakesIdsOfRightForNewFields) {
  Schema left = MakeSchema({{"a", "int64"}});
  left.fields[0].id = 1;
  Schema right = MakeSchema({{"a", "double"}, {"b", "string"}});
  right.fields[0].id = 5;
  right.fields[1].id = 6;
  const auto united = UniteSchemas(left, right);
  ASSERT_OK(united);
  EXPECT_EQ(united->fields[0].id, 1);
  EXPECT_EQ(united->fields[1].id, 6);
}

// What a type may widen to, or itself.
DataType DrawWider(DataType type) {
  switch (type.kind) {
    case TypeKind::kNull:
      return *GenerateType(2);
    case TypeKind::kInt16:
      return Scalar(*rc::gen::element(TypeKind::kInt16, TypeKind::kInt32, TypeKind::kInt64, TypeKind::kDouble));
    case TypeKind::kInt32:
      return Scalar(*rc::gen::element(TypeKind::kInt32, TypeKind::kInt64, TypeKind::kDouble));
    case TypeKind::kInt64:
      return Scalar(*rc::gen::element(TypeKind::kInt64, TypeKind::kDouble));
    default:
      return type;
  }
}

// A schema that can be united with this one: some fields are gone, some are wider or not known yet, some are new. Two
// that are drawn independently mostly contradict each other.
Schema DrawRelative(const Schema& schema) {
  Schema relative;
  for (Field field : schema.fields) {
    const int change = *rc::gen::inRange(0, 4);
    if (change == 0) {
      continue;
    }
    field.type = change == 1 ? Scalar(TypeKind::kNull) : change == 2 ? DrawWider(field.type) : field.type;
    field.nullable = *rc::gen::arbitrary<bool>();
    relative.fields.push_back(std::move(field));
  }
  const auto is_new = [&schema](const Field& field) {
    return std::none_of(schema.fields.begin(), schema.fields.end(),
                        [&field](const Field& old) { return old.name == field.name; });
  };
  const Schema more = *GenerateSchema(2);
  std::copy_if(more.fields.begin(), more.fields.end(), std::back_inserter(relative.fields), is_new);
  return relative;
}

RC_GTEST_PROP(UniteSchemas, IsIdempotentAndAbsorbs, ()) {
  const Schema schema = *GenerateSchema(3);
  RC_ASSERT(*UniteSchemas(schema, schema) == schema);
  const Schema other = DrawRelative(schema);
  const auto united = UniteSchemas(schema, other);
  RC_ASSERT(united.ok());
  RC_ASSERT(*UniteSchemas(*united, other) == *united);
  RC_ASSERT(*UniteSchemas(*united, schema) == *united);
}

}  // namespace
}  // namespace ingot
