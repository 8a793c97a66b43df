#include "format/parquet/hybrid_encoder.h"

#include <algorithm>
#include <cstring>

namespace ingot {
namespace {

constexpr uint64_t kMaxRun = (1U << 31U) - 1;  // readers keep run lengths in 31 bits
constexpr size_t kGroup = 8;
constexpr size_t kMaxGroups = 63;

void AppendRun(uint64_t count, uint32_t value, int bit_width, Buffer<char>* out) {
  while (count > 0) {
    const uint64_t part = std::min(count, kMaxRun);
    AppendVarint(part << 1U, out);
    out->AppendAll(reinterpret_cast<const char*>(&value), static_cast<size_t>(bit_width + 7) / 8);
    count -= part;
  }
}

template <typename T>
void PackBitsOf(std::span<const T> values, int bit_width, Buffer<char>* out) {
  if (bit_width == 0) {
    return;
  }
  const size_t bytes = (values.size() * static_cast<size_t>(bit_width) + 7) / 8;
  out->Reserve(out->size() + bytes + 8);  // whole words are stored; the last may pass the end
  char* target = out->data() + out->size();
  uint64_t word = 0;
  int filled = 0;
  for (const T value : values) {
    word |= static_cast<uint64_t>(value) << filled;
    filled += bit_width;
    if (filled >= 64) {
      std::memcpy(target, &word, sizeof(word));
      target += sizeof(word);
      filled -= 64;
      // The bits of `value` that did not fit. A shift by 64 would be undefined.
      word = filled == 0 ? 0 : static_cast<uint64_t>(value) >> (bit_width - filled);
    }
  }
  std::memcpy(target, &word, sizeof(word));
  out->SetSize(out->size() + bytes);
}

}  // namespace

void AppendVarint(uint64_t value, Buffer<char>* out) {
  while (value >= 0x80) {
    out->Append(static_cast<char>(value | 0x80U));
    value >>= 7U;
  }
  out->Append(static_cast<char>(value));
}

void PackBits(std::span<const uint32_t> values, int bit_width, Buffer<char>* out) {
  PackBitsOf(values, bit_width, out);
}
void PackBits64(std::span<const uint64_t> values, int bit_width, Buffer<char>* out) {
  PackBitsOf(values, bit_width, out);
}

void HybridEncoder::WriteRun(uint64_t count, uint32_t value) { AppendRun(count, value, bit_width_, &out_); }

void HybridEncoder::AddLiterals(uint64_t count, uint32_t value) {
  std::fill_n(literals_.begin() + static_cast<ptrdiff_t>(literal_count_), count, value);
  literal_count_ += count;
  if (literal_count_ == kMaxLiterals) {
    FlushLiterals();
  }
}

void HybridEncoder::FlushLiterals() {
  if (literal_count_ == 0) {
    return;
  }
  const size_t padded = (literal_count_ + kGroup - 1) / kGroup * kGroup;
  std::fill(literals_.begin() + static_cast<ptrdiff_t>(literal_count_),
            literals_.begin() + static_cast<ptrdiff_t>(padded), 0);
  out_.Append(static_cast<char>((padded / kGroup) << 1U | 1U));
  PackBits({literals_.data(), padded}, bit_width_, &out_);
  literal_count_ = 0;
}

void HybridEncoder::FlushRun() {
  uint64_t count = run_count_;
  run_count_ = 0;
  // A group that was begun is filled first: only the last group of all may be padded.
  const uint64_t missing = (kGroup - literal_count_ % kGroup) % kGroup;
  const uint64_t filling = std::min(count, missing);
  AddLiterals(filling, run_value_);
  count -= filling;
  if (count >= kGroup) {
    FlushLiterals();
    WriteRun(count, run_value_);
  } else {
    AddLiterals(count, run_value_);
  }
}

void HybridEncoder::Finish() {
  if (literal_count_ == 0 && run_count_ > 0) {
    WriteRun(run_count_, run_value_);
    run_count_ = 0;
    return;
  }
  FlushRun();
  FlushLiterals();
}

void EncodeHybrid(std::span<const uint32_t> values, int bit_width, Buffer<char>* out) {
  const size_t count = values.size();
  size_t literal_begin = 0;
  size_t i = 0;
  const auto flush = [&](size_t end) {
    while (literal_begin < end) {
      const size_t part = std::min(end - literal_begin, kMaxGroups * kGroup);
      const size_t groups = (part + kGroup - 1) / kGroup;
      out->Append(static_cast<char>(groups << 1U | 1U));
      const size_t packed = out->size();
      PackBits(values.subspan(literal_begin, part), bit_width, out);
      // Only the last group of all can be short: its missing values are zero bits.
      const size_t whole = packed + groups * static_cast<size_t>(bit_width);
      while (out->size() < whole) {
        out->Append(0);
      }
      literal_begin += part;
    }
  };
  while (i + kGroup <= count) {
    const uint32_t first = values[i];
    uint32_t difference = 0;
    for (size_t j = 1; j < kGroup; ++j) {
      difference |= values[i + j] ^ first;
    }
    if (difference != 0) {
      i += kGroup;
      continue;
    }
    size_t end = i + kGroup;
    while (end < count && values[end] == first) {
      ++end;
    }
    flush(i);
    AppendRun(end - i, first, bit_width, out);
    i = end;
    literal_begin = end;
  }
  flush(count);
}

}  // namespace ingot
