#include <fmt/format.h>

#include <utility>
#include <vector>

#include "model/json_value.h"
#include "model/manifest_fields.h"
#include "model/project_keys.h"

namespace ingot {
namespace {

// The id of the table that a key opens: "dataset.*.source" for `source` in "dataset.*".
std::string ChildTable(const ProjectKey& key) {
  const std::string id = key.table.empty() ? std::string(key.name) : fmt::format("{}.{}", key.table, key.name);
  return key.shape == KeyShape::kNamedTables ? id + ".*" : id;
}

std::vector<std::string_view> Choices(const ProjectKey& key) {
  std::vector<std::string_view> out;
  for (size_t begin = 0; begin <= key.choices.size();) {
    const size_t end = std::min(key.choices.find('|', begin), key.choices.size());
    out.push_back(key.choices.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

JsonObject ListOf(JsonObject items) { return {{"type", "array"}, {"items", std::move(items)}}; }

JsonObject FreeTable(JsonObject values) { return {{"type", "object"}, {"additionalProperties", std::move(values)}}; }

JsonObject AnyOf(std::initializer_list<const char*> types) { return {{"type", JsonArray(types.begin(), types.end())}}; }

JsonObject TableSchema(std::string_view table);

JsonObject ShapeSchema(const ProjectKey& key) {
  JsonObject string = {{"type", "string"}};
  switch (key.shape) {
    case KeyShape::kString:
    case KeyShape::kPathTemplate:
    case KeyShape::kColumn:
      return string;
    case KeyShape::kBoolean:
      return {{"type", "boolean"}};
    case KeyShape::kCount:
      return {{"type", "integer"}, {"minimum", 0}};
    case KeyShape::kNumber:
      return {{"type", "number"}};
    case KeyShape::kSize:
      return AnyOf({"string", "integer"});
    case KeyShape::kShare:
      return AnyOf({"string", "number"});
    case KeyShape::kChoice: {
      const auto choices = Choices(key);
      return {{"enum", JsonArray(choices.begin(), choices.end())}};
    }
    case KeyShape::kColumns:
    case KeyShape::kStrings:
      return ListOf(std::move(string));
    case KeyShape::kColumnGroups:
      return ListOf(ListOf(std::move(string)));
    case KeyShape::kInteger:
      return {{"type", "integer"}};
    case KeyShape::kNumbers:
      return ListOf({{"type", "number"}});
    case KeyShape::kScalars:
      return ListOf(AnyOf({"string", "number", "boolean"}));
    case KeyShape::kKeyFields: {
      JsonObject schema = AnyOf({"string", "array"});
      schema["items"] = std::move(string);
      return schema;
    }
    case KeyShape::kScalar:
      return AnyOf({"string", "number", "boolean"});
    case KeyShape::kStringTable:
      return FreeTable(std::move(string));
    case KeyShape::kOptionTable:
      return FreeTable(AnyOf({"string", "integer", "boolean", "array"}));
    case KeyShape::kDomainTable:
      return FreeTable(AnyOf({"string", "integer", "array"}));
    case KeyShape::kManifestTable:
      return {{"$ref", "#/$defs/manifest"}};
    case KeyShape::kTable:
      return TableSchema(ChildTable(key));
    case KeyShape::kTables:
      return ListOf(TableSchema(ChildTable(key)));
    case KeyShape::kNamedTables:
      return FreeTable(TableSchema(ChildTable(key)));
  }
  return {};
}

std::string Description(const ProjectKey& key) {
  return key.default_value.empty() ? std::string(key.doc) : fmt::format("{} Default: {}.", key.doc, key.default_value);
}

// Closed: an editor marks what the parser would refuse.
JsonObject TableSchema(std::string_view table) {
  JsonObject properties;
  JsonArray required;
  for (const ProjectKey& key : ProjectKeys()) {
    if (key.table != table) {
      continue;
    }
    JsonObject schema = ShapeSchema(key);
    schema["description"] = Description(key);
    properties[std::string(key.name)] = std::move(schema);
    if (key.use == KeyUse::kRequired) {
      required.emplace_back(key.name);
    }
  }
  JsonObject out = {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) {
    out["required"] = std::move(required);
  }
  return out;
}

// The fields of a manifest: literals, computed values, tables of those.
JsonObject ManifestDefinitions() {
  JsonArray functions;
  for (const ManifestFunctionInfo& info : ManifestFunctions()) {
    functions.emplace_back(info.name);
  }
  const JsonObject string = {{"type", "string"}};
  const JsonObject computed = {{"type", "object"},
                               {"additionalProperties", false},
                               {"required", JsonArray{"compute"}},
                               {"properties", JsonObject{{"compute", JsonObject{{"enum", std::move(functions)}}},
                                                         {"field", string},
                                                         {"column", string},
                                                         {"format", string}}}};
  const JsonObject table = {{"$ref", "#/$defs/manifest"}, {"not", JsonObject{{"required", JsonArray{"compute"}}}}};
  const JsonObject literal = AnyOf({"string", "number", "boolean", "array"});
  return {{"computed", computed},
          {"manifest", FreeTable({{"anyOf", JsonArray{JsonObject{{"$ref", "#/$defs/computed"}}, literal, table}}})}};
}

std::string ShapeName(const ProjectKey& key) {
  switch (key.shape) {
    case KeyShape::kString:
      return "string";
    case KeyShape::kBoolean:
      return "boolean";
    case KeyShape::kCount:
      return "count";
    case KeyShape::kNumber:
      return "number";
    case KeyShape::kSize:
      return "size";
    case KeyShape::kShare:
      return "share";
    case KeyShape::kChoice:
      return fmt::format("`{}`", fmt::join(Choices(key), "` or `"));
    case KeyShape::kPathTemplate:
      return "path template";
    case KeyShape::kColumn:
      return "column";
    case KeyShape::kColumns:
      return "columns";
    case KeyShape::kColumnGroups:
      return "list of columns";
    case KeyShape::kStrings:
      return "strings";
    case KeyShape::kInteger:
      return "integer";
    case KeyShape::kNumbers:
      return "list of numbers";
    case KeyShape::kScalars:
      return "list of strings, numbers or booleans";
    case KeyShape::kKeyFields:
      return "string or strings";
    case KeyShape::kScalar:
      return "string, number or boolean";
    case KeyShape::kStringTable:
    case KeyShape::kOptionTable:
    case KeyShape::kDomainTable:
    case KeyShape::kManifestTable:
      return "table";
    case KeyShape::kTable:
      return "table below";
    case KeyShape::kTables:
      return "list of tables below";
    case KeyShape::kNamedTables:
      return "tables below";
  }
  return "";
}

// "dataset.*.source" as a person writes it: [dataset.NAME.source].
std::string Heading(std::string_view table) {
  if (table.empty()) {
    return "At the top";
  }
  std::string name(table);
  for (size_t star = name.find('*'); star != std::string::npos; star = name.find('*')) {
    name.replace(star, 1, "NAME");
  }
  return fmt::format("`[{}]`", name);
}

std::string DefaultText(const ProjectKey& key) {
  if (key.use == KeyUse::kRequired) {
    return "required";
  }
  return key.default_value.empty() ? std::string() : fmt::format("`{}`", key.default_value);
}

// For the columns of the table of computed fields.
std::string_view ArgumentMark(ArgumentUse use) {
  return use == ArgumentUse::kRequired ? "required" : use == ArgumentUse::kOptional ? "optional" : "";
}

}  // namespace

std::string ProjectJsonSchema() {
  JsonObject schema = TableSchema("");
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "ingot.toml";
  schema["description"] = "A project of Ingot: datasets, where their rows come from, and how they are published.";
  schema["$defs"] = ManifestDefinitions();
  const auto text = WriteJson(schema);
  return text.ok() ? *text : text.error().message();
}

std::string ProjectReferenceMarkdown() {
  std::string out;
  std::string_view table = "-";
  for (const ProjectKey& key : ProjectKeys()) {
    if (key.table != table) {
      table = key.table;
      out += fmt::format("{}### {}\n\n| key | value | default | meaning |\n|---|---|---|---|\n",
                         out.empty() ? "" : "\n", Heading(table));
    }
    out += fmt::format("| `{}` | {} | {} | {} |\n", key.name, ShapeName(key), DefaultText(key), key.doc);
  }
  out +=
      "\n### Computed manifest fields\n\n| compute | `field` | `column` | `format` | value |\n|---|---|---|---|---|\n";
  for (const ManifestFunctionInfo& info : ManifestFunctions()) {
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", info.name, ArgumentMark(info.field), ArgumentMark(info.column),
                       ArgumentMark(info.format), info.doc);
  }
  return out;
}

}  // namespace ingot
