// A generated dataset with what the options say differently.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/dataset_spec.h"
#include "request/request_scope.h"

namespace ingot {

// From the project, when it has a generated dataset of that name, else from the example of that name. Rows, seed, days,
// codec, file size and layout follow the options. Errors: kUsage for a dataset that is not generated and for options
// that contradict each other.
Result<DatasetSpec> GeneratedDataset(const RequestScope& scope, std::string_view name);

// `text` with its files in folders by day, or without such folders.
enum class FileLayout { kHive, kFlat };
Result<PathTemplate> WithLayout(const PathTemplate& path, FileLayout layout);

}  // namespace ingot
