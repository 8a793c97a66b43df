// Facts about single columns of a finished file, for the manifest fields that consumers read.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/utc.h"
#include "format/parquet/file_reader.h"
#include "model/column_path.h"
#include "model/json_value.h"
#include "model/manifest.h"

namespace ingot {

// The sorted different values of a column, without null. Errors: kConfig when there is no such column or it is not a
// scalar; kResourceLimit beyond 10,000 different values.
Result<JsonArray> DistinctValues(const ParquetFileReader& reader, const ColumnPathPattern& column);

// The earliest and the latest instant of a column, as they stand in the data. Texts that are no instants do not count;
// nothing when there is none.
struct InstantRange {
  std::string min;
  std::string max;
};
Result<std::optional<InstantRange>> FindInstantRange(const ParquetFileReader& reader, const ColumnPathPattern& column);

// Rows whose instant lies outside the window.
Result<LateRows> CountLateRows(const ParquetFileReader& reader, const ColumnPathPattern& column,
                               const UtcWindow& window);

}  // namespace ingot
