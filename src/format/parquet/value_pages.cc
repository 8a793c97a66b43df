#include "format/parquet/value_pages.h"

#include <algorithm>
#include <array>
#include <bit>
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

constexpr int kMaxSampleLevel = 3;

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

bool EncodingFits(ParquetEncoding encoding, ValueLayout layout) {
  const std::span<const Candidate> candidates = CandidatesOf(layout);
  return std::any_of(candidates.begin(), candidates.end(),
                     [encoding](const Candidate& candidate) { return candidate.encoding == encoding; });
}

ValuePages::ValuePages(TypeKind kind, const ChunkValues& values, uint64_t rows, const ParquetOptions& options,
                       ChunkScratch* scratch)
    : layout_(LayoutOf(kind)),
      width_(WidthOf(kind)),
      values_(values),
      rows_(rows),
      options_(options),
      scratch_(*scratch) {}

Result<ParquetEncoding> ValuePages::Choose(std::optional<ParquetEncoding> hint) {
  if (layout_ == ValueLayout::kBool) {
    return ParquetEncoding::kRle;
  }
  if (values_.size() == 0) {
    return ParquetEncoding::kPlain;
  }
  if (hint && Fits(*hint)) {
    return *hint;
  }
  return PlainBytes() < kSmallChunk ? ChooseForSmall() : ChooseBySample();
}

bool ValuePages::Fits(ParquetEncoding hint) {
  if (hint == ParquetEncoding::kRleDictionary) {
    return layout_ != ValueLayout::kNone && BuildDictionary();
  }
  return EncodingFits(hint, layout_);
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
  INGOT_ASSIGN(const bool may_pay, DictionaryMayPay(sample, best_score));
  if (may_pay && BuildDictionary()) {
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

uint64_t ValuePages::SampleBegin(const Sample& sample, uint64_t block) const {
  const uint64_t last_begin = values_.size() - sample.block_values;
  return sample.blocks == 1 ? last_begin / 2 : last_begin / (sample.blocks - 1) * block;
}

double ValuePages::ScaleOf(const Sample& sample) const {
  return static_cast<double>(values_.size()) / static_cast<double>(sample.blocks * sample.block_values);
}

Result<void> ValuePages::CompressSample(std::span<const char> bytes) {
  // A higher level would cost more than it tells about the order of the candidates.
  return scratch_.compressor.Compress(bytes, options_.codec, std::min(options_.level, kMaxSampleLevel),
                                      &scratch_.compressed);
}

Result<double> ValuePages::EstimateBytes(ParquetEncoding encoding, const Sample& sample) {
  double bytes = 0;
  for (uint64_t block = 0; block < sample.blocks; ++block) {
    scratch_.page.Clear();
    Encode(encoding, SampleBegin(sample, block), sample.block_values, &scratch_.page);
    INGOT_TRY(CompressSample(scratch_.page));
    bytes += static_cast<double>(scratch_.compressed.size());
  }
  return bytes * ScaleOf(sample);
}

Result<double> ValuePages::EstimateDictionaryPage() {
  scratch_.page.Clear();
  EncodeDictionary(&scratch_.page);
  const size_t whole = scratch_.page.size();
  const size_t tried = std::min<size_t>(whole, kDictionarySample);
  INGOT_TRY(CompressSample({scratch_.page.data(), tried}));
  return static_cast<double>(scratch_.compressed.size()) * static_cast<double>(whole) /
         static_cast<double>(std::max<size_t>(tried, 1));
}

// Building a dictionary and not using it costs more than all else that is tried, so a large chunk is first asked how
// many distinct values it has, and what their indices alone would take.
Result<bool> ValuePages::DictionaryMayPay(const Sample& sample, double best_score) {
  if (values_.size() < 4 * kProbeCount) {
    return true;
  }
  const uint64_t distinct = ProbeDistinct();
  const uint64_t entry_bytes = layout_ == ValueLayout::kBytes ? AverageLength() + sizeof(uint32_t) : sizeof(uint64_t);
  if (distinct * entry_bytes > options_.dictionary_bytes) {
    return false;
  }
  const int bit_width = std::clamp(BitWidthOf(distinct), 1, 31);
  double bytes = 0;
  for (uint64_t block = 0; block < sample.blocks; ++block) {
    FillWithHashes(SampleBegin(sample, block), sample.block_values, bit_width);
    scratch_.page.Clear();
    EncodeDictionaryIndices(scratch_.indices, bit_width, &scratch_.page);
    INGOT_TRY(CompressSample(scratch_.page));
    bytes += static_cast<double>(scratch_.compressed.size());
  }
  return bytes * ScaleOf(sample) * kDictionaryWeight <= best_score;
}

// Stand-ins for indices, before there is a dictionary: equal values are equal numbers of `bit_width` bits.
void ValuePages::FillWithHashes(uint64_t begin, uint64_t count, int bit_width) {
  const auto shift = static_cast<unsigned>(64 - bit_width);
  scratch_.indices.Clear();
  scratch_.indices.Reserve(count);
  if (layout_ == ValueLayout::kBytes) {
    const BytesSlice values = values_.Bytes(begin, count, &scratch_.slices);
    for (size_t i = 0; i < values.count; ++i) {
      scratch_.indices.Append(static_cast<uint32_t>(HashOfText(values[i]) >> shift));
    }
  } else if (layout_ == ValueLayout::kDouble) {
    for (const double value : values_.Doubles(begin, count, &scratch_.slices)) {
      scratch_.indices.Append(static_cast<uint32_t>(HashOfBits(std::bit_cast<int64_t>(value)) >> shift));
    }
  } else {
    for (const int64_t value : values_.Ints(begin, count, &scratch_.slices)) {
      scratch_.indices.Append(static_cast<uint32_t>(HashOfBits(value) >> shift));
    }
  }
}

bool ValuePages::BuildDictionary() {
  // More entries than half of the values never pay.
  const uint64_t limit = std::min<uint64_t>(options_.dictionary_bytes / sizeof(uint64_t), (values_.size() + 1) / 2);
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

// Estimates the number of distinct values from values that lie far apart. Had the chunk d of them, equally frequent,
// then of n draws about n² / 2d would repeat an earlier one. Where some are more frequent, the estimate is too low.
uint64_t ValuePages::ProbeDistinct() {
  const uint64_t step = values_.size() / kProbeCount;
  scratch_.indices.Clear();
  scratch_.bytes_dictionary.Clear();
  scratch_.fixed_dictionary.Clear();
  for (uint64_t i = 0; i < kProbeCount; ++i) {
    if (layout_ == ValueLayout::kBytes) {
      scratch_.bytes_dictionary.Add(values_.Bytes(i * step, 1, &scratch_.slices), SIZE_MAX, &scratch_.indices);
    } else if (layout_ == ValueLayout::kDouble) {
      scratch_.fixed_dictionary.Add(values_.Doubles(i * step, 1, &scratch_.slices), SIZE_MAX, &scratch_.indices);
    } else {
      scratch_.fixed_dictionary.Add(values_.Ints(i * step, 1, &scratch_.slices), SIZE_MAX, &scratch_.indices);
    }
  }
  const uint64_t distinct = dictionary_size();
  const uint64_t repeated = kProbeCount - distinct;
  return repeated == 0 ? values_.size() : std::max(distinct, kProbeCount * kProbeCount / (2 * repeated));
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

std::optional<ValueBounds> ValuePages::EncodeBeforeText(ParquetEncoding encoding, uint64_t begin, size_t count,
                                                        Buffer<char>* out, PageText* text) {
  if (encoding != ParquetEncoding::kDeltaLengthByteArray || count == 0 || values_.fragments().size() != 1 ||
      values_.fragments()[0]->repeats.empty()) {
    return std::nullopt;
  }
  const BytesSlice values = values_.Bytes(begin, count, &scratch_.slices);
  EncodeLengths(values, &scratch_.lengths, out);
  const Buffer<TextRepeat>& repeats = values_.fragments()[0]->repeats;
  const TextRepeat* first = std::lower_bound(repeats.begin(), repeats.end(), values.first,
                                             [](const TextRepeat& repeat, uint32_t at) { return repeat.begin < at; });
  *text = {{values.begin_bytes(), values.bytes()}, values.first, {first, repeats.end()}};
  return BoundsOf(values);
}

ValueBounds ValuePages::EncodeBytes(ParquetEncoding encoding, uint64_t begin, size_t count, Buffer<char>* out) {
  if (encoding == ParquetEncoding::kRleDictionary) {
    return BoundsOf(scratch_.bytes_dictionary.entries(), {scratch_.indices.data() + begin, count}, ++mark_,
                    &scratch_.seen);
  }
  const BytesSlice values = values_.Bytes(begin, count, &scratch_.slices);
  if (encoding == ParquetEncoding::kDeltaLengthByteArray) {
    EncodeDeltaLength(values, &scratch_.lengths, out);
  } else if (encoding == ParquetEncoding::kDeltaByteArray) {
    EncodeDeltaBytes(values, &scratch_.lengths, out);
  } else {
    EncodePlain(values, out);
  }
  return BoundsOf(values);
}

}  // namespace ingot
