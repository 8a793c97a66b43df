#include "format/arrow/module/stream_file.h"

#include <arrow/c/bridge.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <parquet/arrow/writer.h>

#include <memory>
#include <utility>

#include "format/arrow/module/arrow_errors.h"
#include "format/arrow/module/sink_stream.h"

namespace ingot {
namespace {

constexpr int64_t kRowGroupRows = 122'880;

ErrorKind KindOf(const ::arrow::Status& status) {
  if (status.IsNotImplemented() || status.IsTypeError()) {
    return ErrorKind::kUnsupported;
  }
  return status.IsOutOfMemory() ? ErrorKind::kResourceLimit : ErrorKind::kUnavailable;
}

// Writes every batch to a writer that `open` makes for the schema.
template <typename Open>
// NOLINTNEXTLINE(readability-function-size): what is counted are the branches inside of Arrow's macros
Result<void> WriteBatches(ArrowArrayStream stream, ByteSink& sink, const Open& open) {
  const auto output = std::make_shared<SinkStream>(sink);
  const auto write = [&]() -> ::arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto reader, ::arrow::ImportRecordBatchReader(&stream));
    ARROW_ASSIGN_OR_RAISE(const auto writer, open(reader->schema(), output));
    std::shared_ptr<::arrow::RecordBatch> batch;
    while (true) {
      ARROW_RETURN_NOT_OK(reader->ReadNext(&batch));
      if (batch == nullptr) {
        return writer->Close();
      }
      ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
    }
  };
  return CatchArrow(ErrorKind::kUnavailable, [&]() -> Result<void> {
    const ::arrow::Status status = write();
    if (output->failure()) {
      return *output->failure();
    }
    if (!status.ok()) {
      return Error(KindOf(status), status.message());
    }
    return {};
  });
}

}  // namespace

Result<void> WriteArrowStreamByArrow(ArrowArrayStream stream, ByteSink& sink) {
  return WriteBatches(stream, sink, [](const auto& schema, const auto& output) {
    return ::arrow::ipc::MakeStreamWriter(output, schema);
  });
}

Result<void> WriteParquetFileByArrow(ArrowArrayStream stream, ByteSink& sink) {
  return WriteBatches(stream, sink, [](const auto& schema, const auto& output) {
    const auto properties = ::parquet::WriterProperties::Builder()
                                .compression(::parquet::Compression::ZSTD)
                                ->max_row_group_length(kRowGroupRows)
                                ->build();
    const auto arrow_properties = ::parquet::ArrowWriterProperties::Builder().store_schema()->build();
    return ::parquet::arrow::FileWriter::Open(*schema, ::arrow::default_memory_pool(), output, properties,
                                              arrow_properties);
  });
}

}  // namespace ingot
