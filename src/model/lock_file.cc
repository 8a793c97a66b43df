#include "model/lock_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "model/column_path.h"
#include "model/partition_key.h"
#include "model/quoted_name.h"
#include "model/toml_reader.h"

namespace ingot {
namespace {

constexpr int64_t kLockFormat = 1;

// As Leaf::DisplayPath writes it, one step further.
std::string ChildPath(const std::string& parent, TypeKind parent_kind, const std::string& name) {
  if (parent_kind == TypeKind::kList) {
    return parent + "[]";
  }
  return parent.empty() ? QuotePathSegment(name) : parent + "." + QuotePathSegment(name);
}

std::string_view NestedName(TypeKind kind) {
  return kind == TypeKind::kStruct ? "struct" : kind == TypeKind::kList ? "list" : "map";
}

// Depth first: parents before their children, which is what the reader needs.
void WriteFields(std::string& out, const std::vector<Field>& fields, const std::string& parent, TypeKind parent_kind,
                 const LockedSchema& locked) {
  for (const Field& field : fields) {
    const std::string path = ChildPath(parent, parent_kind, field.name);
    const auto since = locked.since.find(field.id);
    const bool is_map_key = parent_kind == TypeKind::kMap && field.name == "key";
    out += fmt::format("  {{ path = {}, type = {}, id = {}, since = {}{} }},\n", JsonQuoted(path),
                       JsonQuoted(field.type.is_nested() ? NestedName(field.type.kind) : FormatType(field.type)),
                       field.id, JsonQuoted(since == locked.since.end() ? "" : since->second),
                       field.nullable || is_map_key ? "" : ", required = true");
    WriteFields(out, field.type.fields, path, field.type.kind, locked);
  }
}

// Reads one `[dataset.NAME]` table; everything that is wrong goes to `problems`.
class LockedSchemaReader {
 public:
  LockedSchemaReader(const toml::table& table, TomlProblems& problems) : table_(table), problems_(problems) {}

  LockedSchema Read() {
    for (const auto& [key, node] : table_) {
      if (key.str() != "next_id" && key.str() != "columns") {
        problems_.Add(key.source(), fmt::format("unknown key '{}'", key.str()));
      }
    }
    const auto next_id = table_["next_id"].value_exact<int64_t>();
    if (!next_id || *next_id < 1 || *next_id > std::numeric_limits<int32_t>::max()) {
      problems_.Add(table_.source(), "next_id must be an integer of at least 1");
      return {};
    }
    result_.next_id = static_cast<int32_t>(*next_id);
    const toml::array* columns = table_["columns"].as_array();
    if (columns == nullptr) {
      problems_.Add(table_.source(), "columns must be an array");
      return {};
    }
    for (const toml::node& column : *columns) {
      ReadColumn(column);
    }
    if (problems_.empty()) {
      CheckShapes(result_.schema.fields, TypeKind::kStruct);
    }
    return std::move(result_);
  }

 private:
  // The members of one line, before they find their place in the tree.
  struct Line {
    std::string path;
    Field field;
    std::string since;
  };

  // Checks one line by itself, then looks for its place.
  void ReadColumn(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      problems_.Add(node.source(), fmt::format("a column must be a table, but is {}", TomlTypeName(node)));
      return;
    }
    constexpr std::string_view kKnown[] = {"path", "type", "id", "since", "required"};
    for (const auto& [key, member] : *table) {
      if (std::find(std::begin(kKnown), std::end(kKnown), key.str()) == std::end(kKnown)) {
        problems_.Add(key.source(), fmt::format("unknown key '{}'", key.str()));
        return;
      }
    }
    const auto path = (*table)["path"].value_exact<std::string>();
    const auto type = (*table)["type"].value_exact<std::string>();
    const auto id = (*table)["id"].value_exact<int64_t>();
    const auto since = (*table)["since"].value_exact<std::string>();
    const auto required = (*table)["required"];
    if (!path || !type || !id || !since || (required && !required.is_boolean())) {
      problems_.Add(node.source(), "a column needs path, type and since as strings and id as an integer");
      return;
    }
    if (*id < 0 || *id >= result_.next_id || !result_.since.emplace(static_cast<int32_t>(*id), *since).second) {
      problems_.Add(node.source(), fmt::format("duplicate id {}, or it is not below next_id", *id));
      return;
    }
    Field field{"", Scalar(TypeKind::kNull), static_cast<int32_t>(*id), !required.value_or(false)};
    if (ReadType(node, *type, field.type)) {
      Place(node, *path, std::move(field));
    }
  }

  bool ReadType(const toml::node& node, const std::string& name, DataType& type) {
    for (const TypeKind nested : {TypeKind::kStruct, TypeKind::kList, TypeKind::kMap}) {
      if (name == NestedName(nested)) {
        type = Scalar(nested);
        return true;
      }
    }
    auto parsed = ParseType(name);
    if (!parsed || parsed->is_nested()) {
      problems_.Add(node.source(), fmt::format("'{}' is not the type of a column", name));
      return false;
    }
    type = *std::move(parsed);
    return true;
  }

  // Finds the parent by walking the path through what was read before.
  void Place(const toml::node& node, const std::string& path, Field field) {
    const auto pattern = ColumnPathPattern::Parse(path);
    if (!pattern || !pattern->is_exact()) {
      problems_.Add(node.source(), fmt::format("'{}' is not the path of a column", path));
      return;
    }
    std::vector<Field>* siblings = &result_.schema.fields;
    TypeKind parent = TypeKind::kStruct;
    const auto segments = pattern->segments();
    for (size_t i = 0; i < segments.size(); ++i) {
      const bool is_element = segments[i].kind == ColumnPathPattern::Segment::Kind::kElement;
      const bool is_name = segments[i].kind == ColumnPathPattern::Segment::Kind::kName;
      const bool is_nested = parent == TypeKind::kStruct || parent == TypeKind::kList || parent == TypeKind::kMap;
      if (!is_nested || (parent == TypeKind::kList) != is_element || (!is_element && !is_name)) {
        problems_.Add(node.source(), fmt::format("'{}' does not fit the type of its parent", path));
        return;
      }
      const std::string name = is_element ? "element" : segments[i].name;
      const auto found =
          std::find_if(siblings->begin(), siblings->end(), [&](const Field& f) { return f.name == name; });
      const bool last = i + 1 == segments.size();
      if (last != (found == siblings->end())) {
        problems_.Add(node.source(), last ? fmt::format("duplicate '{}'", path)
                                          : fmt::format("the parent of '{}' is not before it", path));
        return;
      }
      if (last) {
        field.name = name;
        field.nullable = field.nullable && !(parent == TypeKind::kMap && name == "key");
        siblings->push_back(std::move(field));
        return;
      }
      parent = found->type.kind;
      siblings = &found->type.fields;
    }
  }

  // A list has its element and a map its key and value, whatever the order of lines was.
  void CheckShapes(const std::vector<Field>& fields, TypeKind parent) {
    const bool list_fits = parent != TypeKind::kList || fields.size() == 1;
    const bool map_fits =
        parent != TypeKind::kMap || (fields.size() == 2 && fields[0].name == "key" && fields[1].name == "value" &&
                                     fields[0].type.kind == TypeKind::kString);
    if (!list_fits || !map_fits) {
      problems_.Add(table_.source(), "a list needs its element '[]', a map a string 'key' and then a 'value'");
      return;
    }
    for (const Field& field : fields) {
      if (field.type.is_nested()) {
        CheckShapes(field.type.fields, field.type.kind);
      }
    }
  }

  const toml::table& table_;
  TomlProblems& problems_;
  LockedSchema result_;
};

// Ids of another lock or of a file mean nothing here.
void RemoveIds(std::vector<Field>& fields) {
  for (Field& field : fields) {
    field.id = -1;
    RemoveIds(field.type.fields);
  }
}

void AssignIds(std::vector<Field>& fields, LockedSchema& locked, std::string_view key_text) {
  for (Field& field : fields) {
    if (field.id < 0) {
      field.id = locked.next_id++;
      locked.since.emplace(field.id, key_text);
    }
    AssignIds(field.type.fields, locked, key_text);
  }
}

// `after` holds every field of `before`, at the same places or before its new ones.
void CollectChanges(const std::vector<Field>& before, const std::vector<Field>& after, const std::string& parent,
                    TypeKind parent_kind, std::vector<SchemaChange>& out) {
  for (const Field& field : after) {
    const std::string path = ChildPath(parent, parent_kind, field.name);
    const auto old = std::find_if(before.begin(), before.end(), [&](const Field& f) { return f.name == field.name; });
    if (old == before.end()) {
      out.push_back({SchemaChange::Kind::kAdded, path, {}, field.type});
    } else if (old->type.kind != field.type.kind || old->nullable != field.nullable) {
      out.push_back({SchemaChange::Kind::kWidened, path, old->type, field.type});
    } else {
      CollectChanges(old->type.fields, field.type.fields, path, field.type.kind, out);
    }
  }
}

// Only columns at the top: declared ones are not nested.
LockedSchema ReplaceSchema(LockedSchema locked, Schema declared, std::string_view key_text) {
  LockedSchema result;
  result.next_id = locked.next_id;
  for (Field& field : declared.fields) {
    const auto known = std::find_if(locked.schema.fields.begin(), locked.schema.fields.end(),
                                    [&](const Field& old) { return old.name == field.name; });
    if (known != locked.schema.fields.end() && known->type == field.type) {
      field.id = known->id;
      result.since[field.id] = std::move(locked.since[field.id]);
    }
  }
  result.schema = std::move(declared);
  AssignIds(result.schema.fields, result, key_text);
  return result;
}

}  // namespace

const LockedSchema* LockFile::Find(std::string_view dataset) const {
  const auto found = datasets.find(dataset);
  return found == datasets.end() ? nullptr : &found->second;
}

Result<LockFile> ParseLockFile(std::string_view text, std::string_view name) {
  INGOT_ASSIGN(const toml::table document, ParseToml(text, name, kMaxLockFileBytes));
  TomlProblems problems(name);
  const auto format = document["format"].value_exact<int64_t>();
  if (format && *format > kLockFormat) {
    return Error(ErrorKind::kUnsupported,
                 fmt::format("{} has format {}, and this version reads {}", name, *format, kLockFormat),
                 "use a newer version of ingot");
  }
  if (!format || *format != kLockFormat) {
    problems.Add(document.source(), fmt::format("the file must begin with format = {}", kLockFormat));
  }
  LockFile lock;
  for (const auto& [key, node] : document) {
    const bool is_datasets = key.str() == "dataset" && node.is_table();
    if (!is_datasets && key.str() != "format") {
      problems.Add(key.source(), fmt::format("unknown key '{}'", key.str()));
    }
    if (!is_datasets) {
      continue;
    }
    for (const auto& [dataset, member] : *node.as_table()) {
      if (!IsDatasetName(dataset.str()) || !member.is_table()) {
        problems.Add(dataset.source(), fmt::format("'{}' is not the table of a dataset", dataset.str()));
        continue;
      }
      lock.datasets.emplace(dataset.str(), LockedSchemaReader(*member.as_table(), problems).Read());
    }
  }
  if (!problems.empty()) {
    return problems.ToError().WithAdvice("restore the file from version control, or repair the lines that are named");
  }
  return lock;
}

std::string WriteLockFile(const LockFile& lock) {
  std::string out =
      "# The accepted schema of every dataset. Written by ingot; keep it in version control.\n"
      "format = 1\n";
  for (const auto& [name, locked] : lock.datasets) {
    out += fmt::format("\n[dataset.{}]\nnext_id = {}\ncolumns = [\n", name, locked.next_id);
    WriteFields(out, locked.schema.fields, "", TypeKind::kStruct, locked);
    out += "]\n";
  }
  return out;
}

Result<LockedSchema> AcceptSchema(const LockedSchema* locked, const Schema& observed, std::string_view key_text,
                                  SchemaOrigin origin) {
  LockedSchema result = locked == nullptr ? LockedSchema{} : *locked;
  Schema incoming = observed;
  RemoveIds(incoming.fields);
  if (origin == SchemaOrigin::kDeclared) {
    return ReplaceSchema(std::move(result), std::move(incoming), key_text);
  }
  INGOT_ASSIGN(result.schema, UniteSchemas(result.schema, incoming));
  AssignIds(result.schema.fields, result, key_text);
  return result;
}

Result<std::vector<SchemaChange>> CompareWithLock(const LockedSchema* locked, const Schema& observed) {
  INGOT_ASSIGN(const LockedSchema accepted, AcceptSchema(locked, observed, ""));
  std::vector<SchemaChange> changes;
  CollectChanges(locked == nullptr ? std::vector<Field>{} : locked->schema.fields, accepted.schema.fields, "",
                 TypeKind::kStruct, changes);
  return changes;
}

}  // namespace ingot
