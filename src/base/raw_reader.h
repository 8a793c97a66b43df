// Bytes as they are stored: a file, a pipe, a buffer.
#pragma once

#include <span>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace ingot {

class RawReader {
 public:
  virtual ~RawReader() = default;
  // Up to out.size() bytes; 0 only at the end. Requires: `out` is not empty.
  virtual Result<size_t> ReadSome(std::span<char> out) = 0;
};

// Reads a descriptor front to back and never seeks, so pipes and terminals work. A regular file is announced to the
// kernel as read in order.
class FdReader final : public RawReader {
 public:
  // `name` is for messages. Errors: kInvalidData for a directory.
  static Result<FdReader> Open(UniqueFd fd, std::string name);
  Result<size_t> ReadSome(std::span<char> out) override;

 private:
  FdReader(UniqueFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

  UniqueFd fd_;
  std::string name_;
};

class MemoryReader final : public RawReader {
 public:
  // `bytes` must outlive the reader.
  explicit MemoryReader(std::span<const char> bytes) : rest_(bytes) {}
  Result<size_t> ReadSome(std::span<char> out) override;

 private:
  std::span<const char> rest_;
};

}  // namespace ingot
