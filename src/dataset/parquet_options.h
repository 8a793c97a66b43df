// From a dataset's `[parquet]` to what the writer is told.
#pragma once

#include "format/parquet/options.h"
#include "model/dataset_spec.h"

namespace ingot {

ParquetOptions ParquetOptionsOf(const ParquetSpec& spec);

}  // namespace ingot
