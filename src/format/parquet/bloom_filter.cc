#include "format/parquet/bloom_filter.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <span>
#include <vector>

#include "format/parquet/dictionary.h"
#include "format/parquet/thrift_compact.h"

namespace ingot {
namespace {

constexpr uint64_t kSeed = 0;  // the format's
constexpr size_t kRecent = 1024;

constexpr uint64_t kMaxBytes = uint64_t{128} << 20U;

// Blocks of 256 bits; a value sets one bit in each of the eight words of one block.
// https://github.com/apache/parquet-format/blob/master/BloomFilter.md
class SplitBlockFilter {
 public:
  SplitBlockFilter(uint64_t distinct, double false_positives) : blocks_(BlocksFor(distinct, false_positives)) {}

  void Insert(uint64_t hash) {
    Block& block = blocks_[(hash >> 32U) * blocks_.size() >> 32U];
    const auto key = static_cast<uint32_t>(hash);
    for (size_t i = 0; i < kWords; ++i) {
      block[i] |= uint32_t{1} << (key * kSalt[i] >> 27U);
    }
  }

  // Halves the filter as often as it stays as good as was asked for: the values may have been fewer than thought.
  void Fold(double false_positives) {
    while (blocks_.size() > 1 && FalsePositivesOfHalf() <= false_positives) {
      for (size_t i = 0; i < blocks_.size() / 2; ++i) {
        blocks_[i] = Union(2 * i);
      }
      blocks_.resize(blocks_.size() / 2);
    }
  }

  std::span<const char> bits() const {
    return {reinterpret_cast<const char*>(blocks_.data()), blocks_.size() * sizeof(Block)};
  }

 private:
  static constexpr size_t kWords = 8;
  using Block = std::array<uint32_t, kWords>;
  static constexpr Block kSalt = {0x47b6137bU, 0x44974d91U, 0x8824ad5bU, 0xa2b7289dU,
                                  0x705495c7U, 0x2df1424bU, 0x9efc4947U, 0x5c6bfb31U};

  // The least power of two that is enough.
  static size_t BlocksFor(uint64_t distinct, double false_positives) {
    const double bits = -8.0 * static_cast<double>(std::max<uint64_t>(distinct, 1)) /
                        std::log(1.0 - std::pow(false_positives, 1.0 / 8.0));
    const double most = static_cast<double>(kMaxBytes) * 8;
    const auto bounded = static_cast<uint64_t>(bits > 0 && bits < most ? bits : most);
    return std::bit_ceil(std::max<uint64_t>(bounded, 256)) / 256;
  }

  // Of two blocks that lie beside each other: in half as many blocks their values fall into one.
  Block Union(size_t first) const {
    Block block = blocks_[first];
    for (size_t i = 0; i < kWords; ++i) {
      block[i] |= blocks_[first + 1][i];
    }
    return block;
  }

  // An absent value is taken for present when all of its eight bits are set by others.
  double FalsePositivesOfHalf() const {
    double sum = 0;
    for (size_t i = 0; i < blocks_.size(); i += 2) {
      double chance = 1;
      for (const uint32_t word : Union(i)) {
        chance *= std::popcount(word) / 32.0;
      }
      sum += chance;
    }
    return sum / (static_cast<double>(blocks_.size()) / 2);
  }

  std::vector<Block> blocks_;
};

template <typename T>
uint64_t HashOf(T value) {
  return XXH64(&value, sizeof(value), kSeed);
}

void InsertAll(TypeKind kind, const LeafColumn& column, SplitBlockFilter* filter) {
  const bool narrow = kind == TypeKind::kInt16 || kind == TypeKind::kInt32 || kind == TypeKind::kDate;
  const auto insert = [&](int64_t value) {
    filter->Insert(narrow ? HashOf(static_cast<int32_t>(value)) : HashOf(value));
  };
  // What was inserted lately need not be again: keys repeat. The first value stands for an empty place.
  std::array<int64_t, kRecent> recent{};
  if (!column.ints.empty()) {
    recent.fill(column.ints[0]);
    insert(column.ints[0]);
  }
  for (const int64_t value : column.ints) {
    int64_t& last = recent[HashOfBits(value) % kRecent];
    if (last != value) {
      last = value;
      insert(value);
    }
  }
  for (const double value : column.doubles) {
    filter->Insert(HashOf(value));
  }
  for (size_t i = 0; i < column.ends.size(); ++i) {
    const std::string_view text = column.BytesAt(i);
    if (i == 0 || text != column.BytesAt(i - 1)) {
      filter->Insert(XXH64(text.data(), text.size(), kSeed));
    }
  }
}

}  // namespace

std::string BuildBloomFilter(TypeKind kind, const ChunkValues& values, uint64_t distinct, double false_positives) {
  SplitBlockFilter filter(distinct, false_positives);
  for (const LeafColumn* fragment : values.fragments()) {
    InsertAll(kind, *fragment, &filter);
  }
  filter.Fold(false_positives);
  const std::span<const char> bits = filter.bits();
  // BloomFilterHeader of parquet.thrift: the size, and unions that name algorithm, hash and compression, each the
  // first.
  Buffer<char> out;
  ThriftWriter header(&out);
  header.I32(1, static_cast<int32_t>(bits.size()));
  for (const int16_t id : {int16_t{2}, int16_t{3}, int16_t{4}}) {
    const int16_t token = header.BeginStruct(id);
    header.EmptyStruct(1);
    header.EndStruct(token);
  }
  header.Stop();
  out.AppendAll(bits.data(), bits.size());
  return {out.data(), out.size()};
}

}  // namespace ingot
