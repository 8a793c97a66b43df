#include <utility>

#include "format/parquet/footer.h"
#include "format/parquet/thrift_compact.h"

namespace ingot {
namespace {

constexpr int32_t kFormatVersion = 2;
constexpr uint32_t kPlainBit = 1U << 0U;
constexpr uint32_t kRleBit = 1U << 3U;

void WriteLogicalType(const LogicalType& type, ThriftWriter* out) {
  const int16_t logical = out->BeginStruct(10);
  const int16_t kind = out->BeginStruct(static_cast<int16_t>(type.kind));
  switch (type.kind) {
    case LogicalKind::kDecimal:
      out->I32(1, type.scale);
      out->I32(2, type.precision);
      break;
    case LogicalKind::kTime:
    case LogicalKind::kTimestamp: {
      out->Bool(1, type.utc);
      const int16_t unit = out->BeginStruct(2);
      out->EmptyStruct(static_cast<int16_t>(type.unit));
      out->EndStruct(unit);
      break;
    }
    case LogicalKind::kInteger:
      out->I8(1, static_cast<int8_t>(type.bits));
      out->Bool(2, type.is_signed);
      break;
    default:
      break;
  }
  out->EndStruct(kind);
  out->EndStruct(logical);
}

void WriteSchemaElement(const SchemaElement& element, ThriftWriter* out) {
  const int16_t token = out->BeginStructElement();
  if (element.type) {
    out->I32(1, static_cast<int32_t>(*element.type));
  }
  if (element.repetition) {
    out->I32(3, static_cast<int32_t>(*element.repetition));
  }
  out->Binary(4, element.name);
  if (!element.type) {
    out->I32(5, element.children);
  }
  if (element.converted) {
    out->I32(6, static_cast<int32_t>(*element.converted));
  }
  if (element.logical.kind == LogicalKind::kDecimal) {
    out->I32(7, element.logical.scale);
    out->I32(8, element.logical.precision);
  }
  if (element.field_id) {
    out->I32(9, *element.field_id);
  }
  if (element.logical.kind != LogicalKind::kNone) {
    WriteLogicalType(element.logical, out);
  }
  out->EndStructElement(token);
}

// Those of the dictionary page, of levels, of the values.
void WriteEncodings(const FooterChunk& chunk, ThriftWriter* out) {
  std::vector<int32_t> encodings;
  uint32_t left = chunk.encodings;
  const auto take = [&](uint32_t bit, int32_t encoding) {
    if ((left & bit) != 0) {
      encodings.push_back(encoding);
      left &= ~bit;
    }
  };
  if (chunk.dictionary_page_offset) {
    take(kPlainBit, 0);
  }
  take(kRleBit, 3);
  for (int32_t encoding = 0; encoding < 32; ++encoding) {
    take(uint32_t{1} << static_cast<unsigned>(encoding), encoding);
  }
  out->BeginList(2, ThriftType::kI32, encodings.size());
  for (const int32_t encoding : encodings) {
    out->IntegerElement(encoding);
  }
}

void WriteStatistics(const FooterStatistics& statistics, ThriftWriter* out) {
  const int16_t token = out->BeginStruct(12);
  if (statistics.nulls) {
    out->I64(3, *statistics.nulls);
  }
  if (statistics.min && statistics.max) {
    out->Binary(5, *statistics.max);
    out->Binary(6, *statistics.min);
    out->Bool(7, true);
    out->Bool(8, true);
  }
  out->EndStruct(token);
}

using Path = std::vector<std::string_view>;

void WriteChunkMetadata(const FooterChunk& chunk, const Path& path, ThriftWriter* out) {
  const int16_t token = out->BeginStruct(3);
  out->I32(1, static_cast<int32_t>(chunk.type));
  WriteEncodings(chunk, out);
  out->BeginList(3, ThriftType::kBinary, path.size());
  for (const std::string_view name : path) {
    out->BinaryElement(name);
  }
  out->I32(4, chunk.codec);
  out->I64(5, chunk.slots);
  out->I64(6, chunk.uncompressed_bytes);
  out->I64(7, chunk.compressed_bytes);
  out->I64(9, chunk.data_page_offset);
  if (chunk.dictionary_page_offset) {
    out->I64(11, *chunk.dictionary_page_offset);
  }
  WriteStatistics(chunk.statistics, out);
  out->BeginList(13, ThriftType::kStruct, chunk.encoding_counts.size());
  for (const PageEncodingCount& count : chunk.encoding_counts) {
    const int16_t element = out->BeginStructElement();
    out->I32(1, count.page_type);
    out->I32(2, count.encoding);
    out->I32(3, count.count);
    out->EndStructElement(element);
  }
  if (chunk.bloom_filter) {
    out->I64(14, chunk.bloom_filter->offset);
    out->I32(15, chunk.bloom_filter->bytes);
  }
  out->EndStruct(token);
}

void WriteChunk(const FooterChunk& chunk, const Path& path, ThriftWriter* out) {
  const int16_t token = out->BeginStructElement();
  out->I64(2, 0);  // file_offset: deprecated
  WriteChunkMetadata(chunk, path, out);
  if (chunk.offset_index) {
    out->I64(4, chunk.offset_index->offset);
    out->I32(5, chunk.offset_index->bytes);
  }
  if (chunk.column_index) {
    out->I64(6, chunk.column_index->offset);
    out->I32(7, chunk.column_index->bytes);
  }
  out->EndStructElement(token);
}

void WriteRowGroup(const FooterRowGroup& group, size_t ordinal, const std::vector<Path>& paths,
                   std::span<const FooterSortColumn> sorting, ThriftWriter* out) {
  const int16_t token = out->BeginStructElement();
  int64_t compressed = 0;
  out->BeginList(1, ThriftType::kStruct, group.chunks.size());
  for (size_t column = 0; column < group.chunks.size(); ++column) {
    WriteChunk(group.chunks[column], paths[column], out);
    compressed += group.chunks[column].compressed_bytes;
  }
  out->I64(2, group.uncompressed_bytes);
  out->I64(3, group.rows);
  if (!sorting.empty()) {
    out->BeginList(4, ThriftType::kStruct, sorting.size());
    for (const FooterSortColumn& column : sorting) {
      const int16_t element = out->BeginStructElement();
      out->I32(1, column.column);
      out->Bool(2, column.descending);
      out->Bool(3, column.nulls_first);
      out->EndStructElement(element);
    }
  }
  const FooterChunk& first = group.chunks.front();
  out->I64(5, first.dictionary_page_offset.value_or(first.data_page_offset));
  out->I64(6, compressed);
  // The ordinal has 16 bits; row groups beyond do without.
  if (ordinal <= INT16_MAX) {
    out->I16(7, static_cast<int16_t>(ordinal));
  }
  out->EndStructElement(token);
}

// Appends the paths of the leaves below elements[*next], which is taken too.
void CollectPaths(std::span<const SchemaElement> elements, size_t* next, Path* path, std::vector<Path>* paths) {
  const SchemaElement& element = elements[(*next)++];
  path->push_back(element.name);
  if (element.type) {
    paths->push_back(*path);
  }
  for (int32_t child = 0; child < element.children; ++child) {
    CollectPaths(elements, next, path, paths);
  }
  path->pop_back();
}

std::vector<Path> LeafPaths(std::span<const SchemaElement> elements) {
  std::vector<Path> paths;
  Path path;
  for (size_t next = 1; next < elements.size();) {
    CollectPaths(elements, &next, &path, &paths);
  }
  return paths;
}

void WriteMetadata(const Footer& footer, ThriftWriter* out) {
  if (footer.metadata.empty()) {
    return;
  }
  out->BeginList(5, ThriftType::kStruct, footer.metadata.size());
  for (const auto& [key, value] : footer.metadata) {
    const int16_t element = out->BeginStructElement();
    out->Binary(1, key);
    out->Binary(2, value);
    out->EndStructElement(element);
  }
}

}  // namespace

void WriteOffsetIndex(const OffsetIndex& index, Buffer<char>* out) {
  ThriftWriter writer(out);
  writer.BeginList(1, ThriftType::kStruct, index.size());
  for (const PageLocation& page : index) {
    const int16_t element = writer.BeginStructElement();
    writer.I64(1, page.offset);
    writer.I32(2, page.bytes);
    writer.I64(3, page.first_row);
    writer.EndStructElement(element);
  }
  writer.Stop();
}

void WriteColumnIndex(const ColumnIndex& index, BoundaryOrder order, Buffer<char>* out) {
  ThriftWriter writer(out);
  writer.BeginList(1, ThriftType::kTrue, index.null_pages.size());
  for (const bool is_null : index.null_pages) {
    writer.BoolElement(is_null);
  }
  writer.BeginList(2, ThriftType::kBinary, index.min.size());
  for (const std::string_view bound : index.min) {
    writer.BinaryElement(bound);
  }
  writer.BeginList(3, ThriftType::kBinary, index.max.size());
  for (const std::string_view bound : index.max) {
    writer.BinaryElement(bound);
  }
  writer.I32(4, static_cast<int32_t>(order));
  if (!index.nulls.empty()) {
    writer.BeginList(5, ThriftType::kI64, index.nulls.size());
    for (const int64_t nulls : index.nulls) {
      writer.IntegerElement(nulls);
    }
  }
  writer.Stop();
}

void WriteFooter(const Footer& footer, std::span<const FooterSortColumn> sorting, Buffer<char>* out) {
  ThriftWriter writer(out);
  writer.I32(1, kFormatVersion);
  writer.BeginList(2, ThriftType::kStruct, footer.schema.size());
  for (const SchemaElement& element : footer.schema) {
    WriteSchemaElement(element, &writer);
  }
  writer.I64(3, footer.rows);
  const std::vector<Path> paths = LeafPaths(footer.schema);
  writer.BeginList(4, ThriftType::kStruct, footer.row_groups.size());
  for (size_t i = 0; i < footer.row_groups.size(); ++i) {
    WriteRowGroup(footer.row_groups[i], i, paths, sorting, &writer);
  }
  WriteMetadata(footer, &writer);
  writer.Binary(6, footer.created_by);
  writer.BeginList(7, ThriftType::kStruct, paths.size());
  for (size_t i = 0; i < paths.size(); ++i) {
    const int16_t element = writer.BeginStructElement();
    writer.EmptyStruct(1);
    writer.EndStructElement(element);
  }
  writer.Stop();
}

}  // namespace ingot
