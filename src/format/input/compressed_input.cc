#include "format/input/compressed_input.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace ingot {

// What Peek left unread is moved to the front of the buffer, so a whole read always fits behind it.
CompressedInput::CompressedInput(std::unique_ptr<RawReader> reader, size_t read_bytes)
    : reader_(std::move(reader)), read_bytes_(std::max<size_t>(read_bytes, 1)), buffer_(read_bytes_ + kMaxPeek) {}

Result<std::span<const char>> CompressedInput::Peek(size_t count) {
  assert(count <= kMaxPeek);
  while (end_ - begin_ < count && !ended_) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    INGOT_ASSIGN(const size_t got, ReadSome(std::span(buffer_).subspan(end_, read_bytes_)));
    end_ += got;
  }
  return window();
}

void CompressedInput::Consume(size_t count) {
  assert(count <= end_ - begin_);
  begin_ += count;
}

Result<size_t> CompressedInput::ReadInto(std::span<char> out) {
  const std::span<const char> unread = window();
  if (unread.empty()) {
    return ReadSome(out.first(std::min(out.size(), read_bytes_)));
  }
  const size_t count = std::min(out.size(), unread.size());
  std::copy_n(unread.begin(), count, out.begin());
  Consume(count);
  return count;
}

// The end is asked for once: a terminal that said "end" could say more when asked again.
Result<size_t> CompressedInput::ReadSome(std::span<char> out) {
  if (ended_) {
    return size_t{0};
  }
  INGOT_ASSIGN(const size_t got, reader_->ReadSome(out));
  ended_ = got == 0;
  hash_.Update(out.first(got));
  read_ += got;
  return got;
}

}  // namespace ingot
