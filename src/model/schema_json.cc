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

Result<std::vector<Field>> FieldsFromJson(JsonArray array, const std::string& pointer);

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
  INGOT_ASSIGN(JsonArray children, reader.Array("fields"));
  DataType type = Scalar(is_list ? TypeKind::kList : is_map ? TypeKind::kMap : TypeKind::kStruct);
  INGOT_ASSIGN(type.fields, FieldsFromJson(std::move(children), reader.PointerOf("fields")));
  const bool list_fits = type.fields.size() == 1 && type.fields[0].name == "element";
  const bool map_fits = type.fields.size() == 2 && type.fields[0].name == "key" && !type.fields[0].nullable &&
                        type.fields[0].type.kind == TypeKind::kString && type.fields[1].name == "value";
  if ((is_list && !list_fits) || (is_map && !map_fits)) {
    return reader.Problem("fields", is_list ? "must be one field 'element'" : "must be a string 'key' and a 'value'");
  }
  return type;
}

Result<Field> FieldFromJson(JsonValue value, std::string pointer) {
  INGOT_ASSIGN(JsonObjectReader reader, JsonObjectReader::Open(std::move(value), std::move(pointer)));
  Field field;
  INGOT_ASSIGN(field.name, reader.String("name"));
  if (const auto id = reader.TakeOptional("id")) {
    const int64_t* number = id->AsInt();
    if (number == nullptr || *number < 0 || *number > std::numeric_limits<int32_t>::max()) {
      return reader.Problem("id", "must be a 32-bit count");
    }
    field.id = static_cast<int32_t>(*number);
  }
  if (const auto nullable = reader.TakeOptional("nullable")) {
    if (nullable->AsBool() == nullptr) {
      return reader.Problem("nullable", "must be a boolean");
    }
    field.nullable = *nullable->AsBool();
  }
  INGOT_ASSIGN(field.type, TypeFromJson(reader));
  return field;
}

Result<std::vector<Field>> FieldsFromJson(JsonArray array, const std::string& pointer) {
  std::vector<Field> fields;
  std::set<std::string> names;
  for (size_t i = 0; i < array.size(); ++i) {
    const std::string here = AppendPointer(pointer, std::to_string(i));
    INGOT_ASSIGN(Field field, FieldFromJson(std::move(array[i]), here));
    if (!names.insert(field.name).second) {
      return Error(ErrorKind::kCorrupt, fmt::format("{} has the name of an earlier field, '{}'", here, field.name));
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace

JsonValue SchemaToJson(const Schema& schema) { return FieldsToJson(schema.fields); }

Result<Schema> SchemaFromJson(JsonValue value, std::string pointer) {
  JsonArray* array = value.AsArray();
  if (array == nullptr) {
    return Error(ErrorKind::kCorrupt, fmt::format("{} must be an array, but is {}", pointer, value.type_name()));
  }
  INGOT_ASSIGN(std::vector<Field> fields, FieldsFromJson(std::move(*array), pointer));
  return Schema{std::move(fields)};
}

}  // namespace ingot
