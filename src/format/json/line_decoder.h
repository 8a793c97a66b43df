// What reads the lines of one input, block by block: the decoder that makes columns, and the survey that only looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "column/column_batch.h"
#include "format/json/json_node.h"

namespace ingot {

// A line that did not become a row.
struct RejectedLine {
  uint64_t line = 0;         // from 1
  uint64_t byte_offset = 0;  // of the line's first byte in the decompressed file
  std::string reason;
  std::string text;    // the line itself, without its newline
  std::string column;  // the path of the column that could not take its value; empty where the line itself is wrong

  uint64_t bytes = 0;  // of the line with its newline, where it was not even looked at

  // By the lengths: where a block ends must not depend on what the allocator gave.
  size_t MemoryBytes() const { return sizeof *this + reason.size() + text.size() + column.size(); }
};

// What Decode gathered since the last Take.
struct DecodedBlock {
  ColumnBatch batch;
  std::vector<FieldEvidence> evidence;  // the same as before when batch.schema is the same object as before
  std::vector<RejectedLine> rejects;
  uint64_t reject_bytes = 0;  // RejectedLine::MemoryBytes of all
  uint64_t lines = 0;         // rows + rejects + blanks
  uint64_t blanks = 0;        // lines of white space
  uint64_t bytes = 0;         // of text

  size_t MemoryBytes() const { return batch.MemoryBytes() + reject_bytes; }
  void AddReject(RejectedLine reject) {
    reject_bytes += reject.MemoryBytes();
    rejects.push_back(std::move(reject));
  }
};

class LineDecoder {
 public:
  // Bytes that must be readable behind the text given to Decode.
  static constexpr size_t kPadding = 64;
  // A block is full when its rejects take so much memory: lines of two bytes would otherwise become a hundred times
  // as much.
  static constexpr size_t kMostRejectBytes = size_t{4} << 20U;

  virtual ~LineDecoder() = default;

  // Decodes whole lines: `text` is empty or ends with a newline, and kPadding bytes behind it are readable. Returns how
  // many bytes were taken: all of them, or fewer, up to the end of a line, when the block is full (kMostRejectBytes);
  // the rest is given again after Take. Errors: kSchemaDrift; the decoder must then be dropped.
  virtual Result<size_t> Decode(std::span<const char> text) = 0;

  // A line that the caller does not want decoded. `text` is what it holds, or its beginning; `bytes` is how long it is
  // in the file, with its newline.
  virtual void RejectLine(std::string reason, std::string text, uint64_t bytes) = 0;

  virtual DecodedBlock Take() = 0;
};

}  // namespace ingot
