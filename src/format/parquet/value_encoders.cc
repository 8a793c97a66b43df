#include "format/parquet/value_encoders.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#include "format/parquet/hybrid_encoder.h"

namespace ingot {
namespace {

static_assert(std::endian::native == std::endian::little, "pages are little-endian, as memory");

constexpr size_t kDeltaBlock = 128;
constexpr size_t kMiniblocks = 4;
constexpr size_t kMiniblock = kDeltaBlock / kMiniblocks;

uint64_t ZigZag(int64_t value) { return (static_cast<uint64_t>(value) << 1U) ^ static_cast<uint64_t>(value >> 63); }

// Makes room for `bytes` more and returns where they begin.
char* Extend(size_t bytes, Buffer<char>* out) {
  out->Reserve(out->size() + bytes);
  char* begin = out->data() + out->size();
  out->SetSize(out->size() + bytes);
  return begin;
}

// Deltas are computed in the width of the column, where they wrap: readers add in the same width.
template <typename Signed>
class DeltaEncoder {
 public:
  DeltaEncoder(size_t count, Buffer<char>* out) : out_(*out) {
    AppendVarint(kDeltaBlock, out);
    AppendVarint(kMiniblocks, out);
    AppendVarint(count, out);
  }

  // Requires: as many calls as announced.
  void Add(Signed value) {
    if (is_first_) {
      is_first_ = false;
      AppendVarint(ZigZag(value), &out_);
    } else {
      deltas_[filled_++] = static_cast<Signed>(static_cast<Unsigned>(value) - static_cast<Unsigned>(last_));
      if (filled_ == kDeltaBlock) {
        FlushBlock();
      }
    }
    last_ = value;
  }

  void Finish() {
    if (is_first_) {
      AppendVarint(0, &out_);
    }
    if (filled_ > 0) {
      FlushBlock();
    }
  }

 private:
  using Unsigned = std::make_unsigned_t<Signed>;

  void FlushBlock() {
    const Signed least = *std::min_element(deltas_.begin(), deltas_.begin() + static_cast<ptrdiff_t>(filled_));
    std::array<uint64_t, kDeltaBlock> packed{};
    for (size_t i = 0; i < filled_; ++i) {
      packed[i] = static_cast<Unsigned>(static_cast<Unsigned>(deltas_[i]) - static_cast<Unsigned>(least));
    }
    AppendVarint(ZigZag(least), &out_);
    std::array<int, kMiniblocks> widths{};
    for (size_t block = 0; block * kMiniblock < filled_; ++block) {
      uint64_t all = 0;
      for (size_t i = 0; i < kMiniblock; ++i) {
        all |= packed[block * kMiniblock + i];
      }
      widths[block] = static_cast<int>(std::bit_width(all));
    }
    for (const int width : widths) {
      out_.Append(static_cast<char>(width));
    }
    // A miniblock that was begun is whole; those behind the last value take no bytes.
    for (size_t block = 0; block * kMiniblock < filled_; ++block) {
      PackBits64({packed.data() + block * kMiniblock, kMiniblock}, widths[block], &out_);
    }
    filled_ = 0;
  }

  Buffer<char>& out_;
  std::array<Signed, kDeltaBlock> deltas_;
  size_t filled_ = 0;
  Signed last_ = 0;
  bool is_first_ = true;
};

// The length of the common beginning. Compares eight bytes at a time.
uint32_t CommonPrefix(std::string_view a, std::string_view b) {
  const size_t limit = std::min(a.size(), b.size());
  size_t i = 0;
  while (i + 8 <= limit) {
    uint64_t left = 0;
    uint64_t right = 0;
    std::memcpy(&left, a.data() + i, sizeof(left));
    std::memcpy(&right, b.data() + i, sizeof(right));
    if (left != right) {
      return static_cast<uint32_t>(i) + static_cast<uint32_t>(std::countr_zero(left ^ right)) / 8;
    }
    i += 8;
  }
  while (i < limit && a[i] == b[i]) {
    ++i;
  }
  return static_cast<uint32_t>(i);
}

}  // namespace

void EncodePlain(std::span<const int64_t> values, IntegerWidth width, Buffer<char>* out) {
  if (width == IntegerWidth::k64) {
    out->AppendAll(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    return;
  }
  char* target = Extend(values.size() * sizeof(int32_t), out);
  for (size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<int32_t>(values[i]);
    std::memcpy(target + i * sizeof(value), &value, sizeof(value));
  }
}

void EncodePlain(std::span<const double> values, Buffer<char>* out) {
  out->AppendAll(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

void EncodePlain(const BytesSlice& values, Buffer<char>* out) {
  // Lengths and texts alternate, so every text is copied by itself: short ones in steps of 16 bytes that may write
  // beyond the text, where the next length follows.
  constexpr size_t kStep = 16;
  const size_t total = values.bytes() + values.count * sizeof(uint32_t);
  out->Reserve(out->size() + total + kStep);
  char* target = out->data() + out->size();
  const char* readable_end = values.begin_bytes() + values.bytes();
  for (size_t i = 0; i < values.count; ++i) {
    const std::string_view text = values[i];
    const auto length = static_cast<uint32_t>(text.size());
    std::memcpy(target, &length, sizeof(length));
    target += sizeof(length);
    if (length <= 2 * kStep && readable_end - text.data() >= static_cast<ptrdiff_t>(2 * kStep)) {
      std::memcpy(target, text.data(), kStep);
      if (length > kStep) {
        std::memcpy(target + kStep, text.data() + kStep, kStep);
      }
    } else if (length > 0) {
      std::memcpy(target, text.data(), length);
    }
    target += length;
  }
  out->SetSize(out->size() + total);
}

void EncodeDeltaBinaryPacked(std::span<const int64_t> values, IntegerWidth width, Buffer<char>* out) {
  if (width == IntegerWidth::k64) {
    DeltaEncoder<int64_t> encoder(values.size(), out);
    for (const int64_t value : values) {
      encoder.Add(value);
    }
    encoder.Finish();
  } else {
    DeltaEncoder<int32_t> encoder(values.size(), out);
    for (const int64_t value : values) {
      encoder.Add(static_cast<int32_t>(value));
    }
    encoder.Finish();
  }
}

void EncodeByteStreamSplit(std::span<const double> values, Buffer<char>* out) {
  constexpr size_t kStreams = sizeof(double);
  constexpr size_t kBlock = 8;
  const size_t count = values.size();
  char* target = Extend(values.size_bytes(), out);
  size_t i = 0;
  // Eight values at a time: a transposition of 8 × 8 bytes by swapping halves, quarters and eighths of words.
  for (; i + kBlock <= count; i += kBlock) {
    std::array<uint64_t, kBlock> rows;
    std::memcpy(rows.data(), values.data() + i, sizeof(rows));
    const auto exchange = [&rows](size_t distance, unsigned shift, uint64_t mask) {
      for (size_t row = 0; row < kBlock; ++row) {
        if ((row & distance) == 0) {
          const uint64_t swapped = ((rows[row] >> shift) ^ rows[row + distance]) & mask;
          rows[row + distance] ^= swapped;
          rows[row] ^= swapped << shift;
        }
      }
    };
    exchange(4, 32, 0x00000000FFFFFFFFU);
    exchange(2, 16, 0x0000FFFF0000FFFFU);
    exchange(1, 8, 0x00FF00FF00FF00FFU);
    for (size_t stream = 0; stream < kStreams; ++stream) {
      std::memcpy(target + stream * count + i, &rows[stream], sizeof(uint64_t));
    }
  }
  for (; i < count; ++i) {
    std::array<char, kStreams> bytes;
    std::memcpy(bytes.data(), values.data() + i, sizeof(bytes));
    for (size_t stream = 0; stream < kStreams; ++stream) {
      target[stream * count + i] = bytes[stream];
    }
  }
}

void EncodeDeltaLength(const BytesSlice& values, Buffer<char>* out) {
  DeltaEncoder<int32_t> lengths(values.count, out);
  for (size_t i = 0; i < values.count; ++i) {
    lengths.Add(static_cast<int32_t>(values[i].size()));
  }
  lengths.Finish();
  out->AppendAll(values.begin_bytes(), values.bytes());
}

void EncodeDeltaBytes(const BytesSlice& values, Buffer<char>* out) {
  Buffer<uint32_t> prefixes;
  prefixes.Reserve(values.count);
  std::string_view previous;
  DeltaEncoder<int32_t> prefix_encoder(values.count, out);
  for (size_t i = 0; i < values.count; ++i) {
    const std::string_view value = values[i];
    prefixes.Append(CommonPrefix(previous, value));
    prefix_encoder.Add(static_cast<int32_t>(prefixes.back()));
    previous = value;
  }
  prefix_encoder.Finish();
  DeltaEncoder<int32_t> suffix_encoder(values.count, out);
  for (size_t i = 0; i < values.count; ++i) {
    suffix_encoder.Add(static_cast<int32_t>(values[i].size() - prefixes[i]));
  }
  suffix_encoder.Finish();
  for (size_t i = 0; i < values.count; ++i) {
    const std::string_view suffix = values[i].substr(prefixes[i]);
    out->AppendAll(suffix.data(), suffix.size());
  }
}

void EncodeRleBools(std::span<const uint8_t> values, Buffer<char>* out) {
  const size_t length_at = out->size();
  Extend(sizeof(uint32_t), out);
  HybridEncoder encoder(1, out);
  for (const uint8_t value : values) {
    encoder.Add(1, value);
  }
  encoder.Finish();
  const auto length = static_cast<uint32_t>(out->size() - length_at - sizeof(uint32_t));
  std::memcpy(out->data() + length_at, &length, sizeof(length));
}

void EncodeDictionaryIndices(std::span<const uint32_t> indices, int bit_width, Buffer<char>* out) {
  out->Append(static_cast<char>(bit_width));
  EncodeHybrid(indices, bit_width, out);
}

}  // namespace ingot
