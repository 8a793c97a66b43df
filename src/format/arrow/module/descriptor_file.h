// Our descriptors as inputs of Arrow's. For .cc files of this room.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/file.h"
#include "format/arrow/module/arrow_errors.h"

namespace ingot {

// A read that the system refuses is thrown as FailedRead, past all of Arrow: as a status it would look like damage.
// The descriptor and the path must outlive the file.
class DescriptorFile final : public arrow::io::RandomAccessFile {
 public:
  DescriptorFile(int fd, std::string_view path, uint64_t size)
      : fd_(fd), path_(path), size_(static_cast<int64_t>(size)) {
    set_mode(arrow::io::FileMode::READ);
  }
  DescriptorFile(const DescriptorFile&) = delete;
  DescriptorFile& operator=(const DescriptorFile&) = delete;
  ~DescriptorFile() override = default;

  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override {
    if (position < 0 || bytes < 0 || position > size_) {
      return arrow::Status::Invalid("bytes outside of the file");
    }
    const int64_t count = std::min(bytes, size_ - position);
    Result<void> read = ReadExactlyAt(fd_, static_cast<uint64_t>(position),
                                      {static_cast<char*>(out), static_cast<size_t>(count)}, path_);
    if (!read) {
      throw FailedRead(std::move(read).error());
    }
    return count;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override {
    const int64_t most = std::min(bytes, size_ - std::min(position, size_));
    ARROW_ASSIGN_OR_RAISE(std::unique_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(std::max<int64_t>(most, 0)));
    ARROW_ASSIGN_OR_RAISE(const int64_t count, ReadAt(position, bytes, buffer->mutable_data()));
    static_cast<void>(count);
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }
  arrow::Result<int64_t> GetSize() override { return size_; }

  arrow::Result<int64_t> Read(int64_t bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t count, ReadAt(position_, bytes, out));
    position_ += count;
    return count;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, ReadAt(position_, bytes));
    position_ += buffer->size();
    return buffer;
  }
  arrow::Status Seek(int64_t position) override {
    position_ = position;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

 private:
  int fd_;
  std::string_view path_;
  int64_t size_;
  int64_t position_ = 0;
  bool closed_ = false;
};

}  // namespace ingot
