#include "model/schema_json.h"

#include <fmt/format.h>

#include <limits>
#include <set>
#include <utility>

#include "model/json_reader.h"

namespace ingot {
namespace {

JsonArray FieldsToJson(const std::vector<Field>& fields) {
  JsonArray array;
  for (const Field& field : fields) {
    JsonObject object;
    object["name"] = field.name;
    if (field.id >= 0) {
      object["id"] = int64_t{field.id};
    }
    if (!field.nullable) {
      object["nullable"] = false;
    }
    if (field.type.is_nested()) {
      object["type"] = field.type.kind == TypeKind::kStruct ? "struct"
                       : field.type.kind == TypeKind::kList ? "list"
                                                            : "map";
      object["fields"] = FieldsToJson(field.type.fields);
    } else {
      object["type"] = FormatType(field.type);
    }
    array.emplace_back(std::move(object));
  }
  return array;
}

Result<std::vector<Field>> FieldsFromJson(JsonView array);

// Nested types carry their children as fields, because those have ids; a type's text has none.
Result<DataType> TypeFromJson(JsonObjectReader& reader) {
  INGOT_ASSIGN(const std::string name, reader.String("type"));
  const bool is_list = name == "list";
  const bool is_map = name == "map";
  if (!is_list && !is_map && name != "struct") {
    auto type = ParseType(name);
    if (!type || type->is_nested()) {
      return reader.Problem("type", fmt::format("'{}' is not a type", name));
    }
    return type;
  }
  INGOT_ASSIGN(const JsonView children, reader.Array("fields"));
  DataType type = Scalar(is_list ? TypeKind::kList : is_map ? TypeKind::kMap : TypeKind::kStruct);
  INGOT_ASSIGN(type.fields, FieldsFromJson(children));
  const bool list_fits = type.fields.size() == 1 && type.fields[0].name == "element";
  const bool map_fits = type.fields.size() == 2 && type.fields[0].name == "key" && !type.fields[0].nullable &&
                        type.fields[0].type.kind == TypeKind::kString && type.fields[1].name == "value";
  if ((is_list && !list_fits) || (is_map && !map_fits)) {
    return reader.Problem("fields", is_list ? "must be one field 'element'" : "must be a string 'key' and a 'value'");
  }
  return type;
}

Result<Field> FieldFromJson(JsonView value) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(value));
  Field field;
  INGOT_ASSIGN(field.name, reader.String("name"));
  if (const auto id = reader.TakeOptional("id")) {
    const auto number = id->AsInt();
    if (!number || *number < 0 || *number > std::numeric_limits<int32_t>::max()) {
      return reader.Problem("id", "must be a 32-bit count");
    }
    field.id = static_cast<int32_t>(*number);
  }
  if (const auto nullable = reader.TakeOptional("nullable")) {
    const auto flag = nullable->AsBool();
    if (!flag) {
      return reader.Problem("nullable", "must be a boolean");
    }
    field.nullable = *flag;
  }
  INGOT_ASSIGN(field.type, TypeFromJson(reader));
  return field;
}

Result<std::vector<Field>> FieldsFromJson(JsonView array) {
  std::vector<Field> fields;
  fields.reserve(array.size());
  for (size_t i = 0; i < array.size(); ++i) {
    INGOT_ASSIGN(Field field, FieldFromJson(array.at(i)));
    fields.push_back(std::move(field));
  }
  std::set<std::string_view> names;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!names.insert(fields[i].name).second) {
      return Error(ErrorKind::kCorrupt,
                   fmt::format("{} has the name of an earlier field, '{}'", array.at(i).Pointer(), fields[i].name));
    }
  }
  return fields;
}

}  // namespace

JsonValue SchemaToJson(const Schema& schema) { return FieldsToJson(schema.fields); }

Result<Schema> SchemaFromJson(JsonView value) {
  if (!value.is_array()) {
    return Error(ErrorKind::kCorrupt,
                 fmt::format("{} must be an array, but is {}", value.Pointer(), value.type_name()));
  }
  INGOT_ASSIGN(std::vector<Field> fields, FieldsFromJson(value));
  return Schema{std::move(fields)};
}

}  // namespace ingot
