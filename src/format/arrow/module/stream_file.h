// Record batches as files, by Arrow's writers.
#pragma once

#include "base/byte_sink.h"
#include "base/result.h"
#include "column/arrow_c_data.h"

namespace ingot {

// As WriteArrowStream and WriteParquetFile in format/arrow/stream_file.h.
Result<void> WriteArrowStreamByArrow(ArrowArrayStream stream, ByteSink& sink);
Result<void> WriteParquetFileByArrow(ArrowArrayStream stream, ByteSink& sink);

}  // namespace ingot
