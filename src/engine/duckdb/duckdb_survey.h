// What a statement asks for, read from DuckDB's own parse of it (json_serialize_sql): which tables it mentions, and
// which of its conditions depend on nothing but the key fields of one table.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "model/json_value.h"

namespace ingot {

// Names of all base tables, each once, in the order of their first mention.
std::vector<std::string> TablesOf(const JsonValue& parsed);

// One place where a statement reads a table.
struct TableMention {
  std::string alias;                  // the table's name without one
  std::vector<JsonValue> conditions;  // all must hold for a row to matter; none: every row may
};

// Conditions are those of the WHERE that filters exactly this mention: not through outer joins that would turn a
// missing row into nulls, not through samples, and only of comparisons and functions whose value is fixed by their
// arguments.
std::vector<TableMention> MentionsOf(const JsonValue& parsed, const RelationKeys& keys);

// True where the expression depends on a column.
bool NamesColumn(const JsonValue& expression);

// The parse of a statement that selects from another table, with the mention's conditions instead of its own.
// Requires: `parsed` is SELECT … FROM one table WHERE ….
JsonValue WithConditions(JsonValue parsed, const TableMention& mention);

}  // namespace ingot
