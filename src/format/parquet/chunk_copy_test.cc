#include "format/parquet/chunk_copy.h"

#include <gtest/gtest.h>

#include <cmath>
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

// Every chunk of `file`, in a new file of the same schema.
std::string CopyOfAll(const ScratchFile& file, const ParquetOptions& options) {
  const auto reader = ParquetFileReader::Open(file.path());
  EXPECT_OK(reader);
  StringSink sink;
  auto writer = ParquetFileWriter::Open(sink, *reader->schema(), options);
  EXPECT_OK(writer);
  for (size_t group = 0; group < reader->row_groups().size(); ++group) {
    std::vector<EncodedChunk> chunks;
    for (size_t leaf = 0; leaf < reader->leaves().size(); ++leaf) {
      auto chunk = reader->CopyChunk(group, leaf);
      EXPECT_TRUE(chunk && chunk->has_value()) << reader->leaves()[leaf].DisplayPath();
      chunks.push_back(**std::move(chunk));
    }
    EXPECT_OK(writer->AppendRowGroup(reader->row_groups()[group].rows, std::move(chunks)));
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
  EXPECT_FALSE((*reader->CopyChunk(0, 0)).has_value()) << "its bounds are not in the footer";
  EXPECT_FALSE((*reader->CopyChunk(0, 1)).has_value()) << "NaN has no bounds";
  EXPECT_TRUE((*reader->CopyChunk(0, 2)).has_value());
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
        EXPECT_EQ(reader->CheckChunk(group, leaf).ok(), reader->CopyChunk(group, leaf).ok());
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
