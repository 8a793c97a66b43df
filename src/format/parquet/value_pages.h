// Values of a chunk → bytes of a page, in any encoding that fits their type, and the choice among them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "column/buffer.h"
#include "format/parquet/chunk_values.h"
#include "format/parquet/column_statistics.h"
#include "format/parquet/dictionary.h"
#include "format/parquet/options.h"
#include "format/parquet/page_compressor.h"
#include "format/parquet/value_encoders.h"
#include "model/schema.h"

namespace ingot {

// Working memory of one thread, kept from chunk to chunk. What it holds in between has no meaning.
struct ChunkScratch {
  PageCompressor compressor;
  SliceScratch slices;
  LengthScratch lengths;
  FixedDictionary fixed_dictionary;
  BytesDictionary bytes_dictionary;
  Buffer<uint32_t> indices;  // of all values of the chunk, when it has a dictionary
  Buffer<uint32_t> seen;     // for each dictionary entry, the last page that was found to hold it
  Buffer<char> page;
  Buffer<char> compressed;
};

// The text of a page that ends with it, not copied into the page yet, and what is known to repeat in it.
struct PageText {
  std::span<const char> bytes;
  uint32_t begin = 0;  // in the column that the repeats count in
  std::span<const TextRepeat> repeats;
};

// Whether values of this layout have this encoding. Dictionaries are left out: they depend on the values.
bool EncodingFits(ParquetEncoding encoding, ValueLayout layout);

class ValuePages {
 public:
  // `rows` of the chunk. All references must outlive the object; the scratch belongs to it meanwhile.
  ValuePages(TypeKind kind, const ChunkValues& values, uint64_t rows, const ParquetOptions& options,
             ChunkScratch* scratch);

  // Picks the encoding that is smallest after compression, by trying those that fit on samples of the values; small
  // chunks are only compared before it. When the choice is a dictionary, it has been built. Deterministic. Errors:
  // those of the compressor. With a hint that fits nothing is tried.
  Result<ParquetEncoding> Choose(std::optional<ParquetEncoding> hint = std::nullopt);

  // What a value takes in a page of this encoding, before compression.
  uint64_t BitsPerValue(ParquetEncoding encoding) const;
  bool CountsLengths(ParquetEncoding encoding) const;

  // Appends values [begin, begin + count) and returns their bounds. kRleDictionary requires the dictionary.
  ValueBounds Encode(ParquetEncoding encoding, uint64_t begin, size_t count, Buffer<char>* out);

  // Where the encoding ends a page with the values' text as it lies in memory, and repeats in it are known: the same as
  // Encode, but `out` gets only what stands before the text. `text` is valid as long as the values.
  std::optional<ValueBounds> EncodeBeforeText(ParquetEncoding encoding, uint64_t begin, size_t count, Buffer<char>* out,
                                              PageText* text);

  // Requires: Choose said kRleDictionary.
  size_t dictionary_size() const;
  void EncodeDictionary(Buffer<char>* out) const;

 private:
  // Pieces of the chunk that stand for the whole.
  struct Sample {
    uint64_t blocks = 0;
    uint64_t block_values = 0;
  };

  bool Fits(ParquetEncoding hint);
  ParquetEncoding ChooseForSmall();
  Result<ParquetEncoding> ChooseBySample();
  uint64_t PlainBytes() const;
  Sample PlanSample() const;
  Sample PlanStreamSample() const;
  uint64_t SampleBegin(const Sample& sample, uint64_t block) const;
  double ScaleOf(const Sample& sample) const;
  uint64_t AverageLength() const;
  Result<void> CompressSample(std::span<const char> bytes);
  Result<double> EstimateBytes(ParquetEncoding encoding, const Sample& sample);
  Result<double> EstimateDictionaryPage();
  Result<bool> DictionaryMayPay(const Sample& sample, double best_score);
  void FillWithHashes(uint64_t begin, uint64_t count, int bit_width);
  uint64_t ProbeDistinct();
  bool BuildDictionary();
  bool AddAllToDictionary(size_t fixed_limit);
  ValueBounds EncodeBytes(ParquetEncoding encoding, uint64_t begin, size_t count, Buffer<char>* out);
  int IndexBitWidth() const;

  const ValueLayout layout_;
  const IntegerWidth width_;
  const ChunkValues& values_;
  const uint64_t rows_;
  const ParquetOptions& options_;
  ChunkScratch& scratch_;
  uint32_t mark_ = 0;  // of the page in `seen`
};

}  // namespace ingot
