// Unaligned little-endian integers, as gzip and zstd store them.
#pragma once

#include <cstddef>
#include <span>

namespace ingot {

// Requires: bytes.size() >= sizeof(T).
template <typename T>
T LoadLittleEndian(std::span<const char> bytes) {
  T value = 0;
  for (size_t i = sizeof(T); i > 0; --i) {
    value = static_cast<T>((value << 8U) | static_cast<unsigned char>(bytes[i - 1]));
  }
  return value;
}

}  // namespace ingot
