// SCHEMA.md: what the readers of a dataset must know.
#pragma once

#include <string>

#include "base/result.h"
#include "model/dataset_spec.h"
#include "model/lock_file.h"

namespace ingot {

// The description of the dataset for its readers, in Markdown: columns, dropped columns, what null means, the fields of
// the manifest. Made of its arguments alone: the same project and lock file give the same text.
Result<std::string> SchemaDocument(const DatasetSpec& dataset, const LockedSchema* locked);

}  // namespace ingot
