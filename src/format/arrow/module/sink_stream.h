// Our sinks as outputs of Arrow's. For .cc files of this room.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/byte_sink.h"

namespace ingot {

// Keeps the sink's own error: a status would lose its kind. `sink` must outlive the stream.
class SinkStream final : public arrow::io::OutputStream {
 public:
  explicit SinkStream(ByteSink& sink) : sink_(sink) { set_mode(arrow::io::FileMode::WRITE); }
  SinkStream(const SinkStream&) = delete;
  SinkStream& operator=(const SinkStream&) = delete;
  ~SinkStream() override = default;

  arrow::Status Write(const void* data, int64_t bytes) override {
    position_ += bytes;
    Result<void> written = sink_.Write({static_cast<const char*>(data), static_cast<size_t>(bytes)});
    if (!written) {
      failure_ = std::move(written).error();
      return arrow::Status::IOError(failure_->message());
    }
    return arrow::Status::OK();
  }
  using arrow::io::OutputStream::Write;
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }
  arrow::Result<int64_t> Tell() const override { return position_; }

  // What the sink said when a write of Arrow's failed.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  ByteSink& sink_;
  int64_t position_ = 0;
  bool closed_ = false;
  std::optional<Error> failure_;
};

}  // namespace ingot
