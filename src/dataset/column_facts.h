// Facts about single columns of a finished file, for the manifest fields that consumers read.
#pragma once

#include "base/result.h"
#include "format/parquet/file_reader.h"
#include "model/column_path.h"
#include "model/json_value.h"

namespace ingot {

// Which leaf a column is. Errors: kConfig when there is no such column or it is not a scalar.
Result<size_t> FindLeaf(const ParquetFileReader& reader, const ColumnPathPattern& column);

// The sorted different values of a column, without null. Errors: FindLeaf's; kResourceLimit beyond 10,000 different
// values.
Result<JsonArray> DistinctValues(const ParquetFileReader& reader, const ColumnPathPattern& column);

}  // namespace ingot
