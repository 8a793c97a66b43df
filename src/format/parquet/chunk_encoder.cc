#include "format/parquet/chunk_encoder.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <limits>
#include <string>

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
  const uint32_t crc = crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(compressed.data()), compressed.size());
  header.I32(4, static_cast<int32_t>(crc));
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

class ChunkEncoder {
 public:
  ChunkEncoder(const Leaf& leaf, std::span<const LeafColumn* const> fragments, const ParquetOptions& options,
               EncodingHint hint, ChunkScratch* scratch)
      : leaf_(leaf),
        kind_(leaf.field->type.kind),
        fragments_(fragments),
        options_(options),
        hint_(hint),
        scratch_(*scratch),
        values_(fragments),
        pages_(kind_, values_, RowsOf(fragments), options, scratch) {}

  Result<EncodedChunk> Encode() {
    INGOT_TRY(CountAndHash());
    INGOT_ASSIGN(const ParquetEncoding encoding, pages_.Choose(hint_));
    chunk_.record.encoding = encoding;
    if (encoding == ParquetEncoding::kRleDictionary) {
      INGOT_TRY(WriteDictionaryPage());
    }
    const ValueCost cost{pages_.BitsPerValue(encoding), pages_.CountsLengths(encoding)};
    INGOT_ASSIGN(const std::vector<PageSpan> plan, PlanPages(fragments_, leaf_.max_definition, cost, options_));
    chunk_.record.data_page_offset = chunk_.bytes.size();
    LevelCursor levels(fragments_);
    uint64_t next_value = 0;
    for (const PageSpan& span : plan) {
      INGOT_TRY(WriteDataPage(span, next_value, &levels));
      next_value += span.values;
    }
    INGOT_TRY(CheckRange());
    INGOT_TRY(MakeBloomFilter());
    chunk_.record.compressed_bytes = chunk_.bytes.size();
    chunk_.record.bytes_hash = HashOfChunk(chunk_.bytes);
    return std::move(chunk_);
  }

 private:
  Error Broken(std::string_view what) const {
    return Error(ErrorKind::kInternal, "column '" + leaf_.DisplayPath() + "' " + std::string(what));
  }

  Result<void> CountAndHash() {
    ValueHasher hasher;
    uint64_t defined = 0;
    chunk_.record.rows = RowsOf(fragments_);
    for (const LeafColumn* fragment : fragments_) {
      hasher.AddColumn(*fragment);
      chunk_.record.slots += fragment->levels.slots();
      defined += fragment->levels.CountDefined(leaf_.max_definition);
      if (fragment->layout != LayoutOf(kind_)) {
        return Broken("has fragments of another type");
      }
    }
    if (defined != values_.size()) {
      return Broken("has " + std::to_string(values_.size()) + " values and levels for " + std::to_string(defined));
    }
    if (chunk_.record.rows == 0) {
      return Broken("has no rows");
    }
    chunk_.record.nulls = chunk_.record.slots - defined;
    chunk_.record.digest = hasher.Finish();
    return {};
  }

  // Compresses scratch_.page and appends it behind its header.
  Result<void> WritePage(PageType type, uint64_t values, ParquetEncoding encoding) {
    if (scratch_.page.size() > std::numeric_limits<int32_t>::max()) {
      return Error(ErrorKind::kResourceLimit, "column '" + leaf_.DisplayPath() + "' has a row of more than 2 GiB");
    }
    INGOT_TRY(scratch_.compressor.Compress(scratch_.page, options_.codec, options_.level, &scratch_.compressed));
    const size_t begin = chunk_.bytes.size();
    AppendPageHeader(type, scratch_.page.size(), scratch_.compressed, values, encoding, &chunk_.bytes);
    chunk_.record.uncompressed_bytes += chunk_.bytes.size() - begin + scratch_.page.size();
    chunk_.bytes.AppendAll(scratch_.compressed.data(), scratch_.compressed.size());
    return {};
  }

  Result<void> WriteDictionaryPage() {
    chunk_.record.dictionary_page_offset = chunk_.bytes.size();
    scratch_.page.Clear();
    pages_.EncodeDictionary(&scratch_.page);
    return WritePage(PageType::kDictionary, pages_.dictionary_size(), ParquetEncoding::kPlain);
  }

  Result<void> WriteDataPage(const PageSpan& span, uint64_t first_value, LevelCursor* levels) {
    PageRecord page;
    page.offset = chunk_.bytes.size();
    page.first_row = next_row_;
    page.nulls = span.slots - span.values;
    page.all_null = span.values == 0;
    scratch_.page.Clear();
    EncodeLevels(levels, span.slots, leaf_.max_definition, leaf_.max_repetition, &scratch_.page);
    const ValueBounds bounds = pages_.Encode(chunk_.record.encoding, first_value, span.values, &scratch_.page);
    INGOT_TRY(WritePage(PageType::kData, span.slots, chunk_.record.encoding));
    page.bytes = static_cast<uint32_t>(chunk_.bytes.size() - page.offset);
    SetIndexBounds(bounds, &page);
    chunk_.record.bounds.Merge(bounds);
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

  Result<void> MakeBloomFilter() {
    const auto& wanted = options_.bloom_columns;
    if (wanted.empty() || kind_ == TypeKind::kBool || kind_ == TypeKind::kNull ||
        std::find(wanted.begin(), wanted.end(), leaf_.DisplayPath()) == wanted.end()) {
      return {};
    }
    const uint64_t distinct =
        chunk_.record.encoding == ParquetEncoding::kRleDictionary ? pages_.dictionary_size() : values_.size();
    INGOT_ASSIGN(chunk_.record.bloom_filter,
                 BuildBloomFilter(kind_, values_, distinct, options_.bloom_false_positives));
    return {};
  }

  const Leaf& leaf_;
  const TypeKind kind_;
  const std::span<const LeafColumn* const> fragments_;
  const ParquetOptions& options_;
  const EncodingHint hint_;
  ChunkScratch& scratch_;
  ChunkValues values_;
  ValuePages pages_;
  EncodedChunk chunk_;
  uint64_t next_row_ = 0;
};

}  // namespace

Result<EncodedChunk> EncodeChunk(const Leaf& leaf, std::span<const LeafColumn* const> fragments,
                                 const ParquetOptions& options, EncodingHint hint) {
  static thread_local ChunkScratch scratch;
  return ChunkEncoder(leaf, fragments, options, hint, &scratch).Encode();
}

}  // namespace ingot
