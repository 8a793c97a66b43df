// Reads `[dataset.NAME]` and the tables below it. Internal to this room.
#pragma once

#include <string>
#include <string_view>

#include "model/dataset_spec.h"
#include "model/project_tables.h"

namespace ingot {

// A specification that can be used when `problems` stayed as it was.
DatasetSpec ReadDataset(const toml::table& table, std::string_view name, const Variables& variables,
                        TomlProblems& problems);

// Reads `[dataset.NAME.manifest]`. `key` and `inputs` tell which fields a computed value can name.
ManifestFields ReadManifestFields(const toml::table& table, const std::string& shown, const KeySpec& key,
                                  const PathTemplate& inputs, TomlProblems& problems);

}  // namespace ingot
