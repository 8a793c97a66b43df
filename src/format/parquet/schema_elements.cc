#include "format/parquet/schema_elements.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace ingot {
namespace {

// What the writer makes of the deepest JSON: a record and 127 lists, two levels each.
constexpr int kMaxDepth = 256;

LogicalUnit UnitOf(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMillis:
      return LogicalUnit::kMillis;
    case TimeUnit::kMicros:
      return LogicalUnit::kMicros;
    case TimeUnit::kNanos:
      break;
  }
  return LogicalUnit::kNanos;
}

TimeUnit UnitOf(LogicalUnit unit) {
  switch (unit) {
    case LogicalUnit::kMillis:
      return TimeUnit::kMillis;
    case LogicalUnit::kMicros:
      return TimeUnit::kMicros;
    case LogicalUnit::kNanos:
      break;
  }
  return TimeUnit::kNanos;
}

void Annotate(SchemaElement* element, LogicalKind kind, std::optional<ConvertedType> converted) {
  element->logical.kind = kind;
  element->converted = converted;
}

void AnnotateInteger(SchemaElement* element, int32_t bits, ConvertedType converted) {
  Annotate(element, LogicalKind::kInteger, converted);
  element->logical.bits = bits;
  element->logical.is_signed = true;
}

void AnnotateTimestamp(SchemaElement* element, TimeUnit unit) {
  Annotate(element, LogicalKind::kTimestamp, std::nullopt);
  element->logical.utc = true;
  element->logical.unit = UnitOf(unit);
  if (unit == TimeUnit::kMillis) {
    element->converted = ConvertedType::kTimestampMillis;
  } else if (unit == TimeUnit::kMicros) {
    element->converted = ConvertedType::kTimestampMicros;
  }
}

void SetScalar(const DataType& type, SchemaElement* element) {
  switch (type.kind) {
    case TypeKind::kNull:
      element->type = PhysicalType::kByteArray;
      return Annotate(element, LogicalKind::kString, ConvertedType::kUtf8);
    case TypeKind::kBool:
      element->type = PhysicalType::kBoolean;
      return;
    case TypeKind::kInt16:
      element->type = PhysicalType::kInt32;
      return AnnotateInteger(element, 16, ConvertedType::kInt16);
    case TypeKind::kInt32:
      element->type = PhysicalType::kInt32;
      return AnnotateInteger(element, 32, ConvertedType::kInt32);
    case TypeKind::kDouble:
      element->type = PhysicalType::kDouble;
      return;
    case TypeKind::kString:
      element->type = PhysicalType::kByteArray;
      return Annotate(element, LogicalKind::kString, ConvertedType::kUtf8);
    case TypeKind::kBinary:
      element->type = PhysicalType::kByteArray;
      return;
    case TypeKind::kJson:
      element->type = PhysicalType::kByteArray;
      return Annotate(element, LogicalKind::kJson, ConvertedType::kJson);
    case TypeKind::kDate:
      element->type = PhysicalType::kInt32;
      return Annotate(element, LogicalKind::kDate, ConvertedType::kDate);
    case TypeKind::kTimestamp:
      element->type = PhysicalType::kInt64;
      return AnnotateTimestamp(element, type.unit);
    case TypeKind::kDecimal:
      element->type = PhysicalType::kInt64;
      Annotate(element, LogicalKind::kDecimal, ConvertedType::kDecimal);
      element->logical.precision = type.precision;
      element->logical.scale = type.scale;
      return;
    case TypeKind::kInt64:
    case TypeKind::kStruct:
    case TypeKind::kList:
    case TypeKind::kMap:
      element->type = PhysicalType::kInt64;
  }
}

SchemaElement Group(std::string name, Repetition repetition, size_t children) {
  SchemaElement element;
  element.name = std::move(name);
  element.repetition = repetition;
  element.children = static_cast<int32_t>(children);
  return element;
}

Result<void> AppendField(const Field& field, std::vector<SchemaElement>* elements);

Result<void> AppendFields(const std::vector<Field>& fields, std::vector<SchemaElement>* elements) {
  for (const Field& field : fields) {
    if (auto appended = AppendField(field, elements); !appended) {
      return std::move(appended).error().In("column '" + field.name + "'");
    }
  }
  return {};
}

Result<void> AppendField(const Field& field, std::vector<SchemaElement>* elements) {
  const std::vector<Field>& children = field.type.fields;
  if (field.type.is_nested() && children.empty()) {
    return Error(ErrorKind::kUnsupported, "a struct without fields cannot be written to Parquet");
  }
  SchemaElement element = Group(field.name, field.nullable ? Repetition::kOptional : Repetition::kRequired, 0);
  if (field.id >= 0) {
    element.field_id = field.id;
  }
  switch (field.type.kind) {
    case TypeKind::kStruct:
      element.children = static_cast<int32_t>(children.size());
      elements->push_back(std::move(element));
      break;
    case TypeKind::kList:
      element.children = 1;
      Annotate(&element, LogicalKind::kList, ConvertedType::kList);
      elements->push_back(std::move(element));
      elements->push_back(Group("list", Repetition::kRepeated, children.size()));
      break;
    case TypeKind::kMap:
      element.children = 1;
      Annotate(&element, LogicalKind::kMap, ConvertedType::kMap);
      elements->push_back(std::move(element));
      elements->push_back(Group("key_value", Repetition::kRepeated, children.size()));
      break;
    default:
      SetScalar(field.type, &element);
      elements->push_back(std::move(element));
      return {};
  }
  return AppendFields(children, elements);
}

// ——— From the tree to our schema ———

std::optional<DataType> FromInt32(const LogicalType& logical) {
  switch (logical.kind) {
    case LogicalKind::kNone:
      return Scalar(TypeKind::kInt32);
    case LogicalKind::kNull:
      return Scalar(TypeKind::kNull);
    case LogicalKind::kDate:
      return Scalar(TypeKind::kDate);
    case LogicalKind::kInteger:
      if (logical.is_signed) {
        return Scalar(logical.bits <= 16 ? TypeKind::kInt16 : TypeKind::kInt32);
      }
      if (logical.bits <= 16) {
        return Scalar(logical.bits == 8 ? TypeKind::kInt16 : TypeKind::kInt32);
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<DataType> FromInt64(const LogicalType& logical) {
  if (logical.kind == LogicalKind::kTimestamp && logical.utc) {
    DataType type = Scalar(TypeKind::kTimestamp);
    type.unit = UnitOf(logical.unit);
    return type;
  }
  if (logical.kind == LogicalKind::kDecimal) {
    DataType type = Scalar(TypeKind::kDecimal);
    type.precision = logical.precision;
    type.scale = logical.scale;
    return type;
  }
  if (logical.kind == LogicalKind::kNone || (logical.kind == LogicalKind::kInteger && logical.is_signed)) {
    return Scalar(TypeKind::kInt64);
  }
  return std::nullopt;
}

std::optional<DataType> FromByteArray(const LogicalType& logical) {
  switch (logical.kind) {
    case LogicalKind::kString:
    case LogicalKind::kEnum:
      return Scalar(TypeKind::kString);
    case LogicalKind::kJson:
      return Scalar(TypeKind::kJson);
    case LogicalKind::kNull:
      return Scalar(TypeKind::kNull);
    case LogicalKind::kNone:
      return Scalar(TypeKind::kBinary);
    default:
      return std::nullopt;
  }
}

std::optional<DataType> FromScalar(const SchemaElement& element) {
  switch (*element.type) {
    case PhysicalType::kBoolean:
      return Scalar(TypeKind::kBool);
    case PhysicalType::kInt32:
      return FromInt32(element.logical);
    case PhysicalType::kInt64:
      return FromInt64(element.logical);
    case PhysicalType::kDouble:
      return Scalar(TypeKind::kDouble);
    case PhysicalType::kByteArray:
      return FromByteArray(element.logical);
    default:
      return std::nullopt;
  }
}

Error NotCovered(const std::string& path, const SchemaElement& element) {
  std::string type(element.type ? NameOf(*element.type) : "group");
  if (const std::string logical = NameOf(element.logical); !logical.empty()) {
    type += " " + logical;
  }
  return Error(ErrorKind::kUnsupported,
               "column '" + path + "' has the Parquet type " + type + ", which no column type of Ingot covers");
}

// Reads a proven tree from its begin to its end.
class SchemaMaker {
 public:
  explicit SchemaMaker(std::span<const SchemaElement> elements) : elements_(elements) {}

  // A column of the top level, or the reason why it is none of ours; then the next one.
  SchemaTree::Column NextColumn() {
    const size_t begin = next_;
    SchemaTree::Column column{elements_[begin].name, NextField(""), 0};
    next_ = begin;
    for (int64_t open = 1; open > 0; ++next_) {
      open += elements_[next_].children - 1;
      column.leaves += elements_[next_].type ? 1 : 0;
    }
    return column;
  }

 private:
  Result<std::vector<Field>> Fields(int32_t count, const std::string& parent) {
    std::vector<Field> fields;
    for (int32_t i = 0; i < count; ++i) {
      INGOT_ASSIGN(Field field, NextField(parent));
      fields.push_back(std::move(field));
    }
    return fields;
  }

  Result<Field> NextField(const std::string& parent) {
    const SchemaElement& element = elements_[next_++];
    const std::string path = parent.empty() ? element.name : parent + "." + element.name;
    if (element.repetition == Repetition::kRepeated) {
      return NotCovered(path, element);
    }
    Field field;
    field.name = element.name;
    field.id = element.field_id.value_or(-1);
    field.nullable = element.repetition == Repetition::kOptional;
    if (element.type) {
      std::optional<DataType> type = FromScalar(element);
      if (!type) {
        return NotCovered(path, element);
      }
      field.type = *std::move(type);
    } else {
      INGOT_ASSIGN(field.type, GroupType(element, path));
    }
    return field;
  }

  Result<DataType> GroupType(const SchemaElement& element, const std::string& path) {
    DataType type;
    const bool is_list = element.logical.kind == LogicalKind::kList;
    const bool is_map = element.logical.kind == LogicalKind::kMap;
    if (!is_list && !is_map) {
      type.kind = TypeKind::kStruct;
      INGOT_ASSIGN(type.fields, Fields(element.children, path));
      return type;
    }
    // The modern shape: one repeated group, with the element, or with key and value.
    const int32_t children = is_list ? 1 : 2;
    if (element.children != 1 || elements_[next_].type || elements_[next_].repetition != Repetition::kRepeated ||
        elements_[next_].children != children) {
      return NotCovered(path, element);
    }
    const SchemaElement& repeated = elements_[next_++];
    type.kind = is_list ? TypeKind::kList : TypeKind::kMap;
    INGOT_ASSIGN(type.fields, Fields(children, path + "." + repeated.name));
    if (is_list) {
      type.fields[0].name = "element";
    } else {
      type.fields[0].name = "key";
      type.fields[1].name = "value";
    }
    return type;
  }

  std::span<const SchemaElement> elements_;
  size_t next_ = 1;  // behind the root
};

}  // namespace

Result<std::vector<SchemaElement>> ToSchemaElements(const Schema& schema) {
  if (schema.fields.empty()) {
    return Error(ErrorKind::kUnsupported, "a Parquet file needs at least one column");
  }
  std::vector<SchemaElement> elements;
  elements.push_back(Group("schema", Repetition::kRequired, schema.fields.size()));
  INGOT_TRY(AppendFields(schema.fields, &elements));
  // What no reader could open again is not begun.
  INGOT_TRY(SchemaTree::Of(elements));
  return elements;
}

std::string FormatNullLeaves(std::span<const Leaf> leaves) {
  std::string text;
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].field->type.kind == TypeKind::kNull) {
      text += (text.empty() ? "" : ",") + std::to_string(i);
    }
  }
  return text;
}

void MarkNullLeaves(std::string_view text, std::span<SchemaElement> elements) {
  size_t leaf = 0;
  for (SchemaElement& element : elements) {
    if (!element.type) {
      continue;
    }
    size_t next = 0;
    const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), next);
    if (failure != std::errc()) {
      return;
    }
    if (leaf++ == next) {
      if (element.logical.kind == LogicalKind::kString && element.repetition == Repetition::kOptional) {
        element.logical.kind = LogicalKind::kNull;
      }
      text.remove_prefix(std::min<size_t>(text.size(), static_cast<size_t>(stop - text.data()) + 1));
    }
  }
}

struct SchemaTree::Place {
  std::string path;
  int depth = 0;
  int definition = 0;
  int repetition = 0;
};

Result<void> SchemaTree::Visit(size_t* next, const Place& place) {
  if (*next >= elements_.size()) {
    return Error(ErrorKind::kCorrupt, "the schema in the footer has too few columns");
  }
  if (place.depth > kMaxDepth) {
    const std::string column = place.path.substr(0, place.path.find('.'));
    return Error(ErrorKind::kUnsupported,
                 "column '" + column + "' nests deeper than " + std::to_string(kMaxDepth) + " levels of Parquet",
                 "a list or a map takes two levels; declared as type json, a column holds any JSON as text");
  }
  const SchemaElement& element = elements_[(*next)++];
  Place inner{place.path.empty() ? element.name : place.path + "." + element.name, place.depth + 1, place.definition,
              place.repetition};
  inner.definition +=
      element.repetition == Repetition::kOptional || element.repetition == Repetition::kRepeated ? 1 : 0;
  inner.repetition += element.repetition == Repetition::kRepeated ? 1 : 0;
  if (element.type) {
    if (element.children != 0) {
      return Error(ErrorKind::kCorrupt, "the schema in the footer has a column with columns: '" + inner.path + "'");
    }
    leaves_.push_back({std::move(inner.path), &element, inner.definition, inner.repetition});
    return {};
  }
  if (element.children < 0) {
    return Error(ErrorKind::kCorrupt, "the schema in the footer has a group of less than no columns");
  }
  for (int32_t i = 0; i < element.children; ++i) {
    INGOT_TRY(Visit(next, inner));
  }
  return {};
}

Result<SchemaTree> SchemaTree::Of(std::span<const SchemaElement> elements) {
  if (elements.empty() || elements[0].type) {
    return Error(ErrorKind::kCorrupt, "the footer has no schema");
  }
  SchemaTree tree(elements);
  size_t next = 1;
  for (int32_t i = 0; i < elements[0].children; ++i) {
    INGOT_TRY(tree.Visit(&next, {}));
  }
  if (next != elements.size()) {
    return Error(ErrorKind::kCorrupt, "the schema in the footer has columns that belong to no group");
  }
  return tree;
}

std::vector<SchemaTree::Column> SchemaTree::Columns() const {
  SchemaMaker maker(elements_);
  std::vector<Column> columns;
  for (int32_t i = 0; i < elements_[0].children; ++i) {
    columns.push_back(maker.NextColumn());
  }
  return columns;
}

Result<Schema> SchemaTree::ToSchema() const {
  Schema schema;
  for (Column& column : Columns()) {
    INGOT_ASSIGN(Field field, std::move(column.field));
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

std::string_view NameOf(PhysicalType type) {
  constexpr std::array<std::string_view, 8> kNames = {"BOOLEAN", "INT32",  "INT64",      "INT96",
                                                      "FLOAT",   "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"};
  return kNames[static_cast<size_t>(type)];
}

std::string NameOf(const LogicalType& type) {
  constexpr std::array<std::string_view, 19> kNames = {
      "",    "String", "Map",  "List", "Enum", "Decimal", "Date",    "Time",     "Timestamp", "",
      "Int", "Null",   "JSON", "BSON", "UUID", "Float16", "Variant", "Geometry", "Geography"};
  constexpr std::array<std::string_view, 4> kUnits = {"", "ms", "us", "ns"};
  const auto kind = static_cast<size_t>(type.kind);
  if (kind >= kNames.size()) {
    return "of a later format";
  }
  std::string name(kNames[kind]);
  switch (type.kind) {
    case LogicalKind::kDecimal:
      return name + "(" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + ")";
    case LogicalKind::kTime:
    case LogicalKind::kTimestamp:
      name += "(" + std::string(kUnits[static_cast<size_t>(type.unit)]);
      return name + (type.utc ? ", UTC)" : ", local)");
    case LogicalKind::kInteger:
      return name + "(" + std::to_string(type.bits) + (type.is_signed ? ", signed)" : ", unsigned)");
    default:
      return name;
  }
}

}  // namespace ingot
