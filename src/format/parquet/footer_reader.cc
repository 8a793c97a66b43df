// Every struct is one function over its fields, in the order of parquet.thrift. Fields that are not named are skipped.
#include <algorithm>
#include <array>
#include <string>

#include "format/parquet/footer.h"
#include "format/parquet/thrift_compact.h"

namespace ingot {
namespace {

using Field = ThriftReader::Field;

constexpr LogicalType Kind(LogicalKind kind) { return {.kind = kind}; }
constexpr LogicalType Instant(LogicalKind kind, LogicalUnit unit) { return {.kind = kind, .utc = true, .unit = unit}; }
constexpr LogicalType Integer(int32_t bits, bool is_signed) {
  return {.kind = LogicalKind::kInteger, .bits = bits, .is_signed = is_signed};
}

// By ConvertedType.
constexpr std::array<LogicalType, 22> kLogicalOfConverted = {
    Kind(LogicalKind::kString),
    Kind(LogicalKind::kMap),
    Kind(LogicalKind::kMap),  // MAP_KEY_VALUE, which some put where MAP belongs
    Kind(LogicalKind::kList),
    Kind(LogicalKind::kEnum),
    Kind(LogicalKind::kDecimal),
    Kind(LogicalKind::kDate),
    Instant(LogicalKind::kTime, LogicalUnit::kMillis),
    Instant(LogicalKind::kTime, LogicalUnit::kMicros),
    Instant(LogicalKind::kTimestamp, LogicalUnit::kMillis),
    Instant(LogicalKind::kTimestamp, LogicalUnit::kMicros),
    Integer(8, false),
    Integer(16, false),
    Integer(32, false),
    Integer(64, false),
    Integer(8, true),
    Integer(16, true),
    Integer(32, true),
    Integer(64, true),
    Kind(LogicalKind::kJson),
    Kind(LogicalKind::kBson),
    Kind(LogicalKind::kUnknown),  // INTERVAL
};

// Numbers of an enumeration beyond `last` are of a later version of the format.
template <typename Enum>
std::optional<Enum> EnumOf(int32_t number, Enum last) {
  if (number < 0 || number > static_cast<int32_t>(last)) {
    return std::nullopt;
  }
  return static_cast<Enum>(number);
}

LogicalUnit ReadUnit(ThriftReader* reader) {
  LogicalUnit unit = LogicalUnit::kMicros;
  for (Field field; reader->Next(&field); reader->Skip(field)) {
    if (field.id >= 1 && field.id <= 3) {
      unit = static_cast<LogicalUnit>(field.id);
    }
  }
  return unit;
}

// The struct of one kind of logical type: what it holds depends on the kind.
void ReadLogicalFields(ThriftReader* reader, LogicalType* type) {
  const bool is_time = type->kind == LogicalKind::kTime || type->kind == LogicalKind::kTimestamp;
  for (Field field; reader->Next(&field);) {
    if (type->kind == LogicalKind::kDecimal && field.id == 1) {
      type->scale = reader->Integer32(field);
    } else if (type->kind == LogicalKind::kDecimal && field.id == 2) {
      type->precision = reader->Integer32(field);
    } else if (is_time && field.id == 1) {
      type->utc = reader->Bool(field);
    } else if (is_time && field.id == 2 && reader->Struct(field)) {
      type->unit = ReadUnit(reader);
    } else if (type->kind == LogicalKind::kInteger && field.id == 1) {
      type->bits = reader->Integer32(field);
    } else if (type->kind == LogicalKind::kInteger && field.id == 2) {
      type->is_signed = reader->Bool(field);
    } else {
      reader->Skip(field);
    }
  }
}

LogicalType ReadLogicalType(ThriftReader* reader) {
  LogicalType type;
  for (Field field; reader->Next(&field);) {
    const bool is_known = field.id >= 1 && field.id <= 18 && field.id != 9;
    type.kind = is_known ? static_cast<LogicalKind>(field.id) : LogicalKind::kUnknown;
    if (reader->Struct(field)) {
      ReadLogicalFields(reader, &type);
    }
  }
  return type;
}

SchemaElement ReadSchemaElement(ThriftReader* reader) {
  SchemaElement element;
  int32_t scale = 0;
  int32_t precision = 0;
  for (Field field; reader->Next(&field);) {
    switch (field.id) {
      case 1:
        element.type = EnumOf(reader->Integer32(field), PhysicalType::kFixedLenByteArray);
        break;
      case 3:
        element.repetition = EnumOf(reader->Integer32(field), Repetition::kRepeated);
        break;
      case 4:
        element.name = reader->Binary(field);
        break;
      case 5:
        element.children = reader->Integer32(field);
        break;
      case 6:
        element.converted = EnumOf(reader->Integer32(field), ConvertedType::kInterval);
        break;
      case 7:
        scale = reader->Integer32(field);
        break;
      case 8:
        precision = reader->Integer32(field);
        break;
      case 9:
        element.field_id = reader->Integer32(field);
        break;
      case 10:
        if (reader->Struct(field)) {
          element.logical = ReadLogicalType(reader);
        }
        break;
      default:
        reader->Skip(field);
    }
  }
  if (element.logical.kind == LogicalKind::kNone && element.converted) {
    element.logical = kLogicalOfConverted[static_cast<size_t>(*element.converted)];
    element.logical.precision = precision;
    element.logical.scale = scale;
  }
  return element;
}

// The deprecated bounds of a chunk, until it is known which to use.
struct OldBounds {
  std::optional<std::string_view> min;
  std::optional<std::string_view> max;
};

FooterStatistics ReadStatistics(ThriftReader* reader, OldBounds* old) {
  FooterStatistics statistics;
  for (Field field; reader->Next(&field);) {
    switch (field.id) {
      case 1:
        old->max = reader->Binary(field);
        break;
      case 2:
        old->min = reader->Binary(field);
        break;
      case 3:
        statistics.nulls = reader->Integer(field);
        break;
      case 5:
        statistics.max = reader->Binary(field);
        break;
      case 6:
        statistics.min = reader->Binary(field);
        break;
      default:
        reader->Skip(field);
    }
  }
  return statistics;
}

PageEncodingCount ReadEncodingCount(ThriftReader* reader) {
  PageEncodingCount count;
  for (Field field; reader->Next(&field);) {
    switch (field.id) {
      case 1:
        count.page_type = reader->Integer32(field);
        break;
      case 2:
        count.encoding = reader->Integer32(field);
        break;
      case 3:
        count.count = reader->Integer32(field);
        break;
      default:
        reader->Skip(field);
    }
  }
  return count;
}

uint32_t ReadEncodings(ThriftReader* reader, const Field& list) {
  uint32_t encodings = 0;
  for (size_t left = reader->List(list, ThriftType::kI32); left > 0; --left) {
    const int32_t encoding = reader->IntegerElement32();
    encodings |= uint32_t{1} << static_cast<unsigned>(encoding >= 0 && encoding < 31 ? encoding : 31);
  }
  return encodings;
}

void ReadChunkMetadata(ThriftReader* reader, FooterChunk* chunk, OldBounds* old) {
  FooterLocation bloom;
  for (Field field; reader->Next(&field);) {
    switch (field.id) {
      case 1:
        chunk->type = EnumOf(reader->Integer32(field), PhysicalType::kFixedLenByteArray).value_or(PhysicalType::kInt96);
        break;
      case 2:
        chunk->encodings = ReadEncodings(reader, field);
        break;
      case 4:
        chunk->codec = reader->Integer32(field);
        break;
      case 5:
        chunk->slots = reader->Integer(field);
        break;
      case 6:
        chunk->uncompressed_bytes = reader->Integer(field);
        break;
      case 7:
        chunk->compressed_bytes = reader->Integer(field);
        break;
      case 9:
        chunk->data_page_offset = reader->Integer(field);
        break;
      case 11:
        chunk->dictionary_page_offset = reader->Integer(field);
        break;
      case 12:
        if (reader->Struct(field)) {
          chunk->statistics = ReadStatistics(reader, old);
        }
        break;
      case 13:
        for (size_t left = reader->List(field, ThriftType::kStruct); left > 0 && !reader->damaged(); --left) {
          chunk->encoding_counts.push_back(ReadEncodingCount(reader));
        }
        break;
      case 14:
        bloom.offset = reader->Integer(field);
        break;
      case 15:
        bloom.bytes = reader->Integer32(field);
        break;
      default:
        reader->Skip(field);
    }
  }
  if (bloom.offset > 0) {
    chunk->bloom_filter = bloom;
  }
}

std::optional<FooterLocation> LocationOf(int64_t offset, int32_t bytes) {
  return offset > 0 && bytes > 0 ? std::optional<FooterLocation>({offset, bytes}) : std::nullopt;
}

bool IsSignedNumber(PhysicalType type) {
  return type == PhysicalType::kBoolean || type == PhysicalType::kInt32 || type == PhysicalType::kInt64 ||
         type == PhysicalType::kDouble;
}

// Where the writer did not say that it follows the order of the type, only the deprecated bounds of signed numbers mean
// the same to everybody.
void ChooseBounds(bool has_type_order, const OldBounds& old, FooterChunk* chunk) {
  FooterStatistics& statistics = chunk->statistics;
  if (!has_type_order) {
    statistics.min.reset();
    statistics.max.reset();
  }
  if (!statistics.min && !statistics.max && IsSignedNumber(chunk->type)) {
    statistics.min = old.min;
    statistics.max = old.max;
  }
}

class FooterReader {
 public:
  explicit FooterReader(std::span<const char> bytes) : reader_(bytes) {}

  Result<Footer> Run() {
    bool is_encrypted = false;
    for (Field field; reader_.Next(&field);) {
      switch (field.id) {
        case 2:
          ForEach(field, [this] { footer_.schema.push_back(ReadSchemaElement(&reader_)); });
          break;
        case 3:
          footer_.rows = reader_.Integer(field);
          break;
        case 4:
          ForEach(field, [this] { ReadRowGroup(); });
          break;
        case 5:
          ForEach(field, [this] { ReadKeyValue(); });
          break;
        case 6:
          footer_.created_by = reader_.Binary(field);
          break;
        case 7:
          ForEach(field, [this] { ReadColumnOrder(); });
          break;
        case 8:
          is_encrypted = true;
          reader_.Skip(field);
          break;
        default:
          reader_.Skip(field);
      }
    }
    INGOT_TRY(reader_.status());
    if (is_encrypted) {
      return Error(ErrorKind::kUnsupported, "the file is encrypted");
    }
    ChooseAllBounds();
    return std::move(footer_);
  }

 private:
  template <typename Visit>
  void ForEach(const Field& list, const Visit& visit) {
    for (size_t left = reader_.List(list, ThriftType::kStruct); left > 0 && !reader_.damaged(); --left) {
      visit();
    }
  }

  void ReadRowGroup() {
    FooterRowGroup& group = footer_.row_groups.emplace_back();
    for (Field field; reader_.Next(&field);) {
      switch (field.id) {
        case 1:
          ReadChunks(field, &group.chunks);
          break;
        case 2:
          group.uncompressed_bytes = reader_.Integer(field);
          break;
        case 3:
          group.rows = reader_.Integer(field);
          break;
        default:
          reader_.Skip(field);
      }
    }
  }

  void ReadChunks(const Field& list, std::vector<FooterChunk>* chunks) {
    const size_t count = reader_.List(list, ThriftType::kStruct);
    chunks->reserve(std::min(count, footer_.schema.size()));
    while (chunks->size() < count && !reader_.damaged()) {
      chunks->push_back(ReadChunk());
    }
  }

  FooterChunk ReadChunk() {
    FooterChunk chunk;
    OldBounds old;
    int64_t offset_index = 0;
    int32_t offset_index_bytes = 0;
    int64_t column_index = 0;
    int32_t column_index_bytes = 0;
    for (Field field; reader_.Next(&field);) {
      switch (field.id) {
        case 1:
          chunk.other_file = reader_.Binary(field);
          break;
        case 3:
          if (reader_.Struct(field)) {
            ReadChunkMetadata(&reader_, &chunk, &old);
          }
          break;
        case 4:
          offset_index = reader_.Integer(field);
          break;
        case 5:
          offset_index_bytes = reader_.Integer32(field);
          break;
        case 6:
          column_index = reader_.Integer(field);
          break;
        case 7:
          column_index_bytes = reader_.Integer32(field);
          break;
        default:
          reader_.Skip(field);
      }
    }
    chunk.offset_index = LocationOf(offset_index, offset_index_bytes);
    chunk.column_index = LocationOf(column_index, column_index_bytes);
    old_bounds_.push_back(old);
    return chunk;
  }

  void ReadKeyValue() {
    auto& pair = footer_.metadata.emplace_back();
    for (Field field; reader_.Next(&field);) {
      if (field.id == 1) {
        pair.first = reader_.Binary(field);
      } else if (field.id == 2) {
        pair.second = reader_.Binary(field);
      } else {
        reader_.Skip(field);
      }
    }
  }

  void ReadColumnOrder() {
    bool is_type_order = false;
    for (Field field; reader_.Next(&field); reader_.Skip(field)) {
      is_type_order = field.id == 1;
    }
    type_orders_.push_back(is_type_order);
  }

  void ChooseAllBounds() {
    size_t chunk_index = 0;
    for (FooterRowGroup& group : footer_.row_groups) {
      for (size_t column = 0; column < group.chunks.size(); ++column) {
        const bool has_type_order = column < type_orders_.size() && type_orders_[column];
        ChooseBounds(has_type_order, old_bounds_[chunk_index++], &group.chunks[column]);
      }
    }
  }

  ThriftReader reader_;
  Footer footer_;
  std::vector<OldBounds> old_bounds_;  // of all chunks
  std::vector<bool> type_orders_;      // by column
};

PageLocation ReadPageLocation(ThriftReader* reader) {
  PageLocation page;
  for (Field field; reader->Next(&field);) {
    switch (field.id) {
      case 1:
        page.offset = reader->Integer(field);
        break;
      case 2:
        page.bytes = reader->Integer32(field);
        break;
      case 3:
        page.first_row = reader->Integer(field);
        break;
      default:
        reader->Skip(field);
    }
  }
  return page;
}

void ReadTexts(ThriftReader* reader, const Field& list, std::vector<std::string_view>* texts) {
  for (size_t left = reader->List(list, ThriftType::kBinary); left > 0 && !reader->damaged(); --left) {
    texts->push_back(reader->BinaryElement());
  }
}

}  // namespace

Result<Footer> ReadFooter(std::span<const char> bytes) { return FooterReader(bytes).Run(); }

Result<OffsetIndex> ReadOffsetIndex(std::span<const char> bytes) {
  ThriftReader reader(bytes);
  OffsetIndex index;
  for (Field field; reader.Next(&field);) {
    if (field.id != 1) {
      reader.Skip(field);
      continue;
    }
    const size_t count = reader.List(field, ThriftType::kStruct);
    index.reserve(count);
    for (size_t i = 0; i < count && !reader.damaged(); ++i) {
      index.push_back(ReadPageLocation(&reader));
    }
  }
  INGOT_TRY(reader.status());
  return index;
}

Result<ColumnIndex> ReadColumnIndex(std::span<const char> bytes) {
  ThriftReader reader(bytes);
  ColumnIndex index;
  for (Field field; reader.Next(&field);) {
    switch (field.id) {
      case 1:
        for (size_t left = reader.List(field, ThriftType::kTrue); left > 0 && !reader.damaged(); --left) {
          index.null_pages.push_back(reader.BoolElement());
        }
        break;
      case 2:
        ReadTexts(&reader, field, &index.min);
        break;
      case 3:
        ReadTexts(&reader, field, &index.max);
        break;
      case 5:
        for (size_t left = reader.List(field, ThriftType::kI64); left > 0 && !reader.damaged(); --left) {
          index.nulls.push_back(reader.IntegerElement());
        }
        break;
      default:
        reader.Skip(field);
    }
  }
  INGOT_TRY(reader.status());
  const size_t pages = index.null_pages.size();
  if (index.min.size() != pages || index.max.size() != pages || (!index.nulls.empty() && index.nulls.size() != pages)) {
    return Error(ErrorKind::kCorrupt, "a column index has lists of different lengths");
  }
  return index;
}

}  // namespace ingot
