// Rows of typed cells, and the forms in which they can be printed. A table is for people: sizes read "93.4 MiB",
// numbers are grouped, times are short. JSON, JSON lines and CSV are for programs: raw bytes, raw numbers, full
// instants.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/utc.h"

namespace ingot {

enum class OutputFormat { kTable, kJson, kJsonLines, kCsv, kMarkdown };

// Requires: one of the choices of --output.
OutputFormat ParseOutputFormat(std::string_view name);

enum class CellKind {
  kText,
  kCount,    // an integer; grouped for people
  kBytes,    // an integer; "93.4 MiB" for people
  kNumber,   // a double
  kSeconds,  // a double; "1.24 s" for people
  kRatio,    // a double from 0 to 1; "12.5 %" for people
  kBool,     // yes and no for people
  kInstant,  // RFC 3339; minutes for people
  kJson,     // text of a JSON document; raw inside JSON, one line elsewhere
};

// Empty: null in JSON, nothing elsewhere.
using Cell = std::variant<std::monostate, std::string, int64_t, uint64_t, double, bool, UtcInstant>;

// Tables and Markdown show what a person wants to know; JSON and CSV have everything.
enum class ColumnAudience { kAll, kPrograms };

struct TableColumn {
  std::string name;  // snake_case: the key in JSON, the header elsewhere
  CellKind kind = CellKind::kText;
  ColumnAudience audience = ColumnAudience::kAll;
};

class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

  // Requires: as many cells as columns, each of its column's kind or empty.
  void Add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }

  // The cells of some columns, by name; the others are empty. Requires: every name is a column's.
  void AddNamed(std::initializer_list<std::pair<std::string_view, Cell>> cells);

  const std::vector<TableColumn>& columns() const { return columns_; }
  const std::vector<std::vector<Cell>>& rows() const { return rows_; }
  bool empty() const { return rows_.empty(); }

  // `width`: columns of the terminal, to which a table is cut; 0 for no bound. A table without rows prints nothing;
  // JSON prints `[]`, CSV and Markdown print their header. Ends with a line feed unless it is empty.
  std::string Render(OutputFormat format, size_t width) const;

 private:
  // Positions of the columns that people see.
  std::vector<size_t> ShownColumns() const;
  std::string RenderTable(size_t width) const;
  std::string RenderJson() const;
  std::string RenderJsonLines() const;
  std::string RenderCsv() const;
  std::string RenderMarkdown() const;

  std::vector<TableColumn> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// One value as people read it.
std::string CellForPeople(CellKind kind, const Cell& cell);
// One value as JSON writes it.
std::string CellAsJson(CellKind kind, const Cell& cell);

// A field of CSV (RFC 4180), quoted where it must be.
std::string CsvField(std::string_view text);

}  // namespace ingot
