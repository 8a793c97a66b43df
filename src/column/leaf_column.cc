#include "column/leaf_column.h"

#include <algorithm>

#include "column/column_batch.h"

namespace ingot {

void Levels::AppendRun(uint64_t count, uint8_t definition, uint8_t repetition) {
  slots_ += count;
  rows_ += repetition == 0 ? count : 0;
  if (!runs_.empty()) {
    LevelRun& last = runs_.back();
    if (last.definition == definition && last.repetition == repetition) {
      const uint64_t room = std::min<uint64_t>(count, UINT32_MAX - last.count);
      last.count += static_cast<uint32_t>(room);
      count -= room;
    }
  }
  while (count > 0) {
    const uint64_t part = std::min<uint64_t>(count, UINT32_MAX);
    runs_.Append({static_cast<uint32_t>(part), definition, repetition, 0});
    count -= part;
  }
}

uint64_t Levels::RemoveLastRow(uint8_t max_definition) {
  uint64_t values = 0;
  while (!runs_.empty()) {
    LevelRun& last = runs_.back();
    const bool starts_row = last.repetition == 0;
    // Every slot of a run with repetition 0 is a row of its own: only the last one goes.
    const uint32_t removed = starts_row ? 1 : last.count;
    values += last.definition == max_definition ? removed : 0;
    slots_ -= removed;
    last.count -= removed;
    if (last.count == 0) {
      runs_.Truncate(runs_.size() - 1);
    }
    if (starts_row) {
      --rows_;
      break;
    }
  }
  return values;
}

uint64_t Levels::CountDefined(uint8_t max_definition) const {
  uint64_t count = 0;
  for (const LevelRun& run : runs_) {
    count += run.definition == max_definition ? run.count : 0;
  }
  return count;
}

ValueLayout LayoutOf(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBool:
      return ValueLayout::kBool;
    case TypeKind::kInt16:
    case TypeKind::kInt32:
    case TypeKind::kInt64:
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kDecimal:
      return ValueLayout::kInt64;
    case TypeKind::kDouble:
      return ValueLayout::kDouble;
    case TypeKind::kString:
    case TypeKind::kBinary:
    case TypeKind::kJson:
      return ValueLayout::kBytes;
    case TypeKind::kNull:
    case TypeKind::kStruct:
    case TypeKind::kList:
    case TypeKind::kMap:
      break;
  }
  return ValueLayout::kNone;
}

uint64_t LeafColumn::ValueCount() const {
  switch (layout) {
    case ValueLayout::kNone:
      return 0;
    case ValueLayout::kBool:
      return bools.size();
    case ValueLayout::kInt64:
      return ints.size();
    case ValueLayout::kDouble:
      return doubles.size();
    case ValueLayout::kBytes:
      return ends.size();
  }
  return 0;
}

size_t LeafColumn::MemoryBytes() const {
  return levels.MemoryBytes() + bools.capacity() + ints.capacity() * sizeof(int64_t) +
         doubles.capacity() * sizeof(double) + ends.capacity() * sizeof(uint32_t) + bytes.capacity() +
         repeats.capacity() * sizeof(TextRepeat);
}

void LeafColumn::AppendColumn(const LeafColumn& more) {
  for (const LevelRun& run : more.levels.runs()) {
    levels.AppendRun(run.count, run.definition, run.repetition);
  }
  bools.AppendAll(more.bools.data(), more.bools.size());
  ints.AppendAll(more.ints.data(), more.ints.size());
  doubles.AppendAll(more.doubles.data(), more.doubles.size());
  const auto shift = static_cast<uint32_t>(bytes.size());
  ends.Reserve(ends.size() + more.ends.size());
  for (const uint32_t end : more.ends) {
    ends.Append(end + shift);
  }
  bytes.AppendAll(more.bytes.data(), more.bytes.size());
  repeats.Clear();
}

size_t ColumnBatch::MemoryBytes() const {
  size_t total = leaves.capacity() * sizeof(LeafColumn);
  for (const LeafColumn& leaf : leaves) {
    total += leaf.MemoryBytes();
  }
  return total;
}

uint64_t ColumnBatch::ValueBytes() const {
  uint64_t bytes = 0;
  for (const LeafColumn& leaf : leaves) {
    bytes += leaf.bools.size() + leaf.ints.size() * sizeof(int64_t) + leaf.doubles.size() * sizeof(double) +
             leaf.ends.size() * sizeof(uint32_t) + leaf.bytes.size();
  }
  return bytes;
}

}  // namespace ingot
