// Gives a file whose schema grew while it was written the bytes that it would have had with the last schema from the
// start. Source rows are not read again: chunks that did not change are copied, the others are made from what was
// written.
#pragma once

#include <string>

#include "base/byte_sink.h"
#include "base/result.h"
#include "format/parquet/file_reader.h"
#include "format/parquet/file_writer.h"

namespace ingot {

// `part` has written its row groups to the file at `part_path`; its footer is neither needed nor read. Writes the whole
// new file to `sink`, row group by row group; `run_all` may be empty.
// Requires: integers that became doubles are all exact. Errors: kSchemaDrift where the schemas do not grow from each
// other, kCorrupt where the part's bytes are not what was written, those of sink, file and encoder.
Result<FileSummary> RewriteParquet(const ParquetFileWriter& part, const std::string& part_path, ByteSink& sink,
                                   const KeyValues& metadata, const RunAll& run_all = {});

}  // namespace ingot
