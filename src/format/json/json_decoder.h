// JSON lines → columns, in one pass over the text: no tokens, no rows in between.
//
// The decoder walks each record once and writes every value straight into its leaf column, guided by what the stream
// has shown so far: it expects the key that followed last time and the type that stood there last time, and checks both
// with a few loads. A record that breaks a rule is taken back whole and becomes a reject.
//
// One decoder reads one file from its beginning; what it yields depends on the file's bytes and the options alone.
// Grammar: RFC 8259, UTF-8, one object a line. Documented outcomes: docs/formats/jsonl.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "column/column_batch.h"
#include "format/json/json_node.h"
#include "format/json/json_options.h"

namespace ingot {

// A line that did not become a row.
struct RejectedLine {
  uint64_t line = 0;         // from 1
  uint64_t byte_offset = 0;  // of the line's first byte in the decompressed file
  std::string reason;
  std::string text;  // the line itself, without its newline
};

// What Decode gathered since the last Take.
struct DecodedBlock {
  ColumnBatch batch;
  std::vector<FieldEvidence> evidence;  // the same as before when batch.schema is the same object as before
  std::vector<RejectedLine> rejects;
  uint64_t lines = 0;   // rows + rejects + blanks
  uint64_t blanks = 0;  // lines of white space
  uint64_t bytes = 0;   // of text
};

class JsonDecoder {
 public:
  // Bytes that must be readable behind the text given to Decode.
  static constexpr size_t kPadding = 64;

  // Errors: kConfig for declarations that cannot be followed.
  static Result<JsonDecoder> Create(std::shared_ptr<const JsonOptions> options);
  JsonDecoder(JsonDecoder&&) noexcept;
  JsonDecoder& operator=(JsonDecoder&&) noexcept;
  ~JsonDecoder();

  // Decodes whole lines: `text` is empty or ends with a newline, and kPadding bytes behind it are readable. A byte
  // order mark at the very beginning of the file is passed over. Errors: kSchemaDrift when a record does not fit what
  // earlier records of this file showed; the decoder must then be dropped.
  Result<void> Decode(std::span<const char> text);

  // A line that the caller does not want decoded. `text` is what it holds, or its beginning; `bytes` is how long it is
  // in the file, with its newline.
  void RejectLine(std::string reason, std::string text, uint64_t bytes);

  DecodedBlock Take();

  // Of the columns gathered since the last Take.
  size_t MemoryBytes() const;

 private:
  class Impl;
  explicit JsonDecoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot
