// Index files that are changed and sealed again, so that tests come past their checksums.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "lookup/index_format.h"
#include "lookup/key_hash.h"

namespace ingot {

struct IndexBytes {
  // Requires: at least a tail.
  explicit IndexBytes(std::string file) : bytes(std::move(file)) {
    std::memcpy(&trailer, bytes.data() + bytes.size() - kIndexTailBytes, sizeof(trailer));
  }

  // The bytes with `trailer` in its place. Checksums are those of what is there, as far as its extents make sense.
  std::string Sealed() {
    char* tail = bytes.data() + bytes.size() - kIndexTailBytes;
    const uint64_t pages_end = trailer.checksums.offset;
    const uint64_t pages = (pages_end + kIndexPageBytes - 1) / kIndexPageBytes;
    const uint64_t end = bytes.size() - kIndexTailBytes;
    if (pages_end <= end && pages * sizeof(uint64_t) <= end - pages_end) {
      for (uint64_t page = 0; page < pages; ++page) {
        const uint64_t begin = page * kIndexPageBytes;
        const uint64_t sum = HashBytes({bytes.data() + begin, std::min(kIndexPageBytes, pages_end - begin)});
        std::memcpy(bytes.data() + pages_end + page * sizeof(sum), &sum, sizeof(sum));
      }
      trailer.checksums_checksum = HashBytes({bytes.data() + pages_end, pages * sizeof(uint64_t)});
    }
    trailer.checksum = HashBytes({reinterpret_cast<const char*>(&trailer), offsetof(IndexTrailer, checksum)});
    std::memcpy(tail, &trailer, sizeof(trailer));
    return bytes;
  }

  std::string bytes;
  IndexTrailer trailer;
};

}  // namespace ingot
