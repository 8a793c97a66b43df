// Reads `[model.NAME]` and sources of type "sql". Internal to this room.
#pragma once

#include <string_view>
#include <vector>

#include "model/dataset_spec.h"
#include "model/project_tables.h"
#include "model/sql_model.h"

namespace ingot {

// Problems are noted; what could be read is returned. Names of inputs are looked up when all are known.
SqlModel ReadModel(const toml::table& table, std::string_view name, TomlProblems& problems);
SqlSourceSpec ReadSqlSource(TableReader& reader, const KeySpec& key);

// Who reads whom, with the place of each list of inputs in the file.
struct SqlReaders {
  struct Reader {
    std::string name;  // of the model or the dataset
    const std::vector<std::string>* inputs = nullptr;
    toml::source_region where;
  };
  std::vector<Reader> readers;
  std::vector<std::string_view> tables;  // names of all datasets and models
};

// Notes names that nothing has, and statements that read themselves, also around a corner.
void CheckSqlInputs(const SqlReaders& readers, TomlProblems& problems);

}  // namespace ingot
