// Datasets that `ingot generate` knows without any project.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/dataset_spec.h"

namespace ingot {

// "events": the dataset of examples/events/ingot.toml. Its store is the folder `data`, relative to the current one.
// Errors: kUsage for another name, with those there are.
Result<DatasetSpec> BuiltinDataset(std::string_view name);

}  // namespace ingot
