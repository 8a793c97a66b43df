#include "format/parquet/chunk_copy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "format/parquet/digest_list.h"
#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

const std::string kType =
    "struct<id:int64,small:int16,text:string,word:string,real:double,flag:bool,day:date,nothing:null,"
    "list:list<struct<x:double,y:string>>,map:map<string,int64>>";

TestRows SomeRows(int64_t first, int64_t count) {
  TestRows rows;
  for (int64_t i = first; i < first + count; ++i) {
    const RowValue maybe = i % 3 == 0 ? RowValue::Null() : RowValue::Text("text number " + std::to_string(i * 7919));
    std::vector<RowValue> list(static_cast<size_t>(i % 4),
                               RowValue::Group({RowValue::Double(static_cast<double>(i) / 4), maybe}));
    rows.push_back({RowValue::Int(i), RowValue::Int(i % 100), maybe, RowValue::Text(i % 2 == 0 ? "even" : "odd"),
                    RowValue::Double(i % 5 == 0 ? 0.0 : static_cast<double>(i) * 0.1), RowValue::Int(i % 2),
                    RowValue::Int(20000 + i / 50), RowValue::Null(), RowValue::Group(std::move(list)),
                    RowValue::Group({RowValue::Text("k"), RowValue::Int(i)})});
  }
  return rows;
}

std::vector<size_t> AllLeaves(const ParquetFileReader& reader) {
  std::vector<size_t> leaves(reader.leaves().size());
  std::iota(leaves.begin(), leaves.end(), size_t{0});
  return leaves;
}

// Whether the bytes of a chunk are those that its description promises.
bool IsAsDescribed(const ParquetFileReader& reader, size_t group, size_t leaf) {
  const auto record = reader.DescribeChunk(group, leaf);
  Buffer<char> bytes;
  EXPECT_OK(reader.ReadChunks(group, {&leaf, 1}, &bytes));
  return record && *record && HashOfChunk(bytes) == (*record)->bytes_hash;
}

// Every chunk of `file`, in a new file of the same schema.
std::string CopyOfAll(const ScratchFile& file, const ParquetOptions& options) {
  const auto reader = ParquetFileReader::Open(file.path());
  EXPECT_OK(reader);
  StringSink sink;
  auto writer = ParquetFileWriter::Open(sink, *reader->schema(), options);
  EXPECT_OK(writer);
  for (size_t group = 0; group < reader->row_groups().size(); ++group) {
    Buffer<char> bytes;
    EXPECT_OK(reader->ReadChunks(group, AllLeaves(*reader), &bytes));
    std::span<const char> left = bytes;
    std::vector<ChunkView> chunks;
    for (const size_t leaf : AllLeaves(*reader)) {
      auto record = reader->DescribeChunk(group, leaf);
      EXPECT_TRUE(record && record->has_value()) << reader->leaves()[leaf].DisplayPath();
      const size_t size = (*record)->compressed_bytes;
      chunks.push_back({**std::move(record), left.first(size)});
      left = left.subspan(size);
    }
    EXPECT_TRUE(left.empty());
    EXPECT_OK(writer->AppendCopies(reader->row_groups()[group].rows, std::move(chunks)));
  }
  EXPECT_OK(writer->Finish({{"key", "value"}}));
  return sink.text();
}

TEST(CopyChunk, AFileOfCopiesIsTheSameFile) {
  for (const ParquetCodec codec : {ParquetCodec::kZstd, ParquetCodec::kSnappy, ParquetCodec::kNone}) {
    ParquetOptions options;
    options.codec = codec;
    options.page_rows = 64;
    options.bloom_columns = {"id", "word"};
    const WrittenParquet written =
        WriteParquet(SchemaOfType(kType), {SomeRows(0, 1000), SomeRows(5000, 1), SomeRows(1000, 300)}, options);
    const ScratchFile file(written.bytes);
    EXPECT_EQ(CopyOfAll(file, options), written.bytes);
  }
}

TEST(CopyChunk, WhatTheFooterDoesNotSayIsNotCopied) {
  ParquetOptions options;
  options.statistics_bytes = 8;
  const WrittenParquet written =
      WriteParquet(SchemaOfType("struct<long:string,nan:double,id:int64>"),
                   {{{RowValue::Text("longer than eight"), RowValue::Double(NAN), RowValue::Int(1)}}}, options);
  const ScratchFile file(written.bytes);
  const auto reader = ParquetFileReader::Open(file.path());
  ASSERT_OK(reader);
  EXPECT_FALSE((*reader->DescribeChunk(0, 0)).has_value()) << "its bounds are not in the footer";
  EXPECT_FALSE((*reader->DescribeChunk(0, 1)).has_value()) << "NaN has no bounds";
  EXPECT_TRUE((*reader->DescribeChunk(0, 2)).has_value());
}

// Neighbours, gaps, any order, none: the bytes are those of the single chunks.
TEST(CopyChunk, ChunksAreReadInAnyCompany) {
  const WrittenParquet written = WriteParquet(SchemaOfType(kType), {SomeRows(0, 400), SomeRows(50, 3)});
  const ScratchFile file(written.bytes);
  const auto reader = ParquetFileReader::Open(file.path());
  ASSERT_OK(reader);
  const size_t last = reader->leaves().size() - 1;
  Buffer<char> bytes;
  const std::vector<std::vector<size_t>> companies = {{},        {0},          {last},          {0, 1, 2, 3},
                                                      {0, 2, 3}, {1, 3, last}, {3, 2, 1, last}, AllLeaves(*reader)};
  for (size_t group = 0; group < 2; ++group) {
    for (const std::vector<size_t>& leaves : companies) {
      std::string expected;
      for (const size_t leaf : leaves) {
        const ChunkFacts& facts = reader->row_groups()[group].chunks[leaf];
        expected += written.bytes.substr(facts.offset, facts.compressed_bytes);
      }
      ASSERT_OK(reader->ReadChunks(group, leaves, &bytes));
      EXPECT_EQ(std::string(bytes.begin(), bytes.end()), expected);
    }
  }
  file.Write(written.bytes.substr(0, reader->row_groups()[1].chunks[0].offset));
  EXPECT_THAT(reader->ReadChunks(1, AllLeaves(*reader), &bytes), IsErr(ErrorKind::kCorrupt, "row group 1, column"));
}

// Chunks that lie behind each other in memory, and others.
TEST(CopyChunk, WhereItsBytesLieIsNothingToTheFile) {
  const ParquetOptions options;
  const WrittenParquet written = WriteParquet(SchemaOfType(kType), {SomeRows(0, 200)}, options);
  const ScratchFile file(written.bytes);
  const auto reader = ParquetFileReader::Open(file.path());
  ASSERT_OK(reader);
  std::vector<std::string> apart;
  std::vector<ChunkView> chunks;
  for (const size_t leaf : AllLeaves(*reader)) {
    const ChunkFacts& facts = reader->row_groups()[0].chunks[leaf];
    apart.push_back(written.bytes.substr(facts.offset, facts.compressed_bytes));
    chunks.push_back({**reader->DescribeChunk(0, leaf), {}});
  }
  for (size_t leaf = 0; leaf < chunks.size(); ++leaf) {
    // Every third stays where it lies among its neighbours.
    chunks[leaf].bytes = leaf % 3 == 0 ? std::span<const char>(apart[leaf])
                                       : std::span<const char>(written.bytes)
                                             .subspan(reader->row_groups()[0].chunks[leaf].offset, apart[leaf].size());
  }
  StringSink sink;
  auto writer = ParquetFileWriter::Open(sink, *reader->schema(), options);
  ASSERT_OK(writer);
  ASSERT_OK(writer->AppendCopies(200, std::move(chunks)));
  ASSERT_OK(writer->Finish({{"key", "value"}}));
  EXPECT_EQ(sink.text(), CopyOfAll(file, options));
}

TEST(CopyChunk, EveryFlippedBitIsFoundInTheTailOrInItsChunk) {
  const WrittenParquet written = WriteParquet(SchemaOfType(kType), {SomeRows(0, 40), SomeRows(50, 3)});
  const ScratchFile file(written.bytes);
  uint64_t chunk_bytes = 0;
  {
    const auto reader = ParquetFileReader::Open(file.path());
    ASSERT_OK(reader);
    ASSERT_TRUE(reader->has_chunk_hashes());
    EXPECT_EQ(*reader->TailSha256(), written.summary.tail_sha256);
    chunk_bytes = reader->row_groups()[1].chunks.back().offset + reader->row_groups()[1].chunks.back().compressed_bytes;
  }
  for (size_t at = 4; at < written.bytes.size(); at += at < chunk_bytes ? 7 : 53) {
    std::string damaged = written.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    file.Write(damaged);
    const auto reader = ParquetFileReader::Open(file.path());
    if (at >= chunk_bytes) {
      EXPECT_TRUE(!reader || *reader->TailSha256() != written.summary.tail_sha256) << at;
      continue;
    }
    ASSERT_OK(reader);
    EXPECT_EQ(*reader->TailSha256(), written.summary.tail_sha256);
    int found = 0;
    for (size_t group = 0; group < 2; ++group) {
      for (size_t leaf = 0; leaf < reader->leaves().size(); ++leaf) {
        found += reader->CheckChunk(group, leaf) ? 0 : 1;
        EXPECT_EQ(reader->CheckChunk(group, leaf).ok(), IsAsDescribed(*reader, group, leaf));
      }
    }
    EXPECT_EQ(found, 1) << "byte " << at << " belongs to one chunk";
  }
}

TEST(CopyChunk, DamagedDigestsAreNone) {
  const std::vector<ValueDigest> digests = {{0x01, 0xFF}, {0x10}};
  const std::string text = FormatDigests(digests);
  EXPECT_EQ(ParseDigests(text, 2), digests);
  EXPECT_EQ(ParseDigests(text, 1), std::nullopt);
  EXPECT_EQ(ParseDigests(text.substr(1), 2), std::nullopt);
  EXPECT_EQ(ParseDigests("g" + text.substr(1), 2), std::nullopt);
  EXPECT_EQ(ParseDigests("F" + text.substr(1), 2), std::nullopt) << "one spelling";
}

}  // namespace
}  // namespace ingot
