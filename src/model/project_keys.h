// The keys of ingot.toml, once. The parser refuses every other key, and the editors' schema (docs/ingot.schema.json)
// and the reference (docs/project-file.md) are written from the same rows.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ingot {

// What a value must look like.
enum class KeyShape {
  kString,
  kBoolean,
  kCount,  // a whole number, not negative
  kNumber,
  kSize,    // "128MiB", or a count of bytes
  kShare,   // "50%", or a number from 0 to 1
  kChoice,  // one of `choices`, separated by '|'
  kPathTemplate,
  kColumn,        // a column path
  kColumns,       // a list of column paths
  kColumnGroups,  // a list of lists of column paths
  kStrings,
  kInteger,        // a whole number
  kNumbers,        // a list of numbers
  kScalars,        // a list of strings, numbers or booleans
  kKeyFields,      // a string or a list of strings
  kScalar,         // a string, a number or a boolean
  kStringTable,    // free names, string values
  kOptionTable,    // free names; scalars or lists of scalars
  kDomainTable,    // free names; ranges or lists
  kManifestTable,  // free names; literals, { compute = … }, or tables of those
  kTable,          // a table with rows of its own below
  kTables,         // a list of such tables
  kNamedTables,    // free names, each such a table
};

enum class KeyUse { kOptional, kRequired };

struct ProjectKey {
  std::string_view table;  // "", "project", "dataset.*", "dataset.*.source", …
  std::string_view name;
  KeyShape shape;
  KeyUse use;
  std::string_view choices;        // kChoice
  std::string_view default_value;  // as TOML; empty without
  std::string_view doc;            // sentences, Markdown
};

// Grouped by table, parents before children.
std::span<const ProjectKey> ProjectKeys();
// Null when the table has no such key.
const ProjectKey* FindProjectKey(std::string_view table, std::string_view name);

// JSON Schema (draft 2020-12) of ingot.toml, as docs/ingot.schema.json holds it.
std::string ProjectJsonSchema();
// The tables of docs/project-file.md: one section for each table, one line for each key, and the computed fields.
std::string ProjectReferenceMarkdown();

}  // namespace ingot
