#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/similar_name.h"
#include "model/dataset_reader.h"

namespace ingot {
namespace {

// Reads the fields of `[dataset.NAME.manifest]`, tables inside tables.
class ManifestFieldsReader {
 public:
  ManifestFieldsReader(const KeySpec& key, const PathTemplate& inputs, TomlProblems& problems)
      : key_(key), inputs_(inputs), problems_(problems) {}

  // A table with `compute` is computed, any other is an object of fields.
  ManifestFields ReadTable(const toml::table& table) {
    ManifestFields fields;
    for (const auto& [key, node] : InFileOrder(table)) {
      const toml::table* inner = node->as_table();
      ManifestField field{std::string(key->str()), JsonValue()};
      if (inner != nullptr && inner->contains("compute")) {
        field.value = ReadComputed(*inner, field.name);
      } else if (inner != nullptr) {
        field.value = ReadTable(*inner);
      } else {
        field.value = ReadLiteral(*node, field.name);
      }
      fields.push_back(std::move(field));
    }
    return fields;
  }

 private:
  void Problem(const toml::node& node, const std::string& name, std::string_view what) {
    problems_.Add(node.source(), fmt::format("manifest field '{}': {}", name, what),
                  "docs/project-file.md lists what can be computed");
  }

  // TOML's dates and infinities have no JSON form; a silent choice would surprise readers.
  JsonValue ReadLiteral(const toml::node& node, const std::string& name) {
    if (const auto text = node.value_exact<std::string>()) {
      return *text;
    }
    if (const auto number = node.value_exact<int64_t>()) {
      return *number;
    }
    if (const auto number = node.value_exact<double>(); number && std::isfinite(*number)) {
      return *number;
    }
    if (const auto flag = node.value_exact<bool>()) {
      return *flag;
    }
    if (const toml::array* array = node.as_array()) {
      JsonArray out;
      for (const toml::node& element : *array) {
        out.push_back(ReadLiteral(element, name));
      }
      return out;
    }
    if (const toml::table* table = node.as_table()) {
      JsonObject out;
      for (const auto& [key, member] : *table) {
        out[std::string(key.str())] = ReadLiteral(member, name);
      }
      return out;
    }
    Problem(node, name, fmt::format("{} has no form in JSON; write it as a string", TomlTypeName(node)));
    return {};
  }

  ComputedField ReadComputed(const toml::table& table, const std::string& name) {
    ComputedField computed;
    const auto function = table["compute"].value_exact<std::string>();
    const ManifestFunctionInfo* info = function ? FindManifestFunction(*function) : nullptr;
    if (info == nullptr) {
      std::vector<std::string_view> known;
      for (const ManifestFunctionInfo& candidate : ManifestFunctions()) {
        known.push_back(candidate.name);
      }
      Problem(*table.get("compute"), name,
              function ? fmt::format("'{}' cannot be computed{}", *function, DidYouMean(*function, known))
                       : std::string("'compute' is the name of a function"));
      return computed;
    }
    computed.function = info->function;
    for (const auto& [key, node] : table) {
      if (!TakesArgument(*info, key.str())) {
        Problem(node, name, fmt::format("'{}' takes no '{}'", info->name, key.str()));
      }
    }
    computed.field = Argument(table, name, *info, "field", info->field);
    computed.format = Argument(table, name, *info, "format", info->format);
    const std::string column = Argument(table, name, *info, "column", info->column);
    if (!column.empty()) {
      auto path = ColumnPathPattern::Parse(column);
      if (!path || !path->is_exact()) {
        Problem(*table.get("column"), name,
                path ? "'column' names one column, so it takes no '*'" : path.error().message());
      } else {
        computed.column = *std::move(path);
      }
    }
    CheckArguments(table, name, computed);
    return computed;
  }

  // Unknown arguments are refused like unknown keys.
  static bool TakesArgument(const ManifestFunctionInfo& info, std::string_view argument) {
    const std::array<std::pair<std::string_view, ArgumentUse>, 4> uses = {{
        {"compute", ArgumentUse::kRequired},
        {"field", info.field},
        {"column", info.column},
        {"format", info.format},
    }};
    return std::any_of(uses.begin(), uses.end(),
                       [&](const auto& use) { return use.first == argument && use.second != ArgumentUse::kNone; });
  }

  std::string Argument(const toml::table& table, const std::string& name, const ManifestFunctionInfo& info,
                       std::string_view argument, ArgumentUse use) {
    const toml::node* node = table.get(argument);
    if (node == nullptr && use == ArgumentUse::kRequired) {
      Problem(table, name, fmt::format("'{}' needs '{}'", info.name, argument));
    }
    if (node == nullptr) {
      return {};
    }
    auto text = node->value_exact<std::string>();
    if (!text || text->empty()) {
      Problem(*node, name, fmt::format("'{}' must be a string", argument));
    }
    return text.value_or(std::string());
  }

  // What a computed value names must exist: found here, not after an hour of building.
  void CheckArguments(const toml::table& table, const std::string& name, ComputedField& computed) {
    const auto key_fields = key_.fields();
    if (computed.function == ManifestFunction::kKey) {
      if (computed.field.empty() && key_fields.size() == 1) {
        computed.field = key_fields[0].name;
      }
      const bool known = std::any_of(key_fields.begin(), key_fields.end(),
                                     [&](const KeyFieldSpec& field) { return field.name == computed.field; });
      if (!known) {
        Problem(table, name,
                computed.field.empty() ? std::string("say which key 'field'")
                                       : fmt::format("there is no key field '{}'", computed.field));
      }
    } else if (!computed.field.empty() && inputs_.FindField(computed.field) == nullptr) {
      Problem(table, name, fmt::format("the source's path has no field '{}'", computed.field));
    }
    if (computed.function == ManifestFunction::kInputs) {
      CheckNames(table, name, computed.format);
    } else if (!computed.format.empty()) {
      if (const auto formatted = FormatDay(computed.format, UtcDay{}); !formatted) {
        Problem(table, name, formatted.error().message());
      }
    }
    const bool needs_window = computed.function == ManifestFunction::kWindowStart ||
                              computed.function == ManifestFunction::kWindowEnd ||
                              computed.function == ManifestFunction::kWindowDays;
    if (needs_window && !key_.has_window()) {
      Problem(table, name,
              "the key has no window: its fields are neither date, nor start and end, nor end_day and days");
    }
  }

  // `format` of the inputs: a path template of the fields that they have.
  void CheckNames(const toml::table& table, const std::string& name, const std::string& format) {
    const auto names = PathTemplate::Compile(format);
    if (!names && !format.empty()) {
      Problem(table, name, names.error().message());
    }
    for (const TemplateField& field : names ? names->fields() : std::span<const TemplateField>()) {
      const TemplateField* known = inputs_.FindField(field.name);
      if (known == nullptr || known->kind != field.kind) {
        Problem(table, name, fmt::format("the source's path has no field '{}' of this kind", field.name));
      }
    }
  }

  const KeySpec& key_;
  const PathTemplate& inputs_;
  TomlProblems& problems_;
};

}  // namespace

ManifestFields ReadManifestFields(const toml::table& table, const std::string& shown, const KeySpec& key,
                                  const PathTemplate& inputs, TomlProblems& problems) {
  if (const toml::node* own = table.get("ingot")) {
    problems.Add(own->source(), fmt::format("[{}]: the field 'ingot' belongs to Ingot", shown));
  }
  return ManifestFieldsReader(key, inputs, problems).ReadTable(table);
}

}  // namespace ingot
