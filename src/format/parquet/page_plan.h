// Where a column chunk is cut into pages: on row boundaries, by its levels and values alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "column/leaf_column.h"
#include "format/parquet/options.h"

namespace ingot {

// What lies in one page. Pages follow each other without gaps.
struct PageSpan {
  uint64_t slots = 0;
  uint64_t rows = 0;
  uint64_t values = 0;
};

// What a value takes in its page, for deciding where it ends.
struct ValueCost {
  uint64_t bits = 0;         // of each value
  bool plus_length = false;  // and the bytes of the string itself
};

// Requires: the first slot has repetition 0. Errors: kResourceLimit when one row has too many elements for any page.
Result<std::vector<PageSpan>> PlanPages(std::span<const LeafColumn* const> fragments, uint8_t max_definition,
                                        ValueCost cost, const ParquetOptions& options);

// Walks the runs of all fragments in order, a page's slots at a time.
class LevelCursor {
 public:
  explicit LevelCursor(std::span<const LeafColumn* const> fragments) : fragments_(fragments) {}

  // Requires: as many slots are left.
  template <typename Visit>  // void(uint64_t count, uint8_t definition, uint8_t repetition)
  void Take(uint64_t slots, Visit visit) {
    while (slots > 0) {
      const Buffer<LevelRun>& runs = fragments_[fragment_]->levels.runs();
      if (run_ == runs.size()) {
        ++fragment_;
        run_ = 0;
        continue;
      }
      const LevelRun& run = runs[run_];
      const uint64_t left = run.count - taken_;
      const uint64_t part = left < slots ? left : slots;
      visit(part, run.definition, run.repetition);
      slots -= part;
      taken_ += part;
      if (taken_ == run.count) {
        ++run_;
        taken_ = 0;
      }
    }
  }

 private:
  std::span<const LeafColumn* const> fragments_;
  size_t fragment_ = 0;
  size_t run_ = 0;
  uint64_t taken_ = 0;  // slots of the run that were visited
};

// Repetition and definition levels of the next `slots` slots, as they begin a data page of version 1.
void EncodeLevels(LevelCursor* cursor, uint64_t slots, uint8_t max_definition, uint8_t max_repetition,
                  Buffer<char>* out);

}  // namespace ingot
