#include "source/jsonl/jsonl_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "source/jsonl/foreign_shape.h"

namespace ingot {
namespace {

constexpr uint64_t kKeptOfLongLine = 4096;

// One past the last newline; 0 without one.
size_t EndOfLastLine(const Buffer<char>& text) {
  const void* newline = ::memrchr(text.data(), '\n', text.size());
  return newline == nullptr ? 0 : static_cast<size_t>(static_cast<const char*>(newline) - text.data()) + 1;
}

}  // namespace

JsonlReader::JsonlReader(std::string path, std::unique_ptr<ByteSource> bytes, std::unique_ptr<LineDecoder> decoder,
                         const JsonlLimits& limits)
    : path_(std::move(path)), bytes_(std::move(bytes)), decoder_(std::move(decoder)), limits_(limits) {
  // A line that is too long then never ends inside a block, so that it is found where it is alone.
  limits_.block_bytes = std::min(limits_.block_bytes, limits_.max_line_bytes + 1);
}

// Reads on until `text_` holds block_bytes, or twice what it held when that was no whole line.
Result<void> JsonlReader::Fill() {
  const size_t target = text_.size() < limits_.block_bytes
                            ? limits_.block_bytes
                            : std::min<size_t>(2 * text_.size(), limits_.max_line_bytes + 1);
  text_.Reserve(target + 1 + LineDecoder::kPadding);
  while (!at_end_ && text_.size() < target) {
    auto read = bytes_->Read({text_.data() + text_.size(), target - text_.size()});
    const size_t count = read.ok() ? *read : 0;
    at_end_ = count == 0;
    text_.SetSize(text_.size() + count);
    if (!read && read.error().kind() != ErrorKind::kInvalidData) {
      return std::move(read).error();
    }
    if (!read) {
      damage_ = std::move(read).error();
    }
  }
  return {};
}

// How many bytes at the beginning of the text are whole lines: at least one, unless there are none.
Result<size_t> JsonlReader::FindLines() {
  if (whole_ > 0) {
    return whole_;
  }
  size_t whole = 0;
  while (whole == 0) {
    INGOT_TRY(Fill());
    whole = EndOfLastLine(text_);
    if (whole == 0 && text_.size() > limits_.max_line_bytes) {
      INGOT_TRY(PassLongLine());
      whole = EndOfLastLine(text_);
      break;
    }
    if (at_end_) {
      break;
    }
  }
  if (at_end_ && !damage_ && whole < text_.size()) {
    text_.Append('\n');
    whole = text_.size();
  }
  return whole;
}

Result<std::optional<DecodedBlock>> JsonlReader::Next() {
  if (at_end_ && text_.empty()) {
    return std::optional<DecodedBlock>();
  }
  INGOT_ASSIGN(const size_t whole, FindLines());
  // What stands behind the lines must be readable, and the same in every run.
  char behind[LineDecoder::kPadding] = {};
  text_.Reserve(text_.size() + LineDecoder::kPadding);
  std::memcpy(text_.data() + text_.size(), behind, sizeof behind);
  size_t taken = 0;
  if (whole > 0) {
    auto decoded = decoder_->Decode({text_.data(), whole});
    if (!decoded) {
      return std::move(decoded).error().In("file '" + path_ + "'");
    }
    taken = *decoded;
  }
  whole_ = whole - taken;
  std::memmove(text_.data(), text_.data() + taken, text_.size() - taken);
  text_.Truncate(text_.size() - taken);
  if (damage_ && at_end_ && whole_ == 0) {
    RejectCutLine();
  }
  DecodedBlock block = decoder_->Take();
  if (std::exchange(is_first_, false) && block.batch.rows == 0 && !block.rejects.empty() && !damage_) {
    if (auto shape = RefuseForeignShape(block.rejects[0].text, block.rejects.size()); !shape) {
      return std::move(shape).error().In("file '" + path_ + "'");
    }
  }
  report_.rows += block.batch.rows;
  report_.rejected += block.rejects.size();
  report_.blank += block.blanks;
  return std::optional<DecodedBlock>(std::move(block));
}

// Reads over the rest of a line that is longer than allowed.
Result<void> JsonlReader::PassLongLine() {
  std::string beginning(text_.data(), std::min<size_t>(text_.size(), kKeptOfLongLine));
  uint64_t length = text_.size();
  text_.Clear();
  while (!at_end_) {
    INGOT_TRY(Fill());
    const void* newline = std::memchr(text_.data(), '\n', text_.size());
    const size_t part =
        newline == nullptr ? text_.size() : static_cast<size_t>(static_cast<const char*>(newline) - text_.data()) + 1;
    length += part;
    const size_t rest = text_.size() - part;
    std::memmove(text_.data(), text_.data() + part, rest);
    text_.Truncate(rest);
    if (newline != nullptr) {
      break;
    }
  }
  decoder_->RejectLine(fmt::format("the line has {} bytes, more than the limit of {}", length, limits_.max_line_bytes),
                       std::move(beginning), length);
  return {};
}

// The line in which a damaged input ends cannot be known to be whole, even if it parses.
void JsonlReader::RejectCutLine() {
  if (!text_.empty()) {
    decoder_->RejectLine("the input is damaged inside this line", std::string(text_.data(), text_.size()),
                         text_.size());
    text_.Clear();
  }
}

Result<InputReport> JsonlReader::Report() {
  report_.path = path_;
  report_.damage = damage_;
  INGOT_ASSIGN(report_.digest, bytes_->Finish());
  const uint64_t accounted = report_.rows + report_.rejected + report_.blank;
  if (accounted != report_.digest.lines()) {
    return Error(ErrorKind::kInternal,
                 fmt::format("'{}' has {} lines, but {} rows + {} rejects + {} blanks were made of them", path_,
                             report_.digest.lines(), report_.rows, report_.rejected, report_.blank));
  }
  return report_;
}

}  // namespace ingot
