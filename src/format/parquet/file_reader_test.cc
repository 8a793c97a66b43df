// Files of our writer, read back; and files that were damaged on the way.
#include "format/parquet/file_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

void RunOnThreads(size_t count, const std::function<void(size_t)>& work) {
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&work, thread, count] {
      for (size_t i = thread; i < count; i += 3) {
        work(i);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

std::vector<std::string> HashesOf(const FileSummary& summary) {
  std::vector<std::string> hashes;
  for (const ColumnSummary& column : summary.columns) {
    hashes.push_back(column.value_hash);
  }
  return hashes;
}

Buffer<char> BytesOf(const std::string& text) {
  Buffer<char> bytes;
  bytes.AppendAll(text.data(), text.size());
  return bytes;
}

// The law: what was shredded is what is read, by Arrow's decoders, for any schema, any rows, any settings.
TEST(ParquetFile, ReadsBackWhatWasWritten) {
  for (uint64_t seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomRows random(seed);
    Schema schema = random.MakeSchema(3);
    if (seed % 5 == 0) {
      schema.fields.push_back({"nothing", MakeList(Scalar(TypeKind::kNull)), 77, true});
    }
    std::vector<TestRows> row_groups(random.Below(4));
    for (TestRows& rows : row_groups) {
      for (uint64_t i = 1 + random.Below(seed % 10 == 0 ? 900 : 80); i > 0; --i) {
        rows.push_back(random.MakeRow(schema));
      }
    }
    ParquetOptions options;
    options.codec = static_cast<ParquetCodec>(random.Below(3));
    options.page_rows = random.OneIn(2) ? 13 : 20'000;
    options.page_bytes = random.OneIn(2) ? 200 : 1U << 20U;
    const WrittenParquet written = WriteParquet(schema, row_groups, options);
    const ScratchFile file(written.bytes);
    const Result<ParquetFileReader> reader = ParquetFileReader::Open(file.path());
    ASSERT_OK(reader);
    ASSERT_OK(reader->schema());
    EXPECT_EQ(*reader->schema(), schema);
    EXPECT_EQ(reader->file_bytes(), written.summary.bytes);
    EXPECT_EQ(reader->rows(), written.summary.rows);
    EXPECT_EQ(reader->metadata(), (KeyValues{{"key", "value"}}));
    ASSERT_EQ(reader->row_groups().size(), row_groups.size());
    for (size_t group = 0; group < row_groups.size(); ++group) {
      const ColumnBatch expected = ShredRows(schema, row_groups[group]);
      for (size_t leaf = 0; leaf < expected.leaves.size(); ++leaf) {
        const Result<LeafColumn> column = reader->ReadLeaf(group, leaf);
        ASSERT_OK(column);
        ASSERT_EQ(PrintColumn(*column), PrintColumn(expected.leaves[leaf])) << reader->leaves()[leaf].DisplayPath();
        EXPECT_EQ(reader->row_groups()[group].chunks[leaf].slots, expected.leaves[leaf].levels.slots());
      }
    }
    const Result<PageReport> report = reader->VerifyPages(seed % 2 == 0 ? RunAll() : RunOnThreads);
    ASSERT_OK(report);
    EXPECT_EQ(report->pages_without_crc, 0U);
    const auto hashes = reader->DeepValueHashes(seed % 2 == 0 ? RunAll() : RunOnThreads);
    ASSERT_OK(hashes);
    EXPECT_EQ(*hashes, HashesOf(written.summary));
  }
}

TEST(ParquetFile, InMemoryItIsTheSameFile) {
  RandomRows random(5);
  const Schema schema = random.MakeSchema(2);
  const WrittenParquet written = WriteParquet(schema, {{random.MakeRow(schema), random.MakeRow(schema)}});
  const ScratchFile file(written.bytes);
  const Result<ParquetFileReader> on_disk = ParquetFileReader::Open(file.path());
  const Result<ParquetFileReader> in_memory = ParquetFileReader::OpenBytes("memory", BytesOf(written.bytes));
  ASSERT_OK(on_disk);
  ASSERT_OK(in_memory);
  EXPECT_EQ(in_memory->file_bytes(), on_disk->file_bytes());
  EXPECT_EQ(in_memory->rows(), on_disk->rows());
  EXPECT_EQ(in_memory->Digest()->sha256, on_disk->Digest()->sha256);
  EXPECT_EQ(*in_memory->TailSha256(), written.summary.tail_sha256);
  EXPECT_EQ(*in_memory->DeepValueHashes(), HashesOf(written.summary));
  for (size_t leaf = 0; leaf < in_memory->leaves().size(); ++leaf) {
    EXPECT_OK(in_memory->CheckChunk(0, leaf));
    const auto described = in_memory->DescribeChunk(0, leaf);
    const auto expected = on_disk->DescribeChunk(0, leaf);
    ASSERT_OK(described);
    ASSERT_OK(expected);
    EXPECT_EQ(described->has_value(), expected->has_value());
    Buffer<char> bytes;
    Buffer<char> expected_bytes;
    ASSERT_OK(in_memory->ReadChunks(0, {&leaf, 1}, &bytes));
    ASSERT_OK(on_disk->ReadChunks(0, {&leaf, 1}, &expected_bytes));
    EXPECT_EQ(std::string_view(bytes.data(), bytes.size()),
              std::string_view(expected_bytes.data(), expected_bytes.size()));
  }
}

TEST(ParquetFile, SummaryAndFooterAgree) {
  const Schema schema = SchemaOfType("struct<a:int64,d:double,s:string,l:list<int32>,b:bool>");
  const auto row = [](int64_t a, double d, const char* s, std::vector<RowValue> list) {
    return std::vector<RowValue>{RowValue::Int(a), RowValue::Double(d), RowValue::Text(s),
                                 RowValue::Group(std::move(list)), RowValue::Int(1)};
  };
  const std::vector<TestRows> groups = {
      {row(3, NAN, "b", {}), row(-1, -0.0, "ab", {RowValue::Int(4), RowValue::Null()})}, {row(9, NAN, "", {})}};
  const WrittenParquet written = WriteParquet(schema, groups);
  EXPECT_EQ(written.summary.rows, 3U);
  EXPECT_EQ(written.summary.row_groups, 2U);
  const std::vector<ColumnSummary>& columns = written.summary.columns;
  EXPECT_EQ(columns[0].bounds.min, StatValue(int64_t{-1}));
  EXPECT_EQ(columns[0].bounds.max, StatValue(int64_t{9}));
  EXPECT_EQ(columns[1].bounds.max, StatValue(0.0));
  EXPECT_EQ(columns[2].bounds.min, StatValue(std::string()));
  EXPECT_EQ(columns[2].bounds.max, StatValue(std::string("b")));
  EXPECT_EQ(columns[3].path, "l[]");
  EXPECT_EQ(columns[3].nulls, 3U);
  EXPECT_EQ(columns[3].slots, 4U);

  const ScratchFile file(written.bytes);
  const Result<ParquetFileReader> reader = ParquetFileReader::Open(file.path());
  ASSERT_OK(reader);
  const std::vector<ChunkFacts>& chunks = reader->row_groups()[0].chunks;
  EXPECT_EQ(chunks[0].bounds.max, StatValue(int64_t{3}));
  EXPECT_EQ(chunks[1].bounds.min, StatValue(0.0));
  EXPECT_EQ(chunks[4].bounds.min, StatValue(true));
  EXPECT_EQ(chunks[3].nulls, 2U);
  EXPECT_FALSE(reader->row_groups()[1].chunks[1].bounds.present());
  EXPECT_EQ(chunks[2].codec, "zstd");
  EXPECT_TRUE(chunks[2].has_page_index);
  EXPECT_EQ(reader->columns()[3].path, "l.list.element");
  EXPECT_EQ(reader->columns()[2].logical, "String");
}

TEST(ParquetFile, LeavesOutLongBounds) {
  const Schema schema = SchemaOfType("struct<s:string>");
  const WrittenParquet written =
      WriteParquet(schema, {{{RowValue::Text("a")}, {RowValue::Text(std::string(5000, 'z'))}}});
  const ScratchFile file(written.bytes);
  const Result<ParquetFileReader> reader = ParquetFileReader::Open(file.path());
  ASSERT_OK(reader);
  EXPECT_FALSE(reader->row_groups()[0].chunks[0].bounds.present());
  EXPECT_EQ(std::get<std::string>(written.summary.columns[0].bounds.max).size(), 5000U);
}

TEST(ParquetFile, ScansLongTextsInBoundedParts) {
  const Schema schema = SchemaOfType("struct<s:string>");
  const TestRows rows(200, {RowValue::Text(std::string(500'000, 'x'))});  // a dictionary of one, 100 MB when decoded
  const WrittenParquet written = WriteParquet(schema, {rows});
  EXPECT_LT(written.bytes.size(), 100'000U);
  const ScratchFile file(written.bytes);
  const Result<ParquetFileReader> reader = ParquetFileReader::Open(file.path());
  ASSERT_OK(reader);
  size_t parts = 0;
  uint64_t slots = 0;
  ASSERT_OK(reader->ScanLeaf(0, 0, [&](const LeafColumn& part) -> Result<void> {
    ++parts;
    slots += part.levels.slots();
    EXPECT_LE(part.bytes.size(), size_t{65} << 20U);
    return {};
  }));
  EXPECT_GE(parts, 2U);
  EXPECT_EQ(slots, 200U);
}

TEST(ParquetFile, WriterRefusesWhatParquetCannotHold) {
  StringSink sink;
  EXPECT_THAT(ParquetFileWriter::Open(sink, Schema{}, {}), IsErr(ErrorKind::kUnsupported, "at least one column"));
  Schema hollow;
  hollow.fields.push_back({"a", Scalar(TypeKind::kStruct), -1, true});
  EXPECT_THAT(ParquetFileWriter::Open(sink, hollow, {}),
              IsErr(ErrorKind::kUnsupported, "column 'a': a struct without fields"));
  ParquetOptions options;
  options.bloom_columns = {"b"};
  const Schema schema = SchemaOfType("struct<a:int64>");
  EXPECT_THAT(ParquetFileWriter::Open(sink, schema, options), IsErr(ErrorKind::kConfig, "'b'"));
  options = {};
  options.sorted_by = {{"c", false, false}};
  EXPECT_THAT(ParquetFileWriter::Open(sink, schema, options), IsErr(ErrorKind::kConfig, "'c'"));
  EXPECT_TRUE(sink.text().empty());
}

TEST(ParquetFile, WriterChecksRowGroups) {
  StringSink sink;
  const Schema schema = SchemaOfType("struct<a:int64,b:int64>");
  Result<ParquetFileWriter> writer = ParquetFileWriter::Open(sink, schema, {});
  ASSERT_OK(writer);
  const TestRows rows = {{RowValue::Int(1), RowValue::Null()}};
  EXPECT_THAT(writer->AppendRowGroup(2, EncodeRows(*writer, rows, 1)),
              IsErr(ErrorKind::kInternal, "1 rows in a row group of 2"));
  EXPECT_THAT(writer->AppendRowGroup(1, {}), IsErr(ErrorKind::kInternal, "0 chunks for 2"));
}

TEST(ParquetFile, SinkErrorsKeepTheirKind) {
  class FullSink final : public ByteSink {
   public:
    explicit FullSink(size_t room) : room_(room) {}
    Result<void> Write(std::span<const char> bytes) override {
      if (bytes.size() > room_) {
        return Error(ErrorKind::kResourceLimit, "no space left");
      }
      room_ -= bytes.size();
      return {};
    }

   private:
    size_t room_;
  };
  const Schema schema = SchemaOfType("struct<a:int64>");
  FullSink tiny(0);
  EXPECT_THAT(ParquetFileWriter::Open(tiny, schema, {}), IsErr(ErrorKind::kResourceLimit));
  FullSink small(10);
  Result<ParquetFileWriter> writer = ParquetFileWriter::Open(small, schema, {});
  ASSERT_OK(writer);
  EXPECT_THAT(writer->Finish({}), IsErr(ErrorKind::kResourceLimit, "no space left"));
}

// A file that holds all that a file can hold, and is small enough to damage everywhere.
WrittenParquet SmallFile() {
  const Schema schema = SchemaOfType("struct<a:int64,s:string,l:list<struct<d:double,m:map<string,bool>>>>");
  RandomRows random(5);
  std::vector<TestRows> groups(2);
  for (TestRows& rows : groups) {
    for (int i = 0; i < 25; ++i) {
      rows.push_back(random.MakeRow(schema));
    }
  }
  ParquetOptions options;
  options.page_rows = 10;
  options.bloom_columns = {"a"};
  return WriteParquet(schema, groups, options);
}

// Whatever a reader does with the file, it ends with an answer.
Result<void> ReadEverything(const std::string& path) {
  INGOT_ASSIGN(const ParquetFileReader reader, ParquetFileReader::Open(path));
  const Result<PageReport> pages = reader.VerifyPages();
  INGOT_TRY(reader.DeepValueHashes());
  INGOT_TRY(pages);
  return {};
}

void FlipBits(size_t stride) {
  const WrittenParquet written = SmallFile();
  const ScratchFile file(written.bytes);
  ASSERT_OK(ReadEverything(file.path()));
  std::mt19937_64 random(1);
  for (size_t at = stride / 2; at < written.bytes.size(); at += stride) {
    std::string damaged = written.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    file.Write(damaged);
    const Result<void> read = ReadEverything(file.path());
    if (!read) {
      EXPECT_TRUE(read.error().kind() == ErrorKind::kCorrupt || read.error().kind() == ErrorKind::kUnsupported)
          << read.error().ToString();
    }
  }
}

TEST(DamagedParquet, IsAnErrorOrHarmlessWhereverABitFlips) { FlipBits(7); }
TEST(DamagedParquetSlow, IsAnErrorOrHarmlessAtEveryByte) { FlipBits(1); }

TEST(DamagedParquet, EveryFlippedBitInAPageIsFoundWithoutDecoding) {
  const WrittenParquet written = SmallFile();
  const ScratchFile file(written.bytes);
  uint64_t pages_end = 4;
  {
    const Result<ParquetFileReader> reader = ParquetFileReader::Open(file.path());
    ASSERT_OK(reader);
    pages_end += reader->VerifyPages()->bytes;
  }
  size_t found = 0;
  size_t unnoticed = 0;
  for (size_t at = 4; at < pages_end; at += 3) {
    std::string damaged = written.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at / 3 % 8));
    file.Write(damaged);
    const Result<ParquetFileReader> reader = ParquetFileReader::Open(file.path());
    ASSERT_OK(reader);
    const bool ok = reader->VerifyPages().ok();
    const Result<ParquetFileReader> in_memory = ParquetFileReader::OpenBytes("memory", BytesOf(damaged));
    ASSERT_OK(in_memory);
    EXPECT_EQ(in_memory->VerifyPages().ok(), ok);
    found += ok ? 0 : 1;
    unnoticed += ok ? 1 : 0;
  }
  // Only a page header's own encodings are neither counted nor under a checksum.
  EXPECT_LT(unnoticed * 20, found);
}

TEST(DamagedParquet, TruncationAndGarbageAreCorrupt) {
  const WrittenParquet written = SmallFile();
  const ScratchFile file("");
  for (const size_t size :
       {size_t{0}, size_t{3}, size_t{8}, size_t{11}, size_t{12}, written.bytes.size() / 2, written.bytes.size() - 1}) {
    file.Write(written.bytes.substr(0, size));
    EXPECT_THAT(ParquetFileReader::Open(file.path()), IsErr(ErrorKind::kCorrupt)) << size;
    EXPECT_THAT(ParquetFileReader::OpenBytes("memory", BytesOf(written.bytes.substr(0, size))),
                IsErr(ErrorKind::kCorrupt))
        << size;
  }
  file.Write(std::string(1000, 'x'));
  EXPECT_THAT(ParquetFileReader::Open(file.path()), IsErr(ErrorKind::kCorrupt));
  file.Write("PAR1" + std::string(100, '\xFF') + "PAR1");
  EXPECT_THAT(ParquetFileReader::Open(file.path()), IsErr(ErrorKind::kCorrupt));
  EXPECT_THAT(ParquetFileReader::Open("/nowhere/at/all.parquet"), IsErr(ErrorKind::kNotFound));
  EXPECT_THAT(ParquetFileReader::Open("/"), IsErr(ErrorKind::kUsage));
}

TEST(DamagedParquet, RandomDamageOfTheFooterNeverCrashes) {
  const WrittenParquet written = SmallFile();
  const ScratchFile file(written.bytes);
  std::mt19937_64 random(3);
  const size_t footer_begin = written.bytes.size() - written.bytes.size() / 2;
  for (int round = 0; round < 500; ++round) {
    std::string damaged = written.bytes;
    for (uint64_t i = 1 + random() % 6; i > 0; --i) {
      damaged[footer_begin + random() % (damaged.size() - footer_begin - 8)] = static_cast<char>(random());
    }
    file.Write(damaged);
    IgnoreFailure(ReadEverything(file.path()));
  }
}

}  // namespace
}  // namespace ingot
