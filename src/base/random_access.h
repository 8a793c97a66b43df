// Bytes that stay the same and can be read from anywhere: an open file, a buffer, an object in a store.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/raw_reader.h"
#include "base/result.h"

namespace ingot {

// Const calls may come from several threads.
class RandomAccess {
 public:
  virtual ~RandomAccess() = default;
  // Fills `out` with the bytes at `offset`. Errors: kCorrupt when the bytes end before, else by what failed.
  virtual Result<void> ReadAt(uint64_t offset, std::span<char> out) const = 0;
  virtual uint64_t bytes() const = 0;
  // For messages: a path or a URL.
  virtual const std::string& name() const = 0;
  // A descriptor that reads the same bytes, for engines and splices; -1 where there is none. Not to be closed.
  virtual int fd() const { return -1; }
};

class FileAccess final : public RandomAccess {
 public:
  // Takes a regular file that is open for reading. Its size is the one that it has now.
  static Result<FileAccess> Open(UniqueFd fd, std::string name);

  Result<void> ReadAt(uint64_t offset, std::span<char> out) const override {
    return ReadExactlyAt(fd_.get(), offset, out, name_);
  }
  uint64_t bytes() const override { return bytes_; }
  const std::string& name() const override { return name_; }
  int fd() const override { return fd_.get(); }

 private:
  FileAccess(UniqueFd fd, uint64_t bytes, std::string name)
      : fd_(std::move(fd)), bytes_(bytes), name_(std::move(name)) {}

  UniqueFd fd_;
  uint64_t bytes_;
  std::string name_;
};

// A view: `bytes` must outlive it.
class MemoryAccess final : public RandomAccess {
 public:
  MemoryAccess(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}

  Result<void> ReadAt(uint64_t offset, std::span<char> out) const override;
  uint64_t bytes() const override { return bytes_.size(); }
  const std::string& name() const override { return name_; }

 private:
  std::string_view bytes_;
  std::string name_;
};

// Size and sha256 of all bytes, read once in order.
Result<FileDigest> DigestOf(const RandomAccess& bytes);

// Reads them front to back, exactly bytes() of them.
std::unique_ptr<RawReader> StreamOf(std::unique_ptr<const RandomAccess> bytes);

}  // namespace ingot
