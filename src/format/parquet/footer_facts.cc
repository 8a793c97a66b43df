#include "format/parquet/footer_facts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace ingot {
namespace {

template <typename T>
T ScalarOf(std::string_view bytes) {
  T value{};
  bytes.copy(reinterpret_cast<char*>(&value), sizeof(value));
  return value;
}

// A bound in the plain encoding. nullopt where its size does not fit the type.
std::optional<StatValue> DecodeBound(std::string_view bytes, PhysicalType physical) {
  switch (physical) {
    case PhysicalType::kBoolean:
      return bytes.size() == 1 ? std::optional<StatValue>(bytes[0] != 0) : std::nullopt;
    case PhysicalType::kInt32:
      return bytes.size() == 4 ? std::optional<StatValue>(int64_t{ScalarOf<int32_t>(bytes)}) : std::nullopt;
    case PhysicalType::kInt64:
      return bytes.size() == 8 ? std::optional<StatValue>(ScalarOf<int64_t>(bytes)) : std::nullopt;
    case PhysicalType::kDouble:
      return bytes.size() == 8 ? std::optional<StatValue>(ScalarOf<double>(bytes) + 0.0) : std::nullopt;
    case PhysicalType::kByteArray:
      return StatValue(std::string(bytes));
    default:
      return std::nullopt;
  }
}

constexpr std::array<std::string_view, 8> kCodecNames = {"uncompressed", "snappy",     "gzip", "lzo",
                                                         "brotli",       "lz4_hadoop", "zstd", "lz4_raw"};
constexpr int32_t kLzo = 3;
constexpr uint32_t kReadableEncodings = 0x3FD;  // 0 and 2 to 9

bool HasName(int32_t codec) { return codec >= 0 && static_cast<size_t>(codec) < kCodecNames.size(); }

std::string_view CodecName(int32_t codec) {
  return HasName(codec) ? kCodecNames[static_cast<size_t>(codec)] : "unknown";
}

std::vector<std::string_view> EncodingNames(uint32_t encodings) {
  constexpr std::array<std::string_view, 10> kNames = {"PLAIN",
                                                       "unknown",
                                                       "PLAIN_DICTIONARY",
                                                       "RLE",
                                                       "BIT_PACKED",
                                                       "DELTA_BINARY_PACKED",
                                                       "DELTA_LENGTH_BYTE_ARRAY",
                                                       "DELTA_BYTE_ARRAY",
                                                       "RLE_DICTIONARY",
                                                       "BYTE_STREAM_SPLIT"};
  std::vector<std::string_view> names;
  names.reserve(static_cast<size_t>(std::popcount(encodings)));
  for (; encodings != 0; encodings &= encodings - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(encodings));
    names.push_back(i < kNames.size() ? kNames[i] : "unknown");
  }
  return names;
}

// A chunk of an empty row group may have a dictionary and no data page, or no page and no place at all. Requires: no
// number is below zero.
uint64_t FirstPage(const FooterChunk& chunk) {
  const int64_t dictionary = chunk.dictionary_page_offset.value_or(0);
  const int64_t data = chunk.data_page_offset;
  if (chunk.slots == 0 && chunk.compressed_bytes == 0) {
    return kParquetMagic.size();
  }
  if (dictionary <= 0) {
    return static_cast<uint64_t>(data);
  }
  return static_cast<uint64_t>(chunk.slots == 0 && data == 0 ? dictionary : std::min(data, dictionary));
}

}  // namespace

ColumnFacts FactsOf(const SchemaLeaf& leaf) {
  ColumnFacts facts;
  facts.path = leaf.path;
  facts.physical = NameOf(*leaf.element->type);
  facts.logical = NameOf(leaf.element->logical);
  facts.max_definition = leaf.max_definition;
  facts.max_repetition = leaf.max_repetition;
  return facts;
}

Result<ChunkFacts> FactsOf(const FooterChunk& chunk, uint64_t data_end) {
  if (!chunk.other_file.empty()) {
    return Error(ErrorKind::kUnsupported,
                 "its pages are in another file, '" + std::string(chunk.other_file) + "': read that one");
  }
  if (chunk.slots < 0 || chunk.uncompressed_bytes < 0 || chunk.compressed_bytes < 0 || chunk.data_page_offset < 0) {
    return Error(ErrorKind::kCorrupt, "the footer has numbers below zero");
  }
  ChunkFacts facts;
  facts.offset = FirstPage(chunk);
  facts.compressed_bytes = static_cast<uint64_t>(chunk.compressed_bytes);
  facts.uncompressed_bytes = static_cast<uint64_t>(chunk.uncompressed_bytes);
  facts.slots = static_cast<uint64_t>(chunk.slots);
  // Sizes are checked once, so that everything later may trust them to lie inside the file.
  if (facts.offset < kParquetMagic.size() || facts.offset > data_end ||
      facts.compressed_bytes > data_end - facts.offset) {
    return Error(ErrorKind::kCorrupt, "its pages are said to lie outside of the file");
  }
  facts.codec = CodecName(chunk.codec);
  facts.encodings = EncodingNames(chunk.encodings);
  facts.has_page_index = chunk.offset_index.has_value();
  facts.has_bloom_filter = chunk.bloom_filter.has_value();
  const FooterStatistics& statistics = chunk.statistics;
  if (statistics.nulls && *statistics.nulls >= 0) {
    facts.nulls = static_cast<uint64_t>(*statistics.nulls);
  }
  if (statistics.min && statistics.max) {
    auto min = DecodeBound(*statistics.min, chunk.type);
    auto max = DecodeBound(*statistics.max, chunk.type);
    if (min && max) {
      facts.bounds = {*std::move(min), *std::move(max)};
    }
  }
  return facts;
}

Result<void> CheckIsReadable(const FooterChunk& chunk) {
  if (!HasName(chunk.codec) || chunk.codec == kLzo) {
    return Error(ErrorKind::kUnsupported,
                 HasName(chunk.codec)
                     ? "its pages are compressed with " + std::string(CodecName(chunk.codec)) + ", which is not read"
                     : "its pages are compressed with codec " + std::to_string(chunk.codec) +
                           " of a later version of the format");
  }
  if ((chunk.encodings & ~kReadableEncodings) != 0) {
    return Error(ErrorKind::kUnsupported, "its values are in an encoding of another version of the format");
  }
  return {};
}

}  // namespace ingot
