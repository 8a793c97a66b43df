// What a text of JSON lines means, told the plain way: simdjson parses each line into a tree, the tree is fitted to the
// types seen so far, and in the end every record is shredded under the final schema. Slow, and written without a look
// at the decoder's structures, so that a difference between the two is a defect of one of them. For *_test.cc and
// *_fuzz.cc files only.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "column/row_shredder.h"
#include "format/json/json_options.h"
#include "format/json/json_scalar.h"
#include "format/json/reference_parser.h"

namespace ingot {

// The type of one path as far as it is known.
struct ReferenceShape {
  DataType type;  // of lists, maps and structs the kind only; kNull while unknown
  bool pinned = false;
  bool locked = false;
  bool dropped = false;
  bool counts = false;  // towards max_new_keys
  uint64_t inexact_line = 0;
  std::string name;
  std::vector<ReferenceShape> fields;  // lists: the element; maps: the value

  ReferenceShape* Find(std::string_view field_name) {
    for (ReferenceShape& field : fields) {
      if (field.name == field_name) {
        return &field;
      }
    }
    return nullptr;
  }

  DataType ToType() const {
    if (type.kind == TypeKind::kList) {
      return MakeList(fields[0].ToType());
    }
    if (type.kind == TypeKind::kMap) {
      return MakeMap(fields[0].ToType());
    }
    if (type.kind != TypeKind::kStruct) {
      return type;
    }
    DataType result = Scalar(TypeKind::kStruct);
    for (const ReferenceShape& field : fields) {
      if (!field.dropped) {
        result.fields.push_back({field.name, field.ToType()});
      }
    }
    return result.fields.empty() ? Scalar(TypeKind::kNull) : result;
  }
};

class JsonReference {
 public:
  explicit JsonReference(JsonOptions options) : options_(std::move(options)) {
    root_.type = Scalar(TypeKind::kStruct);
    if (options_.locked != nullptr) {
      std::vector<std::string> path;
      SettleFields(&root_, options_.locked->fields, /*pinned=*/false, &path);
    }
  }

  // Reads all lines, up to and without the first that is drift.
  void Read(std::string_view text) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") {
      text.remove_prefix(3);
    }
    while (!text.empty() && drift_line_ == 0) {
      const size_t size = text.find('\n');
      ReadLine(text.substr(0, size));
      text.remove_prefix(size + 1);
    }
  }

  uint64_t drift_line() const { return drift_line_; }  // 0 for none
  const std::vector<uint64_t>& rejected_lines() const { return rejected_lines_; }
  uint64_t blanks() const { return blanks_; }

  ColumnBatch Shred() const {
    const Schema schema{root_.ToType().fields};
    RowShredder shredder(schema);
    for (const JsonTreeValue& record : records_) {
      std::vector<RowValue> row;
      for (const Field& field : schema.fields) {
        row.push_back(MemberRow(field, record));
      }
      shredder.AddRow(row);
    }
    return std::move(shredder).Take();
  }

  // Makes the texts of a json column comparable with those of Shred.
  static LeafColumn CanonicalTexts(const LeafColumn& column) {
    LeafColumn result;
    result.layout = column.layout;
    for (const LevelRun& run : column.levels.runs()) {
      result.levels.AppendRun(run.count, run.definition, run.repetition);
    }
    ReferenceParser parser;
    for (size_t i = 0; i < column.ends.size(); ++i) {
      const auto value = parser.Parse(column.BytesAt(i));
      const std::string text = value ? value->Canonical() : "not JSON";
      result.bytes.AppendAll(text.data(), text.size());
      result.ends.Append(static_cast<uint32_t>(result.bytes.size()));
    }
    return result;
  }

 private:
  enum class Fit { kYes, kReject, kDrift };

  void ReadLine(std::string_view line) {
    ++line_;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      ++blanks_;
      return;
    }
    std::optional<JsonTreeValue> record = parser_.Parse(line);
    Fit fit = Fit::kReject;
    if (record && record->kind == JsonTreeValue::Kind::kObject && record->Depth() <= options_.max_depth) {
      ReferenceShape shape = root_;
      std::vector<std::string> path;
      fit = FitObject(&shape, *record, &path);
      if (fit == Fit::kYes) {
        root_ = std::move(shape);
        records_.push_back(*std::move(record));
      }
    }
    if (fit == Fit::kReject) {
      rejected_lines_.push_back(line_);
    }
    drift_line_ = fit == Fit::kDrift ? line_ : 0;
  }

  // ---- Declarations

  ReferenceShape NewShape(const std::vector<std::string>& path) const {
    ReferenceShape shape;
    shape.name = path.back();
    for (const ColumnPathPattern& pattern : options_.drop) {
      shape.dropped = shape.dropped || pattern.Matches(path);
    }
    std::vector<std::string> below = path;
    for (const auto& [pattern, type] : options_.types) {
      if (pattern.Matches(path)) {
        Settle(&shape, type, /*pinned=*/true, &below);
        return shape;
      }
    }
    for (const ColumnPathPattern& pattern : options_.maps) {
      if (pattern.Matches(path)) {
        shape.type = Scalar(TypeKind::kMap);
        shape.pinned = true;
        below.emplace_back("{}");
        shape.fields.push_back(NewShape(below));
        break;
      }
    }
    return shape;
  }

  // Settles what is still open at and below a shape.
  void Settle(ReferenceShape* shape, const DataType& type, bool pinned, std::vector<std::string>* path) const {
    if (shape->dropped || type.kind == TypeKind::kNull) {
      return;
    }
    const bool is_open = shape->type.kind == TypeKind::kNull;
    if (is_open) {
      shape->type = type;
      shape->type.fields.clear();
      (pinned ? shape->pinned : shape->locked) = true;
    }
    if (shape->type.kind != type.kind) {
      return;
    }
    if (type.kind == TypeKind::kStruct) {
      SettleFields(shape, type.fields, pinned, path);
    } else if (type.is_nested()) {
      path->emplace_back(type.kind == TypeKind::kList ? "[]" : "{}");
      if (is_open) {
        shape->fields.push_back(NewShape(*path));
      }
      Settle(&shape->fields[0], type.fields.back().type, pinned, path);
      path->pop_back();
    }
  }

  // Declarations come first, then what the schema says.
  void SettleFields(ReferenceShape* shape, const std::vector<Field>& fields, bool pinned,
                    std::vector<std::string>* path) const {
    for (const Field& field : fields) {
      path->push_back(field.name);
      if (shape->Find(field.name) == nullptr) {
        shape->fields.push_back(NewShape(*path));
      }
      Settle(shape->Find(field.name), field.type, pinned, path);
      path->pop_back();
    }
  }

  // ---- One value

  static Fit Mismatch(const ReferenceShape& shape) { return shape.pinned || shape.locked ? Fit::kReject : Fit::kDrift; }

  bool IsNull(const JsonTreeValue& value, const DataType& type) const {
    return value.kind == JsonTreeValue::Kind::kNull ||
           (value.is_empty_object() && options_.empty_object == EmptyObject::kNull && type.kind != TypeKind::kJson);
  }

  static TypeKind FirstKind(const JsonTreeValue& value) {
    switch (value.kind) {
      case JsonTreeValue::Kind::kBool:
        return TypeKind::kBool;
      case JsonTreeValue::Kind::kInteger:
      case JsonTreeValue::Kind::kOutOfRange:
        return TypeKind::kInt64;
      case JsonTreeValue::Kind::kReal:
        return TypeKind::kDouble;
      case JsonTreeValue::Kind::kString:
        return TypeKind::kString;
      case JsonTreeValue::Kind::kArray:
        return TypeKind::kList;
      case JsonTreeValue::Kind::kObject:
        return TypeKind::kStruct;
      case JsonTreeValue::Kind::kNull:
        break;
    }
    return TypeKind::kNull;
  }

  Fit FitValue(ReferenceShape* shape, const JsonTreeValue& value, std::vector<std::string>* path) {
    if (shape->dropped || IsNull(value, shape->type)) {
      return Fit::kYes;
    }
    if (shape->type.kind == TypeKind::kNull) {
      shape->type = Scalar(FirstKind(value));
      if (shape->type.kind == TypeKind::kList) {
        path->emplace_back("[]");
        shape->fields.push_back(NewShape(*path));
        path->pop_back();
      }
    }
    const bool is_string = value.kind == JsonTreeValue::Kind::kString;
    switch (shape->type.kind) {
      case TypeKind::kJson:
        return Fit::kYes;
      case TypeKind::kBool:
        return value.kind == JsonTreeValue::Kind::kBool ? Fit::kYes : Mismatch(*shape);
      case TypeKind::kString:
      case TypeKind::kBinary:
        return is_string ? Fit::kYes : Mismatch(*shape);
      case TypeKind::kTimestamp:
      case TypeKind::kDate:
      case TypeKind::kDecimal:
        if (!is_string && !(shape->type.kind == TypeKind::kDecimal && value.is_number())) {
          return Fit::kReject;
        }
        return value.kind != JsonTreeValue::Kind::kOutOfRange && ParseScalar(value.text, shape->type) ? Fit::kYes
                                                                                                      : Fit::kReject;
      case TypeKind::kStruct:
        return value.kind == JsonTreeValue::Kind::kObject ? FitObject(shape, value, path) : Mismatch(*shape);
      case TypeKind::kList:
        return value.kind == JsonTreeValue::Kind::kArray ? FitParts(shape, value, path) : Mismatch(*shape);
      case TypeKind::kMap:
        return value.kind == JsonTreeValue::Kind::kObject ? FitParts(shape, value, path) : Mismatch(*shape);
      default:
        return value.is_number() ? FitNumber(shape, value) : Mismatch(*shape);
    }
  }

  Fit FitNumber(ReferenceShape* shape, const JsonTreeValue& value) const {
    if (value.kind == JsonTreeValue::Kind::kOutOfRange) {
      return Fit::kReject;
    }
    const bool is_real = value.kind == JsonTreeValue::Kind::kReal;
    const bool inexact = !is_real && !IsExact(value.integer);
    if (shape->type.kind == TypeKind::kDouble) {
      return inexact ? Fit::kReject : Fit::kYes;
    }
    if (!is_real) {
      const int64_t bound = shape->type.kind == TypeKind::kInt16 ? 1LL << 15 : 1LL << 31;
      if (shape->type.kind != TypeKind::kInt64 && (value.integer < -bound || value.integer >= bound)) {
        return Fit::kReject;
      }
      shape->inexact_line = inexact && shape->inexact_line == 0 ? line_ : shape->inexact_line;
      return Fit::kYes;
    }
    if (shape->pinned || shape->inexact_line == line_) {
      return Fit::kReject;
    }
    if (shape->inexact_line != 0) {
      return Fit::kDrift;
    }
    shape->type = Scalar(TypeKind::kDouble);
    return Fit::kYes;
  }

  // By arithmetic of integers alone: at most 53 bits between the highest and the lowest one.
  static bool IsExact(int64_t value) {
    uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    while (magnitude != 0 && magnitude % 2 == 0) {
      magnitude /= 2;
    }
    return magnitude < uint64_t{1} << 53U;
  }

  Fit FitObject(ReferenceShape* shape, const JsonTreeValue& object, std::vector<std::string>* path) {
    std::set<std::string> names;
    for (const JsonTreeValue& value : object.members) {
      path->push_back(value.name);
      ReferenceShape* field = shape->Find(value.name);
      if (field == nullptr) {
        size_t new_fields = 0;
        for (const ReferenceShape& known : shape->fields) {
          new_fields += known.counts ? 1 : 0;
        }
        ReferenceShape made = NewShape(*path);
        made.counts = !made.dropped && !made.pinned;
        if (made.counts && new_fields >= options_.max_new_keys) {
          return Fit::kDrift;
        }
        shape->fields.push_back(std::move(made));
        field = &shape->fields.back();
      }
      if (!names.insert(value.name).second) {
        return Fit::kReject;
      }
      if (const Fit fit = FitValue(field, value, path); fit != Fit::kYes) {
        return fit;
      }
      path->pop_back();
    }
    return Fit::kYes;
  }

  // Elements of a list, values of a map.
  Fit FitParts(ReferenceShape* shape, const JsonTreeValue& value, std::vector<std::string>* path) {
    const bool is_map = shape->type.kind == TypeKind::kMap;
    std::set<std::string> names;
    path->emplace_back(is_map ? "{}" : "[]");
    for (const JsonTreeValue& member : value.members) {
      names.insert(member.name);
      if (const Fit fit = FitValue(&shape->fields[0], member, path); fit != Fit::kYes) {
        return fit;
      }
    }
    path->pop_back();
    return is_map && names.size() != value.members.size() ? Fit::kReject : Fit::kYes;
  }

  RowValue ToRow(const DataType& type, const JsonTreeValue& value) const {
    if (IsNull(value, type)) {
      return RowValue::Null();
    }
    RowValue row = RowValue::Group({});
    row.integer = value.integer;
    row.number = value.kind == JsonTreeValue::Kind::kInteger ? static_cast<double>(value.integer) : value.real;
    row.text = type.kind == TypeKind::kJson ? value.Canonical() : value.text;
    switch (type.kind) {
      case TypeKind::kTimestamp:
      case TypeKind::kDate:
      case TypeKind::kDecimal:
        row.integer = *ParseScalar(value.text, type);
        break;
      case TypeKind::kStruct:
        for (const Field& field : type.fields) {
          row.children.push_back(MemberRow(field, value));
        }
        break;
      case TypeKind::kList:
      case TypeKind::kMap:
        for (const JsonTreeValue& member : value.members) {
          if (type.kind == TypeKind::kMap) {
            row.children.push_back(RowValue::Text(member.name));
          }
          row.children.push_back(ToRow(type.fields.back().type, member));
        }
        break;
      default:
        break;
    }
    return row;
  }

  RowValue MemberRow(const Field& field, const JsonTreeValue& object) const {
    for (const JsonTreeValue& member : object.members) {
      if (member.name == field.name) {
        return ToRow(field.type, member);
      }
    }
    return RowValue::Null();
  }

  JsonOptions options_;
  ReferenceParser parser_;
  ReferenceShape root_;
  std::vector<JsonTreeValue> records_;
  std::vector<uint64_t> rejected_lines_;
  uint64_t line_ = 0;
  uint64_t blanks_ = 0;
  uint64_t drift_line_ = 0;
};

}  // namespace ingot
