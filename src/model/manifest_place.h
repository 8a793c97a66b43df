// Where manifests lie when the project does not say.
#pragma once

#include <string>
#include <vector>

#include "model/dataset_spec.h"

namespace ingot {

// Where a version before DefaultManifestPlace knew of Hive layouts put the manifest of this dataset. Empty where that
// is the same place, or the project says another one.
PathTemplate FormerManifestPath(const DatasetSpec& dataset);

// Where DefaultManifestPlace puts the manifest of a partition whose folder or file this is, below folders named
// NAME=VALUE: the likeliest first. None for other paths.
std::vector<std::string> HiveManifestsOf(const std::string& path);

}  // namespace ingot
