// Rows as trees of values, and their shredding into leaf columns: the plain reference that tests compare columns
// against. For *_test.cc files and test programs only; products append to leaf columns directly.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "column/column_batch.h"

namespace ingot {

// Which member counts is said by the field's type; a null has none. Children: struct fields in order, list elements,
// or a map's keys and values by turns.
struct RowValue {
  bool present = false;
  int64_t integer = 0;  // also bool
  double number = 0;
  std::string text;
  std::vector<RowValue> children;

  static RowValue Null() { return {}; }
  static RowValue Int(int64_t value) { return {true, value, 0, {}, {}}; }
  static RowValue Double(double value) { return {true, 0, value, {}, {}}; }
  static RowValue Text(std::string value) { return {true, 0, 0, std::move(value), {}}; }
  static RowValue Group(std::vector<RowValue> values) { return {true, 0, 0, {}, std::move(values)}; }
};

class RowShredder {
 public:
  explicit RowShredder(const Schema& schema) : batch_{std::make_shared<const Schema>(schema), {}, 0} {
    for (const Leaf& leaf : EnumerateLeaves(*batch_.schema)) {
      batch_.leaves.emplace_back();
      batch_.leaves.back().layout = LayoutOf(leaf.field->type.kind);
    }
  }

  // One value for each top-level field.
  void AddRow(const std::vector<RowValue>& row) {
    size_t leaf = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      Add(batch_.schema->fields[i], row[i], 0, 0, 0, &leaf);
    }
    ++batch_.rows;
  }

  ColumnBatch Take() && { return std::move(batch_); }

 private:
  void Add(const Field& field, const RowValue& value, uint8_t definition, uint8_t repetition, uint8_t depth,
           size_t* leaf) {
    if (field.nullable) {
      if (!value.present) {
        AddNulls(field, definition, repetition, leaf);
        return;
      }
      ++definition;
    }
    switch (field.type.kind) {
      case TypeKind::kStruct:
        for (size_t i = 0; i < field.type.fields.size(); ++i) {
          Add(field.type.fields[i], value.children[i], definition, repetition, depth, leaf);
        }
        return;
      case TypeKind::kList:
      case TypeKind::kMap:
        AddRepeated(field, value, definition, repetition, depth, leaf);
        return;
      default:
        AddScalar(value, definition, repetition, &batch_.leaves[(*leaf)++]);
    }
  }

  void AddRepeated(const Field& field, const RowValue& value, uint8_t definition, uint8_t repetition, uint8_t depth,
                   size_t* leaf) {
    if (value.children.empty()) {
      AddNulls(field, definition, repetition, leaf);
      return;
    }
    const auto inner = static_cast<uint8_t>(depth + 1);
    const size_t parts = field.type.fields.size();
    for (size_t part = 0; part < parts; ++part) {
      const size_t first_leaf = *leaf;
      for (size_t i = part; i < value.children.size(); i += parts) {
        *leaf = first_leaf;
        Add(field.type.fields[part], value.children[i], static_cast<uint8_t>(definition + 1),
            i == part ? repetition : inner, inner, leaf);
      }
    }
  }

  void AddNulls(const Field& field, uint8_t definition, uint8_t repetition, size_t* leaf) {
    if (!field.type.is_nested()) {
      batch_.leaves[(*leaf)++].levels.Append(definition, repetition);
      return;
    }
    for (const Field& child : field.type.fields) {
      AddNulls(child, definition, repetition, leaf);
    }
  }

  static void AddScalar(const RowValue& value, uint8_t definition, uint8_t repetition, LeafColumn* column) {
    column->levels.Append(definition, repetition);
    switch (column->layout) {
      case ValueLayout::kNone:
        break;
      case ValueLayout::kBool:
        column->bools.Append(value.integer != 0 ? 1 : 0);
        break;
      case ValueLayout::kInt64:
        column->ints.Append(value.integer);
        break;
      case ValueLayout::kDouble:
        column->doubles.Append(value.number);
        break;
      case ValueLayout::kBytes:
        column->bytes.AppendAll(value.text.data(), value.text.size());
        column->ends.Append(static_cast<uint32_t>(column->bytes.size()));
        break;
    }
  }

  ColumnBatch batch_;
};

inline ColumnBatch ShredRows(const Schema& schema, const std::vector<std::vector<RowValue>>& rows) {
  RowShredder shredder(schema);
  for (const std::vector<RowValue>& row : rows) {
    shredder.AddRow(row);
  }
  return std::move(shredder).Take();
}

// Random schemas and rows of any shape, the same for the same seed on every machine.
class RandomRows {
 public:
  explicit RandomRows(uint64_t seed) : random_(seed) {}

  uint64_t Below(uint64_t bound) { return random_() % bound; }
  bool OneIn(uint64_t count) { return Below(count) == 0; }

  Schema MakeSchema(int max_depth) {
    Schema schema;
    schema.fields = MakeFields(1 + Below(4), max_depth);
    return schema;
  }

  std::vector<Field> MakeFields(uint64_t count, int max_depth) {
    std::vector<Field> fields;
    for (uint64_t i = 0; i < count; ++i) {
      fields.push_back({"f" + std::to_string(i), MakeType(max_depth), static_cast<int32_t>(i), !OneIn(5)});
    }
    return fields;
  }

  DataType MakeType(int max_depth) {
    static constexpr TypeKind kScalars[] = {TypeKind::kBool,      TypeKind::kInt16,  TypeKind::kInt32,
                                            TypeKind::kInt64,     TypeKind::kDouble, TypeKind::kString,
                                            TypeKind::kBinary,    TypeKind::kJson,   TypeKind::kDate,
                                            TypeKind::kTimestamp, TypeKind::kDecimal};
    const uint64_t pick = Below(max_depth > 0 ? 18 : 12);
    if (pick < 11) {
      DataType type = Scalar(kScalars[pick]);
      type.unit = static_cast<TimeUnit>(type.kind == TypeKind::kTimestamp ? Below(3) : 1);
      if (type.kind == TypeKind::kDecimal) {
        type.precision = static_cast<int>(1 + Below(18));
        type.scale = static_cast<int>(Below(static_cast<uint64_t>(type.precision) + 1));
      }
      return type;
    }
    if (pick == 11) {
      return Scalar(TypeKind::kInt64);
    }
    if (pick < 14) {
      return MakeList(MakeType(max_depth - 1));
    }
    if (pick == 14) {
      return MakeMap(MakeType(max_depth - 1));
    }
    DataType type = Scalar(TypeKind::kStruct);
    type.fields = MakeFields(1 + Below(3), max_depth - 1);
    return type;
  }

  std::vector<RowValue> MakeRow(const Schema& schema) {
    std::vector<RowValue> row;
    for (const Field& field : schema.fields) {
      row.push_back(MakeValue(field));
    }
    return row;
  }

  RowValue MakeValue(const Field& field) {
    if (field.nullable && (field.type.kind == TypeKind::kNull || OneIn(4))) {
      return RowValue::Null();
    }
    switch (field.type.kind) {
      case TypeKind::kStruct: {
        std::vector<RowValue> children;
        for (const Field& child : field.type.fields) {
          children.push_back(MakeValue(child));
        }
        return RowValue::Group(std::move(children));
      }
      case TypeKind::kList:
      case TypeKind::kMap: {
        std::vector<RowValue> children;
        const uint64_t count = Below(OneIn(10) ? 40 : 4);
        for (uint64_t i = 0; i < count; ++i) {
          for (const Field& child : field.type.fields) {
            children.push_back(MakeValue(child));
          }
          if (field.type.kind == TypeKind::kMap) {
            children[children.size() - 2].text += "#" + std::to_string(i);  // keys of one map are distinct
          }
        }
        return RowValue::Group(std::move(children));
      }
      default:
        return MakeScalar(field.type);
    }
  }

 private:
  RowValue MakeScalar(const DataType& type) {
    switch (type.kind) {
      case TypeKind::kBool:
        return RowValue::Int(static_cast<int64_t>(Below(2)));
      case TypeKind::kInt16:
        return RowValue::Int(static_cast<int16_t>(random_()));
      case TypeKind::kInt32:
      case TypeKind::kDate:
        return RowValue::Int(static_cast<int32_t>(OneIn(2) ? Below(10) : random_()));
      case TypeKind::kDouble:
        return RowValue::Double(OneIn(3) ? static_cast<double>(Below(20)) : static_cast<double>(random_()) / 1e13);
      case TypeKind::kDecimal: {
        int64_t bound = 1;
        for (int i = 0; i < type.precision; ++i) {
          bound *= 10;
        }
        return RowValue::Int(static_cast<int64_t>(random_()) % bound);
      }
      case TypeKind::kJson:
        return RowValue::Text(std::to_string(OneIn(2) ? Below(10) : random_()));
      case TypeKind::kString:
      case TypeKind::kBinary:
        return RowValue::Text(OneIn(2) ? "v" + std::to_string(Below(10))
                                       : std::string(Below(30), 'a') + std::to_string(random_()));
      default:
        return RowValue::Int(OneIn(2) ? static_cast<int64_t>(Below(10)) : static_cast<int64_t>(random_()));
    }
  }

  std::mt19937_64 random_;
};

}  // namespace ingot
