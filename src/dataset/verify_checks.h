// What a dataset asks of a finished partition beyond its hashes: `[dataset.NAME.verify]`.
#pragma once

#include "base/result.h"
#include "dataset/verify.h"
#include "format/parquet/file_reader.h"

namespace ingot {

// Columns that must be there, nulls, bounds of sampled rows, null ratios. Adds to `report`.
// Errors: kCorrupt when a column cannot be read.
Result<void> CheckColumns(const ParquetFileReader& reader, const VerifySpec& spec, VerifyReport* report);

// Row numbers in [0, rows), ascending, `spec.rows` of them or all: the same for the same seed and row count. Drawn
// without replacement by Floyd's algorithm, with SplitMix64 as the source of numbers.
std::vector<uint64_t> SampleRows(uint64_t rows, const SampleSpec& spec);

}  // namespace ingot
