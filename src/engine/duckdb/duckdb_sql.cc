#include "engine/duckdb/duckdb_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace ingot {
namespace {

std::string Quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out += c;
    if (c == quote) {
      out += c;
    }
  }
  return out + quote;
}

const Field* FindField(const std::vector<Field>& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [name](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::string NullOf(const DataType& type) { return fmt::format("CAST(NULL AS {})", SqlType(type)); }

// DuckDB casts structs by the names of their fields, but wants at least one that both have.
bool CanCast(const DataType& from, const DataType& to) {
  if (from.kind != to.kind || !from.is_nested()) {
    return from.kind != TypeKind::kNull;
  }
  bool shares = false;
  for (const Field& field : from.fields) {
    const Field* target = FindField(to.fields, field.name);
    shares = shares || target != nullptr;
    if (target != nullptr && !CanCast(field.type, target->type)) {
      return false;
    }
  }
  return shares;
}

// The value of `expression`, of type `from`, as a value of the wider type `to`.
std::string Widened(const std::string& expression, const DataType& from, const DataType& to, int depth) {
  if (from == to) {
    return expression;
  }
  if (from.kind == TypeKind::kNull) {
    return NullOf(to);
  }
  if (CanCast(from, to)) {
    return fmt::format("CAST({} AS {})", expression, SqlType(to));
  }
  if (from.kind == TypeKind::kStruct && to.kind == TypeKind::kStruct) {
    std::string members;
    for (const Field& field : to.fields) {
      const Field* source = FindField(from.fields, field.name);
      const std::string member = fmt::format("struct_extract({}, {})", expression, SqlText(field.name));
      members += fmt::format("{}{} := {}", members.empty() ? "" : ", ", SqlName(field.name),
                             source == nullptr ? NullOf(field.type) : Widened(member, source->type, field.type, depth));
    }
    return fmt::format("CASE WHEN {} IS NULL THEN NULL ELSE struct_pack({}) END", expression, members);
  }
  if (from.kind == TypeKind::kList && to.kind == TypeKind::kList) {
    const std::string element = fmt::format("e{}", depth);
    return fmt::format("list_transform({}, lambda {}: {})", expression, element,
                       Widened(element, from.fields[0].type, to.fields[0].type, depth + 1));
  }
  return fmt::format("CAST({} AS {})", expression, SqlType(to));
}

std::string ColumnsOf(const EngineRelation& relation, const Schema& file_schema) {
  std::string columns;
  for (const Field& field : relation.schema.fields) {
    const Field* source = FindField(file_schema.fields, field.name);
    columns += columns.empty() ? "" : ", ";
    columns += source == nullptr ? NullOf(field.type) : Widened(SqlName(field.name), source->type, field.type, 0);
    columns += " AS " + SqlName(field.name);
  }
  return columns;
}

using FileGroup = std::vector<const RelationFile*>;

// The key fields of a scan: a constant for each file, found by the file's index in the scan.
std::string KeysOf(const EngineRelation& relation, const FileGroup& files) {
  std::string keys;
  for (size_t i = 0; i < relation.key_fields.size(); ++i) {
    const KeyFieldSpec& field = relation.key_fields[i];
    std::string values;
    for (const RelationFile* file : files) {
      values += (values.empty() ? "" : ", ") + SqlKeyLiteral(field.kind, file->values[i].value);
    }
    keys += files.size() == 1 ? fmt::format(", {} AS {}", values, SqlName(field.name))
                              : fmt::format(", list_extract([{}], CAST(file_index + 1 AS BIGINT)) AS {}", values,
                                            SqlName(field.name));
  }
  return keys;
}

std::string ScanSql(const EngineRelation& relation, const Schema& file_schema, const FileGroup& files) {
  std::string paths;
  for (const RelationFile* file : files) {
    paths += (paths.empty() ? "" : ", ") + SqlText(SqlPathOf(*file));
  }
  const std::string columns = file_schema == relation.schema ? "*" : ColumnsOf(relation, file_schema);
  return fmt::format("SELECT {}{} FROM read_parquet([{}], hive_partitioning = false)", columns, KeysOf(relation, files),
                     paths);
}

std::string EmptySql(const EngineRelation& relation) {
  std::string columns;
  for (const Field& field : relation.schema.fields) {
    columns += fmt::format("{}{} AS {}", columns.empty() ? "" : ", ", NullOf(field.type), SqlName(field.name));
  }
  for (const KeyFieldSpec& field : relation.key_fields) {
    columns += fmt::format("{}CAST(NULL AS {}) AS {}", columns.empty() ? "" : ", ", SqlKeyType(field.kind),
                           SqlName(field.name));
  }
  return fmt::format("SELECT {} WHERE false", columns.empty() ? "NULL AS nothing" : columns);
}

}  // namespace

std::string SqlName(std::string_view name) { return Quoted(name, '"'); }
std::string SqlText(std::string_view text) { return Quoted(text, '\''); }

std::string SqlType(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kBool:
      return "BOOLEAN";
    case TypeKind::kInt16:
      return "SMALLINT";
    case TypeKind::kInt32:
      return "INTEGER";
    case TypeKind::kInt64:
      return "BIGINT";
    case TypeKind::kDouble:
      return "DOUBLE";
    case TypeKind::kNull:  // as files have it
    case TypeKind::kString:
      return "VARCHAR";
    case TypeKind::kBinary:
      return "BLOB";
    case TypeKind::kJson:
      return "JSON";
    case TypeKind::kDate:
      return "DATE";
    case TypeKind::kTimestamp:
      // DuckDB has microseconds at most for instants, and cuts nanoseconds when it reads them.
      return "TIMESTAMP WITH TIME ZONE";
    case TypeKind::kDecimal:
      return fmt::format("DECIMAL({}, {})", type.precision, type.scale);
    case TypeKind::kStruct: {
      std::string members;
      for (const Field& field : type.fields) {
        members += fmt::format("{}{} {}", members.empty() ? "" : ", ", SqlName(field.name), SqlType(field.type));
      }
      return fmt::format("STRUCT({})", members);
    }
    case TypeKind::kList:
      return SqlType(type.fields[0].type) + "[]";
    case TypeKind::kMap:
      return fmt::format("MAP({}, {})", SqlType(type.fields[0].type), SqlType(type.fields[1].type));
  }
  return "VARCHAR";
}

std::string_view SqlKeyType(FieldKind kind) {
  switch (kind) {
    case FieldKind::kInt32:
    case FieldKind::kHour:
      return "INTEGER";
    case FieldKind::kInt64:
      return "BIGINT";
    case FieldKind::kDate:
      return "DATE";
    case FieldKind::kString:
      break;
  }
  return "VARCHAR";
}

std::string SqlKeyLiteral(FieldKind kind, const FieldValue& value) {
  if (const int64_t* number = std::get_if<int64_t>(&value)) {
    return fmt::format("CAST({} AS {})", *number, SqlKeyType(kind));
  }
  return fmt::format("CAST({} AS {})", SqlText(FormatFieldValue(kind, value)), SqlKeyType(kind));
}

std::string SqlPathOf(const RelationFile& file) {
  // Opening it again by this name gives the same file, whatever stands at its path by then. And the name has no
  // characters that a pattern has.
  return file.fd >= 0 ? fmt::format("/proc/self/fd/{}", file.fd) : file.path;
}

std::string DefineSql(std::string_view name, std::string_view query) {
  return fmt::format("CREATE OR REPLACE VIEW {} AS {}", SqlName(name), query);
}

std::string RelationSql(const EngineRelation& relation) {
  std::string body;
  for (size_t schema = 0; schema < relation.file_schemas.size(); ++schema) {
    FileGroup files;
    for (const RelationFile& file : relation.files) {
      if (file.schema == schema) {
        files.push_back(&file);
      }
    }
    if (!files.empty()) {
      body += (body.empty() ? "" : " UNION ALL ") + ScanSql(relation, relation.file_schemas[schema], files);
    }
  }
  return body.empty() ? EmptySql(relation) : body;
}

}  // namespace ingot
