// A mapped file whose pages are compared with their checksums when they are first touched.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/file.h"
#include "base/result.h"

namespace ingot {

// Owns a read-only mapping of a whole file.
class FileMapping {
 public:
  // Errors: those of mmap(2). Requires: `bytes` is the size of the file, and not 0.
  static Result<FileMapping> Map(int fd, uint64_t bytes, const std::string& path);
  FileMapping() = default;
  FileMapping(FileMapping&& other) noexcept;
  FileMapping& operator=(FileMapping&& other) noexcept;
  FileMapping(const FileMapping&) = delete;
  FileMapping& operator=(const FileMapping&) = delete;
  ~FileMapping();

  const char* data() const { return data_; }
  uint64_t size() const { return size_; }

 private:
  const char* data_ = nullptr;
  uint64_t size_ = 0;
};

// May be used by many threads at once.
class ProvenBytes {
 public:
  ProvenBytes() = default;
  // `checksums` has one for each page of the first `size` bytes. Both must outlive the object.
  ProvenBytes(const char* data, uint64_t size, const char* checksums);

  const char* at(uint64_t offset) const { return data_ + offset; }
  uint64_t size() const { return size_; }

  // Whether these bytes are what was written. Requires: they lie below size().
  bool Prove(uint64_t offset, uint64_t bytes) const {
    if (bytes == 0) {
      return true;
    }
    const uint64_t last = (offset + bytes - 1) / kPageBytes;
    for (uint64_t page = offset / kPageBytes; page <= last; ++page) {
      if (proven_[page].load(std::memory_order_acquire) == 0 && !ProvePage(page)) [[unlikely]] {
        return false;
      }
    }
    return true;
  }
  bool ProveAll() const { return Prove(0, size_); }

 private:
  static constexpr uint64_t kPageBytes = uint64_t{16} << 10U;
  bool ProvePage(uint64_t page) const;

  const char* data_ = nullptr;
  uint64_t size_ = 0;
  const char* checksums_ = nullptr;
  std::unique_ptr<std::atomic<uint8_t>[]> proven_;
};

}  // namespace ingot
