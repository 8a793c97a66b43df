// One leaf column of a batch: Dremel levels as runs, and the values of the slots that are present.
//
// A slot is one (definition, repetition) pair: a value, or a null somewhere along the path. Repetition 0 starts a row.
// Runs are used because real levels are runs: 750 array elements are two of them. Level rules are Parquet's
// (see model/schema.h, Leaf).
#pragma once

#include <cstdint>
#include <string_view>

#include "column/buffer.h"
#include "model/schema.h"

namespace ingot {

struct LevelRun {
  uint32_t count;
  uint8_t definition;
  uint8_t repetition;
  uint16_t reserved;  // always 0: runs are compared and hashed as bytes

  bool SameLevels(const LevelRun& other) const {
    return definition == other.definition && repetition == other.repetition;
  }
};

// Slots in order. Adjacent runs always differ in their levels, unless a run would pass 2^32-1 slots.
class Levels {
 public:
  void Append(uint8_t definition, uint8_t repetition) {
    ++slots_;
    rows_ += repetition == 0 ? 1 : 0;
    if (!runs_.empty()) {
      LevelRun& last = runs_.back();
      if (last.definition == definition && last.repetition == repetition && last.count != UINT32_MAX) {
        ++last.count;
        return;
      }
    }
    runs_.Append({1, definition, repetition, 0});
  }
  void AppendRun(uint64_t count, uint8_t definition, uint8_t repetition);
  // Removes slots from the end up to and including the last one with repetition 0. Returns how many of the removed
  // slots had definition `max_definition`. Requires: a slot with repetition 0.
  uint64_t RemoveLastRow(uint8_t max_definition);

  uint64_t slots() const { return slots_; }
  const Buffer<LevelRun>& runs() const { return runs_; }
  // Number of slots with definition == max_definition: the number of values.
  uint64_t CountDefined(uint8_t max_definition) const;
  // Number of slots with repetition 0.
  uint64_t rows() const { return rows_; }
  void Clear() {
    runs_.Clear();
    slots_ = 0;
    rows_ = 0;
  }
  size_t MemoryBytes() const { return runs_.capacity() * sizeof(LevelRun); }

 private:
  Buffer<LevelRun> runs_;
  uint64_t slots_ = 0;
  uint64_t rows_ = 0;
};

// How a leaf's values lie in memory.
enum class ValueLayout : uint8_t {
  kNone,    // kNull: no value can be present
  kBool,    // one byte each, 0 or 1
  kInt64,   // int16, int32, int64, date, timestamp, decimal: widened to 64 bits
  kDouble,  // IEEE 754 binary64
  kBytes,   // string, binary, json: `ends[i]` is where value i ends in `bytes`
};

ValueLayout LayoutOf(TypeKind kind);

// The `size` bytes at `begin` are the same as those `distance` before them.
struct TextRepeat {
  uint32_t begin;
  uint16_t distance;
  uint16_t size;
};

// Values of the slots with maximum definition, in slot order; only the buffers of the layout are used.
struct LeafColumn {
  ValueLayout layout = ValueLayout::kNone;
  Levels levels;
  Buffer<uint8_t> bools;
  Buffer<int64_t> ints;
  Buffer<double> doubles;
  Buffer<uint32_t> ends;  // bytes of one batch never pass 4 GiB: batches are a few MiB
  Buffer<char> bytes;
  // Where `bytes` repeats itself, in order and without overlaps, as far as its maker knows: compressors need not
  // search.
  Buffer<TextRepeat> repeats;

  uint64_t ValueCount() const;
  std::string_view BytesAt(size_t i) const {
    const uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return {bytes.data() + begin, ends[i] - begin};
  }
  size_t MemoryBytes() const;
  // Appends the slots and values of a column of the same layout, which begins with a row. `repeats` are dropped.
  void AppendColumn(const LeafColumn& more);
};

}  // namespace ingot
