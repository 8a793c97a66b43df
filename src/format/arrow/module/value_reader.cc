#include "format/arrow/module/value_reader.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>
#include <parquet/properties.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "format/arrow/module/arrow_errors.h"
#include "format/arrow/module/descriptor_file.h"

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
class TypedCursor final : public LeafCursor {
 public:
  TypedCursor(std::shared_ptr<parquet::ColumnReader> reader, const Leaf& leaf, uint64_t rows)
      : reader_(std::move(reader)), leaf_(leaf), rows_(rows), checker_(leaf) {}

  Result<std::optional<LeafColumn>> Next() override {
    return CatchArrow(ErrorKind::kCorrupt, [this] { return NextPart(); });
  }

 private:
  Result<std::optional<LeafColumn>> NextPart() {
    if (slot_ == batch_.slots) {
      INGOT_ASSIGN(const bool more, ReadBatch());
      if (!more) {
        INGOT_TRY(checker_.Finish(rows_));
        return std::optional<LeafColumn>();
      }
    }
    const size_t count = SlotsThatFit(batch_, leaf_, slot_, value_);
    LeafColumn part;
    part.layout = LayoutOf(leaf_.field->type.kind);
    INGOT_ASSIGN(const size_t defined,
                 checker_.Append(std::span(batch_.definitions).subspan(slot_, count),
                                 std::span(batch_.repetitions).subspan(slot_, count), &part.levels));
    if (defined > batch_.value_count - value_) {
      return checker_.Damaged("misses values");
    }
    if (part.layout != ValueLayout::kNone) {
      AppendValues(batch_.values.get() + value_, defined, &part);
    } else if (defined > 0) {
      return checker_.Damaged("is of the null type and has values");
    }
    slot_ += count;
    value_ += defined;
    if (slot_ == batch_.slots && value_ != batch_.value_count) {
      return checker_.Damaged("has values without levels");
    }
    return std::optional<LeafColumn>(std::move(part));
  }

  Result<bool> ReadBatch() {
    auto* typed = static_cast<parquet::TypedColumnReader<ParquetType>*>(reader_.get());
    slot_ = value_ = 0;
    batch_.slots = batch_.value_count = 0;
    if (!typed->HasNext()) {
      return false;
    }
    int64_t values_read = 0;
    batch_.slots = static_cast<size_t>(typed->ReadBatch(kBatchSlots, batch_.definitions.data(),
                                                        batch_.repetitions.data(), batch_.values.get(), &values_read));
    batch_.value_count = static_cast<size_t>(values_read);
    checker_.FillAbsent(&batch_.definitions, &batch_.repetitions);
    // A page without slots: if more had to come, the rows will not agree.
    return batch_.slots > 0;
  }

  std::shared_ptr<parquet::ColumnReader> reader_;
  const Leaf& leaf_;
  uint64_t rows_;
  LevelChecker checker_;
  DecodedBatch<ParquetType> batch_;
  size_t slot_ = 0;   // the next one of the batch
  size_t value_ = 0;  // the first that belongs to it
};

template <typename ParquetType>
std::unique_ptr<LeafCursor> MakeTyped(std::shared_ptr<parquet::ColumnReader> reader, const Leaf& leaf, uint64_t rows) {
  return std::make_unique<TypedCursor<ParquetType>>(std::move(reader), leaf, rows);
}

Result<std::unique_ptr<LeafCursor>> MakeCursor(std::shared_ptr<parquet::ColumnReader> reader, const Leaf& leaf,
                                               uint64_t rows) {
  switch (reader->type()) {
    case parquet::Type::BOOLEAN:
      return MakeTyped<parquet::BooleanType>(std::move(reader), leaf, rows);
    case parquet::Type::INT32:
      return MakeTyped<parquet::Int32Type>(std::move(reader), leaf, rows);
    case parquet::Type::INT64:
      return MakeTyped<parquet::Int64Type>(std::move(reader), leaf, rows);
    case parquet::Type::DOUBLE:
      return MakeTyped<parquet::DoubleType>(std::move(reader), leaf, rows);
    case parquet::Type::BYTE_ARRAY:
      return MakeTyped<parquet::ByteArrayType>(std::move(reader), leaf, rows);
    default:
      return Error(ErrorKind::kUnsupported, "column '" + leaf.DisplayPath() + "' has a physical type that is not read");
  }
}

std::shared_ptr<arrow::io::RandomAccessFile> OpenSource(const FileBytes& bytes) {
  if (bytes.memory.data() != nullptr) {
    return std::make_shared<arrow::io::BufferReader>(std::make_shared<arrow::Buffer>(
        reinterpret_cast<const uint8_t*>(bytes.memory.data()), static_cast<int64_t>(bytes.memory.size())));
  }
  struct stat status{};
  if (::fstat(bytes.fd, &status) != 0) {
    throw FailedRead(ErrnoError(errno, "read", bytes.path));
  }
  return std::make_shared<DescriptorFile>(bytes.fd, bytes.path, static_cast<uint64_t>(status.st_size));
}

class ArrowValueReader final : public ValueReader {
 public:
  explicit ArrowValueReader(std::unique_ptr<parquet::ParquetFileReader> file) : file_(std::move(file)) {}

  Result<std::unique_ptr<LeafCursor>> OpenLeaf(size_t row_group, size_t column, const Leaf& leaf,
                                               uint64_t rows) override {
    return CatchArrow(ErrorKind::kCorrupt, [&] {
      const auto group = file_->RowGroup(static_cast<int>(row_group));
      return MakeCursor(group->Column(static_cast<int>(column)), leaf, rows);
    });
  }

 private:
  std::unique_ptr<parquet::ParquetFileReader> file_;
};

}  // namespace

Result<std::unique_ptr<ValueReader>> OpenArrowValues(const FileBytes& bytes) {
  return CatchArrow(ErrorKind::kCorrupt, [&]() -> Result<std::unique_ptr<ValueReader>> {
    parquet::ReaderProperties properties = parquet::default_reader_properties();
    properties.set_page_checksum_verification(true);
    return std::make_unique<ArrowValueReader>(parquet::ParquetFileReader::Open(OpenSource(bytes), properties));
  });
}

}  // namespace ingot
