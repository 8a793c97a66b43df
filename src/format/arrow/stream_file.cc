#include "format/arrow/stream_file.h"

#include <arrow/c/bridge.h>
#include <arrow/io/interfaces.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <parquet/arrow/writer.h>

#include <memory>
#include <optional>
#include <utility>

#include "format/parquet/arrow_errors.h"

namespace ingot {
namespace {

constexpr int64_t kRowGroupRows = 122'880;

// Our sink as an output of Arrow's. Keeps the sink's own error, of which Arrow's status has only the text.
class SinkStream final : public ::arrow::io::OutputStream {
 public:
  explicit SinkStream(ByteSink& sink) : sink_(sink) { set_mode(::arrow::io::FileMode::WRITE); }

  ::arrow::Status Close() override {
    closed_ = true;
    return ::arrow::Status::OK();
  }
  ::arrow::Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }
  ::arrow::Status Write(const void* data, int64_t bytes) override {
    Result<void> written = sink_.Write({static_cast<const char*>(data), static_cast<size_t>(bytes)});
    if (!written) {
      failure_ = std::move(written).error();
      return ::arrow::Status::IOError(failure_->message());
    }
    position_ += bytes;
    return ::arrow::Status::OK();
  }

  const std::optional<Error>& failure() const { return failure_; }

 private:
  ByteSink& sink_;
  int64_t position_ = 0;
  bool closed_ = false;
  std::optional<Error> failure_;
};

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

Result<void> WriteArrowStream(ArrowArrayStream stream, ByteSink& sink) {
  return WriteBatches(stream, sink, [](const auto& schema, const auto& output) {
    return ::arrow::ipc::MakeStreamWriter(output, schema);
  });
}

Result<void> WriteParquetFile(ArrowArrayStream stream, ByteSink& sink) {
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
