#include "source/listing/run_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "format/parquet/dictionary.h"

namespace ingot {
namespace {

constexpr std::string_view kName = "a scratch file of sorted rows";

struct FrameHeader {
  uint32_t bytes;
  uint32_t rows;
  uint64_t hash;
};

uint64_t HashOfFrame(const Buffer<char>& frame, uint32_t rows) {
  return HashOfBits(static_cast<int64_t>(HashOfText({frame.data(), frame.size()}) + rows));
}

uint64_t ZigZag(uint64_t value) { return value << 1U ^ (0 - (value >> 63U)); }
uint64_t UnZigZag(uint64_t value) { return value >> 1U ^ (0 - (value & 1U)); }

}  // namespace

// Seven bits a byte, the lowest first.
void RunFile::PutNumber(uint64_t value) {
  while (value >= 0x80) {
    frame_.Append(static_cast<char>(value | 0x80U));
    value >>= 7U;
  }
  frame_.Append(static_cast<char>(value));
}

void RunFile::PutText(std::string_view text, std::string* last) {
  const auto ends = std::mismatch(last->begin(), last->end(), text.begin(), text.end());
  const auto shared = static_cast<size_t>(ends.second - text.begin());
  PutNumber(shared);
  PutNumber(text.size() - shared);
  frame_.AppendAll(text.data() + shared, text.size() - shared);
  last->replace(shared, std::string::npos, text.substr(shared));
}

Result<void> RunFile::Append(const KeyRow& row) {
  texts_.resize(row.texts.size() + 1);
  numbers_.resize(row.numbers.size());
  for (size_t i = 0; i < row.texts.size(); ++i) {
    PutText(row.texts[i], &texts_[i]);
    PutNumber(ZigZag(static_cast<uint64_t>(row.numbers[i]) - static_cast<uint64_t>(numbers_[i])));
    numbers_[i] = row.numbers[i];
  }
  PutText(row.prefix, &texts_.back());
  PutNumber(ZigZag(row.line - line_));
  line_ = row.line;
  ++frame_rows_;
  return frame_.size() >= frame_bytes_ ? WriteFrame() : Result<void>();
}

Result<void> RunFile::WriteFrame() {
  const FrameHeader header{static_cast<uint32_t>(frame_.size()), frame_rows_, HashOfFrame(frame_, frame_rows_)};
  INGOT_TRY(WriteAll(fd_.get(), {reinterpret_cast<const char*>(&header), sizeof(header)}, kName));
  INGOT_TRY(WriteAll(fd_.get(), frame_, kName));
  size_ += sizeof(header) + frame_.size();
  frame_.Clear();
  frame_rows_ = 0;
  return {};
}

// A frame begins with a row as if there were none before only where the file begins: the rows before live on.
void RunFile::ForgetLast() {
  for (std::string& text : texts_) {
    text.clear();
  }
  std::fill(numbers_.begin(), numbers_.end(), 0);
  line_ = 0;
}

Result<void> RunFile::Rewind() {
  if (frame_rows_ > 0) {
    INGOT_TRY(WriteFrame());
  }
  ForgetLast();
  offset_ = 0;
  // Until it is read, memory belongs to others.
  frame_ = Buffer<char>();
  return {};
}

Result<void> RunFile::ReadFrame() {
  FrameHeader header{};
  INGOT_TRY(ReadExactlyAt(fd_.get(), offset_, {reinterpret_cast<char*>(&header), sizeof(header)}, kName));
  offset_ += sizeof(header);
  if (header.bytes <= size_ - std::min(offset_, size_)) {
    frame_.Reserve(header.bytes);
    frame_.SetSize(header.bytes);
    INGOT_TRY(ReadExactlyAt(fd_.get(), offset_, frame_, kName));
    offset_ += header.bytes;
    if (HashOfFrame(frame_, header.rows) == header.hash && header.rows > 0) {
      frame_rows_ = header.rows;
      position_ = 0;
      return {};
    }
  }
  return Error(ErrorKind::kCorrupt, std::string(kName) + " returns other bytes than it was given",
               "check the storage under the output's folder before running again");
}

uint64_t RunFile::TakeNumber() {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(frame_[position_++]);
    value |= static_cast<uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) {
      return value;
    }
  }
}

void RunFile::TakeText(std::string* text) {
  const uint64_t shared = TakeNumber();
  const uint64_t added = TakeNumber();
  text->replace(shared, std::string::npos, frame_.data() + position_, added);
  position_ += added;
}

Result<bool> RunFile::Next(KeyRow* row) {
  if (frame_rows_ == 0) {
    if (offset_ == size_) {
      return false;
    }
    INGOT_TRY(ReadFrame());
  }
  --frame_rows_;
  for (size_t i = 0; i < numbers_.size(); ++i) {
    TakeText(&texts_[i]);
    row->texts[i] = texts_[i];
    numbers_[i] = static_cast<int64_t>(static_cast<uint64_t>(numbers_[i]) + UnZigZag(TakeNumber()));
    row->numbers[i] = numbers_[i];
  }
  TakeText(&texts_.back());
  row->prefix = texts_.back();
  line_ += UnZigZag(TakeNumber());
  row->line = line_;
  return true;
}

}  // namespace ingot
