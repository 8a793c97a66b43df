// Where the bytes of a Parquet file are: behind a descriptor, or in memory already.
#pragma once

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

  // `size` bytes at `offset`: in memory as they lie there, else in `space`. Errors: kCorrupt when the file ends before.
  Result<std::span<const char>> Read(uint64_t offset, uint64_t size, Buffer<char>* space) const {
    if (memory.data() != nullptr) {
      if (offset > memory.size() || size > memory.size() - offset) {
        return Error(ErrorKind::kCorrupt, "'" + std::string(path) + "' ends too early");
      }
      return memory.subspan(offset, size);
    }
    space->Clear();
    space->Reserve(size);
    space->SetSize(size);
    INGOT_TRY(ReadExactlyAt(fd, offset, {space->data(), size}, path));
    return std::span<const char>(space->data(), size);
  }
};

}  // namespace ingot
