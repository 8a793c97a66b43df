#include "column/align.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/result_matchers.h"
#include "column/row_shredder.h"

namespace ingot {
namespace {

std::string Print(const LeafColumn& column) {
  std::string text;
  for (const LevelRun& run : column.levels.runs()) {
    text +=
        std::to_string(run.count) + "x" + std::to_string(run.definition) + "/" + std::to_string(run.repetition) + " ";
  }
  text += '|';
  for (const uint8_t value : column.bools) {
    text += " " + std::to_string(value);
  }
  for (const int64_t value : column.ints) {
    text += " " + std::to_string(value);
  }
  for (const double value : column.doubles) {
    text += " " + std::to_string(value);
  }
  for (size_t i = 0; i < column.ends.size(); ++i) {
    text += " '" + std::string(column.BytesAt(i)) + "'";
  }
  return text;
}

Schema MakeSchema(const std::string& type) {
  const Result<DataType> parsed = ParseType(type);
  EXPECT_OK(parsed);
  return {parsed->fields};
}

// Grows a random schema: what UniteSchemas may do to it, at any depth.
class SchemaGrower {
 public:
  explicit SchemaGrower(RandomRows* random) : random_(*random) {}

  // Changes fields and, in step, rows. `rows[i]` are the groups' children that belong to `fields`.
  void Grow(std::vector<Field>* fields, const std::vector<std::vector<RowValue>*>& groups) {
    for (size_t i = 0; i < fields->size(); ++i) {
      GrowField(&(*fields)[i], groups, i);
    }
    while (random_.OneIn(3)) {
      const size_t at = random_.Below(fields->size() + 1);
      const Field added{"new" + std::to_string(++count_), random_.MakeType(2), -1, true};
      fields->insert(fields->begin() + static_cast<ptrdiff_t>(at), added);
      for (std::vector<RowValue>* group : groups) {
        group->insert(group->begin() + static_cast<ptrdiff_t>(at), RowValue::Null());
      }
    }
  }

 private:
  void GrowField(Field* field, const std::vector<std::vector<RowValue>*>& groups, size_t i) {
    std::vector<std::vector<RowValue>*> inner;
    if (field->type.kind == TypeKind::kNull && random_.OneIn(2)) {
      field->type = random_.MakeType(2);
      return;
    }
    const bool widen =
        (field->type.kind == TypeKind::kInt64 || field->type.kind == TypeKind::kInt32) && random_.OneIn(2);
    for (std::vector<RowValue>* group : groups) {
      RowValue& value = (*group)[i];
      value.number = widen ? static_cast<double>(value.integer) : value.number;
      if (value.present) {
        inner.push_back(&value.children);
      }
    }
    if (widen) {
      field->type = Scalar(TypeKind::kDouble);
    } else if (field->type.kind == TypeKind::kStruct) {
      Grow(&field->type.fields, inner);
    } else if (field->type.kind == TypeKind::kList || field->type.kind == TypeKind::kMap) {
      // Each element is a group of one for its field.
      const size_t parts = field->type.fields.size();
      std::vector<std::vector<RowValue>> elements;
      for (const std::vector<RowValue>* list : inner) {
        for (size_t j = parts - 1; j < list->size(); j += parts) {
          elements.push_back({(*list)[j]});
        }
      }
      std::vector<std::vector<RowValue>*> groups_of_one;
      for (std::vector<RowValue>& element : elements) {
        groups_of_one.push_back(&element);
      }
      GrowField(&field->type.fields.back(), groups_of_one, 0);
      size_t next = 0;
      for (std::vector<RowValue>* list : inner) {
        for (size_t j = parts - 1; j < list->size(); j += parts) {
          (*list)[j] = elements[next++][0];
        }
      }
    }
    field->nullable = field->nullable || random_.OneIn(3);
  }

  RandomRows& random_;
  int count_ = 0;
};

// Puts null placeholders into a schema and its rows.
void MakeSomeNull(RandomRows* random, std::vector<Field>* fields) {
  for (Field& field : *fields) {
    if (field.nullable && random->OneIn(6)) {
      field.type = Scalar(TypeKind::kNull);
    } else if (field.type.kind == TypeKind::kMap) {
      field.type.fields[0].nullable = false;
    } else {
      MakeSomeNull(random, &field.type.fields);
    }
  }
}

// The law: aligning the columns of some rows gives the columns that the later schema would have made of the same rows.
TEST(SchemaAlignment, EqualsShreddingUnderTheLaterSchema) {
  size_t derived = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    RandomRows random(seed);
    Schema early = random.MakeSchema(3);
    MakeSomeNull(&random, &early.fields);
    std::vector<std::vector<RowValue>> rows;
    for (uint64_t i = random.Below(30); i > 0; --i) {
      rows.push_back(random.MakeRow(early));
    }
    const ColumnBatch before = ShredRows(early, rows);

    Schema late = early;
    std::vector<std::vector<RowValue>*> groups;
    for (std::vector<RowValue>& row : rows) {
      groups.push_back(&row);
    }
    SchemaGrower(&random).Grow(&late.fields, groups);
    const ColumnBatch expected = ShredRows(late, rows);

    const Result<SchemaAlignment> alignment = SchemaAlignment::Between(early, late);
    ASSERT_OK(alignment) << "seed " << seed;
    ASSERT_EQ(alignment->leaves().size(), expected.leaves.size());
    EXPECT_EQ(alignment->is_identity(), early == late) << "seed " << seed;
    for (size_t leaf = 0; leaf < expected.leaves.size(); ++leaf) {
      AlignedLeaf aligned = alignment->Align(before.leaves, before.rows, leaf);
      EXPECT_EQ(aligned.column().layout, expected.leaves[leaf].layout);
      ASSERT_EQ(Print(aligned.column()), Print(expected.leaves[leaf])) << "seed " << seed << ", leaf " << leaf;
      EXPECT_EQ(aligned.is_borrowed(), alignment->leaves()[leaf].action == AlignAction::kSame);
      EXPECT_EQ(Print(std::move(aligned).Take()), Print(expected.leaves[leaf]));
      derived += alignment->leaves()[leaf].action == AlignAction::kNullLevels ? 1U : 0U;
    }
  }
  EXPECT_GT(derived, 500U);
}

TEST(SchemaAlignment, LateFieldInsideAListTakesTheListsLevels) {
  const Schema early = MakeSchema("struct<id:int64,prices:list<struct<tags:list<string>,mid:double>>>");
  const Schema late =
      MakeSchema("struct<id:int64,prices:list<struct<tags:list<string>,mid:double,ask:double>>,note:string>");
  const auto price = [](std::vector<RowValue> tags, double mid) {
    return RowValue::Group({RowValue::Group(std::move(tags)), RowValue::Double(mid)});
  };
  const ColumnBatch batch = ShredRows(
      early,
      {{RowValue::Int(1), RowValue::Group({price({RowValue::Text("a"), RowValue::Text("b")}, 1.0), price({}, 2.0)})},
       {RowValue::Int(2), RowValue::Null()},
       {RowValue::Int(3), RowValue::Group({})},
       {RowValue::Int(4), RowValue::Group({RowValue::Null()})}});
  const Result<SchemaAlignment> alignment = SchemaAlignment::Between(early, late);
  ASSERT_OK(alignment);
  // Two present structs, a null list, an empty list, and a null element.
  EXPECT_EQ(Print(alignment->Align(batch.leaves, 4, 3).column()), "1x3/0 1x3/1 1x0/0 1x1/0 1x2/0 |");
  EXPECT_EQ(Print(alignment->Align(batch.leaves, 4, 4).column()), "4x0/0 |");
  // `mid` lends its levels: it is less repeated than `tags`.
  EXPECT_EQ(alignment->leaves()[3].source, 2U);
  EXPECT_EQ(alignment->leaves()[1].action, AlignAction::kSame);
}

TEST(SchemaAlignment, WidensIntegers) {
  const Schema early = MakeSchema("struct<a:int64,b:int32,c:int16>");
  const Schema late = MakeSchema("struct<a:double,b:int64,c:double>");
  const ColumnBatch batch = ShredRows(early, {{RowValue::Int(int64_t{1} << 53U), RowValue::Int(7), RowValue::Null()}});
  const Result<SchemaAlignment> alignment = SchemaAlignment::Between(early, late);
  ASSERT_OK(alignment);
  EXPECT_EQ(alignment->leaves()[0].action, AlignAction::kWiden);
  EXPECT_EQ(alignment->leaves()[1].action, AlignAction::kRelabel);
  const AlignedLeaf widened = alignment->Align(batch.leaves, 1, 0);
  EXPECT_EQ(widened.column().doubles[0], 9007199254740992.0);
  EXPECT_EQ(Print(alignment->Align(batch.leaves, 1, 1).column()), "1x1/0 | 7");
  EXPECT_EQ(Print(alignment->Align(batch.leaves, 1, 2).column()), "1x0/0 |");
}

TEST(SchemaAlignment, RefusesWhatUnionNeverDoes) {
  const auto between = [](const char* from, const char* to) {
    return SchemaAlignment::Between(MakeSchema(from), MakeSchema(to));
  };
  EXPECT_THAT(between("struct<a:string>", "struct<a:int64>"), IsErr(ErrorKind::kSchemaDrift, "'a' is string"));
  EXPECT_THAT(between("struct<a:double>", "struct<a:int64>"), IsErr(ErrorKind::kSchemaDrift));
  EXPECT_THAT(between("struct<a:int64>", "struct<a:int32>"), IsErr(ErrorKind::kSchemaDrift));
  EXPECT_THAT(between("struct<s:struct<a:int64>>", "struct<s:list<int64>>"),
              IsErr(ErrorKind::kSchemaDrift, "'s' is struct"));
  Schema required = MakeSchema("struct<a:int64,b:int64>");
  required.fields[1].nullable = false;
  EXPECT_THAT(SchemaAlignment::Between(MakeSchema("struct<a:int64>"), required),
              IsErr(ErrorKind::kSchemaDrift, "'b' is required"));
  EXPECT_THAT(SchemaAlignment::Between(MakeSchema("struct<a:int64,b:int64>"), required),
              IsErr(ErrorKind::kSchemaDrift, "'b' is required"));
}

}  // namespace
}  // namespace ingot
