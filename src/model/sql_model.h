// SQL that a project keeps: models (`[model.NAME]`), and datasets whose rows are the result of a statement.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc.h"

namespace ingot {

struct DatasetSpec;

// The result of one statement, known by a name. Nothing of it is stored.
struct SqlModel {
  std::string name;
  std::string description;
  std::string file;                 // as written: relative ones start at the project's folder
  std::vector<std::string> inputs;  // datasets and models that the statement reads
  bool per_row = false;             // every row is made of one row of the only input
  std::string sql;                  // text of the file, once the project is opened

  bool operator==(const SqlModel&) const = default;
};

// In the order of the choices of project_keys.cc.
enum class Period { kDay, kWeek, kMonth, kYear };
// "day", "week", "month", "year".
std::string_view PeriodName(Period period);
// The first day of the period that holds `day`. Weeks begin on Monday.
UtcDay PeriodStart(Period period, UtcDay day);

// Rows of one period come from the inputs of that period alone.
struct IncrementalSpec {
  std::string column;  // with the first day of each row's period; the result is ordered by it
  Period by = Period::kWeek;

  bool operator==(const IncrementalSpec&) const = default;
};

// `[dataset.NAME.source]` with type = "sql".
struct SqlSourceSpec {
  std::string file;
  std::vector<std::string> inputs;
  std::optional<IncrementalSpec> incremental;

  // Once the project is opened: the statement, and all that it reads, directly or by models.
  std::string sql;
  std::vector<SqlModel> models;                              // each after those that it reads
  std::vector<std::shared_ptr<const DatasetSpec>> datasets;  // each once, in the order in which they are met

  bool operator==(const SqlSourceSpec&) const = default;
};

}  // namespace ingot
