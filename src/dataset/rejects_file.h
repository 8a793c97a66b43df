// rejects.jsonl.gz: every line that did not become a row, with where it stood and why. Nothing of it is lost.
//
// One JSON object a line: `file`, `line` (from 1), `byte` (offset of the line in the decompressed file), `reason`,
// `column` where one could not take its value, and the line itself as `text`, or as `text_base64` where it is not
// UTF-8. Lines beyond the length limit keep their beginning.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_sink.h"
#include "base/file.h"
#include "base/result.h"
#include "format/input/gzip_sink.h"
#include "format/json/line_decoder.h"

namespace ingot {

class RejectsFile {
 public:
  // Where the bytes go; asked once, at the first reject. The sink outlives this object.
  using Opener = std::function<Result<ByteSink*>()>;
  explicit RejectsFile(Opener open) : open_(std::move(open)) {}

  Result<void> Add(const std::string& file, const std::vector<RejectedLine>& lines);
  // Ends the file, when there is one. Call once, last.
  Result<void> Finish();

  uint64_t count() const { return count_; }
  // "17.jsonl.gz: line 3: reason" of the first reject, for messages; empty without one.
  const std::string& first() const { return first_; }
  // The column that could not take a value of the first reject; empty where there is none.
  const std::string& first_column() const { return first_column_; }
  // How long the line of the first reject is, where it was too long; else 0.
  uint64_t first_line_bytes() const { return first_line_bytes_; }
  uint64_t bytes() const { return hashed_ ? hashed_->bytes() : 0; }
  // Requires: Finish, count() > 0. Call once.
  FileDigest TakeDigest() { return {hashed_->bytes(), hashed_->FinishHex()}; }

 private:
  Opener open_;
  std::optional<HashingSink> hashed_;
  std::unique_ptr<GzipSink> sink_;
  uint64_t count_ = 0;
  std::string first_;
  std::string first_column_;
  uint64_t first_line_bytes_ = 0;
};

// "3 lines were rejected, 0 are allowed; the first is 17.jsonl.gz: line 3: …".
std::string TooManyRejects(uint64_t rejected, uint64_t allowed, std::string_view first);

}  // namespace ingot
