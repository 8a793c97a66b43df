// Turns a stream of column batches, each with its own schema, into one Parquet file with one schema.
//
// Batches are gathered until a row group is full, brought to the schema known by then, and encoded leaf by leaf on all
// threads while the next group is gathered. Where the schema grew after the first row group, what was written is
// rewritten once at the end, into the file that a writer knowing the last schema from the start would have written.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_sink.h"
#include "base/cancellation.h"
#include "base/result.h"
#include "base/task_pool.h"
#include "column/align.h"
#include "column/column_batch.h"
#include "format/json/json_node.h"
#include "format/parquet/chunk_encoder.h"
#include "format/parquet/file_writer.h"
#include "format/parquet/options.h"
#include "model/lock_file.h"
#include "model/schema.h"

namespace ingot {

// A row group is closed at the first batch edge where it holds one of these or more.
struct RowGroupLimits {
  uint64_t input_bytes = uint64_t{128} << 20U;  // as they were in the input, decompressed
  uint64_t value_bytes = uint64_t{128} << 20U;  // of decoded values: small numbers are shorter in JSON than in memory
  uint64_t rows = uint64_t{1} << 20U;
};

class PartitionWriter {
 public:
  // `locked` is null before the first acceptance. `locked`, `sink` and `pool` outlive the writer.
  PartitionWriter(const LockedSchema* locked, ParquetOptions options, RowGroupLimits limits, ByteSink* sink,
                  TaskPool* pool);
  // Waits for encoders that are under way.
  ~PartitionWriter();
  PartitionWriter(const PartitionWriter&) = delete;
  PartitionWriter& operator=(const PartitionWriter&) = delete;

  // `input_bytes` is the batch's part of the row group's limit; `origin` names the input in errors and `evidence` its
  // lines. Errors: kSchemaDrift where the batch does not fit what came before; those of encoding and writing.
  Result<void> Add(ColumnBatch batch, const std::vector<FieldEvidence>& evidence, const std::string& origin,
                   uint64_t input_bytes);

  // Columns that hold `{}` and never show a field become null, instead of being refused. Call before Add.
  void WriteBareObjectsAsNull() { bare_objects_as_null_ = true; }
  // The paths of such columns, and how many `{}` each had.
  const std::map<std::string, uint64_t>& bare_objects() const { return bare_objects_; }

  // Writes the last row group. Call once, then one of Finish and Rewrite. False when there is neither a row nor a
  // schema that was accepted before: no file can be made of that.
  Result<bool> Flush();
  // The schema grew after the first row group.
  bool needs_rewrite() const { return file_->needs_rewrite(); }
  // Writes the footer. Requires: !needs_rewrite().
  Result<FileSummary> Finish(const KeyValues& metadata) { return file_->Finish(metadata); }
  // Writes the whole file to `sink`. `path` is where the bytes given to the writer's own sink can be read.
  Result<FileSummary> Rewrite(const std::string& path, ByteSink& sink, const KeyValues& metadata);

  // The union of the locked schema and everything added.
  const Schema& schema() const { return *schema_; }
  uint64_t rows() const { return rows_; }
  // What the row group that is being gathered holds: the greater one of input and values.
  uint64_t gathered_bytes() const { return std::max(gathered_bytes_, gathered_value_bytes_); }

 private:
  struct Group;

  Result<void> Unite(const Schema& schema, const std::vector<FieldEvidence>& evidence, const std::string& origin);
  Result<void> CheckWidening(const std::vector<FieldEvidence>& evidence, const std::string& origin);
  Result<void> CloseGroup();
  Result<void> FinishGroup();
  Result<void> SettlePlaceholders(Group* group);
  Result<void> UseSchema(std::shared_ptr<const Schema> schema);

  const LockedSchema* locked_;
  ParquetOptions options_;
  RowGroupLimits limits_;
  ByteSink* sink_;
  TaskPool* pool_;
  std::shared_ptr<const Schema> schema_;
  std::shared_ptr<const Schema> united_;        // the batch schema that was united last
  std::map<std::string, std::string> inexact_;  // path → where an integer stands that a double cannot hold
  bool bare_objects_as_null_ = false;
  std::map<std::string, uint64_t> bare_objects_;
  std::vector<ColumnBatch> gathered_;
  uint64_t gathered_bytes_ = 0;
  uint64_t gathered_value_bytes_ = 0;
  uint64_t gathered_rows_ = 0;
  uint64_t rows_ = 0;
  std::shared_ptr<Group> encoding_;
  std::optional<ParquetFileWriter> file_;
  std::shared_ptr<const Schema> file_schema_;
};

}  // namespace ingot
