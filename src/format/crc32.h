// CRC-32 as gzip and Parquet's pages have it.
#pragma once

#include <cstdint>
#include <span>

namespace ingot {

// Goes on from `crc`, which is 0 at the beginning.
uint32_t Crc32(uint32_t crc, std::span<const char> bytes);

}  // namespace ingot
