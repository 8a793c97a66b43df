#include "format/parquet/chunk_encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "format/parquet/file_reader.h"
#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

// Chunks hold memory that has one owner.
std::vector<EncodedChunk> OneChunk(EncodedChunk chunk) {
  std::vector<EncodedChunk> chunks;
  chunks.push_back(std::move(chunk));
  return chunks;
}

Field Column(TypeKind kind) { return {"c", Scalar(kind), -1, true}; }

Result<EncodedChunk> EncodeOne(const Schema& schema, const LeafColumn& column, const ParquetOptions& options = {}) {
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  const LeafColumn* const fragments[] = {&column};
  return EncodeChunk(leaves[0], fragments, options);
}

LeafColumn Ints(const std::vector<int64_t>& values) {
  LeafColumn column;
  column.layout = ValueLayout::kInt64;
  column.ints.AppendAll(values.data(), values.size());
  column.levels.AppendRun(values.size(), 1, 0);
  return column;
}

LeafColumn Doubles(const std::vector<double>& values) {
  LeafColumn column;
  column.layout = ValueLayout::kDouble;
  column.doubles.AppendAll(values.data(), values.size());
  column.levels.AppendRun(values.size(), 1, 0);
  return column;
}

std::string Text(const EncodedChunk& chunk) { return {chunk.bytes.begin(), chunk.bytes.end()}; }

// Equal in everything that a file or a manifest could show.
void ExpectSame(const EncodedChunk& a, const EncodedChunk& b) {
  EXPECT_EQ(Text(a), Text(b));
  EXPECT_EQ(a.record.rows, b.record.rows);
  EXPECT_EQ(a.record.slots, b.record.slots);
  EXPECT_EQ(a.record.nulls, b.record.nulls);
  EXPECT_EQ(a.record.compressed_bytes, b.record.compressed_bytes);
  EXPECT_EQ(a.record.uncompressed_bytes, b.record.uncompressed_bytes);
  EXPECT_EQ(a.record.digest, b.record.digest);
  EXPECT_EQ(a.record.bounds.min, b.record.bounds.min);
  EXPECT_EQ(a.record.bounds.max, b.record.bounds.max);
  EXPECT_EQ(a.record.bloom_filter, b.record.bloom_filter);
  ASSERT_EQ(a.record.pages.size(), b.record.pages.size());
  for (size_t i = 0; i < a.record.pages.size(); ++i) {
    EXPECT_EQ(a.record.pages[i].offset, b.record.pages[i].offset);
    EXPECT_EQ(a.record.pages[i].first_row, b.record.pages[i].first_row);
    EXPECT_EQ(a.record.pages[i].min, b.record.pages[i].min);
    EXPECT_EQ(a.record.pages[i].max, b.record.pages[i].max);
  }
}

TEST(EncodeChunk, DoesNotDependOnFragments) {
  for (uint64_t seed = 0; seed < 80; ++seed) {
    RandomRows random(seed);
    const Schema schema = random.MakeSchema(3);
    TestRows rows;
    for (uint64_t i = 1 + random.Below(400); i > 0; --i) {
      rows.push_back(random.MakeRow(schema));
    }
    ParquetOptions options;
    options.page_bytes = static_cast<uint32_t>(100 + random.Below(3000));
    options.page_rows = static_cast<uint32_t>(5 + random.Below(200));
    options.codec = static_cast<ParquetCodec>(seed % 3);
    const std::vector<Leaf> leaves = EnumerateLeaves(schema);
    for (const Leaf& leaf : leaves) {
      options.bloom_columns.push_back(leaf.DisplayPath());
    }
    const std::vector<ColumnBatch> whole = ShredInFragments(schema, rows, rows.size());
    const std::vector<ColumnBatch> parts = ShredInFragments(schema, rows, 1 + random.Below(30));
    const LeafColumn nothing;
    for (size_t leaf = 0; leaf < leaves.size(); ++leaf) {
      const LeafColumn* const one[] = {&whole[0].leaves[leaf]};
      std::vector<const LeafColumn*> many;
      for (const ColumnBatch& part : parts) {
        many.push_back(&part.leaves[leaf]);
      }
      const Result<EncodedChunk> a = EncodeChunk(leaves[leaf], one, options);
      const Result<EncodedChunk> b = EncodeChunk(leaves[leaf], many, options);
      ASSERT_OK(a) << "seed " << seed;
      ASSERT_OK(b) << "seed " << seed;
      ExpectSame(*a, *b);
      if (HasFailure()) {
        FAIL() << "seed " << seed << ", " << leaves[leaf].DisplayPath();
      }
    }
  }
}

TEST(EncodeChunk, DoesNotDependOnWhatTheThreadDidBefore) {
  const Schema schema{{Column(TypeKind::kDouble)}};
  std::vector<double> values;
  for (int i = 0; i < 40'000; ++i) {
    values.push_back(std::round(std::sin(i) * 1e4) / 1e4);
  }
  const LeafColumn column = Doubles(values);
  const Result<EncodedChunk> first = EncodeOne(schema, column);
  ASSERT_OK(first);
  const Schema words{{Column(TypeKind::kString)}};
  LeafColumn texts;
  texts.layout = ValueLayout::kBytes;
  for (int i = 0; i < 20'000; ++i) {
    const std::string word = "word" + std::to_string(i % 333);
    texts.bytes.AppendAll(word.data(), word.size());
    texts.ends.Append(static_cast<uint32_t>(texts.bytes.size()));
    texts.levels.Append(1, 0);
  }
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3; ++i) {
        EXPECT_OK(EncodeOne(words, texts));
        const Result<EncodedChunk> again = EncodeOne(schema, column);
        ASSERT_OK(again);
        EXPECT_EQ(Text(*again), Text(*first));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST(EncodeChunk, PicksTheEncodingThatFits) {
  const auto encoding_of = [](TypeKind kind, const LeafColumn& column) {
    const Result<EncodedChunk> chunk = EncodeOne(Schema{{Column(kind)}}, column);
    EXPECT_OK(chunk);
    EXPECT_EQ(chunk->record.dictionary_page_offset.has_value(),
              chunk->record.encoding == ParquetEncoding::kRleDictionary);
    return chunk->record.encoding;
  };
  std::mt19937_64 random(9);
  std::vector<double> few;
  std::vector<double> noise;
  std::vector<double> walk;
  std::vector<int64_t> sequence;
  double price = 1000;
  for (int i = 0; i < 100'000; ++i) {
    few.push_back(static_cast<double>(random() % 100) / 7);
    noise.push_back(1 + static_cast<double>(random()) / 1e20);
    price += static_cast<double>(random() % 3) - 1;
    walk.push_back(std::round(price * 1e8) / 1e9 + static_cast<double>(i) * 1e-3);
    sequence.push_back(1'767'225'600'000 + int64_t{i} * 10'000 + static_cast<int64_t>(random() % 900));
  }
  EXPECT_EQ(encoding_of(TypeKind::kDouble, Doubles(few)), ParquetEncoding::kRleDictionary);
  EXPECT_EQ(encoding_of(TypeKind::kDouble, Doubles(noise)), ParquetEncoding::kByteStreamSplit);
  EXPECT_EQ(encoding_of(TypeKind::kTimestamp, Ints(sequence)), ParquetEncoding::kDeltaBinaryPacked);
  EXPECT_EQ(encoding_of(TypeKind::kDouble, Doubles(std::vector<double>(1000, 7.5))), ParquetEncoding::kRleDictionary);
  EXPECT_NE(encoding_of(TypeKind::kDouble, Doubles(walk)), ParquetEncoding::kRleDictionary);
}

TEST(EncodeChunk, KeepsDictionariesBounded) {
  std::mt19937_64 random(10);
  std::vector<int64_t> domain;
  for (int64_t i = 0; i < 20'000; ++i) {
    domain.push_back(static_cast<int64_t>(random()));
  }
  std::vector<int64_t> values = domain;
  for (int64_t i = 0; i < 100'000; ++i) {
    values.push_back(domain[random() % domain.size()]);
  }
  ParquetOptions options;
  const Schema schema{{Column(TypeKind::kInt64)}};
  ASSERT_EQ(EncodeOne(schema, Ints(values), options)->record.encoding, ParquetEncoding::kRleDictionary);
  options.dictionary_bytes = 8 * 19'999;
  EXPECT_NE(EncodeOne(schema, Ints(values), options)->record.encoding, ParquetEncoding::kRleDictionary);
}

TEST(EncodeChunk, RecordsPages) {
  std::vector<int64_t> values;
  for (int64_t i = 0; i < 95; ++i) {
    values.push_back(i);
  }
  ParquetOptions options;
  options.page_rows = 20;
  const Result<EncodedChunk> chunk = EncodeOne(Schema{{Column(TypeKind::kInt32)}}, Ints(values), options);
  ASSERT_OK(chunk);
  ASSERT_EQ(chunk->record.pages.size(), 5U);
  uint64_t next = chunk->record.data_page_offset;
  for (size_t i = 0; i < 5; ++i) {
    const PageRecord& page = chunk->record.pages[i];
    EXPECT_EQ(page.first_row, i * 20);
    EXPECT_EQ(page.offset, next);
    next += page.bytes;
    int32_t min = 0;
    std::memcpy(&min, page.min->data(), sizeof(min));
    EXPECT_EQ(min, static_cast<int32_t>(i * 20));
  }
  EXPECT_EQ(next, chunk->bytes.size());
  EXPECT_EQ(chunk->record.compressed_bytes, chunk->bytes.size());
}

TEST(EncodeChunk, FollowsAHintThatFits) {
  const Schema schema{{Column(TypeKind::kInt64)}};
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  // Random: nothing but plain would be chosen.
  std::mt19937_64 random(1);
  std::vector<int64_t> values(100);
  for (int64_t& value : values) {
    value = static_cast<int64_t>(random());
  }
  const LeafColumn column = Ints(values);
  const LeafColumn* const fragments[] = {&column};
  const auto encoding = [&](EncodingHint hint) {
    const Result<EncodedChunk> chunk = EncodeChunk(leaves[0], fragments, {}, hint);
    EXPECT_OK(chunk);
    return chunk->record.encoding;
  };
  EXPECT_EQ(encoding(std::nullopt), ParquetEncoding::kPlain);
  EXPECT_EQ(encoding(ParquetEncoding::kDeltaBinaryPacked), ParquetEncoding::kDeltaBinaryPacked);
  // Of another type, and a dictionary of more entries than pay.
  EXPECT_EQ(encoding(ParquetEncoding::kDeltaByteArray), ParquetEncoding::kPlain);
  EXPECT_EQ(encoding(ParquetEncoding::kRleDictionary), ParquetEncoding::kPlain);
}

TEST(EncodeChunk, CountsNulls) {
  LeafColumn column = Ints({5, 6});
  column.levels.AppendRun(7, 0, 0);
  const Result<EncodedChunk> chunk = EncodeOne(Schema{{Column(TypeKind::kInt64)}}, column);
  ASSERT_OK(chunk);
  EXPECT_EQ(chunk->record.nulls, 7U);
  EXPECT_EQ(chunk->record.slots, 9U);
  LeafColumn nulls;
  nulls.layout = ValueLayout::kDouble;
  nulls.levels.AppendRun(9, 0, 0);
  const Result<EncodedChunk> empty = EncodeOne(Schema{{Column(TypeKind::kDouble)}}, nulls);
  ASSERT_OK(empty);
  EXPECT_FALSE(empty->record.bounds.present());
  EXPECT_TRUE(empty->record.pages[0].all_null);
  EXPECT_FALSE(empty->record.pages[0].min.has_value());
}

TEST(EncodeChunk, RefusesColumnsThatBreakTheirRules) {
  const Schema int16{{Column(TypeKind::kInt16)}};
  EXPECT_THAT(EncodeOne(int16, Ints({1, 40'000})), IsErr(ErrorKind::kInternal, "int16 cannot"));
  const Schema date{{Column(TypeKind::kDate)}};
  EXPECT_THAT(EncodeOne(date, Ints({INT64_MIN})), IsErr(ErrorKind::kInternal, "date cannot"));
  const Schema int64{{Column(TypeKind::kInt64)}};
  EXPECT_OK(EncodeOne(int64, Ints({INT64_MIN})));
  EXPECT_THAT(EncodeOne(int64, Doubles({1})), IsErr(ErrorKind::kInternal, "another type"));
  EXPECT_THAT(EncodeOne(int64, Ints({})), IsErr(ErrorKind::kInternal, "no rows"));
  LeafColumn missing = Ints({1, 2});
  missing.levels.Append(1, 0);
  EXPECT_THAT(EncodeOne(int64, missing), IsErr(ErrorKind::kInternal, "2 values and levels for 3"));
  ParquetOptions options;
  options.level = 99;
  EXPECT_THAT(EncodeOne(int64, Ints({1}), options), IsErr(ErrorKind::kConfig, "no level 99"));
}

LeafColumn Words(size_t count, size_t first) {
  LeafColumn column;
  column.layout = ValueLayout::kBytes;
  for (size_t i = first; i < first + count; ++i) {
    const std::string word = "word number " + std::to_string(i % 77) + ", and more";
    column.bytes.AppendAll(word.data(), word.size());
    column.ends.Append(static_cast<uint32_t>(column.bytes.size()));
    column.levels.Append(1, 0);
  }
  return column;
}

TEST(ChunkStream, OnePartIsTheWholeChunk) {
  const Schema schema{{Column(TypeKind::kString)}};
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  const LeafColumn column = Words(5000, 0);
  const LeafColumn* const fragment = &column;
  for (const EncodingHint hint : {EncodingHint(), EncodingHint(ParquetEncoding::kDeltaLengthByteArray),
                                  EncodingHint(ParquetEncoding::kRleDictionary)}) {
    const ParquetOptions options;
    ChunkStream stream(leaves[0], options, hint);
    ASSERT_OK(stream.Add(column));
    const Result<EncodedChunk> streamed = stream.Finish();
    const Result<EncodedChunk> whole = EncodeChunk(leaves[0], {&fragment, 1}, options, hint);
    ASSERT_OK(streamed);
    ASSERT_OK(whole);
    ExpectSame(*streamed, *whole);
    EXPECT_EQ(streamed->record.encoding, whole->record.encoding);
  }
}

TEST(ChunkStream, PagesEndWithParts) {
  const Schema schema{{Column(TypeKind::kString)}};
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  ParquetOptions options;
  options.page_rows = 300;
  ChunkStream stream(leaves[0], options, ParquetEncoding::kDeltaByteArray);
  ASSERT_OK(stream.Add(Words(400, 0)));
  LeafColumn nulls;
  nulls.layout = ValueLayout::kBytes;
  nulls.levels.AppendRun(10, 0, 0);
  ASSERT_OK(stream.Add(nulls));
  ASSERT_OK(stream.Add(Words(30, 400)));
  const Result<EncodedChunk> streamed = stream.Finish();
  ASSERT_OK(streamed);
  std::vector<uint64_t> firsts;
  for (const PageRecord& page : streamed->record.pages) {
    firsts.push_back(page.first_row);
  }
  EXPECT_EQ(firsts, (std::vector<uint64_t>{0, 300, 400, 410}));
  EXPECT_EQ(streamed->record.rows, 440U);
  EXPECT_EQ(streamed->record.nulls, 10U);
  // The content is that of the whole.
  LeafColumn whole = Words(400, 0);
  whole.AppendColumn(nulls);
  whole.AppendColumn(Words(30, 400));
  const Result<EncodedChunk> other = EncodeOne(schema, whole, options);
  ASSERT_OK(other);
  EXPECT_EQ(streamed->record.digest, other->record.digest);
  EXPECT_EQ(streamed->record.bounds.min, other->record.bounds.min);
  EXPECT_EQ(streamed->record.bounds.max, other->record.bounds.max);
}

TEST(ChunkStream, BloomFiltersSeeAllParts) {
  const Schema schema{{Column(TypeKind::kString)}};
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  ParquetOptions options;
  options.bloom_columns = {"c"};
  ChunkStream stream(leaves[0], options, ParquetEncoding::kPlain);
  LeafColumn whole;
  whole.layout = ValueLayout::kBytes;
  for (size_t first = 0; first < 900; first += 300) {
    ASSERT_OK(stream.Add(Words(300, first)));
    whole.AppendColumn(Words(300, first));
  }
  const LeafColumn* const fragment = &whole;
  const Result<EncodedChunk> streamed = stream.Finish();
  const Result<EncodedChunk> other = EncodeChunk(leaves[0], {&fragment, 1}, options, ParquetEncoding::kPlain);
  ASSERT_OK(streamed);
  ASSERT_OK(other);
  EXPECT_FALSE(streamed->record.bloom_filter.empty());
  ExpectSame(*streamed, *other);
}

TEST(ChunkStream, BrokenPartsAreRefused) {
  const Schema schema{{Column(TypeKind::kString)}};
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  const ParquetOptions options;
  ChunkStream stream(leaves[0], options, ParquetEncoding::kPlain);
  LeafColumn broken = Words(10, 0);
  broken.levels.Append(1, 0);
  EXPECT_FALSE(stream.Add(broken));
}

TEST(EncodeChunk, KnownRepeatsChangeNoValue) {
  const Schema schema{{Column(TypeKind::kString)}};
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  LeafColumn column = Words(3000, 0);
  // Every word repeats its first twelve bytes from the word before.
  for (size_t i = 1; i < column.ends.size(); ++i) {
    const uint32_t before = i == 1 ? 0 : column.ends[i - 2];
    column.repeats.Append({column.ends[i - 1], static_cast<uint16_t>(column.ends[i - 1] - before), 12});
  }
  ParquetOptions options;
  options.codec = ParquetCodec::kSnappy;
  options.page_rows = 700;
  const LeafColumn* const fragment = &column;
  Result<EncodedChunk> told = EncodeChunk(leaves[0], {&fragment, 1}, options, ParquetEncoding::kDeltaLengthByteArray);
  ASSERT_OK(told);
  EXPECT_LT(told->record.compressed_bytes, told->record.uncompressed_bytes * 3 / 4);
  StringSink sink;
  auto writer = ParquetFileWriter::Open(sink, schema, options);
  ASSERT_OK(writer);
  const ValueDigest digest = told->record.digest;
  ASSERT_OK(writer->AppendRowGroup(3000, OneChunk(std::move(*told))));
  ASSERT_OK(writer->Finish({}));
  const ScratchFile file(sink.text());
  const auto reader = ParquetFileReader::Open(file.path());
  ASSERT_OK(reader);
  const auto read = reader->ReadLeaf(0, 0);
  ASSERT_OK(read);
  EXPECT_EQ(PrintColumn(*read), PrintColumn(column));
  ValueHasher hasher;
  hasher.AddColumn(*read);
  EXPECT_EQ(hasher.Finish(), digest);
}

}  // namespace
}  // namespace ingot
