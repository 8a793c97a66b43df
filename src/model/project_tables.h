// Typed reading of the tables of ingot.toml, driven by the rows of project_keys.h. Internal to this room.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/column_path.h"
#include "model/path_template.h"
#include "model/project_keys.h"
#include "model/toml_reader.h"

namespace ingot {

// The variables of a project, for `{name}` in paths.
using Variables = std::map<std::string, std::string>;

// Replaces the `{name}` of variables; braces in their values are doubled, so that they stay literal. Other fields stay.
std::string ExpandVariables(std::string_view text, const Variables& variables);

// Reads one table. Every problem is noted with its place, and a default stands in, so that reading goes on. Keys that
// are not in project_keys.h are refused at construction.
class TableReader {
 public:
  // `table_id` names the rows ("dataset.*.source"), `shown` the table in messages ("dataset.tier3.source").
  TableReader(const toml::table& table, std::string_view table_id, std::string shown, TomlProblems& problems);

  // True when the key stands there, whatever its value.
  bool Has(std::string_view name) const { return table_.contains(name); }
  std::string String(std::string_view name);
  bool Boolean(std::string_view name, bool default_value);
  uint64_t Count(std::string_view name, uint64_t default_value);
  std::optional<uint64_t> OptionalCount(std::string_view name);
  std::optional<double> OptionalNumber(std::string_view name);
  int64_t Integer(std::string_view name, int64_t default_value);
  std::vector<double> Numbers(std::string_view name);
  uint64_t Size(std::string_view name, uint64_t default_value);
  // 0 to 1.
  double Share(std::string_view name, double default_value);
  // Index of the choice among those of the key's row, which are in the order of their enumeration.
  size_t Choice(std::string_view name, size_t default_index);
  PathTemplate Template(std::string_view name, const Variables& variables);
  std::optional<ColumnPathPattern> Column(std::string_view name);
  std::vector<ColumnPathPattern> Columns(std::string_view name);
  std::vector<ColumnPathPattern> ExactColumns(std::string_view name);
  std::vector<std::vector<ColumnPathPattern>> ColumnGroups(std::string_view name);
  // Also takes a single string where the key's shape is kKeyFields.
  std::vector<std::string> Strings(std::string_view name);
  // Null when the key is missing or not of that type.
  const toml::table* Table(std::string_view name);
  const toml::array* Array(std::string_view name);

  // A problem at the key's value, or at the table when it is missing.
  void Problem(std::string_view name, std::string message, std::string advice = {});
  void Problem(std::string_view name, const Error& error);

  // "'NAME' must be EXPECTED, but is …", at the value that was found.
  void WrongType(std::string_view name, const toml::node& found, std::string_view expected);

  const std::string& shown() const { return shown_; }
  TomlProblems& problems() { return problems_; }

 private:
  template <typename T>
  std::optional<T> Exactly(std::string_view name, std::string_view expected);
  std::vector<ColumnPathPattern> ColumnList(std::string_view name, const toml::node& node);
  std::optional<ColumnPathPattern> ParseColumn(std::string_view name, const toml::node& node);

  const toml::table& table_;
  std::string_view table_id_;
  std::string shown_;
  TomlProblems& problems_;
};

// The members of a table in the order of the file, which toml++ does not keep.
std::vector<std::pair<const toml::key*, const toml::node*>> InFileOrder(const toml::table& table);

}  // namespace ingot
