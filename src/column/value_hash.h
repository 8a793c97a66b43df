// The hash of one leaf column's content: its levels and values, independent of pages, encodings, codecs and batch cuts.
//
// Format "xxh3": 128-bit XXH3 (seed 0), 32 hex digits, over the concatenation of three 16-byte XXH3-128 digests
// (canonical, big-endian), each of a byte stream:
//   levels   for every maximal run of equal (definition, repetition): count u64 LE, definition u8, repetition u8
//   fixed    bool: one byte 0/1; int64, date, timestamp, decimal: i64 LE; double: IEEE bits LE; bytes: length u32 LE
//   bytes    the concatenated bytes of strings
// The hash covers one column chunk (one row group). A file's column hash is ColumnValueHash over its chunks' digests.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "column/leaf_column.h"

namespace ingot {

using ValueDigest = std::array<uint8_t, 16>;

class ValueHasher {
 public:
  ValueHasher();
  ~ValueHasher();
  ValueHasher(ValueHasher&&) noexcept;
  ValueHasher& operator=(ValueHasher&&) noexcept;

  void AddRun(uint64_t count, uint8_t definition, uint8_t repetition);
  void AddBools(std::span<const uint8_t> values);
  void AddInts(std::span<const int64_t> values);
  void AddDoubles(std::span<const double> values);
  // Lengths and bytes of values [0, count) of a kBytes column.
  void AddBytes(std::span<const uint32_t> ends, std::span<const char> bytes);
  void AddOne(std::string_view value);
  // Levels and values of a whole column.
  void AddColumn(const LeafColumn& column);

  ValueDigest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// 32 hex digits over the digests of a column's chunks, in row group order.
std::string ColumnValueHash(std::span<const ValueDigest> chunks);

// The hash of a column that lies in several files, from the hashes of the column in each, in their order: of one file
// that file's own, else ColumnValueHash over them. Requires: each has 32 hex digits.
std::string JoinValueHashes(std::span<const std::string> files);

}  // namespace ingot
