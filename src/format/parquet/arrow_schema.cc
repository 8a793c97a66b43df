#include "format/parquet/arrow_schema.h"

#include <string>
#include <utility>

namespace ingot {
namespace {

using parquet::LogicalType;
using parquet::Repetition;
using parquet::schema::GroupNode;
using parquet::schema::Node;
using parquet::schema::NodePtr;
using parquet::schema::NodeVector;
using parquet::schema::PrimitiveNode;

LogicalType::TimeUnit::unit UnitOf(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMillis:
      return LogicalType::TimeUnit::MILLIS;
    case TimeUnit::kMicros:
      return LogicalType::TimeUnit::MICROS;
    case TimeUnit::kNanos:
      break;
  }
  return LogicalType::TimeUnit::NANOS;
}

struct ScalarNode {
  parquet::Type::type physical;
  std::shared_ptr<const LogicalType> logical;
};

ScalarNode ScalarNodeOf(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kNull:
      return {parquet::Type::INT32, LogicalType::Null()};
    case TypeKind::kBool:
      return {parquet::Type::BOOLEAN, LogicalType::None()};
    case TypeKind::kInt16:
      return {parquet::Type::INT32, LogicalType::Int(16, true)};
    case TypeKind::kInt32:
      return {parquet::Type::INT32, LogicalType::Int(32, true)};
    case TypeKind::kDouble:
      return {parquet::Type::DOUBLE, LogicalType::None()};
    case TypeKind::kString:
      return {parquet::Type::BYTE_ARRAY, LogicalType::String()};
    case TypeKind::kBinary:
      return {parquet::Type::BYTE_ARRAY, LogicalType::None()};
    case TypeKind::kJson:
      return {parquet::Type::BYTE_ARRAY, LogicalType::JSON()};
    case TypeKind::kDate:
      return {parquet::Type::INT32, LogicalType::Date()};
    case TypeKind::kTimestamp:
      return {parquet::Type::INT64, LogicalType::Timestamp(true, UnitOf(type.unit))};
    case TypeKind::kDecimal:
      return {parquet::Type::INT64, LogicalType::Decimal(type.precision, type.scale)};
    case TypeKind::kInt64:
    case TypeKind::kStruct:
    case TypeKind::kList:
    case TypeKind::kMap:
      break;
  }
  return {parquet::Type::INT64, LogicalType::None()};
}

Result<NodePtr> ToNode(const Field& field);

Result<NodeVector> ToNodes(const std::vector<Field>& fields) {
  NodeVector nodes;
  for (const Field& field : fields) {
    auto node = ToNode(field);
    if (!node) {
      return std::move(node).error().In("column '" + field.name + "'");
    }
    nodes.push_back(*std::move(node));
  }
  return nodes;
}

Result<NodePtr> ToNode(const Field& field) {
  const Repetition::type repetition = field.nullable ? Repetition::OPTIONAL : Repetition::REQUIRED;
  if (!field.type.is_nested()) {
    ScalarNode scalar = ScalarNodeOf(field.type);
    return PrimitiveNode::Make(field.name, repetition, std::move(scalar.logical), scalar.physical, -1, field.id);
  }
  if (field.type.fields.empty()) {
    return Error(ErrorKind::kUnsupported, "a struct without fields cannot be written to Parquet");
  }
  INGOT_ASSIGN(NodeVector children, ToNodes(field.type.fields));
  switch (field.type.kind) {
    case TypeKind::kList:
      return GroupNode::Make(field.name, repetition, {GroupNode::Make("list", Repetition::REPEATED, children)},
                             LogicalType::List(), field.id);
    case TypeKind::kMap:
      return GroupNode::Make(field.name, repetition, {GroupNode::Make("key_value", Repetition::REPEATED, children)},
                             LogicalType::Map(), field.id);
    default:
      return GroupNode::Make(field.name, repetition, children, parquet::ConvertedType::NONE, field.id);
  }
}

Error NotCovered(const Node& node) {
  std::string type =
      node.is_primitive() ? parquet::TypeToString(static_cast<const PrimitiveNode&>(node).physical_type()) : "group";
  if (node.logical_type() != nullptr && !node.logical_type()->is_none()) {
    type += " " + node.logical_type()->ToString();
  }
  return Error(ErrorKind::kUnsupported, "column '" + node.path()->ToDotString() + "' has the Parquet type " + type +
                                            ", which no column type of Ingot covers");
}

Result<DataType> FromInt32(const PrimitiveNode& node, const LogicalType& logical) {
  if (logical.is_null()) {
    return Scalar(TypeKind::kNull);
  }
  if (logical.is_date()) {
    return Scalar(TypeKind::kDate);
  }
  if (logical.is_int()) {
    const auto& integer = static_cast<const parquet::IntLogicalType&>(logical);
    if (integer.is_signed()) {
      return Scalar(integer.bit_width() <= 16 ? TypeKind::kInt16 : TypeKind::kInt32);
    }
    if (integer.bit_width() <= 16) {
      return Scalar(integer.bit_width() == 8 ? TypeKind::kInt16 : TypeKind::kInt32);
    }
    return NotCovered(node);
  }
  if (logical.is_none()) {
    return Scalar(TypeKind::kInt32);
  }
  return NotCovered(node);
}

Result<DataType> FromInt64(const PrimitiveNode& node, const LogicalType& logical) {
  if (logical.is_timestamp()) {
    const auto& timestamp = static_cast<const parquet::TimestampLogicalType&>(logical);
    if (!timestamp.is_adjusted_to_utc()) {
      return NotCovered(node);
    }
    DataType type = Scalar(TypeKind::kTimestamp);
    type.unit = timestamp.time_unit() == LogicalType::TimeUnit::MILLIS   ? TimeUnit::kMillis
                : timestamp.time_unit() == LogicalType::TimeUnit::MICROS ? TimeUnit::kMicros
                                                                         : TimeUnit::kNanos;
    return type;
  }
  if (logical.is_decimal()) {
    const auto& decimal = static_cast<const parquet::DecimalLogicalType&>(logical);
    DataType type = Scalar(TypeKind::kDecimal);
    type.precision = decimal.precision();
    type.scale = decimal.scale();
    return type;
  }
  if (logical.is_none() || (logical.is_int() && static_cast<const parquet::IntLogicalType&>(logical).is_signed())) {
    return Scalar(TypeKind::kInt64);
  }
  return NotCovered(node);
}

Result<DataType> FromPrimitive(const PrimitiveNode& node) {
  const LogicalType& logical = *node.logical_type();
  switch (node.physical_type()) {
    case parquet::Type::BOOLEAN:
      return Scalar(TypeKind::kBool);
    case parquet::Type::INT32:
      return FromInt32(node, logical);
    case parquet::Type::INT64:
      return FromInt64(node, logical);
    case parquet::Type::DOUBLE:
      return Scalar(TypeKind::kDouble);
    case parquet::Type::BYTE_ARRAY:
      if (logical.is_string() || logical.is_enum()) {
        return Scalar(TypeKind::kString);
      }
      if (logical.is_JSON()) {
        return Scalar(TypeKind::kJson);
      }
      if (logical.is_none()) {
        return Scalar(TypeKind::kBinary);
      }
      return NotCovered(node);
    default:
      return NotCovered(node);
  }
}

Result<Field> FromNode(const Node& node);

Result<std::vector<Field>> FromChildren(const GroupNode& group) {
  std::vector<Field> fields;
  for (int i = 0; i < group.field_count(); ++i) {
    INGOT_ASSIGN(Field field, FromNode(*group.field(i)));
    fields.push_back(std::move(field));
  }
  return fields;
}

// The repeated group that a list or map holds, when it has the modern shape with `children` fields.
Result<const GroupNode*> RepeatedGroup(const GroupNode& group, int children) {
  if (group.field_count() == 1 && group.field(0)->is_repeated() && group.field(0)->is_group()) {
    const auto* repeated = static_cast<const GroupNode*>(group.field(0).get());
    if (repeated->field_count() == children) {
      return repeated;
    }
  }
  return NotCovered(group);
}

Result<DataType> FromGroup(const GroupNode& group) {
  DataType type;
  const bool is_list = group.logical_type()->is_list();
  const bool is_map = group.logical_type()->is_map();
  if (!is_list && !is_map) {
    type.kind = TypeKind::kStruct;
    INGOT_ASSIGN(type.fields, FromChildren(group));
    return type;
  }
  type.kind = is_list ? TypeKind::kList : TypeKind::kMap;
  INGOT_ASSIGN(const GroupNode* repeated, RepeatedGroup(group, is_list ? 1 : 2));
  INGOT_ASSIGN(type.fields, FromChildren(*repeated));
  if (is_list) {
    type.fields[0].name = "element";
  } else {
    type.fields[0].name = "key";
    type.fields[1].name = "value";
  }
  return type;
}

Result<Field> FromNode(const Node& node) {
  if (node.is_repeated()) {
    return NotCovered(node);
  }
  Field field;
  field.name = node.name();
  field.id = node.field_id();
  field.nullable = node.is_optional();
  if (node.is_primitive()) {
    INGOT_ASSIGN(field.type, FromPrimitive(static_cast<const PrimitiveNode&>(node)));
  } else {
    INGOT_ASSIGN(field.type, FromGroup(static_cast<const GroupNode&>(node)));
  }
  return field;
}

}  // namespace

Result<NodePtr> ToParquetSchema(const Schema& schema) {
  if (schema.fields.empty()) {
    return Error(ErrorKind::kUnsupported, "a Parquet file needs at least one column");
  }
  INGOT_ASSIGN(NodeVector nodes, ToNodes(schema.fields));
  return GroupNode::Make("schema", Repetition::REQUIRED, nodes, parquet::ConvertedType::NONE, -1);
}

Result<Schema> FromParquetSchema(const GroupNode& root) {
  INGOT_ASSIGN(std::vector<Field> fields, FromChildren(root));
  return Schema{std::move(fields)};
}

}  // namespace ingot
