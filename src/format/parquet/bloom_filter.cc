#include "format/parquet/bloom_filter.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <parquet/bloom_filter.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <limits>

#include "format/parquet/arrow_errors.h"
#include "format/parquet/dictionary.h"

namespace ingot {
namespace {

constexpr uint64_t kSeed = 0;  // the format's
constexpr size_t kRecent = 1024;

template <typename T>
uint64_t HashOf(T value) {
  return XXH64(&value, sizeof(value), kSeed);
}

void InsertAll(TypeKind kind, const LeafColumn& column, parquet::BlockSplitBloomFilter* filter) {
  const bool narrow = kind == TypeKind::kInt16 || kind == TypeKind::kInt32 || kind == TypeKind::kDate;
  const auto insert = [&](int64_t value) {
    filter->InsertHash(narrow ? HashOf(static_cast<int32_t>(value)) : HashOf(value));
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
    filter->InsertHash(HashOf(value));
  }
  for (size_t i = 0; i < column.ends.size(); ++i) {
    const std::string_view text = column.BytesAt(i);
    if (i == 0 || text != column.BytesAt(i - 1)) {
      filter->InsertHash(XXH64(text.data(), text.size(), kSeed));
    }
  }
}

}  // namespace

Result<std::string> BuildBloomFilter(TypeKind kind, const ChunkValues& values, uint64_t distinct,
                                     double false_positives) {
  return CatchArrow(ErrorKind::kInternal, [&]() -> Result<std::string> {
    const auto bounded = std::min<uint64_t>(distinct, std::numeric_limits<uint32_t>::max());
    parquet::BlockSplitBloomFilter filter;
    filter.Init(parquet::BlockSplitBloomFilter::OptimalNumOfBytes(std::max<uint64_t>(bounded, 1), false_positives));
    for (const LeafColumn* fragment : values.fragments()) {
      InsertAll(kind, *fragment, &filter);
    }
    filter.FoldToTargetFpp(false_positives);
    PARQUET_ASSIGN_OR_THROW(const auto sink, arrow::io::BufferOutputStream::Create());
    filter.WriteTo(sink.get());
    PARQUET_ASSIGN_OR_THROW(const auto buffer, sink->Finish());
    return buffer->ToString();
  });
}

}  // namespace ingot
