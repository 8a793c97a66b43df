// Rows of a query on standard output, in the form that was asked for. Memory does not grow with the rows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "cli/data_output.h"
#include "engine/record_stream.h"

namespace ingot {

enum class ResultFormat { kTable, kJson, kJsonLines, kCsv, kMarkdown, kParquet, kArrow };

// Requires: one of the choices of --output.
ResultFormat ParseResultFormat(std::string_view name);

struct ResultSummary {
  uint64_t rows = 0;
  uint64_t columns = 0;
};

// `width`: columns of the terminal, to which a table is cut; 0 for no bound. A table's columns are as wide as its first
// rows need; later ones may be wider. Errors: those of the stream and of the output.
Result<ResultSummary> WriteResult(RecordStream& stream, ResultFormat format, size_t width, DataOutput& out);

}  // namespace ingot
