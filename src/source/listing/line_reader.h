// The lines of one input, in blocks that any thread can read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "column/buffer.h"
#include "format/input/byte_source.h"

namespace ingot {

// Whole lines, each with its newline, and then perhaps one that is no line to be read.
struct LineBlock {
  Buffer<char> text;
  // Of a line that stands behind the text and is none of it: why. It counts as one line.
  std::optional<std::string> rejected;
};

// For one thread.
class LineReader {
 public:
  // Lines longer than `max_line_bytes` are rejected; a block takes about `block_bytes`, or the longest line.
  LineReader(std::unique_ptr<ByteSource> bytes, uint64_t block_bytes, uint64_t max_line_bytes);

  // Fills `block`, whose memory is used again. False at the end, where a damaged input ends too: see damage(). An
  // unfinished last line is whole, unless the input is damaged: then it is rejected. Errors: those of reading.
  Result<bool> Next(LineBlock* block);

  const std::optional<Error>& damage() const { return damage_; }
  // How much of the stored input was read.
  uint64_t stored_position() const { return bytes_->compressed_position(); }
  // Requires: Next returned false. Call once.
  Result<InputDigest> Finish() { return bytes_->Finish(); }

 private:
  Result<void> FillTo(size_t size);
  void PassByteOrderMark();
  Result<void> PassLongLine(LineBlock* block);

  std::unique_ptr<ByteSource> bytes_;
  uint64_t block_bytes_;
  uint64_t max_line_bytes_;
  Buffer<char> text_;  // read and not handed out
  bool has_begun_ = false;
  bool at_end_ = false;
  std::optional<Error> damage_;
};

}  // namespace ingot
