// The compressed side of an input: a window over unread bytes, their offset, and the sha256 of all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/raw_reader.h"
#include "base/result.h"
#include "base/sha256.h"

namespace ingot {

class CompressedInput {
 public:
  // The largest count that Peek takes.
  static constexpr size_t kMaxPeek = 64;

  // Asks the reader for `read_bytes` (at least 1) at a time.
  CompressedInput(std::unique_ptr<RawReader> reader, size_t read_bytes);

  // The unread bytes in memory, without reading. Valid until the next call of anything but Consume.
  std::span<const char> window() const { return {buffer_.data() + begin_, end_ - begin_}; }
  // The window, after reading until it holds at least `count` bytes; fewer only at the end of the input.
  Result<std::span<const char>> Peek(size_t count);
  // Steps over bytes of the window. Requires: count <= window().size().
  void Consume(size_t count);

  // Unread bytes straight into `out`, without a copy when the window is empty; 0 at the end.
  Result<size_t> ReadInto(std::span<char> out);

  // Bytes consumed so far.
  uint64_t offset() const { return read_ - (end_ - begin_); }
  // Hex digest of all bytes read so far; ends the digest. Bytes in the window are part of it.
  std::string FinishSha256() { return hash_.FinishHex(); }

 private:
  Result<size_t> ReadSome(std::span<char> out);

  std::unique_ptr<RawReader> reader_;
  size_t read_bytes_;
  std::vector<char> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t read_ = 0;
  bool ended_ = false;
  Sha256 hash_;
};

}  // namespace ingot
