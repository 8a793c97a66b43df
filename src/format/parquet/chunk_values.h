// The values of a column chunk that lies in several fragments, read as if it were one array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "column/leaf_column.h"

namespace ingot {

// Consecutive strings: value i ends at base + ends[i]; the first begins at base + first.
struct BytesSlice {
  const char* base = nullptr;
  const uint32_t* ends = nullptr;
  uint32_t first = 0;
  size_t count = 0;

  std::string_view operator[](size_t i) const {
    const uint32_t begin = i == 0 ? first : ends[i - 1];
    return {base + begin, ends[i] - begin};
  }
  // Total length.
  size_t bytes() const { return count == 0 ? 0 : ends[count - 1] - first; }
  const char* begin_bytes() const { return base + first; }
};

// Where slices that cross fragments are put together. Reused from page to page.
struct SliceScratch {
  Buffer<uint8_t> bools;
  Buffer<int64_t> ints;
  Buffer<double> doubles;
  Buffer<uint32_t> ends;
  Buffer<char> bytes;
};

// Slices are valid until the next one is made with the same scratch, and as long as the fragments.
class ChunkValues {
 public:
  // Requires: all fragments have the same layout.
  explicit ChunkValues(std::span<const LeafColumn* const> fragments);

  uint64_t size() const { return offsets_.back(); }
  std::span<const LeafColumn* const> fragments() const { return fragments_; }

  // Requires: begin + count <= size(), and the layout of the name.
  std::span<const uint8_t> Bools(uint64_t begin, size_t count, SliceScratch* scratch) const;
  std::span<const int64_t> Ints(uint64_t begin, size_t count, SliceScratch* scratch) const;
  std::span<const double> Doubles(uint64_t begin, size_t count, SliceScratch* scratch) const;
  // Requires also: the strings are shorter than 4 GiB together.
  BytesSlice Bytes(uint64_t begin, size_t count, SliceScratch* scratch) const;

 private:
  // The fragment that holds value `index`; requires index < size().
  size_t FragmentOf(uint64_t index) const;
  template <typename T>
  std::span<const T> Slice(const Buffer<T> LeafColumn::* values, uint64_t begin, size_t count,
                           Buffer<T>* scratch) const;

  std::span<const LeafColumn* const> fragments_;
  std::vector<uint64_t> offsets_;  // of each fragment's first value, then the total
};

}  // namespace ingot
