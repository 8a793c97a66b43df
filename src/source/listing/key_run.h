// Rows of a listing in memory, sorted by their keys as one integer each.
//
// Texts are codes of dictionaries while rows arrive. To sort them, codes become ranks, and ranks and numbers are
// packed, as few bits as each needs, into words of 64 bits, most significant field first: then the order of the words
// is the order of the keys, and a radix sort needs no comparison. Usual keys fit into one word, which then also holds
// them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "column/buffer.h"
#include "format/parquet/dictionary.h"
#include "model/listing_spec.h"
#include "source/listing/key_row.h"
#include "source/listing/listing_block.h"

namespace ingot {

class KeyRun {
 public:
  // Both outlive the run.
  KeyRun(const PathTemplate* path, const KeyLayout* layout);

  // Takes the rows of a block whose first line has this number, counted from 0 over all inputs.
  void Add(const ListingBlock& block, uint64_t first_line);
  // What the run takes at its largest, while it is sorted.
  uint64_t MemoryBytes() const;
  // Codes and line numbers have 32 bits: another block may not fit any more, whatever the memory.
  bool is_full() const;
  size_t rows() const { return is_sorted_ ? sorted_.size() : row_lines_.size(); }

  // Brings the rows into the order of their keys; rows of one key keep the order of their lines. Call once, after the
  // last Add.
  void Sort();
  // Requires: sorted. Errors: kCheckFailed with kRefuse, where there are any.
  Result<void> ApplyRule(DuplicateRule rule, DuplicateFindings* findings);

  // Row `index` in order. Requires: sorted. Its texts live as long as the run. For many threads at once.
  void Get(size_t index, KeyRow* row) const;

  // Forgets everything but memory.
  void Clear();

 private:
  struct SortedRow {
    uint64_t key;  // the first word
    uint32_t row;  // as it arrived
    uint32_t prefix;
  };
  // Where a field lies in the words.
  struct Place {
    size_t word = 0;
    unsigned shift = 0;
    uint64_t mask = 0;
    int64_t least = 0;  // of a number: what a packed zero means
  };
  struct Slot {
    BytesDictionary dictionary;
    Buffer<uint32_t> codes;         // one for each row
    std::vector<uint32_t> by_rank;  // the codes of the entries in their order
    std::vector<uint32_t> ranks;    // by code
  };

  void RankTexts();
  std::vector<unsigned> PlanWords();
  void PackWord(size_t word, Buffer<uint64_t>* out) const;
  bool SameKey(const SortedRow& a, const SortedRow& b) const;
  uint64_t LineOf(const SortedRow& row) const { return first_line_ + row_lines_[row.row]; }

  const PathTemplate* path_;
  const KeyLayout* layout_;
  std::vector<Slot> slots_;               // of texts, the last one of prefixes
  std::vector<Buffer<int64_t>> numbers_;  // by slot
  Buffer<uint32_t> row_lines_;            // from first_line_
  uint64_t first_line_ = 0;
  std::vector<uint32_t> new_codes_;  // of a block's entries; working memory

  bool is_sorted_ = false;
  std::vector<Place> places_;  // by field
  Buffer<SortedRow> sorted_;
  std::vector<Buffer<uint64_t>> words_;  // by word but the first, by row as it arrived
};

}  // namespace ingot
