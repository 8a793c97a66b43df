#include "format/parquet/chunk_encoder.h"

#include <algorithm>
#include <limits>
#include <string>

#include "format/crc32.h"
#include "format/parquet/bloom_filter.h"
#include "format/parquet/chunk_values.h"
#include "format/parquet/page_plan.h"
#include "format/parquet/thrift_compact.h"
#include "format/parquet/value_pages.h"

namespace ingot {
namespace {

enum class PageType : int32_t { kData = 0, kDictionary = 2 };

// Values of both headers that follow the sizes. The layout is that of parquet.thrift.
void AppendPageHeader(PageType type, size_t raw_bytes, std::span<const char> compressed, uint64_t values,
                      ParquetEncoding encoding, Buffer<char>* out) {
  ThriftWriter header(out);
  header.I32(1, static_cast<int32_t>(type));
  header.I32(2, static_cast<int32_t>(raw_bytes));
  header.I32(3, static_cast<int32_t>(compressed.size()));
  header.I32(4, static_cast<int32_t>(Crc32(0, compressed)));
  const int16_t token = header.BeginStruct(type == PageType::kData ? int16_t{5} : int16_t{7});
  header.I32(1, static_cast<int32_t>(values));
  header.I32(2, static_cast<int32_t>(encoding));
  if (type == PageType::kData) {
    header.I32(3, static_cast<int32_t>(ParquetEncoding::kRle));  // definition levels
    header.I32(4, static_cast<int32_t>(ParquetEncoding::kRle));  // repetition levels
  }
  header.EndStruct(token);
  header.Stop();
}

uint64_t RowsOf(std::span<const LeafColumn* const> fragments) {
  uint64_t rows = 0;
  for (const LeafColumn* fragment : fragments) {
    rows += fragment->levels.rows();
  }
  return rows;
}

ChunkScratch& ScratchOfThread() {
  static thread_local ChunkScratch scratch;
  return scratch;
}

}  // namespace

// Takes values part by part and writes their pages.
class ChunkStream::Impl {
 public:
  Impl(const Leaf& leaf, const ParquetOptions& options, EncodingHint hint)
      : leaf_(leaf), kind_(leaf.field->type.kind), options_(options), hint_(hint) {
    streams_ = hint && EncodingFits(*hint, LayoutOf(kind_)) && !IsBloomColumn();
    gathered_.layout = LayoutOf(kind_);
  }

  Result<void> Add(const LeafColumn& part) {
    if (!streams_) {
      gathered_.AppendColumn(part);
      return {};
    }
    const LeafColumn* const fragment = &part;
    return AddPages({&fragment, 1}, hint_);
  }

  Result<EncodedChunk> Finish() {
    if (!streams_) {
      const LeafColumn* const fragment = &gathered_;
      INGOT_TRY(AddPages({&fragment, 1}, std::nullopt));
    }
    return Close();
  }

  Result<EncodedChunk> EncodeWhole(std::span<const LeafColumn* const> fragments) {
    INGOT_TRY(AddPages(fragments, std::nullopt));
    INGOT_ASSIGN(EncodedChunk chunk, Close());
    chunk.record.bytes_hash = HashOfChunk(chunk.bytes);
    return chunk;
  }

 private:
  Error Broken(std::string_view what) const {
    return Error(ErrorKind::kInternal, "column '" + leaf_.DisplayPath() + "' " + std::string(what));
  }

  bool IsBloomColumn() const {
    const auto& wanted = options_.bloom_columns;
    return !wanted.empty() && kind_ != TypeKind::kBool && kind_ != TypeKind::kNull &&
           std::find(wanted.begin(), wanted.end(), leaf_.DisplayPath()) != wanted.end();
  }

  // All values of a chunk, or a part of those whose encoding is `given`.
  Result<void> AddPages(std::span<const LeafColumn* const> fragments, EncodingHint given) {
    const ChunkValues values(fragments);
    INGOT_TRY(CountAndHash(fragments, values.size()));
    ChunkScratch& scratch = ScratchOfThread();
    ValuePages pages(kind_, values, RowsOf(fragments), options_, &scratch);
    ParquetEncoding& encoding = chunk_.record.encoding;
    if (given) {
      encoding = *given;
    } else {
      INGOT_ASSIGN(encoding, pages.Choose(hint_));
      if (encoding == ParquetEncoding::kRleDictionary) {
        INGOT_TRY(WriteDictionaryPage(pages, &scratch));
      }
      chunk_.record.data_page_offset = chunk_.bytes.size();
    }
    const ValueCost cost{pages.BitsPerValue(encoding), pages.CountsLengths(encoding)};
    INGOT_ASSIGN(const std::vector<PageSpan> plan, PlanPages(fragments, leaf_.max_definition, cost, options_));
    LevelCursor levels(fragments);
    uint64_t next_value = 0;
    for (const PageSpan& span : plan) {
      INGOT_TRY(WriteDataPage(span, next_value, &pages, &levels, &scratch));
      next_value += span.values;
    }
    if (IsBloomColumn()) {
      MakeBloomFilter(values, pages);
    }
    return {};
  }

  Result<void> CountAndHash(std::span<const LeafColumn* const> fragments, uint64_t values) {
    uint64_t defined = 0;
    uint64_t slots = 0;
    for (const LeafColumn* fragment : fragments) {
      hasher_.AddColumn(*fragment);
      slots += fragment->levels.slots();
      defined += fragment->levels.CountDefined(leaf_.max_definition);
      if (fragment->layout != LayoutOf(kind_)) {
        return Broken("has fragments of another type");
      }
    }
    if (defined != values) {
      return Broken("has " + std::to_string(values) + " values and levels for " + std::to_string(defined));
    }
    chunk_.record.rows += RowsOf(fragments);
    chunk_.record.slots += slots;
    chunk_.record.nulls += slots - defined;
    if (chunk_.record.rows == 0) {
      return Broken("has no rows");
    }
    return {};
  }

  Result<EncodedChunk> Close() {
    INGOT_TRY(CheckRange());
    chunk_.record.digest = hasher_.Finish();
    chunk_.record.compressed_bytes = chunk_.bytes.size();
    return std::move(chunk_);
  }

  // Compresses scratch->page, and `text` behind it, and appends them behind their header.
  Result<void> WritePage(PageType type, uint64_t values, ParquetEncoding encoding, const PageText* text,
                         ChunkScratch* scratch) {
    const size_t raw_bytes = scratch->page.size() + (text == nullptr ? 0 : text->bytes.size());
    if (raw_bytes > std::numeric_limits<int32_t>::max()) {
      return Error(ErrorKind::kResourceLimit, "column '" + leaf_.DisplayPath() + "' has a row of more than 2 GiB");
    }
    if (text == nullptr) {
      INGOT_TRY(scratch->compressor.Compress(scratch->page, options_.codec, options_.level, &scratch->compressed));
    } else {
      scratch->compressor.CompressKnown(scratch->page, text->bytes, text->begin, text->repeats, &scratch->compressed);
    }
    const size_t begin = chunk_.bytes.size();
    AppendPageHeader(type, raw_bytes, scratch->compressed, values, encoding, &chunk_.bytes);
    chunk_.record.uncompressed_bytes += chunk_.bytes.size() - begin + raw_bytes;
    chunk_.bytes.AppendAll(scratch->compressed.data(), scratch->compressed.size());
    return {};
  }

  Result<void> WriteDictionaryPage(const ValuePages& pages, ChunkScratch* scratch) {
    chunk_.record.dictionary_page_offset = chunk_.bytes.size();
    scratch->page.Clear();
    pages.EncodeDictionary(&scratch->page);
    return WritePage(PageType::kDictionary, pages.dictionary_size(), ParquetEncoding::kPlain, nullptr, scratch);
  }

  Result<void> WriteDataPage(const PageSpan& span, uint64_t first_value, ValuePages* pages, LevelCursor* levels,
                             ChunkScratch* scratch) {
    const ParquetEncoding encoding = chunk_.record.encoding;
    PageRecord page;
    page.offset = chunk_.bytes.size();
    page.first_row = next_row_;
    page.nulls = span.slots - span.values;
    page.all_null = span.values == 0;
    scratch->page.Clear();
    EncodeLevels(levels, span.slots, leaf_.max_definition, leaf_.max_repetition, &scratch->page);
    PageText text;
    std::optional<ValueBounds> bounds;
    if (options_.codec == ParquetCodec::kSnappy) {
      bounds = pages->EncodeBeforeText(encoding, first_value, span.values, &scratch->page, &text);
    }
    const bool has_text = bounds.has_value();
    if (!has_text) {
      bounds = pages->Encode(encoding, first_value, span.values, &scratch->page);
    }
    INGOT_TRY(WritePage(PageType::kData, span.slots, encoding, has_text ? &text : nullptr, scratch));
    page.bytes = static_cast<uint32_t>(chunk_.bytes.size() - page.offset);
    SetIndexBounds(*bounds, &page);
    chunk_.record.bounds.Merge(*bounds);
    chunk_.record.pages.push_back(std::move(page));
    next_row_ += span.rows;
    return {};
  }

  void SetIndexBounds(const ValueBounds& bounds, PageRecord* page) const {
    if (bounds.present()) {
      page->min = ShortenMin(EncodeMin(bounds, kind_), options_.index_bytes, kind_).bytes;
      page->max = ShortenMax(EncodeMax(bounds, kind_), options_.index_bytes, kind_).bytes;
    }
  }

  // Columns of 32 bits hold 64 bits in memory.
  Result<void> CheckRange() const {
    const auto* min = std::get_if<int64_t>(&chunk_.record.bounds.min);
    if (min == nullptr) {
      return {};
    }
    const int64_t max = std::get<int64_t>(chunk_.record.bounds.max);
    const bool fits = kind_ == TypeKind::kInt16                               ? *min >= INT16_MIN && max <= INT16_MAX
                      : kind_ == TypeKind::kInt32 || kind_ == TypeKind::kDate ? *min >= INT32_MIN && max <= INT32_MAX
                                                                              : true;
    if (!fits) {
      return Broken("holds a value that " + FormatType(leaf_.field->type) + " cannot");
    }
    return {};
  }

  void MakeBloomFilter(const ChunkValues& values, const ValuePages& pages) {
    const uint64_t distinct =
        chunk_.record.encoding == ParquetEncoding::kRleDictionary ? pages.dictionary_size() : values.size();
    chunk_.record.bloom_filter = BuildBloomFilter(kind_, values, distinct, options_.bloom_false_positives);
  }

  const Leaf& leaf_;
  const TypeKind kind_;
  const ParquetOptions& options_;
  const EncodingHint hint_;
  bool streams_ = false;
  LeafColumn gathered_;  // where the encoding has to be chosen, or the whole chunk be seen
  ValueHasher hasher_;
  EncodedChunk chunk_;
  uint64_t next_row_ = 0;
};

ChunkStream::ChunkStream(const Leaf& leaf, const ParquetOptions& options, EncodingHint hint)
    : impl_(std::make_unique<Impl>(leaf, options, hint)) {}
ChunkStream::ChunkStream(ChunkStream&&) noexcept = default;
ChunkStream& ChunkStream::operator=(ChunkStream&&) noexcept = default;
ChunkStream::~ChunkStream() = default;
Result<void> ChunkStream::Add(const LeafColumn& part) { return impl_->Add(part); }
Result<EncodedChunk> ChunkStream::Finish() { return impl_->Finish(); }

Result<EncodedChunk> EncodeChunk(const Leaf& leaf, std::span<const LeafColumn* const> fragments,
                                 const ParquetOptions& options, EncodingHint hint) {
  return ChunkStream::Impl(leaf, options, hint).EncodeWhole(fragments);
}

}  // namespace ingot
