// Reads what `[dataset.NAME]` says about rows that are generated. Internal to this room.
#pragma once

#include "model/dataset_spec.h"
#include "model/project_tables.h"

namespace ingot {

// `reader` is of `[dataset.NAME.source]`. Keys that are not valid with a source of this kind are problems.
SyntheticSpec ReadSynthetic(TableReader& reader, SourceKind kind);

// `reader` is of `[dataset.NAME]`: key, path and manifest path of a generated dataset. Sets the default manifest path.
void CheckGeneratedPlaces(TableReader& reader, DatasetSpec& spec);

}  // namespace ingot
