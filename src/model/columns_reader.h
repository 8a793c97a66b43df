// Reads `[dataset.NAME.columns]`: how the values of each column are drawn. Internal to this room.
#pragma once

#include <string>
#include <vector>

#include "model/project_tables.h"
#include "model/synthetic_spec.h"

namespace ingot {

// `shown` names the table in messages. In the order of the file.
std::vector<GeneratedColumn> ReadColumns(const toml::table& table, const std::string& shown, TomlProblems& problems);

}  // namespace ingot
