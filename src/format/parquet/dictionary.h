// Dictionaries of a column chunk: distinct values in order of first appearance, and each value's index among them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "column/buffer.h"
#include "format/parquet/chunk_values.h"

namespace ingot {

// Good in all bits, whatever the values have in common: decimal fractions as doubles differ in few.
inline uint64_t HashOfBits(int64_t value) {
  uint64_t bits = static_cast<uint64_t>(value) * 0x9E3779B97F4A7C15U;
  bits ^= bits >> 32U;
  return bits * 0xD6E8FEB86659FD93U;
}
uint64_t HashOfText(std::string_view text);

// Distinct 64-bit patterns: integers as they are, doubles by their bits, so that -0.0 and every NaN are kept apart.
class FixedDictionary {
 public:
  // Forgets everything but its memory.
  void Clear();
  // Appends one index for each value. False as soon as there would be more than `max_entries`: what was appended is
  // then of no use.
  bool Add(std::span<const int64_t> values, size_t max_entries, Buffer<uint32_t>* indices);
  bool Add(std::span<const double> values, size_t max_entries, Buffer<uint32_t>* indices);

  std::span<const int64_t> entries() const { return entries_; }

 private:
  struct Slot {
    int64_t value;
    uint32_t entry;  // kEmpty: free
  };
  static constexpr uint32_t kEmpty = UINT32_MAX;

  template <typename T>
  bool AddBits(std::span<const T> values, size_t max_entries, Buffer<uint32_t>* indices);
  void Resize(size_t slots);

  Buffer<int64_t> entries_;
  Buffer<Slot> slots_;
  unsigned shift_ = 0;  // 64 - log2(slots)
};

// Distinct strings.
class BytesDictionary {
 public:
  void Clear();
  // As FixedDictionary::Add; the bound is on the bytes of the plain dictionary page.
  bool Add(const BytesSlice& values, size_t max_page_bytes, Buffer<uint32_t>* indices);

  size_t size() const { return ends_.size(); }
  BytesSlice entries() const { return {bytes_.data(), ends_.data(), 0, ends_.size()}; }
  size_t page_bytes() const { return bytes_.size() + ends_.size() * sizeof(uint32_t); }

 private:
  struct Slot {
    uint32_t hash;   // the upper half, to spare most comparisons of texts
    uint32_t entry;  // kEmpty: free
  };
  static constexpr uint32_t kEmpty = UINT32_MAX;

  void Resize(size_t slots);
  std::string_view Entry(uint32_t entry) const {
    const uint32_t begin = entry == 0 ? 0 : ends_[entry - 1];
    return {bytes_.data() + begin, ends_[entry] - begin};
  }

  Buffer<char> bytes_;
  Buffer<uint32_t> ends_;
  Buffer<Slot> slots_;
};

}  // namespace ingot
