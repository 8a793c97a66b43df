// SQL that Ingot writes for DuckDB: names, literals, types, and the view that makes one table of a relation's files.
#pragma once

#include <string>
#include <string_view>

#include "engine/engine.h"
#include "model/field_value.h"
#include "model/schema.h"

namespace ingot {

// `"name"`, with quotes doubled.
std::string SqlName(std::string_view name);
// `'text'`, with quotes doubled. Any bytes but NUL, which SQL has no literal for.
std::string SqlText(std::string_view text);
// "STRUCT(\"a\" BIGINT, \"b\" VARCHAR[])". A type of which only nulls were seen is INTEGER, as DuckDB reads it.
std::string SqlType(const DataType& type);
std::string_view SqlKeyType(FieldKind kind);
std::string SqlKeyLiteral(FieldKind kind, const FieldValue& value);

// How a file is named in SQL: the open one if there is one.
std::string SqlPathOf(const RelationFile& file);

// `CREATE OR REPLACE VIEW name AS query`.
std::string DefineSql(std::string_view name, std::string_view query);

// The query that reads the relation. Files of equal schema are one scan; where a schema differs from the relation's,
// its columns are cast one by one and those it lacks are null, so that scans still skip columns that nobody asks for.
std::string RelationSql(const EngineRelation& relation);

}  // namespace ingot
