// Row groups that are made and encoded by any thread, and appended to one file in their order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/task_pool.h"
#include "column/leaf_column.h"
#include "format/parquet/chunk_encoder.h"
#include "format/parquet/file_writer.h"

namespace ingot {

// For one thread, which appends; the others make and encode.
class RowGroupQueue {
 public:
  // Replaces the leaf columns, whose memory is used again, by those of one row group; called once, by any thread.
  using Maker = std::function<void(std::vector<LeafColumn>* columns)>;

  // At most `most_under_way` groups are in memory. `hints` has one for each leaf. `writer` and `pool` outlive the
  // queue.
  RowGroupQueue(ParquetFileWriter* writer, std::vector<EncodingHint> hints, TaskPool* pool, size_t most_under_way);
  // Waits for those that are under way.
  ~RowGroupQueue();
  RowGroupQueue(const RowGroupQueue&) = delete;
  RowGroupQueue& operator=(const RowGroupQueue&) = delete;

  // Waits while too many are under way. Errors: those of encoding and writing, of this group or one before.
  Result<void> Submit(uint64_t rows, Maker make);
  // Appends all that were submitted.
  Result<void> Finish();

  // Columns whose memory nobody uses any more; empty when there are none. Fresh memory would cost more than filling it.
  std::vector<LeafColumn> TakeSpare();

 private:
  struct Group {
    uint64_t rows = 0;
    Maker make;
    std::vector<EncodedChunk> chunks;
    std::optional<Error> error;
    bool is_done = false;  // under the pool's lock
  };

  Result<void> AppendFirst();
  void Encode(Group* group);

  ParquetFileWriter* writer_;
  const std::vector<EncodingHint> hints_;
  TaskPool* pool_;
  const size_t most_under_way_;
  std::deque<std::unique_ptr<Group>> groups_;   // that are not appended yet
  std::vector<std::vector<LeafColumn>> spare_;  // under the pool's lock
};

}  // namespace ingot
