// What a footer says, in our words and with its numbers proven.
#pragma once

#include "base/result.h"
#include "format/parquet/file_reader.h"
#include "format/parquet/footer.h"
#include "format/parquet/schema_elements.h"

namespace ingot {

ColumnFacts FactsOf(const SchemaLeaf& leaf);

// Errors: kCorrupt for numbers below zero, and for pages that lie outside of the file's bytes before `data_end`.
Result<ChunkFacts> FactsOf(const FooterChunk& chunk, uint64_t data_end);

}  // namespace ingot
