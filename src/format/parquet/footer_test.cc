#include "format/parquet/footer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/result_matchers.h"
#include "format/parquet/parquet_fixture.h"
#include "format/parquet/schema_elements.h"
#include "format/parquet/thrift_compact.h"

namespace ingot {
namespace {

Footer ExampleFooter() {
  Footer footer;
  footer.schema = *ToSchemaElements(SchemaOfType("struct<a:int64,m:map<string,double>>"));
  footer.rows = 7;
  footer.created_by = "somebody version 1.0";
  footer.metadata = {{"key", "value"}, {"", ""}};
  FooterRowGroup group;
  group.rows = 7;
  group.uncompressed_bytes = 300;
  for (int i = 0; i < 3; ++i) {
    FooterChunk chunk;
    chunk.type = i == 0 ? PhysicalType::kInt64 : PhysicalType::kDouble;
    chunk.encodings = 0x109;
    chunk.codec = 6;
    chunk.slots = 7 + i;
    chunk.uncompressed_bytes = 100;
    chunk.compressed_bytes = 50;
    chunk.data_page_offset = 4 + 50 * i;
    chunk.encoding_counts = {{2, 0, 1}, {0, 8, 3}};
    chunk.statistics.nulls = i;
    group.chunks.push_back(chunk);
  }
  group.chunks[0].dictionary_page_offset = 4;
  group.chunks[0].statistics.min = "12345678";
  group.chunks[0].statistics.max = "87654321";
  group.chunks[1].bloom_filter = {1000, 32};
  group.chunks[1].offset_index = {2000, 20};
  group.chunks[1].column_index = {3000, 30};
  footer.row_groups.push_back(group);
  return footer;
}

TEST(Footer, ComesBackAsItWasWritten) {
  const Footer footer = ExampleFooter();
  Buffer<char> bytes;
  const std::vector<FooterSortColumn> sorting = {{1, true, false}};
  WriteFooter(footer, sorting, &bytes);
  const Result<Footer> back = ReadFooter(bytes);
  ASSERT_OK(back);
  EXPECT_EQ(back->schema, footer.schema);
  EXPECT_EQ(back->rows, 7);
  EXPECT_EQ(back->created_by, footer.created_by);
  EXPECT_EQ(back->metadata, footer.metadata);
  ASSERT_EQ(back->row_groups.size(), 1U);
  EXPECT_EQ(back->row_groups[0].rows, 7);
  EXPECT_EQ(back->row_groups[0].uncompressed_bytes, 300);
  ASSERT_EQ(back->row_groups[0].chunks.size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    const FooterChunk& a = footer.row_groups[0].chunks[i];
    const FooterChunk& b = back->row_groups[0].chunks[i];
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.encodings, b.encodings);
    EXPECT_EQ(a.codec, b.codec);
    EXPECT_EQ(a.slots, b.slots);
    EXPECT_EQ(a.uncompressed_bytes, b.uncompressed_bytes);
    EXPECT_EQ(a.compressed_bytes, b.compressed_bytes);
    EXPECT_EQ(a.data_page_offset, b.data_page_offset);
    EXPECT_EQ(a.dictionary_page_offset, b.dictionary_page_offset);
    EXPECT_EQ(a.statistics.nulls, b.statistics.nulls);
    EXPECT_EQ(a.statistics.min, b.statistics.min);
    EXPECT_EQ(a.statistics.max, b.statistics.max);
    EXPECT_EQ(a.encoding_counts.size(), b.encoding_counts.size());
    EXPECT_EQ(a.bloom_filter.has_value(), b.bloom_filter.has_value());
    EXPECT_EQ(a.offset_index.has_value(), b.offset_index.has_value());
  }
  EXPECT_EQ(back->row_groups[0].chunks[1].column_index->offset, 3000);
}

TEST(Footer, PageIndexesComeBack) {
  Buffer<char> bytes;
  WriteOffsetIndex({{4, 100, 0}, {104, 200, 20'000}}, &bytes);
  const Result<OffsetIndex> offsets = ReadOffsetIndex(bytes);
  ASSERT_OK(offsets);
  ASSERT_EQ(offsets->size(), 2U);
  EXPECT_EQ((*offsets)[1].offset, 104);
  EXPECT_EQ((*offsets)[1].bytes, 200);
  EXPECT_EQ((*offsets)[1].first_row, 20'000);

  ColumnIndex index;
  index.null_pages = {false, true};
  index.min = {"a", ""};
  index.max = {"b", ""};
  index.nulls = {1, 9};
  bytes.Clear();
  WriteColumnIndex(index, BoundaryOrder::kAscending, &bytes);
  const Result<ColumnIndex> columns = ReadColumnIndex(bytes);
  ASSERT_OK(columns);
  EXPECT_EQ(columns->null_pages, index.null_pages);
  EXPECT_EQ(columns->min, index.min);
  EXPECT_EQ(columns->max, index.max);
  EXPECT_EQ(columns->nulls, index.nulls);

  index.min.pop_back();
  bytes.Clear();
  WriteColumnIndex(index, BoundaryOrder::kUnordered, &bytes);
  EXPECT_THAT(ReadColumnIndex(bytes), IsErr(ErrorKind::kCorrupt, "different lengths"));
}

// A footer of one column by hand: bounds in the deprecated fields, and no column orders.
std::string OldFooter(PhysicalType type, std::string_view min, std::string_view max) {
  Buffer<char> bytes;
  ThriftWriter writer(&bytes);
  writer.I32(1, 1);
  writer.BeginList(2, ThriftType::kStruct, 2);
  int16_t element = writer.BeginStructElement();
  writer.Binary(4, "root");
  writer.I32(5, 1);
  writer.EndStructElement(element);
  element = writer.BeginStructElement();
  writer.I32(1, static_cast<int32_t>(type));
  writer.I32(3, 1);
  writer.Binary(4, "x");
  writer.I32(6, static_cast<int32_t>(ConvertedType::kTimestampMillis));
  writer.EndStructElement(element);
  writer.I64(3, 1);
  writer.BeginList(4, ThriftType::kStruct, 1);
  const int16_t group = writer.BeginStructElement();
  writer.BeginList(1, ThriftType::kStruct, 1);
  const int16_t chunk = writer.BeginStructElement();
  const int16_t metadata = writer.BeginStruct(3);
  writer.I32(1, static_cast<int32_t>(type));
  const int16_t statistics = writer.BeginStruct(12);
  writer.Binary(1, max);
  writer.Binary(2, min);
  writer.EndStruct(statistics);
  writer.EndStruct(metadata);
  writer.EndStructElement(chunk);
  writer.EndStructElement(group);
  writer.Stop();
  return {bytes.data(), bytes.size()};
}

TEST(Footer, DeprecatedBoundsCountForSignedNumbersOnly) {
  const std::string numbers = OldFooter(PhysicalType::kInt64, "12345678", "87654321");
  Result<Footer> footer = ReadFooter(numbers);
  ASSERT_OK(footer);
  EXPECT_EQ(footer->row_groups[0].chunks[0].statistics.min, "12345678");
  EXPECT_EQ(footer->schema[1].logical,
            (LogicalType{.kind = LogicalKind::kTimestamp, .utc = true, .unit = LogicalUnit::kMillis}));

  const std::string texts = OldFooter(PhysicalType::kByteArray, "a", "b");
  footer = ReadFooter(texts);
  ASSERT_OK(footer);
  EXPECT_FALSE(footer->row_groups[0].chunks[0].statistics.min);
}

TEST(Footer, DamageIsAnErrorNeverACrash) {
  Buffer<char> bytes;
  WriteFooter(ExampleFooter(), {}, &bytes);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(ReadFooter({bytes.data(), size}), IsErr(ErrorKind::kCorrupt)) << size;
  }
  std::string damaged(bytes.data(), bytes.size());
  for (char& byte : damaged) {
    const char kept = byte;
    for (int value = 0; value < 256; ++value) {
      byte = static_cast<char>(value);
      IgnoreFailure(ReadFooter(damaged));  // the sanitizers watch
    }
    byte = kept;
  }
  // Lists that claim more than there is allocate nothing for it.
  EXPECT_THAT(ReadFooter(std::string_view("\x29\xFC\xFF\xFF\xFF\xFF\x0F", 7)), IsErr(ErrorKind::kCorrupt, "list"));
}

TEST(Footer, AnEncryptedFileIsUnsupported) {
  Buffer<char> bytes;
  ThriftWriter writer(&bytes);
  writer.EmptyStruct(8);
  writer.Stop();
  EXPECT_THAT(ReadFooter(bytes), IsErr(ErrorKind::kUnsupported, "encrypted"));
}

}  // namespace
}  // namespace ingot
