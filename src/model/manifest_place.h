// Where manifests lie when the project does not say.
#pragma once

#include "model/dataset_spec.h"

namespace ingot {

// Where a version before DefaultManifestPlace knew of Hive layouts put the manifest of this dataset. Empty where that
// is the same place, or the project says another one.
PathTemplate FormerManifestPath(const DatasetSpec& dataset);

}  // namespace ingot
