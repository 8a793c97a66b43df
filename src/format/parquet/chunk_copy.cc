#include "format/parquet/chunk_copy.h"

#include <utility>

namespace ingot {
namespace {

// Data pages of one encoding, as our writer makes them.
std::optional<ParquetEncoding> DataEncoding(const parquet::ColumnChunkMetaData& metadata) {
  std::optional<ParquetEncoding> encoding;
  for (const parquet::PageEncodingStats& stats : metadata.encoding_stats()) {
    if (stats.page_type != parquet::PageType::DATA_PAGE) {
      continue;
    }
    if (encoding) {
      return std::nullopt;
    }
    encoding = static_cast<ParquetEncoding>(stats.encoding);
  }
  return encoding;
}

Result<std::string> ReadBloomFilter(const ChunkSource& source) {
  std::string filter;
  const auto offset = source.metadata->bloom_filter_offset();
  const auto length = source.metadata->bloom_filter_length();
  constexpr int64_t kLargest = int64_t{64} << 20U;
  if (offset && length && *offset > 0 && *length > 0 && *length <= kLargest) {
    Buffer<char> space;
    INGOT_ASSIGN(const std::span<const char> bytes,
                 source.file.Read(static_cast<uint64_t>(*offset), static_cast<uint64_t>(*length), &space));
    filter.assign(bytes.data(), bytes.size());
  }
  return filter;
}

}  // namespace

std::vector<PageRecord> IndexedPages(int leaf, uint64_t chunk_offset, parquet::RowGroupPageIndexReader* index) {
  std::vector<PageRecord> pages;
  const auto offsets = index == nullptr ? nullptr : index->GetOffsetIndex(leaf);
  if (offsets == nullptr) {
    return pages;
  }
  const auto columns = index->GetColumnIndex(leaf);
  const bool has_bounds = columns != nullptr && columns->has_null_counts() &&
                          columns->null_pages().size() == offsets->page_locations().size();
  for (size_t i = 0; i < offsets->page_locations().size(); ++i) {
    const parquet::PageLocation& location = offsets->page_locations()[i];
    PageRecord page;
    page.offset = static_cast<uint64_t>(location.offset) - chunk_offset;
    page.bytes = static_cast<uint32_t>(location.compressed_page_size);
    page.first_row = static_cast<uint64_t>(location.first_row_index);
    if (has_bounds) {
      page.nulls = static_cast<uint64_t>(columns->null_counts()[i]);
      page.all_null = columns->null_pages()[i];
      if (!page.all_null) {
        page.min = columns->encoded_min_values()[i];
        page.max = columns->encoded_max_values()[i];
      }
    }
    pages.push_back(std::move(page));
  }
  return pages;
}

Error ChunkDiffersError() {
  return Error(ErrorKind::kCorrupt, "its bytes do not match the hash that the file has of them");
}

Result<std::optional<EncodedChunk>> CopyChunkOf(ChunkSource source) {
  const ChunkFacts& facts = *source.facts;
  const auto encoding = DataEncoding(*source.metadata);
  // Long bounds are left out of the footer; only the values know them.
  const bool has_bounds = facts.bounds.present() || facts.nulls == facts.slots;
  if (!encoding || !facts.nulls || !has_bounds || source.pages.empty()) {
    return std::optional<EncodedChunk>();
  }
  EncodedChunk chunk;
  chunk.record.pages = std::move(source.pages);
  chunk.record.rows = source.rows;
  chunk.record.slots = facts.slots;
  chunk.record.nulls = *facts.nulls;
  chunk.record.compressed_bytes = facts.compressed_bytes;
  chunk.record.uncompressed_bytes = facts.uncompressed_bytes;
  const auto data_page_offset = static_cast<uint64_t>(source.metadata->data_page_offset());
  if (data_page_offset < facts.offset || data_page_offset - facts.offset != chunk.record.pages[0].offset) {
    return Error(ErrorKind::kCorrupt, "its page index does not begin at its first data page");
  }
  chunk.record.data_page_offset = data_page_offset - facts.offset;
  if (chunk.record.data_page_offset > 0) {
    chunk.record.dictionary_page_offset = 0;
  }
  chunk.record.encoding = *encoding;
  chunk.record.bounds = facts.bounds;
  chunk.record.digest = source.digest;
  INGOT_ASSIGN(chunk.record.bloom_filter, ReadBloomFilter(source));
  INGOT_ASSIGN(const std::span<const char> bytes, source.file.Read(facts.offset, facts.compressed_bytes, &chunk.bytes));
  if (chunk.bytes.data() != bytes.data()) {
    chunk.bytes.AppendAll(bytes.data(), bytes.size());
  }
  chunk.record.bytes_hash = HashOfChunk(chunk.bytes);
  if (source.hash != nullptr && chunk.record.bytes_hash != *source.hash) {
    return ChunkDiffersError();
  }
  return std::optional<EncodedChunk>(std::move(chunk));
}

}  // namespace ingot
