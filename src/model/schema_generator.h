// Random types and schemas for property tests. For *_test.cc files only.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include "model/schema.h"

namespace ingot {

// Names from a small set, so that two random schemas often share some, and a few that need quoting.
inline rc::Gen<std::string> GenerateName() {
  return rc::gen::element<std::string>("a", "b", "c", "mid", "element", "a.b", "x,y", "with \"quotes\"", "ключ", "<>",
                                       "");
}

inline rc::Gen<DataType> GenerateScalarType() {
  return rc::gen::exec([] {
    DataType type =
        Scalar(*rc::gen::element(TypeKind::kNull, TypeKind::kBool, TypeKind::kInt16, TypeKind::kInt32, TypeKind::kInt64,
                                 TypeKind::kDouble, TypeKind::kString, TypeKind::kBinary, TypeKind::kJson,
                                 TypeKind::kDate, TypeKind::kTimestamp, TypeKind::kDecimal));
    if (type.kind == TypeKind::kTimestamp) {
      type.unit = *rc::gen::element(TimeUnit::kMillis, TimeUnit::kMicros, TimeUnit::kNanos);
    } else if (type.kind == TypeKind::kDecimal) {
      type.precision = *rc::gen::inRange(1, 19);
      type.scale = *rc::gen::inRange(0, type.precision + 1);
    }
    return type;
  });
}

inline DataType DrawType(int depth);

// Distinct names, as every struct and every schema has.
inline std::vector<Field> DrawFields(int depth) {
  std::vector<std::string> names = *rc::gen::container<std::vector<std::string>>(GenerateName());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  names.resize(std::min<size_t>(names.size(), 5));
  std::vector<Field> fields;
  for (std::string& name : names) {
    fields.push_back({std::move(name), DrawType(depth), -1, true});
  }
  return fields;
}

inline DataType DrawType(int depth) {
  const int shape = depth > 0 ? *rc::gen::inRange(0, 6) : 0;
  switch (shape) {
    case 3:
      return MakeList(DrawType(depth - 1));
    case 4:
      return MakeMap(DrawType(depth - 1));
    case 5: {
      DataType type = Scalar(TypeKind::kStruct);
      type.fields = DrawFields(depth - 1);
      return type;
    }
    default:
      return *GenerateScalarType();
  }
}

inline rc::Gen<DataType> GenerateType(int depth) {
  return rc::gen::exec([depth] { return DrawType(depth); });
}

inline rc::Gen<Schema> GenerateSchema(int depth) {
  return rc::gen::exec([depth] { return Schema{DrawFields(depth)}; });
}

}  // namespace ingot
