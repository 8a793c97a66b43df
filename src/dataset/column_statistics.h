// What a manifest says of its columns and of the program that wrote them, from what the writer knows.
#pragma once

#include <span>
#include <vector>

#include "format/parquet/file_writer.h"
#include "model/manifest.h"
#include "model/schema.h"

namespace ingot {

// Over all files of a partition, in the order of its manifest. Requires: each file has the columns of `schema`.
std::vector<ColumnStatistics> StatisticsOf(const Schema& schema, std::span<const FileSummary> files);

WriterVersions ThisWriter();

}  // namespace ingot
