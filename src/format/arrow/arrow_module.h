// What Arrow does for us, in a module of its own: decoding values, and writing record batches of other programs' types.
//
// Loading Arrow takes some 8 ms, more than many a run works, and most runs copy, write and prove without it. So the
// program does not link it: `ingot_arrow.so` does, and is loaded by who needs it. See
// docs/decisions/0013-arrow-on-demand.md.
#pragma once

#include <memory>

#include "base/byte_sink.h"
#include "base/result.h"
#include "column/arrow_c_data.h"
#include "format/parquet/file_bytes.h"
#include "format/parquet/value_reader.h"

namespace ingot {

// Built with the program, from the same headers: no promise to anybody else.
struct ArrowModule {
  Result<std::unique_ptr<ValueReader>> (*open_value_reader)(const FileBytes& bytes);
  Result<void> (*write_arrow_stream)(ArrowArrayStream stream, ByteSink& sink);
  Result<void> (*write_parquet_file)(ArrowArrayStream stream, ByteSink& sink);
};

// Loaded once, never unloaded; later calls cost a microsecond. By any thread. Errors: kInternal when the module is
// missing or another version's: the installation is broken.
Result<const ArrowModule*> LoadArrowModule();

}  // namespace ingot
