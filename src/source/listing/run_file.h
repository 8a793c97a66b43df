// Sorted rows that do not fit into memory, in a file without a name that lives as long as its descriptor.
//
// Rows lie in frames of whole rows: bytes u32, rows u32, hash u64 of the bytes, then the bytes. A row holds what it
// does not share with the one before.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "column/buffer.h"
#include "source/listing/key_row.h"

namespace ingot {

class RunFile {
 public:
  // `fd` is open for reading and writing, and empty. A frame, and so a file's memory, takes about `frame_bytes`.
  RunFile(UniqueFd fd, size_t frame_bytes) : fd_(std::move(fd)), frame_bytes_(frame_bytes) {}

  // Requires: rows come in order.
  Result<void> Append(const KeyRow& row);
  // Ends writing and goes to the first row.
  Result<void> Rewind();
  // False at the end. The texts of `row` live until the next call. Errors: kCorrupt where a frame is not what was
  // written.
  Result<bool> Next(KeyRow* row);

 private:
  void PutNumber(uint64_t value);
  void PutText(std::string_view text, std::string* last);
  Result<void> WriteFrame();
  Result<void> ReadFrame();
  uint64_t TakeNumber();
  void TakeText(std::string* text);
  void ForgetLast();

  UniqueFd fd_;
  size_t frame_bytes_;
  Buffer<char> frame_;
  uint32_t frame_rows_ = 0;         // written to the frame, or not read from it yet
  size_t position_ = 0;             // of reading, in the frame
  uint64_t offset_ = 0;             // of the next frame
  uint64_t size_ = 0;               // of the file
  std::vector<std::string> texts_;  // of the row before, by field and then the prefix
  std::vector<int64_t> numbers_;
  uint64_t line_ = 0;
};

}  // namespace ingot
