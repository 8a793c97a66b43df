// Parquet's RLE / bit-packed hybrid: levels, booleans and dictionary indices.
// https://parquet.apache.org/docs/file-format/data-pages/encodings/#run-length-encoding--bit-packing-hybrid-rle--3
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "column/buffer.h"

namespace ingot {

// Bits that hold 0 … max_value.
inline int BitWidthOf(uint64_t max_value) { return static_cast<int>(std::bit_width(max_value)); }

// Takes runs and keeps short ones as bit-packed groups of eight. The bytes depend on the sequence of values alone, not
// on how it was cut into calls.
class HybridEncoder {
 public:
  // 0 <= bit_width <= 32; values fit into it.
  HybridEncoder(int bit_width, Buffer<char>* out) : bit_width_(bit_width), out_(*out) {}

  void Add(uint64_t count, uint32_t value) {
    if (value != run_value_) {
      FlushRun();
      run_value_ = value;
    }
    run_count_ += count;
  }
  // Call once, at the end.
  void Finish();

 private:
  static constexpr size_t kMaxLiterals = 504;  // 63 groups: their header is one byte

  void FlushRun();
  void FlushLiterals();
  void WriteRun(uint64_t count, uint32_t value);
  void AddLiterals(uint64_t count, uint32_t value);

  int bit_width_;
  Buffer<char>& out_;
  uint32_t run_value_ = 0;
  uint64_t run_count_ = 0;
  std::array<uint32_t, kMaxLiterals> literals_;
  size_t literal_count_ = 0;
};

// The same format for an array: one pass, without a call for each value.
void EncodeHybrid(std::span<const uint32_t> values, int bit_width, Buffer<char>* out);

// Appends `values` as `bit_width` bits each, least significant bit first, padded to a whole byte.
void PackBits(std::span<const uint32_t> values, int bit_width, Buffer<char>* out);
void PackBits64(std::span<const uint64_t> values, int bit_width, Buffer<char>* out);

void AppendVarint(uint64_t value, Buffer<char>* out);

}  // namespace ingot
