#include "dataset/row_group_queue.h"

#include <algorithm>
#include <utility>

namespace ingot {

RowGroupQueue::RowGroupQueue(ParquetFileWriter* writer, std::vector<EncodingHint> hints, TaskPool* pool,
                             size_t most_under_way)
    : writer_(writer), hints_(std::move(hints)), pool_(pool), most_under_way_(std::max<size_t>(most_under_way, 1)) {}

RowGroupQueue::~RowGroupQueue() {
  pool_->HelpUntil(
      [this] { return std::all_of(groups_.begin(), groups_.end(), [](const auto& group) { return group->is_done; }); });
}

Result<void> RowGroupQueue::Submit(uint64_t rows, Maker make) {
  while (groups_.size() >= most_under_way_) {
    INGOT_TRY(AppendFirst());
  }
  Group* group = groups_.emplace_back(std::make_unique<Group>()).get();
  group->rows = rows;
  group->make = std::move(make);
  pool_->Submit(TaskPriority::kEncode, [this, group] {
    Encode(group);
    pool_->Locked([group] { group->is_done = true; });
  });
  return {};
}

Result<void> RowGroupQueue::Finish() {
  while (!groups_.empty()) {
    INGOT_TRY(AppendFirst());
  }
  return {};
}

Result<void> RowGroupQueue::AppendFirst() {
  pool_->HelpUntil([this] { return groups_.front()->is_done; });
  const std::unique_ptr<Group> group = std::move(groups_.front());
  groups_.pop_front();
  if (group->error) {
    return *std::move(group->error);
  }
  return writer_->AppendRowGroup(group->rows, std::move(group->chunks));
}

std::vector<LeafColumn> RowGroupQueue::TakeSpare() {
  std::vector<LeafColumn> columns;
  pool_->Locked([&] {
    if (!spare_.empty()) {
      columns = std::move(spare_.back());
      spare_.pop_back();
    }
  });
  return columns;
}

void RowGroupQueue::Encode(Group* group) {
  std::vector<LeafColumn> columns = TakeSpare();
  group->make(&columns);
  for (size_t i = 0; i < columns.size(); ++i) {
    const LeafColumn* column = &columns[i];
    auto chunk = EncodeChunk(writer_->leaves()[i], {&column, 1}, writer_->options(), hints_[i]);
    if (!chunk) {
      group->error = std::move(chunk).error();
      return;
    }
    group->chunks.push_back(*std::move(chunk));
  }
  pool_->Locked([&] { spare_.push_back(std::move(columns)); });
}

}  // namespace ingot
