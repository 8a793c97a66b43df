// Snappy, written from the description of its format:
// https://github.com/google/snappy/blob/main/format_description.txt
//
// A stream is the length of the whole, then literals and copies of what stood up to 64 KiB before. Whoever made a text
// may know what it repeats: then nothing is searched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "column/buffer.h"
#include "column/leaf_column.h"

namespace ingot {

// Not for use by two threads at once; memory is kept between calls. The output depends on the arguments alone.
class SnappyEncoder {
 public:
  // Replaces *out. Requires: less than 4 GiB.
  void Compress(std::span<const char> bytes, Buffer<char>* out);

  // The same for `head` followed by `text`, which begins `text_begin` bytes into the column that `repeats` count in.
  // Those that reach out of `text` on either side are cut or left out. Requires also: the repeats are true, in order,
  // and do not overlap.
  void CompressKnown(std::span<const char> head, std::span<const char> text, uint32_t text_begin,
                     std::span<const TextRepeat> repeats, Buffer<char>* out);

 private:
  Buffer<uint32_t> table_;
};

}  // namespace ingot
