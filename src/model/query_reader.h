// Reads `[query.NAME]`. Internal to this room.
#pragma once

#include <string_view>

#include "model/project_tables.h"
#include "model/saved_query.h"

namespace ingot {

// Problems are noted; what could be read is returned.
SavedQuery ReadQuery(const toml::table& table, std::string_view name, TomlProblems& problems);

}  // namespace ingot
