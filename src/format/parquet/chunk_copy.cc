#include "format/parquet/chunk_copy.h"

#include <utility>

namespace ingot {
namespace {

constexpr int32_t kDataPage = 0;

// Data pages of one encoding, as our writer makes them.
std::optional<ParquetEncoding> DataEncoding(const FooterChunk& chunk) {
  std::optional<ParquetEncoding> encoding;
  for (const PageEncodingCount& count : chunk.encoding_counts) {
    if (count.page_type != kDataPage) {
      continue;
    }
    if (encoding || count.encoding < 0 || count.encoding > static_cast<int32_t>(ParquetEncoding::kByteStreamSplit)) {
      return std::nullopt;
    }
    encoding = static_cast<ParquetEncoding>(count.encoding);
  }
  return encoding;
}

bool HasSizeOf(std::string_view bound, PhysicalType type) {
  switch (type) {
    case PhysicalType::kBoolean:
      return bound.size() == 1;
    case PhysicalType::kInt32:
      return bound.size() == 4;
    case PhysicalType::kInt64:
    case PhysicalType::kDouble:
      return bound.size() == 8;
    default:
      return true;
  }
}

Result<void> CheckBounds(const std::vector<PageRecord>& pages, PhysicalType type) {
  for (const PageRecord& page : pages) {
    if (page.min && !(HasSizeOf(*page.min, type) && HasSizeOf(*page.max, type))) {
      return Error(ErrorKind::kCorrupt, "its page index has bounds of another type");
    }
  }
  return {};
}

Result<std::string> ReadBloomFilter(const ChunkSource& source) {
  std::string filter;
  const std::optional<FooterLocation>& place = source.footer->bloom_filter;
  constexpr int32_t kLargest = 64 << 20U;
  if (place && place->bytes > 0 && place->bytes <= kLargest) {
    Buffer<char> space;
    INGOT_ASSIGN(const std::span<const char> bytes,
                 source.file.Read(static_cast<uint64_t>(place->offset), static_cast<uint64_t>(place->bytes), &space));
    filter.assign(bytes.data(), bytes.size());
  }
  return filter;
}

}  // namespace

std::vector<PageRecord> IndexedPages(uint64_t chunk_offset, const OffsetIndex& offsets, const ColumnIndex* columns) {
  std::vector<PageRecord> pages;
  pages.reserve(offsets.size());
  const bool has_bounds = columns != nullptr && !columns->nulls.empty() && columns->null_pages.size() == offsets.size();
  for (size_t i = 0; i < offsets.size(); ++i) {
    PageRecord& page = pages.emplace_back();
    page.offset = static_cast<uint64_t>(offsets[i].offset) - chunk_offset;
    page.bytes = static_cast<uint32_t>(offsets[i].bytes);
    page.first_row = static_cast<uint64_t>(offsets[i].first_row);
    if (has_bounds) {
      page.nulls = static_cast<uint64_t>(columns->nulls[i]);
      page.all_null = columns->null_pages[i];
      if (!page.all_null) {
        page.min = columns->min[i];
        page.max = columns->max[i];
      }
    }
  }
  return pages;
}

Error ChunkDiffersError() {
  return Error(ErrorKind::kCorrupt, "its bytes do not match the hash that the file has of them");
}

Result<std::optional<ChunkRecord>> DescribeChunkOf(ChunkSource source) {
  const ChunkFacts& facts = *source.facts;
  const auto encoding = DataEncoding(*source.footer);
  // Long bounds are left out of the footer; only the values know them.
  const bool has_bounds = facts.bounds.present() || facts.nulls == facts.slots;
  if (!encoding || !facts.nulls || !has_bounds || source.pages.empty()) {
    return std::optional<ChunkRecord>();
  }
  INGOT_TRY(CheckBounds(source.pages, source.footer->type));
  ChunkRecord record;
  record.pages = std::move(source.pages);
  record.rows = source.rows;
  record.slots = facts.slots;
  record.nulls = *facts.nulls;
  record.compressed_bytes = facts.compressed_bytes;
  record.uncompressed_bytes = facts.uncompressed_bytes;
  const auto data_page_offset = static_cast<uint64_t>(source.footer->data_page_offset);
  if (data_page_offset < facts.offset || data_page_offset - facts.offset != record.pages[0].offset) {
    return Error(ErrorKind::kCorrupt, "its page index does not begin at its first data page");
  }
  record.data_page_offset = data_page_offset - facts.offset;
  if (record.data_page_offset > 0) {
    record.dictionary_page_offset = 0;
  }
  record.encoding = *encoding;
  record.bounds = facts.bounds;
  record.digest = source.digest;
  record.bytes_hash = source.hash;
  INGOT_ASSIGN(record.bloom_filter, ReadBloomFilter(source));
  return std::optional<ChunkRecord>(std::move(record));
}

}  // namespace ingot
