#include "dataset/prove.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/result_matchers.h"
#include "base/sha256.h"
#include "format/parquet/digest_list.h"
#include "format/parquet/footer.h"
#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

struct Written {
  std::string bytes;
  FileDigest digest;
  FileSummary summary;
};

LeafColumn Noise(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  LeafColumn column;
  column.layout = ValueLayout::kBytes;
  column.bytes.Reserve(size + sizeof(uint64_t));
  for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
    const uint64_t word = random();
    column.bytes.AppendAll(reinterpret_cast<const char*>(&word), sizeof(word));
  }
  column.bytes.Truncate(size);
  column.ends.Append(static_cast<uint32_t>(size));
  column.levels.Append(1, 0);
  return column;
}

// Row groups of one value each, of these sizes.
Written Write(const std::vector<size_t>& sizes) {
  const Schema schema{{{"c", Scalar(TypeKind::kBinary), -1, true}}};
  ParquetOptions options;
  options.codec = ParquetCodec::kNone;
  StringSink sink;
  Written written;
  auto writer = ParquetFileWriter::Open(sink, schema, options);
  EXPECT_OK(writer);
  for (const size_t size : sizes) {
    const LeafColumn column = Noise(size, size);
    const LeafColumn* const fragment = &column;
    auto chunk = EncodeChunk(writer->leaves()[0], {&fragment, 1}, options);
    EXPECT_OK(chunk);
    std::vector<EncodedChunk> chunks;
    chunks.push_back(*std::move(chunk));
    EXPECT_OK(writer->AppendRowGroup(1, std::move(chunks)));
  }
  auto summary = writer->Finish({});
  EXPECT_OK(summary);
  written.bytes = sink.text();
  written.digest = {written.bytes.size(), Sha256Hex(written.bytes)};
  written.summary = *summary;
  return written;
}

// With and without threads.
bool IsProven(const Written& written, const std::string& path) {
  TaskPool pool(3);
  const bool proven = ProveParquetFile(path, written.digest, written.summary, &pool).ok();
  EXPECT_EQ(ProveParquetFile(path, written.digest, written.summary, nullptr).ok(), proven);
  return proven;
}

// One size that is proven in memory, and one that is read piece by piece.
class ProveFileTest : public testing::TestWithParam<size_t> {};

TEST_P(ProveFileTest, FindsEveryKindOfDamage) {
  const Written written = Write({1000, GetParam(), 70'000, 3});
  const ScratchFile file(written.bytes);
  EXPECT_TRUE(IsProven(written, file.path()));
  // A bit of the magic, of each chunk, of the tail, and the last one.
  std::vector<size_t> places{0, 4, written.bytes.size() - 40, written.bytes.size() - 1};
  size_t offset = 4;
  for (const WrittenChunk& chunk : written.summary.chunks) {
    offset += chunk.bytes;
    places.push_back(offset - 1);
    places.push_back(offset);
  }
  for (const size_t place : places) {
    std::string damaged = written.bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
    file.Write(damaged);
    EXPECT_FALSE(IsProven(written, file.path())) << place;
  }
  file.Write(written.bytes.substr(0, written.bytes.size() - 1));
  EXPECT_FALSE(IsProven(written, file.path()));
  file.Write(written.bytes + "x");
  EXPECT_FALSE(IsProven(written, file.path()));
  file.Write("");
  EXPECT_FALSE(IsProven(written, file.path()));
}

TEST_P(ProveFileTest, HoldsTheFileAgainstItsWriter) {
  Written written = Write({GetParam(), 5});
  const ScratchFile file(written.bytes);
  ++written.summary.rows;
  EXPECT_FALSE(IsProven(written, file.path()));
  --written.summary.rows;
  // A chunk that nobody told of would be a stretch that nobody reads.
  written.summary.chunks.pop_back();
  EXPECT_FALSE(IsProven(written, file.path()));
}

// Neighbours are read together then.
TEST(ProveFile, FindsDamageAmongManySmallChunks) {
  const Written written = Write(std::vector<size_t>(400, 4001));
  const ScratchFile file(written.bytes);
  EXPECT_TRUE(IsProven(written, file.path()));
  for (size_t place = 2; place < written.bytes.size(); place += 40'001) {
    std::string damaged = written.bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ 1);
    file.Write(damaged);
    EXPECT_FALSE(IsProven(written, file.path())) << place;
    const auto proven = ProveParquetFile(file.path(), written.digest, written.summary, nullptr);
    ASSERT_FALSE(proven);
    // The error names the stretch that holds the byte.
    const std::string message = proven.error().message();
    const size_t begin = message.find("between ");
    ASSERT_NE(begin, std::string::npos) << message;
    const size_t first = std::stoull(message.substr(begin + 8));
    const size_t last = std::stoull(message.substr(message.find(" and ", begin) + 5));
    EXPECT_LE(first, place);
    EXPECT_GT(last, place);
  }
  file.Write(written.bytes.substr(0, written.bytes.size() / 2));
  EXPECT_FALSE(IsProven(written, file.path()));
}

// One is too large to be read with its neighbours; pages are checked all the same.
TEST(ProveFile, FindsDamageInALargeChunkAmongSmallOnes) {
  std::vector<size_t> sizes(400, 3000);
  sizes[200] = 700'000;
  const Written written = Write(sizes);
  const ScratchFile file(written.bytes);
  EXPECT_TRUE(IsProven(written, file.path()));
  size_t end = kParquetMagic.size();
  for (size_t i = 0; i <= 201; ++i) {
    end += written.summary.chunks[i].bytes;
    if (i < 199) {
      continue;
    }
    std::string damaged = written.bytes;
    damaged[end - 1] = static_cast<char>(damaged[end - 1] ^ 4);
    file.Write(damaged);
    EXPECT_FALSE(IsProven(written, file.path())) << i;
  }
}

// Hashes that agree with the bytes do not hide pages that are none.
TEST(ProveFile, PagesAreWalkedWhereTheHashesAgree) {
  Written written = Write(std::vector<size_t>(400, 4001));
  const size_t chunk = written.summary.chunks[0].bytes;
  const size_t at = kParquetMagic.size() + 250 * chunk + chunk / 2;
  written.bytes[at] = static_cast<char>(written.bytes[at] ^ 1);
  written.summary.chunks[250].hash =
      HashOfChunk(std::string_view(written.bytes).substr(kParquetMagic.size() + 250 * chunk, chunk));
  const ScratchFile file(written.bytes);
  const auto proven = ProveParquetFile(file.path(), written.digest, written.summary, nullptr);
  EXPECT_THAT(proven, IsErr(ErrorKind::kCorrupt, "row group 250"));
}

INSTANTIATE_TEST_SUITE_P(Sizes, ProveFileTest, testing::Values(20'000, size_t{17} << 20U));

}  // namespace
}  // namespace ingot
