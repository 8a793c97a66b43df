// Record batches of the C stream interface as files for other programs: Arrow IPC streams and Parquet.
//
// For results of queries, whose types are whatever SQL made of them; datasets are written by format/parquet/.
#pragma once

#include "base/byte_sink.h"
#include "base/result.h"
#include "column/arrow_c_data.h"

namespace ingot {

// Both read the stream to its end and take it over. Neither needs to seek: the sink may be a pipe. Errors: those of the
// sink; kUnsupported for a type that the format does not have; kUnavailable with the stream's own text when it failed.

// An Arrow IPC stream (application/vnd.apache.arrow.stream).
Result<void> WriteArrowStream(ArrowArrayStream stream, ByteSink& sink);
// A Parquet file, zstd, in row groups of some 100,000 rows, with the Arrow schema in its footer.
Result<void> WriteParquetFile(ArrowArrayStream stream, ByteSink& sink);

}  // namespace ingot
