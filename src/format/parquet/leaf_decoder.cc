#include "format/parquet/leaf_decoder.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace ingot {
namespace {

constexpr int64_t kBatchSlots = 16'384;
constexpr size_t kMaxPartBytes = size_t{64} << 20U;  // of strings in one part, unless one value is longer

// The batch that Arrow fills. Booleans are bool there, so not a vector.
template <typename ParquetType>
struct DecodedBatch {
  using Value = typename ParquetType::c_type;

  std::unique_ptr<Value[]> values = std::make_unique<Value[]>(kBatchSlots);
  std::vector<int16_t> definitions = std::vector<int16_t>(kBatchSlots);
  std::vector<int16_t> repetitions = std::vector<int16_t>(kBatchSlots);
  size_t slots = 0;
  size_t value_count = 0;
};

class LevelChecker {
 public:
  explicit LevelChecker(const Leaf& leaf) : leaf_(leaf) {}

  // Puts the levels that Arrow leaves untouched in their place.
  void FillAbsent(std::vector<int16_t>* definitions, std::vector<int16_t>* repetitions) const {
    if (leaf_.max_definition == 0) {
      std::fill(definitions->begin(), definitions->end(), int16_t{0});
    }
    if (leaf_.max_repetition == 0) {
      std::fill(repetitions->begin(), repetitions->end(), int16_t{0});
    }
  }

  // Appends levels and returns how many values belong to them.
  Result<size_t> Append(std::span<const int16_t> definitions, std::span<const int16_t> repetitions, Levels* levels) {
    size_t defined = 0;
    for (size_t i = 0; i < definitions.size(); ++i) {
      const int16_t definition = definitions[i];
      const int16_t repetition = repetitions[i];
      if (definition < 0 || definition > leaf_.max_definition || repetition < 0 || repetition > leaf_.max_repetition) {
        return Damaged("has a level out of range");
      }
      rows_ += repetition == 0 ? 1 : 0;
      defined += definition == leaf_.max_definition ? 1 : 0;
      levels->Append(static_cast<uint8_t>(definition), static_cast<uint8_t>(repetition));
    }
    if (rows_ == 0) {
      return Damaged("does not begin with a row");
    }
    return defined;
  }

  Result<void> Finish(uint64_t rows) const {
    if (rows_ != rows) {
      return Damaged("has " + std::to_string(rows_) + " rows where the footer says " + std::to_string(rows));
    }
    return {};
  }

  Error Damaged(std::string_view what) const {
    return Error(ErrorKind::kCorrupt, "column '" + leaf_.DisplayPath() + "' " + std::string(what));
  }

 private:
  const Leaf& leaf_;
  uint64_t rows_ = 0;
};

void AppendValues(const bool* values, size_t count, LeafColumn* part) {
  for (size_t i = 0; i < count; ++i) {
    part->bools.Append(values[i] ? 1 : 0);
  }
}
void AppendValues(const int32_t* values, size_t count, LeafColumn* part) {
  for (size_t i = 0; i < count; ++i) {
    part->ints.Append(values[i]);
  }
}
void AppendValues(const int64_t* values, size_t count, LeafColumn* part) { part->ints.AppendAll(values, count); }
void AppendValues(const double* values, size_t count, LeafColumn* part) { part->doubles.AppendAll(values, count); }
void AppendValues(const parquet::ByteArray* values, size_t count, LeafColumn* part) {
  for (size_t i = 0; i < count; ++i) {
    part->bytes.AppendAll(reinterpret_cast<const char*>(values[i].ptr), values[i].len);
    part->ends.Append(static_cast<uint32_t>(part->bytes.size()));
  }
}

// How many slots from `slot` on fit into one part; `value` is the first value that belongs to them.
template <typename ParquetType>
size_t SlotsThatFit(const DecodedBatch<ParquetType>& batch, const Leaf& leaf, size_t slot, size_t value) {
  if constexpr (std::is_same_v<ParquetType, parquet::ByteArrayType>) {
    size_t bytes = 0;
    for (size_t i = slot; i < batch.slots && value < batch.value_count; ++i) {
      if (batch.definitions[i] == leaf.max_definition) {
        bytes += batch.values[value++].len;
        if (bytes > kMaxPartBytes && i > slot) {
          return i - slot;
        }
      }
    }
  }
  return batch.slots - slot;
}

template <typename ParquetType>
Result<void> VisitBatch(const DecodedBatch<ParquetType>& batch, const Leaf& leaf, LevelChecker* checker,
                        const ParquetFileReader::LeafVisitor& visit) {
  size_t value = 0;
  for (size_t slot = 0; slot < batch.slots;) {
    const size_t count = SlotsThatFit(batch, leaf, slot, value);
    LeafColumn part;
    part.layout = LayoutOf(leaf.field->type.kind);
    INGOT_ASSIGN(const size_t defined,
                 checker->Append(std::span(batch.definitions).subspan(slot, count),
                                 std::span(batch.repetitions).subspan(slot, count), &part.levels));
    if (defined > batch.value_count - value) {
      return checker->Damaged("misses values");
    }
    if (part.layout != ValueLayout::kNone) {
      AppendValues(batch.values.get() + value, defined, &part);
    } else if (defined > 0) {
      return checker->Damaged("is of the null type and has values");
    }
    INGOT_TRY(visit(std::move(part)));
    slot += count;
    value += defined;
  }
  return value == batch.value_count ? Result<void>() : checker->Damaged("has values without levels");
}

template <typename ParquetType>
Result<void> DecodeTyped(parquet::ColumnReader* reader, const Leaf& leaf, uint64_t rows,
                         const ParquetFileReader::LeafVisitor& visit) {
  auto* typed = static_cast<parquet::TypedColumnReader<ParquetType>*>(reader);
  DecodedBatch<ParquetType> batch;
  LevelChecker checker(leaf);
  while (typed->HasNext()) {
    int64_t values_read = 0;
    batch.slots = static_cast<size_t>(typed->ReadBatch(kBatchSlots, batch.definitions.data(), batch.repetitions.data(),
                                                       batch.values.get(), &values_read));
    batch.value_count = static_cast<size_t>(values_read);
    if (batch.slots == 0) {
      break;  // a page without values: if more had to come, the rows will not agree
    }
    checker.FillAbsent(&batch.definitions, &batch.repetitions);
    INGOT_TRY(VisitBatch(batch, leaf, &checker, visit));
  }
  return checker.Finish(rows);
}

}  // namespace

Result<void> DecodeChunk(parquet::ColumnReader* reader, const Leaf& leaf, uint64_t rows,
                         const ParquetFileReader::LeafVisitor& visit) {
  switch (reader->type()) {
    case parquet::Type::BOOLEAN:
      return DecodeTyped<parquet::BooleanType>(reader, leaf, rows, visit);
    case parquet::Type::INT32:
      return DecodeTyped<parquet::Int32Type>(reader, leaf, rows, visit);
    case parquet::Type::INT64:
      return DecodeTyped<parquet::Int64Type>(reader, leaf, rows, visit);
    case parquet::Type::DOUBLE:
      return DecodeTyped<parquet::DoubleType>(reader, leaf, rows, visit);
    case parquet::Type::BYTE_ARRAY:
      return DecodeTyped<parquet::ByteArrayType>(reader, leaf, rows, visit);
    default:
      return Error(ErrorKind::kUnsupported, "column '" + leaf.DisplayPath() + "' has a physical type that is not read");
  }
}

}  // namespace ingot
