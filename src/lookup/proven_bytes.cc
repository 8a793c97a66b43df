#include "lookup/proven_bytes.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "lookup/index_format.h"
#include "lookup/key_encoding.h"
#include "lookup/key_hash.h"

namespace ingot {

Result<FileMapping> FileMapping::Map(int fd, uint64_t bytes, const std::string& path) {
  void* data = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) {
    return ErrnoError(errno, "map", path);
  }
  FileMapping mapping;
  mapping.data_ = static_cast<const char*>(data);
  mapping.size_ = bytes;
  return mapping;
}

FileMapping::FileMapping(FileMapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

FileMapping& FileMapping::operator=(FileMapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

FileMapping::~FileMapping() {
  if (data_ != nullptr) {
    // munmap takes what mmap gave, which was not const.
    ::munmap(const_cast<char*>(data_), size_);  // NOLINT(cppcoreguidelines-pro-type-const-cast): see above
  }
}

ProvenBytes::ProvenBytes(const char* data, uint64_t size, const char* checksums)
    : data_(data),
      size_(size),
      checksums_(checksums),
      proven_(std::make_unique<std::atomic<uint8_t>[]>((size + kPageBytes - 1) / kPageBytes)) {
  static_assert(kPageBytes == kIndexPageBytes);
}

bool ProvenBytes::ProvePage(uint64_t page) const {
  const uint64_t begin = page * kPageBytes;
  const uint64_t count = std::min(kPageBytes, size_ - begin);
  if (HashBytes({data_ + begin, count}) != ReadLittle<uint64_t>(checksums_ + page * sizeof(uint64_t))) {
    return false;
  }
  proven_[page].store(1, std::memory_order_release);
  return true;
}

}  // namespace ingot
