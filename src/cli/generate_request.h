// `ingot generate DATASET`: the dataset with what the command line says differently.
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "model/dataset_spec.h"

namespace ingot {

// From the project, when it has a generated dataset of that name, else from the example of that name. Rows, seed, days,
// codec, file size and layout follow the options. Errors: kUsage for a dataset that is not generated and for options
// that contradict each other.
Result<DatasetSpec> GeneratedDataset(const Invocation& invocation);

// `text` with its files in folders by day, or without such folders.
enum class FileLayout { kHive, kFlat };
Result<PathTemplate> WithLayout(const PathTemplate& path, FileLayout layout);

}  // namespace ingot
