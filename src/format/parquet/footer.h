// Parquet's own metadata as values: footer, column index, offset index.
//
// Names and numbers are those of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
// What neither our readers nor our writers need is not here, and is skipped when read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "column/buffer.h"

namespace ingot {

// What a file begins and ends with.
inline constexpr std::string_view kParquetMagic = "PAR1";

enum class PhysicalType : uint8_t {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kInt96 = 3,
  kFloat = 4,
  kDouble = 5,
  kByteArray = 6,
  kFixedLenByteArray = 7,
};

enum class Repetition : uint8_t { kRequired = 0, kOptional = 1, kRepeated = 2 };

// The older way to say what a value means; ConvertedType in parquet.thrift.
enum class ConvertedType : uint8_t {
  kUtf8 = 0,
  kMap = 1,
  kMapKeyValue = 2,
  kList = 3,
  kEnum = 4,
  kDecimal = 5,
  kDate = 6,
  kTimeMillis = 7,
  kTimeMicros = 8,
  kTimestampMillis = 9,
  kTimestampMicros = 10,
  kUint8 = 11,
  kUint16 = 12,
  kUint32 = 13,
  kUint64 = 14,
  kInt8 = 15,
  kInt16 = 16,
  kInt32 = 17,
  kInt64 = 18,
  kJson = 19,
  kBson = 20,
  kInterval = 21,
};

// The newer way; the numbers are the fields of the union LogicalType.
enum class LogicalKind : uint8_t {
  kNone = 0,
  kString = 1,
  kMap = 2,
  kList = 3,
  kEnum = 4,
  kDecimal = 5,
  kDate = 6,
  kTime = 7,
  kTimestamp = 8,
  kInteger = 10,
  kNull = 11,
  kJson = 12,
  kBson = 13,
  kUuid = 14,
  kFloat16 = 15,
  kVariant = 16,
  kGeometry = 17,
  kGeography = 18,
  kUnknown = 255,  // of a later version of the format
};

enum class LogicalUnit : uint8_t { kMillis = 1, kMicros = 2, kNanos = 3 };

struct LogicalType {
  LogicalKind kind = LogicalKind::kNone;
  bool utc = false;                         // kTime, kTimestamp: adjusted to UTC
  LogicalUnit unit = LogicalUnit::kMicros;  // kTime, kTimestamp
  int32_t precision = 0;                    // kDecimal
  int32_t scale = 0;                        // kDecimal
  int32_t bits = 0;                         // kInteger
  bool is_signed = false;                   // kInteger

  bool operator==(const LogicalType&) const = default;
};

// A node of the schema tree. Nodes follow each other depth first, the root first.
struct SchemaElement {
  std::string name;
  std::optional<PhysicalType> type;  // none: a group
  std::optional<Repetition> repetition;
  int32_t children = 0;
  std::optional<ConvertedType> converted;
  std::optional<int32_t> field_id;
  LogicalType logical;  // from `converted` where the file says no other

  bool operator==(const SchemaElement&) const = default;
};

// The texts below point into the bytes that were read, or to what the writer holds.
struct FooterStatistics {
  std::optional<int64_t> nulls;
  // In the order that the format defines for the type. Of older files the deprecated ones, where their order was the
  // same.
  std::optional<std::string_view> min;
  std::optional<std::string_view> max;
};

struct PageEncodingCount {
  int32_t page_type = 0;
  int32_t encoding = 0;
  int32_t count = 0;
};

struct FooterLocation {
  int64_t offset = 0;
  int32_t bytes = 0;
};

struct FooterChunk {
  PhysicalType type = PhysicalType::kInt32;
  uint32_t encodings = 0;  // bit n: encoding n; bit 31: others
  int32_t codec = 0;
  int64_t slots = 0;
  int64_t uncompressed_bytes = 0;
  int64_t compressed_bytes = 0;
  int64_t data_page_offset = 0;
  std::optional<int64_t> dictionary_page_offset;
  std::string_view other_file;  // that holds the pages, as in summaries of a folder; empty: this one
  FooterStatistics statistics;
  std::vector<PageEncodingCount> encoding_counts;
  std::optional<FooterLocation> bloom_filter;  // bytes 0: unknown
  std::optional<FooterLocation> offset_index;
  std::optional<FooterLocation> column_index;
};

struct FooterSortColumn {
  int32_t column = 0;
  bool descending = false;
  bool nulls_first = false;
};

struct FooterRowGroup {
  int64_t rows = 0;
  int64_t uncompressed_bytes = 0;
  std::vector<FooterChunk> chunks;  // by column
};

struct Footer {
  std::vector<SchemaElement> schema;
  int64_t rows = 0;
  std::vector<FooterRowGroup> row_groups;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
  std::string_view created_by;
};

// `bytes` is the footer alone, and outlives what is returned. Errors: kCorrupt; kUnsupported for an encrypted file.
Result<Footer> ReadFooter(std::span<const char> bytes);

struct PageLocation {
  int64_t offset = 0;
  int32_t bytes = 0;  // header and compressed data
  int64_t first_row = 0;
};
using OffsetIndex = std::vector<PageLocation>;

// Lists of one element for each page; `nulls` is empty where the file does not say it.
struct ColumnIndex {
  std::vector<bool> null_pages;
  std::vector<std::string_view> min;
  std::vector<std::string_view> max;
  std::vector<int64_t> nulls;
};

// Errors: kCorrupt.
Result<OffsetIndex> ReadOffsetIndex(std::span<const char> bytes);
Result<ColumnIndex> ReadColumnIndex(std::span<const char> bytes);

// ——— Writing ———

enum class BoundaryOrder : uint8_t { kUnordered = 0, kAscending = 1, kDescending = 2 };

void WriteOffsetIndex(const OffsetIndex& index, Buffer<char>* out);
void WriteColumnIndex(const ColumnIndex& index, BoundaryOrder order, Buffer<char>* out);
// `sorting` is that of every row group. Each chunk's columns come by the leaves of footer.schema.
void WriteFooter(const Footer& footer, std::span<const FooterSortColumn> sorting, Buffer<char>* out);

}  // namespace ingot
