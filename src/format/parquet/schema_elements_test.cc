#include "format/parquet/schema_elements.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/result_matchers.h"
#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

// A root with these elements below it, `children` of them its own.
std::vector<SchemaElement> Tree(int32_t children, std::vector<SchemaElement> below) {
  SchemaElement root;
  root.name = "schema";
  root.children = children;
  below.insert(below.begin(), root);
  return below;
}

SchemaElement Column(const std::string& name, PhysicalType type, LogicalType logical = {}) {
  SchemaElement element;
  element.name = name;
  element.type = type;
  element.repetition = Repetition::kOptional;
  element.logical = logical;
  return element;
}

SchemaElement GroupOf(const std::string& name, int32_t children, Repetition repetition = Repetition::kOptional,
                      LogicalKind logical = LogicalKind::kNone) {
  SchemaElement element;
  element.name = name;
  element.children = children;
  element.repetition = repetition;
  element.logical.kind = logical;
  return element;
}

Result<Schema> SchemaOf(const std::vector<SchemaElement>& elements) {
  INGOT_ASSIGN(const SchemaTree tree, SchemaTree::Of(elements));
  return tree.ToSchema();
}

TEST(SchemaElements, EveryTypeOfOursComesBack) {
  Schema schema = SchemaOfType(
      "struct<n:null,b:bool,s:int16,i:int32,l:int64,d:double,t:string,y:binary,j:json,day:date,ms:timestamp[ms],"
      "us:timestamp[us],ns:timestamp[ns],c:decimal(18,4),st:struct<a:int64,b:list<string>>,m:map<string,int64>,"
      "ll:list<list<struct<x:double>>>>");
  int32_t id = 1;
  for (Field& field : schema.fields) {
    field.id = id++;
  }
  schema.fields[3].nullable = false;
  Result<std::vector<SchemaElement>> elements = ToSchemaElements(schema);
  ASSERT_OK(elements);
  const Result<SchemaTree> tree = SchemaTree::Of(*elements);
  ASSERT_OK(tree);
  // To others, what was only seen as null is text.
  EXPECT_EQ(tree->ToSchema()->fields[0].type, Scalar(TypeKind::kString));
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  EXPECT_EQ(FormatNullLeaves(leaves), "0");
  for (const char* nonsense : {"", "x", "1", "99", "0x"}) {
    std::vector<SchemaElement> others = *elements;
    MarkNullLeaves(nonsense, others);
    EXPECT_EQ(SchemaOf(others)->fields[1].type, Scalar(TypeKind::kBool)) << nonsense;
  }
  MarkNullLeaves(FormatNullLeaves(leaves), *elements);
  const Result<Schema> back = tree->ToSchema();
  ASSERT_OK(back);
  EXPECT_EQ(*back, schema);
  ASSERT_EQ(tree->leaves().size(), leaves.size());
  for (size_t i = 0; i < leaves.size(); ++i) {
    EXPECT_EQ(tree->leaves()[i].max_definition, leaves[i].max_definition) << tree->leaves()[i].path;
    EXPECT_EQ(tree->leaves()[i].max_repetition, leaves[i].max_repetition) << tree->leaves()[i].path;
  }
  EXPECT_EQ(tree->leaves().back().path, "ll.list.element.list.element.x");
}

TEST(SchemaElements, RefusesWhatParquetCannotHold) {
  EXPECT_THAT(ToSchemaElements(Schema{}), IsErr(ErrorKind::kUnsupported, "at least one column"));
  Schema schema = SchemaOfType("struct<a:int64>");
  schema.fields[0].type.kind = TypeKind::kStruct;
  EXPECT_THAT(ToSchemaElements(schema), IsErr(ErrorKind::kUnsupported, "struct without fields"));
}

TEST(SchemaElements, WhatJsonMayNestCanBeWritten) {
  const auto nested = [](size_t lists) {
    std::string type = "int64";
    for (size_t i = 0; i < lists; ++i) {
      type = "list<" + type + ">";
    }
    return ToSchemaElements(SchemaOfType("struct<deep:" + type + ">"));
  };
  EXPECT_OK(nested(127));
}

TEST(SchemaElements, TypesOfOthersThatFit) {
  const LogicalType uint8{.kind = LogicalKind::kInteger, .bits = 8, .is_signed = false};
  const LogicalType uint16{.kind = LogicalKind::kInteger, .bits = 16, .is_signed = false};
  const LogicalType int8{.kind = LogicalKind::kInteger, .bits = 8, .is_signed = true};
  const Result<Schema> schema = SchemaOf(Tree(5, {
                                                     Column("a", PhysicalType::kInt32, uint8),
                                                     Column("b", PhysicalType::kInt32, uint16),
                                                     Column("c", PhysicalType::kInt32, int8),
                                                     Column("d", PhysicalType::kByteArray, {LogicalKind::kEnum}),
                                                     Column("e", PhysicalType::kInt32),
                                                 }));
  ASSERT_OK(schema);
  EXPECT_EQ(FormatType(DataType{.kind = TypeKind::kStruct, .fields = schema->fields}),
            "struct<a:int16,b:int32,c:int16,d:string,e:int32>");
}

TEST(SchemaElements, NamesColumnAndTypeThatAreNotCovered) {
  const auto refused = [](SchemaElement element) { return SchemaOf(Tree(1, {std::move(element)})); };
  EXPECT_THAT(refused(Column("x", PhysicalType::kInt96)), IsErr(ErrorKind::kUnsupported,
                                                                "column 'x' has the Parquet "
                                                                "type INT96"));
  EXPECT_THAT(
      refused(Column("x", PhysicalType::kInt64, {.kind = LogicalKind::kTimestamp, .unit = LogicalUnit::kNanos})),
      IsErr(ErrorKind::kUnsupported, "INT64 Timestamp(ns, local)"));
  EXPECT_THAT(refused(Column("x", PhysicalType::kInt64, {.kind = LogicalKind::kInteger, .bits = 64})),
              IsErr(ErrorKind::kUnsupported, "INT64 Int(64, unsigned)"));
  EXPECT_THAT(refused(Column("x", PhysicalType::kFixedLenByteArray,
                             {.kind = LogicalKind::kDecimal, .precision = 38, .scale = 2})),
              IsErr(ErrorKind::kUnsupported, "FIXED_LEN_BYTE_ARRAY Decimal(38, 2)"));
  EXPECT_THAT(refused(Column("x", PhysicalType::kByteArray, {LogicalKind::kUnknown})),
              IsErr(ErrorKind::kUnsupported, "of a later format"));
  SchemaElement repeated = Column("x", PhysicalType::kInt32);
  repeated.repetition = Repetition::kRepeated;
  EXPECT_THAT(refused(repeated), IsErr(ErrorKind::kUnsupported, "column 'x'"));
}

TEST(SchemaElements, ListsOfTheOldTwoLevelShapeAreNotCovered) {
  SchemaElement element = Column("element", PhysicalType::kInt32);
  element.repetition = Repetition::kRepeated;
  EXPECT_THAT(SchemaOf(Tree(1, {GroupOf("l", 1, Repetition::kOptional, LogicalKind::kList), element})),
              IsErr(ErrorKind::kUnsupported, "column 'l' has the Parquet type group List"));
  EXPECT_THAT(SchemaOf(Tree(1, {GroupOf("l", 0, Repetition::kOptional, LogicalKind::kList)})),
              IsErr(ErrorKind::kUnsupported, "column 'l'"));
}

TEST(SchemaElements, CountsThatMakeNoTreeAreCorrupt) {
  const SchemaElement column = Column("x", PhysicalType::kInt32);
  EXPECT_THAT(SchemaOf({}), IsErr(ErrorKind::kCorrupt, "no schema"));
  EXPECT_THAT(SchemaOf({column}), IsErr(ErrorKind::kCorrupt, "no schema"));
  EXPECT_THAT(SchemaOf(Tree(2, {column})), IsErr(ErrorKind::kCorrupt, "too few columns"));
  EXPECT_THAT(SchemaOf(Tree(1, {column, column})), IsErr(ErrorKind::kCorrupt, "belong to no group"));
  EXPECT_THAT(SchemaOf(Tree(1, {GroupOf("g", -1)})), IsErr(ErrorKind::kCorrupt, "less than no columns"));
  SchemaElement with_children = column;
  with_children.children = 1;
  EXPECT_THAT(SchemaOf(Tree(1, {with_children, column})), IsErr(ErrorKind::kCorrupt, "a column with columns"));
  EXPECT_THAT(SchemaOf(Tree(1, std::vector<SchemaElement>(100'000, GroupOf("g", 1)))),
              IsErr(ErrorKind::kUnsupported, "nests deeper"));
}

TEST(SchemaElements, ColumnsThatAreCoveredStandBesideOthers) {
  const std::vector<SchemaElement> elements =
      Tree(4, {Column("a", PhysicalType::kInt64), GroupOf("g", 2, Repetition::kOptional),
               Column("x", PhysicalType::kInt96), Column("y", PhysicalType::kInt32), GroupOf("e", 0),
               Column("z", PhysicalType::kByteArray, {LogicalKind::kString})});
  const Result<SchemaTree> tree = SchemaTree::Of(elements);
  ASSERT_OK(tree);
  const std::vector<SchemaTree::Column> columns = tree->Columns();
  ASSERT_EQ(columns.size(), 4U);
  EXPECT_EQ(columns[0].field->name, "a");
  EXPECT_THAT(columns[1].field, IsErr(ErrorKind::kUnsupported, "column 'g.x' has the Parquet type INT96"));
  EXPECT_EQ(columns[1].leaves, 2U);
  EXPECT_EQ(columns[2].leaves, 0U);
  EXPECT_EQ(columns[3].field->name, "z");
  EXPECT_EQ(columns[3].leaves, 1U);
  EXPECT_THAT(tree->ToSchema(), IsErr(ErrorKind::kUnsupported, "column 'g.x'"));
}

}  // namespace
}  // namespace ingot
