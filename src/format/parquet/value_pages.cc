#include "format/parquet/value_pages.h"

#include <algorithm>
#include <array>
#include <span>

#include "format/parquet/hybrid_encoder.h"

namespace ingot {
namespace {

// Below, what compression makes of a chunk is not worth knowing: trying would cost as much as writing.
constexpr uint64_t kSmallChunk = 65'536;  // plain bytes

// Pieces of a large chunk that are compressed in each encoding.
constexpr uint64_t kOneBlock = 1U << 20U;       // plain bytes up to which one piece, from the middle, must do
constexpr uint64_t kSampleBlocks = 3;           // else at the begin, in the middle, at the end
constexpr uint64_t kSampleBlockValues = 4096;   // enough for a compressor to find what repeats nearby
constexpr uint64_t kSampleBlockBytes = 32'768;  // of strings
constexpr uint64_t kSampleShare = 16;           // of all values, for each piece at most

constexpr uint64_t kStreamSampleValues = 32'768;  // byte streams compress better the longer they are
constexpr uint64_t kStreamSampleShare = 8;
constexpr double kIncompressible = 0.6;  // of the plain size; below, repetition is found without splitting bytes

constexpr uint64_t kProbeCount = 8192;          // values, far apart, that are looked at for repetition
constexpr uint64_t kDictionarySample = 65'536;  // bytes of a dictionary page that are compressed to estimate it

// What readers pay: an encoding that is slower to read must be smaller by its weight. Dictionaries are the fastest.
struct Candidate {
  ParquetEncoding encoding;
  double weight;
};
constexpr double kDictionaryWeight = 0.9;
constexpr std::array<Candidate, 2> kIntegerCandidates{
    {{ParquetEncoding::kPlain, 1.0}, {ParquetEncoding::kDeltaBinaryPacked, 1.05}}};
constexpr std::array<Candidate, 2> kDoubleCandidates{
    {{ParquetEncoding::kPlain, 1.0}, {ParquetEncoding::kByteStreamSplit, 1.05}}};
constexpr std::array<Candidate, 3> kBytesCandidates{{{ParquetEncoding::kPlain, 1.0},
                                                     {ParquetEncoding::kDeltaLengthByteArray, 1.02},
                                                     {ParquetEncoding::kDeltaByteArray, 1.1}}};

// For small chunks, which are compared before compression: that finds in plain values much of what these save.
constexpr double kSmallDictionaryWeight = 2;
constexpr double kSmallDeltaWeight = 1.5;

std::span<const Candidate> CandidatesOf(ValueLayout layout) {
  switch (layout) {
    case ValueLayout::kInt64:
      return kIntegerCandidates;
    case ValueLayout::kDouble:
      return kDoubleCandidates;
    case ValueLayout::kBytes:
      return kBytesCandidates;
    case ValueLayout::kNone:
    case ValueLayout::kBool:
      break;
  }
  return {};
}

IntegerWidth WidthOf(TypeKind kind) {
  return kind == TypeKind::kInt16 || kind == TypeKind::kInt32 || kind == TypeKind::kDate ? IntegerWidth::k32
                                                                                         : IntegerWidth::k64;
}

}  // namespace

ValuePages::ValuePages(TypeKind kind, const ChunkValues& values, uint64_t rows, const ParquetOptions& options,
                       ChunkScratch* scratch)
    : layout_(LayoutOf(kind)),
      width_(WidthOf(kind)),
      values_(values),
      rows_(rows),
      options_(options),
      scratch_(*scratch) {}

Result<ParquetEncoding> ValuePages::Choose() {
  if (layout_ == ValueLayout::kBool) {
    return ParquetEncoding::kRle;
  }
  if (values_.size() == 0) {
    return ParquetEncoding::kPlain;
  }
  return PlainBytes() < kSmallChunk ? ChooseForSmall() : ChooseBySample();
}

ParquetEncoding ValuePages::ChooseForSmall() {
  const double plain = static_cast<double>(PlainBytes());
  if (BuildDictionary()) {
    scratch_.page.Clear();
    EncodeDictionary(&scratch_.page);
    const double entries = static_cast<double>(scratch_.page.size());
    const double indices = static_cast<double>(values_.size() * static_cast<uint64_t>(IndexBitWidth())) / 8;
    if ((entries + indices) * kSmallDictionaryWeight <= plain) {
      return ParquetEncoding::kRleDictionary;
    }
  }
  if (layout_ == ValueLayout::kInt64) {
    scratch_.page.Clear();
    Encode(ParquetEncoding::kDeltaBinaryPacked, 0, values_.size(), &scratch_.page);
    if (static_cast<double>(scratch_.page.size()) * kSmallDeltaWeight <= plain) {
      return ParquetEncoding::kDeltaBinaryPacked;
    }
  }
  return ParquetEncoding::kPlain;
}

Result<ParquetEncoding> ValuePages::ChooseBySample() {
  const Sample sample = PlanSample();
  ParquetEncoding best = ParquetEncoding::kPlain;
  double best_score = 0;
  for (const Candidate& candidate : CandidatesOf(layout_)) {
    const bool splits_bytes = candidate.encoding == ParquetEncoding::kByteStreamSplit;
    if (splits_bytes && best_score < kIncompressible * static_cast<double>(PlainBytes())) {
      continue;
    }
    INGOT_ASSIGN(const double bytes, EstimateBytes(candidate.encoding, splits_bytes ? PlanStreamSample() : sample));
    if (candidate.encoding == ParquetEncoding::kPlain || bytes * candidate.weight < best_score) {
      best = candidate.encoding;
      best_score = bytes * candidate.weight;
    }
  }
  if (BuildDictionary()) {
    INGOT_ASSIGN(const double page_bytes, EstimateDictionaryPage());
    INGOT_ASSIGN(const double index_bytes, EstimateBytes(ParquetEncoding::kRleDictionary, sample));
    if ((page_bytes + index_bytes) * kDictionaryWeight <= best_score) {
      return ParquetEncoding::kRleDictionary;
    }
  }
  return best;
}

ValuePages::Sample ValuePages::PlanSample() const {
  const uint64_t count = values_.size();
  uint64_t block = std::min(kSampleBlockValues, count / kSampleShare);
  if (layout_ == ValueLayout::kBytes) {
    block = std::min(block, kSampleBlockBytes / std::max<uint64_t>(AverageLength(), 1));
  }
  return {PlainBytes() < kOneBlock ? 1 : kSampleBlocks, std::max<uint64_t>(block, 1)};
}

// One block, no longer than a page's values.
ValuePages::Sample ValuePages::PlanStreamSample() const {
  const uint64_t count = values_.size();
  const uint64_t values_per_row = std::max<uint64_t>(count / std::max<uint64_t>(rows_, 1), 1);
  const uint64_t page = std::min(options_.page_rows * values_per_row, options_.page_bytes / sizeof(double));
  return {1, std::max<uint64_t>(std::min({kStreamSampleValues, page, count / kStreamSampleShare}), 1)};
}

uint64_t ValuePages::PlainBytes() const {
  const uint64_t lengths = layout_ == ValueLayout::kBytes ? AverageLength() : 0;
  return values_.size() * (BitsPerValue(ParquetEncoding::kPlain) / 8 + lengths);
}

uint64_t ValuePages::AverageLength() const {
  uint64_t bytes = 0;
  for (const LeafColumn* fragment : values_.fragments()) {
    bytes += fragment->bytes.size();
  }
  return bytes / std::max<uint64_t>(values_.size(), 1);
}

Result<double> ValuePages::EstimateBytes(ParquetEncoding encoding, const Sample& sample) {
  // A higher level would cost more than it tells about the order of the candidates.
  const int level = std::min(options_.level, 3);
  const uint64_t last_begin = values_.size() - sample.block_values;
  uint64_t bytes = 0;
  for (uint64_t block = 0; block < sample.blocks; ++block) {
    const uint64_t begin = sample.blocks == 1 ? last_begin / 2 : last_begin / (sample.blocks - 1) * block;
    scratch_.page.Clear();
    Encode(encoding, begin, sample.block_values, &scratch_.page);
    INGOT_TRY(scratch_.compressor.Compress(scratch_.page, options_.codec, level, &scratch_.compressed));
    bytes += scratch_.compressed.size();
  }
  return static_cast<double>(bytes) * static_cast<double>(values_.size()) / static_cast<double>(sample.values());
}

Result<double> ValuePages::EstimateDictionaryPage() {
  scratch_.page.Clear();
  EncodeDictionary(&scratch_.page);
  const size_t whole = scratch_.page.size();
  const size_t tried = std::min<size_t>(whole, kDictionarySample);
  constexpr double kPageHeader = 32;
  INGOT_TRY(scratch_.compressor.Compress({scratch_.page.data(), tried}, options_.codec, std::min(options_.level, 3),
                                         &scratch_.compressed));
  return kPageHeader + static_cast<double>(scratch_.compressed.size()) * static_cast<double>(whole) /
                           static_cast<double>(std::max<size_t>(tried, 1));
}

bool ValuePages::BuildDictionary() {
  const uint64_t count = values_.size();
  // More entries than half of the values never pay.
  const uint64_t limit = std::min<uint64_t>(options_.dictionary_bytes / sizeof(uint64_t), (count + 1) / 2);
  if (count >= 4 * kProbeCount && !SeemsRepetitive()) {
    return false;
  }
  if (!AddAllToDictionary(limit)) {
    return false;
  }
  scratch_.seen.Clear();
  scratch_.seen.Reserve(dictionary_size());
  scratch_.seen.SetSize(dictionary_size());
  std::fill(scratch_.seen.begin(), scratch_.seen.end(), 0);
  mark_ = 0;
  return true;
}

// Draws values that lie far apart. Had the chunk d distinct values, equally frequent, then of n draws about n² / 2d
// would repeat an earlier one: too few repetitions mean too many distinct values for any dictionary page.
bool ValuePages::SeemsRepetitive() {
  const uint64_t step = values_.size() / kProbeCount;
  size_t distinct = 0;
  scratch_.indices.Clear();
  uint64_t max_distinct = options_.dictionary_bytes / sizeof(uint64_t);
  if (layout_ == ValueLayout::kBytes) {
    scratch_.bytes_dictionary.Clear();
    for (uint64_t i = 0; i < kProbeCount; ++i) {
      scratch_.bytes_dictionary.Add(values_.Bytes(i * step, 1, &scratch_.slices), SIZE_MAX, &scratch_.indices);
    }
    distinct = scratch_.bytes_dictionary.size();
    max_distinct = options_.dictionary_bytes / (AverageLength() + sizeof(uint32_t));
  } else {
    scratch_.fixed_dictionary.Clear();
    for (uint64_t i = 0; i < kProbeCount; ++i) {
      if (layout_ == ValueLayout::kDouble) {
        scratch_.fixed_dictionary.Add(values_.Doubles(i * step, 1, &scratch_.slices), SIZE_MAX, &scratch_.indices);
      } else {
        scratch_.fixed_dictionary.Add(values_.Ints(i * step, 1, &scratch_.slices), SIZE_MAX, &scratch_.indices);
      }
    }
    distinct = scratch_.fixed_dictionary.entries().size();
  }
  const uint64_t repeated = kProbeCount - distinct;
  return repeated * 2 * max_distinct >= kProbeCount * kProbeCount;
}

bool ValuePages::AddAllToDictionary(size_t fixed_limit) {
  scratch_.indices.Clear();
  scratch_.indices.Reserve(values_.size());
  scratch_.fixed_dictionary.Clear();
  scratch_.bytes_dictionary.Clear();
  for (const LeafColumn* fragment : values_.fragments()) {
    bool fits = true;
    if (layout_ == ValueLayout::kDouble) {
      fits = scratch_.fixed_dictionary.Add(std::span<const double>(fragment->doubles), fixed_limit, &scratch_.indices);
    } else if (layout_ == ValueLayout::kInt64) {
      fits = scratch_.fixed_dictionary.Add(std::span<const int64_t>(fragment->ints), fixed_limit, &scratch_.indices);
    } else {
      fits = scratch_.bytes_dictionary.Add({fragment->bytes.data(), fragment->ends.data(), 0, fragment->ends.size()},
                                           options_.dictionary_bytes, &scratch_.indices);
    }
    if (!fits) {
      return false;
    }
  }
  return true;
}

size_t ValuePages::dictionary_size() const {
  return layout_ == ValueLayout::kBytes ? scratch_.bytes_dictionary.size() : scratch_.fixed_dictionary.entries().size();
}

int ValuePages::IndexBitWidth() const {
  // A width of zero is legal where there is one entry, but not every reader has met it.
  return std::max(1, BitWidthOf(dictionary_size() - 1));
}

void ValuePages::EncodeDictionary(Buffer<char>* out) const {
  if (layout_ == ValueLayout::kBytes) {
    EncodePlain(scratch_.bytes_dictionary.entries(), out);
    return;
  }
  EncodePlain(scratch_.fixed_dictionary.entries(), width_, out);
}

uint64_t ValuePages::BitsPerValue(ParquetEncoding encoding) const {
  if (encoding == ParquetEncoding::kRleDictionary) {
    return static_cast<uint64_t>(IndexBitWidth());
  }
  switch (layout_) {
    case ValueLayout::kNone:
      return 0;
    case ValueLayout::kBool:
      return 1;
    case ValueLayout::kInt64:
      return width_ == IntegerWidth::k32 ? 32 : 64;
    case ValueLayout::kDouble:
      return 64;
    case ValueLayout::kBytes:
      return 32;
  }
  return 0;
}

bool ValuePages::CountsLengths(ParquetEncoding encoding) const {
  return layout_ == ValueLayout::kBytes && encoding != ParquetEncoding::kRleDictionary;
}

ValueBounds ValuePages::Encode(ParquetEncoding encoding, uint64_t begin, size_t count, Buffer<char>* out) {
  const std::span<const uint32_t> indices = encoding == ParquetEncoding::kRleDictionary
                                                ? std::span(scratch_.indices.data() + begin, count)
                                                : std::span<const uint32_t>();
  if (encoding == ParquetEncoding::kRleDictionary) {
    EncodeDictionaryIndices(indices, IndexBitWidth(), out);
  }
  switch (layout_) {
    case ValueLayout::kNone:
      return {};
    case ValueLayout::kBool: {
      const std::span<const uint8_t> bools = values_.Bools(begin, count, &scratch_.slices);
      EncodeRleBools(bools, out);
      return BoundsOf(bools);
    }
    case ValueLayout::kInt64: {
      const std::span<const int64_t> ints = values_.Ints(begin, count, &scratch_.slices);
      if (encoding == ParquetEncoding::kPlain) {
        EncodePlain(ints, width_, out);
      } else if (encoding == ParquetEncoding::kDeltaBinaryPacked) {
        EncodeDeltaBinaryPacked(ints, width_, out);
      }
      return BoundsOf(ints);
    }
    case ValueLayout::kDouble: {
      const std::span<const double> doubles = values_.Doubles(begin, count, &scratch_.slices);
      if (encoding == ParquetEncoding::kPlain) {
        EncodePlain(doubles, out);
      } else if (encoding == ParquetEncoding::kByteStreamSplit) {
        EncodeByteStreamSplit(doubles, out);
      }
      return BoundsOf(doubles);
    }
    case ValueLayout::kBytes:
      return EncodeBytes(encoding, begin, count, out);
  }
  return {};
}

ValueBounds ValuePages::EncodeBytes(ParquetEncoding encoding, uint64_t begin, size_t count, Buffer<char>* out) {
  if (encoding == ParquetEncoding::kRleDictionary) {
    return BoundsOf(scratch_.bytes_dictionary.entries(), {scratch_.indices.data() + begin, count}, ++mark_,
                    &scratch_.seen);
  }
  const BytesSlice values = values_.Bytes(begin, count, &scratch_.slices);
  if (encoding == ParquetEncoding::kDeltaLengthByteArray) {
    EncodeDeltaLength(values, out);
  } else if (encoding == ParquetEncoding::kDeltaByteArray) {
    EncodeDeltaBytes(values, out);
  } else {
    EncodePlain(values, out);
  }
  return BoundsOf(values);
}

}  // namespace ingot
