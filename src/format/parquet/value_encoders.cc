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

// Makes room for `count` more elements and returns where they begin.
template <typename T>
T* Extend(size_t count, Buffer<T>* out) {
  out->Reserve(out->size() + count);
  T* begin = out->data() + out->size();
  out->SetSize(out->size() + count);
  return begin;
}

// Gives the buffer `count` elements of any value.
uint32_t* Resize(size_t count, Buffer<uint32_t>* buffer) {
  buffer->Clear();
  return Extend(count, buffer);
}

// Copies a text and returns where it ends. Short ones go in steps of a fixed size, which is faster than a call: up to
// kCopyStep bytes behind the target's end are then written too, to be overwritten by what follows.
constexpr size_t kCopyStep = 16;
char* CopyShort(std::string_view text, const char* readable_end, char* target) {
  if (text.size() <= 2 * kCopyStep && readable_end - text.data() >= static_cast<ptrdiff_t>(2 * kCopyStep)) {
    std::memcpy(target, text.data(), kCopyStep);
    if (text.size() > kCopyStep) {
      std::memcpy(target + kCopyStep, text.data() + kCopyStep, kCopyStep);
    }
  } else if (!text.empty()) {
    std::memcpy(target, text.data(), text.size());
  }
  return target + text.size();
}

// One block of at most kDeltaBlock deltas. They were computed in the width of the column, where they wrap: readers add
// in the same width.
template <typename Signed>
void AppendDeltaBlock(const Signed* deltas, size_t count, Buffer<char>* out) {
  using Unsigned = std::make_unsigned_t<Signed>;
  Signed least = deltas[0];
  for (size_t i = 1; i < count; ++i) {
    least = deltas[i] < least ? deltas[i] : least;
  }
  AppendVarint(ZigZag(least), out);
  std::array<uint64_t, kDeltaBlock> packed{};
  for (size_t i = 0; i < count; ++i) {
    packed[i] = static_cast<Unsigned>(static_cast<Unsigned>(deltas[i]) - static_cast<Unsigned>(least));
  }
  // A miniblock that was begun is whole; those behind the last value have width zero and take no bytes.
  std::array<int, kMiniblocks> widths{};
  for (size_t block = 0; block * kMiniblock < count; ++block) {
    uint64_t all = 0;
    for (size_t i = 0; i < kMiniblock; ++i) {
      all |= packed[block * kMiniblock + i];
    }
    widths[block] = static_cast<int>(std::bit_width(all));
  }
  for (const int width : widths) {
    out->Append(static_cast<char>(width));
  }
  for (size_t block = 0; block * kMiniblock < count; ++block) {
    PackBits64({packed.data() + block * kMiniblock, kMiniblock}, widths[block], out);
  }
}

// `Value` may be wider than the column.
template <typename Signed, typename Value>
void AppendDeltas(std::span<const Value> values, Buffer<char>* out) {
  using Unsigned = std::make_unsigned_t<Signed>;
  AppendVarint(kDeltaBlock, out);
  AppendVarint(kMiniblocks, out);
  AppendVarint(values.size(), out);
  AppendVarint(values.empty() ? 0 : ZigZag(static_cast<Signed>(values[0])), out);
  std::array<Signed, kDeltaBlock> deltas;
  for (size_t begin = 1; begin < values.size(); begin += kDeltaBlock) {
    const size_t count = std::min(kDeltaBlock, values.size() - begin);
    const Value* current = values.data() + begin;
    for (size_t i = 0; i < count; ++i) {
      deltas[i] = static_cast<Signed>(static_cast<Unsigned>(current[i]) -
                                      static_cast<Unsigned>(current[static_cast<ptrdiff_t>(i) - 1]));
    }
    AppendDeltaBlock(deltas.data(), count, out);
  }
}

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
  const size_t total = values.bytes() + values.count * sizeof(uint32_t);
  out->Reserve(out->size() + total + kCopyStep);
  char* target = out->data() + out->size();
  const char* readable_end = values.begin_bytes() + values.bytes();
  for (size_t i = 0; i < values.count; ++i) {
    const std::string_view text = values[i];
    const auto length = static_cast<uint32_t>(text.size());
    std::memcpy(target, &length, sizeof(length));
    target = CopyShort(text, readable_end, target + sizeof(length));
  }
  out->SetSize(out->size() + total);
}

void EncodeDeltaBinaryPacked(std::span<const int64_t> values, IntegerWidth width, Buffer<char>* out) {
  if (width == IntegerWidth::k64) {
    AppendDeltas<int64_t>(values, out);
  } else {
    AppendDeltas<int32_t>(values, out);
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

void EncodeLengths(const BytesSlice& values, LengthScratch* scratch, Buffer<char>* out) {
  uint32_t* length = Resize(values.count, &scratch->lengths);
  for (size_t i = 0; i < values.count; ++i) {
    length[i] = static_cast<uint32_t>(values[i].size());
  }
  AppendDeltas<int32_t>(std::span<const uint32_t>(scratch->lengths), out);
}

void EncodeDeltaLength(const BytesSlice& values, LengthScratch* scratch, Buffer<char>* out) {
  EncodeLengths(values, scratch, out);
  out->AppendAll(values.begin_bytes(), values.bytes());
}

void EncodeDeltaBytes(const BytesSlice& values, LengthScratch* scratch, Buffer<char>* out) {
  uint32_t* prefix = Resize(values.count, &scratch->prefixes);
  uint32_t* suffix = Resize(values.count, &scratch->lengths);
  std::string_view previous;
  size_t suffix_bytes = 0;
  for (size_t i = 0; i < values.count; ++i) {
    const std::string_view value = values[i];
    prefix[i] = CommonPrefix(previous, value);
    suffix[i] = static_cast<uint32_t>(value.size()) - prefix[i];
    suffix_bytes += suffix[i];
    previous = value;
  }
  AppendDeltas<int32_t>(std::span<const uint32_t>(scratch->prefixes), out);
  AppendDeltas<int32_t>(std::span<const uint32_t>(scratch->lengths), out);
  out->Reserve(out->size() + suffix_bytes + kCopyStep);
  const char* readable_end = values.begin_bytes() + values.bytes();
  char* target = out->data() + out->size();
  for (size_t i = 0; i < values.count; ++i) {
    target = CopyShort(values[i].substr(prefix[i]), readable_end, target);
  }
  out->SetSize(out->size() + suffix_bytes);
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
