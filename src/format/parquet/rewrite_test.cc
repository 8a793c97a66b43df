#include "format/parquet/rewrite.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

// Rows that were read under a schema, and that schema.
struct Era {
  Schema schema;
  TestRows rows;
};

RowValue Price(std::vector<RowValue> fields) { return RowValue::Group(std::move(fields)); }

// A day whose schema grows twice: a field inside a list's struct, a new top-level column, an integer that becomes a
// double, a null that becomes a list of structs.
std::vector<Era> GrowingDay() {
  std::vector<Era> eras(3);
  eras[0].schema = SchemaOfType("struct<id:int64,count:int64,prices:list<struct<mid:double>>,later:null>");
  eras[1].schema =
      SchemaOfType("struct<id:int64,count:int64,prices:list<struct<mid:double,ask:double>>,later:null,note:string>");
  eras[2].schema = SchemaOfType(
      "struct<id:int64,count:double,prices:list<struct<mid:double,ask:double,tags:list<string>>>,later:list<struct<x:"
      "int64>>,"
      "note:string,map:map<string,int64>>");
  for (int64_t i = 0; i < 50; ++i) {
    const std::vector<RowValue> prices0(static_cast<size_t>(i % 4),
                                        Price({RowValue::Double(static_cast<double>(i) / 3)}));
    eras[0].rows.push_back({RowValue::Int(i), i % 5 == 0 ? RowValue::Null() : RowValue::Int(i * 10),
                            i % 7 == 0 ? RowValue::Null() : RowValue::Group(prices0), RowValue::Null()});
    const std::vector<RowValue> prices1(
        static_cast<size_t>(i % 3), Price({RowValue::Double(1), i % 2 == 0 ? RowValue::Null() : RowValue::Double(2)}));
    eras[1].rows.push_back(
        {RowValue::Int(i), RowValue::Int(-i), RowValue::Group(prices1), RowValue::Null(), RowValue::Text("n")});
    eras[2].rows.push_back({RowValue::Int(i), RowValue::Double(0.5), RowValue::Group({}),
                            RowValue::Group({Price({RowValue::Int(i)})}), RowValue::Null(),
                            RowValue::Group({RowValue::Text("k"), RowValue::Int(i)})});
  }
  return eras;
}

// The same rows under the last schema.
TestRows UnderTheLast(const Era& era, size_t index) {
  TestRows rows = era.rows;
  for (std::vector<RowValue>& row : rows) {
    if (index == 2) {
      continue;
    }
    row[1].number = static_cast<double>(row[1].integer);
    for (RowValue& price : row[2].children) {
      price.children.resize(3);
    }
    row.resize(6);
  }
  return rows;
}

TEST(RewriteParquet, GivesTheBytesOfAWriterThatKnewTheSchema) {
  const std::vector<Era> eras = GrowingDay();
  ParquetOptions options;
  options.page_rows = 16;
  options.bloom_columns = {"id"};
  const ScratchFile part_file("");
  const UniqueFd fd = *OpenFile(part_file.path(), O_WRONLY | O_TRUNC);
  FdSink part_sink(fd.get(), part_file.path());
  Result<ParquetFileWriter> part = ParquetFileWriter::Open(part_sink, eras[0].schema, options);
  ASSERT_OK(part);
  const std::vector<Leaf>& first_leaves = part->leaves();
  std::vector<TestRows> expected;
  for (size_t i = 0; i < eras.size(); ++i) {
    ASSERT_OK(part->GrowSchema(eras[i].schema));
    ASSERT_OK(part->AppendRowGroup(eras[i].rows.size(), EncodeRows(*part, eras[i].rows, 9)));
    EXPECT_EQ(part->needs_rewrite(), i > 0);
    expected.push_back(UnderTheLast(eras[i], i));
  }
  EXPECT_EQ(first_leaves.size(), 4U);
  EXPECT_THAT(part->Finish({}), IsErr(ErrorKind::kInternal, "earlier schema"));

  StringSink sink;
  const Result<FileSummary> summary = RewriteParquet(*part, part_file.path(), sink, {{"key", "value"}});
  ASSERT_OK(summary);
  const WrittenParquet direct = WriteParquet(eras[2].schema, expected, options);
  EXPECT_EQ(sink.text(), direct.bytes);
  EXPECT_EQ(summary->bytes, direct.summary.bytes);
  EXPECT_EQ(summary->columns[1].value_hash, direct.summary.columns[1].value_hash);

  // By several threads.
  StringSink parallel;
  ASSERT_OK(RewriteParquet(*part, part_file.path(), parallel, {{"key", "value"}},
                           [](size_t count, const std::function<void(size_t)>& work) {
                             std::vector<std::thread> threads;
                             for (size_t i = 0; i < count; ++i) {
                               threads.emplace_back([&work, i] { work(i); });
                             }
                             for (std::thread& thread : threads) {
                               thread.join();
                             }
                           }));
  EXPECT_EQ(parallel.text(), direct.bytes);
}

TEST(RewriteParquet, FindsAPartThatWasDamaged) {
  const std::vector<Era> eras = GrowingDay();
  StringSink part_sink;
  Result<ParquetFileWriter> part = ParquetFileWriter::Open(part_sink, eras[0].schema, {});
  ASSERT_OK(part);
  ASSERT_OK(part->AppendRowGroup(50, EncodeRows(*part, eras[0].rows, 50)));
  ASSERT_OK(part->GrowSchema(eras[1].schema));
  ASSERT_OK(part->GrowSchema(eras[2].schema));
  const uint64_t widened_begin = 4 + part->row_groups()[0].chunks[0].compressed_bytes;
  std::string damaged = part_sink.text();
  damaged[widened_begin + part->row_groups()[0].chunks[1].compressed_bytes - 3] ^= 1;
  const ScratchFile file(damaged);
  StringSink sink;
  EXPECT_THAT(RewriteParquet(*part, file.path(), sink, {}), IsErr(ErrorKind::kCorrupt));
  file.Write(part_sink.text().substr(0, 40));
  StringSink again;
  EXPECT_THAT(RewriteParquet(*part, file.path(), again, {}), IsErr(ErrorKind::kCorrupt));
}

TEST(GrowSchema, NeedsNoRewriteWhereNoColumnChanged) {
  StringSink sink;
  Result<ParquetFileWriter> writer = ParquetFileWriter::Open(sink, SchemaOfType("struct<a:int64>"), {});
  ASSERT_OK(writer);
  // Nothing was written yet.
  ASSERT_OK(writer->GrowSchema(SchemaOfType("struct<a:int64,b:string>")));
  ASSERT_OK(writer->AppendRowGroup(1, EncodeRows(*writer, {{RowValue::Int(1), RowValue::Null()}}, 1)));
  Schema with_ids = writer->schema();
  with_ids.fields[0].id = 4;
  ASSERT_OK(writer->GrowSchema(with_ids));
  EXPECT_FALSE(writer->needs_rewrite());
  EXPECT_THAT(writer->GrowSchema(SchemaOfType("struct<a:string,b:string>")), IsErr(ErrorKind::kSchemaDrift));
  EXPECT_EQ(writer->schema(), with_ids);
  const Result<FileSummary> summary = writer->Finish({});
  ASSERT_OK(summary);
  EXPECT_EQ(summary->rows, 1U);
}

}  // namespace
}  // namespace ingot
