#include "format/parquet/bloom_filter.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/bloom_filter.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <string>
#include <vector>

#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

constexpr double kFalsePositives = 0.01;

LeafColumn Texts(size_t count, size_t distinct) {
  LeafColumn column;
  column.layout = ValueLayout::kBytes;
  for (size_t i = 0; i < count; ++i) {
    const std::string text = "key " + std::to_string(i % distinct);
    column.bytes.AppendAll(text.data(), text.size());
    column.ends.Append(static_cast<uint32_t>(column.bytes.size()));
    column.levels.Append(0, 0);
  }
  return column;
}

// What Arrow makes of the same hashes.
std::string ByArrow(const std::vector<uint64_t>& hashes, uint64_t distinct) {
  parquet::BlockSplitBloomFilter filter;
  filter.Init(parquet::BlockSplitBloomFilter::OptimalNumOfBytes(static_cast<uint32_t>(distinct), kFalsePositives));
  for (const uint64_t hash : hashes) {
    filter.InsertHash(hash);
  }
  filter.FoldToTargetFpp(kFalsePositives);
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  filter.WriteTo(sink.get());
  return sink->Finish().ValueOrDie()->ToString();
}

TEST(BloomFilter, TextsAreArrowsBytes) {
  for (const size_t count : {size_t{1}, size_t{30}, size_t{1000}, size_t{50'000}}) {
    const LeafColumn column = Texts(count, count);
    const LeafColumn* const fragment = &column;
    std::vector<uint64_t> hashes;
    for (size_t i = 0; i < count; ++i) {
      const std::string_view text = column.BytesAt(i);
      hashes.push_back(XXH64(text.data(), text.size(), 0));
    }
    const ChunkValues values({&fragment, 1});
    EXPECT_EQ(BuildBloomFilter(TypeKind::kString, values, count, kFalsePositives), ByArrow(hashes, count)) << count;
  }
}

TEST(BloomFilter, NumbersAreHashedInTheWidthOfTheirType) {
  LeafColumn column;
  column.layout = ValueLayout::kInt64;
  std::vector<uint64_t> narrow;
  std::vector<uint64_t> wide;
  for (int64_t i = -500; i < 500; ++i) {
    column.ints.Append(i * 7919);
    column.levels.Append(0, 0);
    const auto small = static_cast<int32_t>(i * 7919);
    const int64_t large = i * 7919;
    narrow.push_back(XXH64(&small, sizeof(small), 0));
    wide.push_back(XXH64(&large, sizeof(large), 0));
  }
  const LeafColumn* const fragment = &column;
  const ChunkValues values({&fragment, 1});
  EXPECT_EQ(BuildBloomFilter(TypeKind::kInt32, values, 1000, kFalsePositives), ByArrow(narrow, 1000));
  EXPECT_EQ(BuildBloomFilter(TypeKind::kInt64, values, 1000, kFalsePositives), ByArrow(wide, 1000));
}

TEST(BloomFilter, IsFoldedWhereValuesRepeat) {
  const LeafColumn column = Texts(100'000, 100);
  const LeafColumn* const fragment = &column;
  const ChunkValues values({&fragment, 1});
  const std::string filter = BuildBloomFilter(TypeKind::kString, values, 100'000, kFalsePositives);
  EXPECT_LE(filter.size(), 1024U);
  const LeafColumn once = Texts(100, 100);
  const LeafColumn* const other = &once;
  const std::string exact = BuildBloomFilter(TypeKind::kString, ChunkValues({&other, 1}), 100, kFalsePositives);
  EXPECT_LE(exact.size(), filter.size());
}

}  // namespace
}  // namespace ingot
