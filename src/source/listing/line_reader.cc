#include "source/listing/line_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace ingot {
namespace {

// One past the last newline; 0 without one.
size_t EndOfLastLine(const Buffer<char>& text) {
  const void* newline = text.empty() ? nullptr : ::memrchr(text.data(), '\n', text.size());
  return newline == nullptr ? 0 : static_cast<size_t>(static_cast<const char*>(newline) - text.data()) + 1;
}

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteSource> bytes, uint64_t block_bytes, uint64_t max_line_bytes)
    : bytes_(std::move(bytes)), block_bytes_(block_bytes), max_line_bytes_(max_line_bytes) {}

Result<void> LineReader::FillTo(size_t size) {
  text_.Reserve(size + 1);
  while (!at_end_ && text_.size() < size) {
    auto read = bytes_->Read({text_.data() + text_.size(), size - text_.size()});
    if (!read && read.error().kind() != ErrorKind::kInvalidData) {
      return std::move(read).error();
    }
    if (!read) {
      damage_ = read.error();
    }
    at_end_ = !read || *read == 0;
    text_.SetSize(text_.size() + (read ? *read : 0));
  }
  return {};
}

Result<bool> LineReader::Next(LineBlock* block) {
  block->text.Clear();
  block->rejected.reset();
  size_t whole = 0;
  for (size_t size = block_bytes_; whole == 0; size = text_.size() * 2) {
    INGOT_TRY(FillTo(size));
    PassByteOrderMark();
    whole = EndOfLastLine(text_);
    if (at_end_) {
      break;
    }
    if (whole == 0 && text_.size() > max_line_bytes_) {
      INGOT_TRY(PassLongLine(block));
      return true;
    }
  }
  if (at_end_ && whole < text_.size()) {
    if (damage_) {
      // It cannot be known to be whole, even if it matches.
      block->rejected = "the input is damaged inside this line";
      text_.Truncate(whole);
    } else {
      text_.Append('\n');
      whole = text_.size();
    }
  }
  // The rest is less than a line: it is copied, and the lines are handed out where they are.
  const size_t rest = text_.size() - whole;
  block->text.AppendAll(text_.data() + whole, rest);
  std::swap(block->text, text_);
  block->text.Truncate(whole);
  return whole > 0 || block->rejected.has_value();
}

// What editors of other systems put in front of UTF-8.
void LineReader::PassByteOrderMark() {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (!has_begun_ && std::string_view(text_.data(), text_.size()).starts_with(kMark)) {
    std::memmove(text_.data(), text_.data() + kMark.size(), text_.size() - kMark.size());
    text_.Truncate(text_.size() - kMark.size());
  }
  has_begun_ = true;
}

// Reads over the rest of a line that is longer than allowed. Requires: text_ holds the beginning of one line.
Result<void> LineReader::PassLongLine(LineBlock* block) {
  uint64_t length = text_.size();
  text_.Clear();
  while (!at_end_) {
    INGOT_TRY(FillTo(block_bytes_));
    const void* newline = text_.empty() ? nullptr : std::memchr(text_.data(), '\n', text_.size());
    const size_t part =
        newline == nullptr ? text_.size() : static_cast<size_t>(static_cast<const char*>(newline) - text_.data()) + 1;
    length += part - (newline == nullptr ? 0 : 1);
    const size_t rest = text_.size() - part;
    std::memmove(text_.data(), text_.data() + part, rest);
    text_.Truncate(rest);
    if (newline != nullptr) {
      break;
    }
  }
  block->rejected = fmt::format("the line has {} bytes, more than the limit of {}", length, max_line_bytes_);
  return {};
}

}  // namespace ingot
