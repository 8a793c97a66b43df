// Single values in the buffers of Arrow arrays, which need not be aligned.
#pragma once

#include <cstdint>
#include <cstring>

namespace ingot {

template <typename T>
T ArrowValueAt(const void* buffer, int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

inline bool ArrowBitAt(const void* bits, int64_t index) {
  return ((static_cast<const uint8_t*>(bits)[index / 8] >> (index % 8)) & 1U) != 0;
}

}  // namespace ingot
