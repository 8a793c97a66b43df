// Levels and values of column chunks, as Arrow's decoders give them, in our layout.
#pragma once

#include <memory>

#include "format/parquet/value_reader.h"

namespace ingot {

// As OpenValueReader.
Result<std::unique_ptr<ValueReader>> OpenArrowValues(const FileBytes& bytes);

}  // namespace ingot
