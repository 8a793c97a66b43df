#include "source/listing/run_merge.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingot {
namespace {

// The rows of the runs in order. A heap of their first rows.
class RowHeap {
 public:
  RowHeap(std::vector<std::unique_ptr<RunFile>>* runs, size_t fields)
      : runs_(*runs), rows_(runs->size(), KeyRow(fields)) {}

  Result<void> Begin() {
    for (size_t i = 0; i < runs_.size(); ++i) {
      INGOT_ASSIGN(const bool has_row, runs_[i]->Next(&rows_[i]));
      if (has_row) {
        heap_.push_back(i);
      }
    }
    std::make_heap(heap_.begin(), heap_.end(), later_);
    return {};
  }
  bool empty() const { return heap_.empty(); }
  // Requires: !empty().
  const KeyRow& first() const { return rows_[heap_.front()]; }
  Result<void> Pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later_);
    INGOT_ASSIGN(const bool has_row, runs_[heap_.back()]->Next(&rows_[heap_.back()]));
    if (has_row) {
      std::push_heap(heap_.begin(), heap_.end(), later_);
    } else {
      heap_.pop_back();
    }
    return {};
  }

 private:
  // The heap's order: its front is what comes first.
  struct Later {
    const std::vector<KeyRow>* rows;
    bool operator()(size_t a, size_t b) const {
      const int order = (*rows)[a].CompareKey((*rows)[b]);
      return order != 0 ? order > 0 : a > b;
    }
  };

  std::vector<std::unique_ptr<RunFile>>& runs_;
  std::vector<KeyRow> rows_;  // by run
  const Later later_{&rows_};
  std::vector<size_t> heap_;  // runs that have a row
};

}  // namespace

Result<void> MergeRuns(const PathTemplate& path, std::vector<std::unique_ptr<RunFile>>* runs, DuplicateRule rule,
                       DuplicateFindings* findings, const RowTaker& take) {
  RowHeap heap(runs, path.fields().size());
  INGOT_TRY(heap.Begin());
  // A row waits until the next key is known.
  OwnedKeyRow waiting;
  bool has_waiting = false;
  while (!heap.empty()) {
    const KeyRow& row = heap.first();
    const bool is_duplicate = has_waiting && waiting.row().CompareKey(row) == 0;
    if (is_duplicate) {
      ++findings->count;
      findings->has_other_path = findings->has_other_path || waiting.row().prefix != row.prefix;
      if (findings->first.empty()) {
        findings->first =
            fmt::format("{} in lines {} and {}", DescribeKey(path, row), waiting.row().line + 1, row.line + 1);
      }
      if (rule == DuplicateRule::kRefuse) {
        return DuplicateKeyError(*findings);
      }
    }
    if (has_waiting && (!is_duplicate || rule == DuplicateRule::kKeepAll)) {
      INGOT_TRY(take(waiting.row()));
    }
    if (!is_duplicate || rule != DuplicateRule::kKeepFirst) {
      waiting.Assign(row);
      has_waiting = true;
    }
    INGOT_TRY(heap.Pop());
  }
  return has_waiting ? take(waiting.row()) : Result<void>();
}

}  // namespace ingot
