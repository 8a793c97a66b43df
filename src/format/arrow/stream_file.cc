#include "format/arrow/stream_file.h"

#include "format/arrow/arrow_module.h"

namespace ingot {
namespace {

// The stream is taken over also when nothing can be done with it.
Result<const ArrowModule*> LoadFor(ArrowArrayStream* stream) {
  auto module = LoadArrowModule();
  if (!module && stream->release != nullptr) {
    stream->release(stream);
  }
  return module;
}

}  // namespace

Result<void> WriteArrowStream(ArrowArrayStream stream, ByteSink& sink) {
  INGOT_ASSIGN(const ArrowModule* const module, LoadFor(&stream));
  return module->write_arrow_stream(stream, sink);
}

Result<void> WriteParquetFile(ArrowArrayStream stream, ByteSink& sink) {
  INGOT_ASSIGN(const ArrowModule* const module, LoadFor(&stream));
  return module->write_parquet_file(stream, sink);
}

}  // namespace ingot
