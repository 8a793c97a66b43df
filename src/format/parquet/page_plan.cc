#include "format/parquet/page_plan.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "format/parquet/hybrid_encoder.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxPageSlots = INT32_MAX;
constexpr uint64_t kMaxPageBits =
    uint64_t{INT32_MAX} * 8 / 2;  // half of what a page can say, for levels and compression

class PagePlanner {
 public:
  PagePlanner(uint8_t max_definition, ValueCost cost, const ParquetOptions& options)
      : max_definition_(max_definition),
        cost_(cost),
        bit_limit_(uint64_t{options.page_bytes} * 8),
        row_limit_(options.page_rows),
        slot_limit_(options.page_slots) {}

  Result<void> AddFragment(const LeafColumn& fragment) {
    fragment_ = &fragment;
    next_value_ = 0;
    for (const LevelRun& run : fragment.levels.runs()) {
      const bool has_values = run.definition == max_definition_;
      if (run.repetition == 0) {
        AddRows(run.count, has_values);
      } else {
        AddSlots(run.count, has_values);
      }
      if (page_.slots > kMaxPageSlots || bits_ > kMaxPageBits) {
        return Error(ErrorKind::kResourceLimit,
                     "one row holds more than a Parquet page can: " + std::to_string(page_.slots) + " elements, " +
                         std::to_string(bits_ / 8) + " bytes");
      }
    }
    return {};
  }

  std::vector<PageSpan> Finish() && {
    if (page_.slots > 0) {
      pages_.push_back(page_);
    }
    return std::move(pages_);
  }

 private:
  bool IsFull() const { return bits_ >= bit_limit_ || page_.rows >= row_limit_ || page_.slots >= slot_limit_; }

  void AddSlots(uint64_t count, bool has_values) {
    page_.slots += count;
    if (has_values) {
      bits_ += Bits(count);
      page_.values += count;
      next_value_ += count;
    }
  }

  // Each slot begins a row, so that the page may end before any of them.
  void AddRows(uint64_t count, bool has_values) {
    while (count > 0) {
      if (page_.slots > 0 && IsFull()) {
        pages_.push_back(page_);
        page_ = {};
        bits_ = 0;
      }
      uint64_t part = std::min(count, row_limit_ > page_.rows ? row_limit_ - page_.rows : 1);
      part = std::min(part, slot_limit_ > page_.slots ? slot_limit_ - page_.slots : 1);
      if (has_values) {
        part = ValuesUntilFull(part);
      }
      AddSlots(part, has_values);
      page_.rows += part;
      count -= part;
    }
  }

  uint64_t Bits(uint64_t count) const {
    uint64_t bits = count * cost_.bits;
    if (cost_.plus_length && count > 0) {
      const Buffer<uint32_t>& ends = fragment_->ends;
      const uint64_t begin = next_value_ == 0 ? 0 : ends[next_value_ - 1];
      bits += (ends[next_value_ + count - 1] - begin) * 8;
    }
    return bits;
  }

  // The smallest count, at most `limit` and at least one, that fills the page.
  uint64_t ValuesUntilFull(uint64_t limit) const {
    uint64_t low = 1;
    uint64_t high = limit;
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      if (bits_ + Bits(middle) >= bit_limit_) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  const uint8_t max_definition_;
  const ValueCost cost_;
  const uint64_t bit_limit_;
  const uint64_t row_limit_;
  const uint64_t slot_limit_;
  const LeafColumn* fragment_ = nullptr;
  size_t next_value_ = 0;  // of the fragment
  PageSpan page_;
  uint64_t bits_ = 0;
  std::vector<PageSpan> pages_;
};

// Runs `encode` between the four bytes that hold the length of what it appended.
template <typename Encode>
void WithLength(Buffer<char>* out, Encode encode) {
  const size_t begin = out->size();
  const uint32_t placeholder = 0;
  out->AppendAll(reinterpret_cast<const char*>(&placeholder), sizeof(placeholder));
  encode();
  const auto length = static_cast<uint32_t>(out->size() - begin - sizeof(uint32_t));
  std::memcpy(out->data() + begin, &length, sizeof(length));
}

}  // namespace

Result<std::vector<PageSpan>> PlanPages(std::span<const LeafColumn* const> fragments, uint8_t max_definition,
                                        ValueCost cost, const ParquetOptions& options) {
  PagePlanner planner(max_definition, cost, options);
  for (const LeafColumn* fragment : fragments) {
    INGOT_TRY(planner.AddFragment(*fragment));
  }
  return std::move(planner).Finish();
}

void EncodeLevels(LevelCursor* cursor, uint64_t slots, uint8_t max_definition, uint8_t max_repetition,
                  Buffer<char>* out) {
  if (max_repetition > 0) {
    LevelCursor repetitions = *cursor;
    WithLength(out, [&] {
      HybridEncoder encoder(BitWidthOf(max_repetition), out);
      repetitions.Take(slots, [&](uint64_t count, uint8_t, uint8_t repetition) { encoder.Add(count, repetition); });
      encoder.Finish();
    });
  }
  if (max_definition > 0) {
    LevelCursor definitions = *cursor;
    WithLength(out, [&] {
      HybridEncoder encoder(BitWidthOf(max_definition), out);
      definitions.Take(slots, [&](uint64_t count, uint8_t definition, uint8_t) { encoder.Add(count, definition); });
      encoder.Finish();
    });
  }
  cursor->Take(slots, [](uint64_t, uint8_t, uint8_t) {});
}

}  // namespace ingot
