// Where the bytes of a Parquet file are: behind a descriptor, or in memory already.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "column/buffer.h"

namespace ingot {

// A view. What it names must outlive it.
struct FileBytes {
  int fd = -1;
  std::string_view path;  // for messages
  // Instead of the descriptor, when it has a beginning.
  std::span<const char> memory;
  uint64_t memory_begin = 0;  // where in the file the memory lies

  // `size` bytes at `offset`: in memory as they lie there, else in `space`. Errors: kCorrupt when the file ends before.
  Result<std::span<const char>> Read(uint64_t offset, uint64_t size, Buffer<char>* space) const {
    if (memory.data() != nullptr) {
      const uint64_t at = offset - memory_begin;
      if (offset < memory_begin || at > memory.size() || size > memory.size() - at) {
        return Error(ErrorKind::kCorrupt, "'" + std::string(path) + "' ends too early");
      }
      return memory.subspan(at, size);
    }
    space->Clear();
    space->Reserve(size);
    space->SetSize(size);
    INGOT_TRY(ReadExactlyAt(fd, offset, {space->data(), size}, path));
    return std::span<const char>(space->data(), size);
  }

  // The same as a copy. Errors: likewise.
  Result<void> ReadTo(uint64_t offset, std::span<char> to) const {
    if (memory.data() == nullptr) {
      return ReadExactlyAt(fd, offset, to, path);
    }
    INGOT_ASSIGN(const std::span<const char> bytes, Read(offset, to.size(), nullptr));
    std::copy(bytes.begin(), bytes.end(), to.begin());
    return {};
  }
};

}  // namespace ingot
