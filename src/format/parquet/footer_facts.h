// What a footer says, in our words and with its numbers proven.
#pragma once

#include "base/result.h"
#include "format/parquet/file_reader.h"
#include "format/parquet/footer.h"
#include "format/parquet/schema_elements.h"

namespace ingot {

ColumnFacts FactsOf(const SchemaLeaf& leaf);

// Errors: kCorrupt for numbers below zero, and for pages that lie outside of the file's bytes before `data_end`;
// kUnsupported for pages in other files.
Result<ChunkFacts> FactsOf(const FooterChunk& chunk, uint64_t data_end);

// Errors: kUnsupported, naming it, for a codec or an encoding that no page is read with.
Result<void> CheckIsReadable(const FooterChunk& chunk);

}  // namespace ingot
