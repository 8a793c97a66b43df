// Turns a stream of column batches, each with its own schema, into Parquet part files with one schema each.
//
// Batches are gathered until a row group is full, brought to the schema known by then, and encoded leaf by leaf on all
// threads while the next group is gathered. A part file ends where the schema changes; usually there is one part, and it
// is the finished file. With several, WriteCanonical (format/parquet/rewrite.h) makes the file that a writer knowing the
// final schema from the start would have written.
#pragma once

#include <cstdint>
#include <functional>
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
#include "model/schema.h"

namespace ingot {

// A row group is closed at the first batch edge where it holds one of these or more.
struct RowGroupLimits {
  uint64_t input_bytes = uint64_t{128} << 20U;  // as they were in the input, decompressed
  uint64_t rows = uint64_t{1} << 20U;
};

struct WrittenPart {
  Schema schema;
  FileSummary summary;
};

class PartitionWriter {
 public:
  // Where part `index` goes. The sink lives as long as the writer.
  using PartOpener = std::function<Result<ByteSink*>(size_t index)>;

  // `start` is the accepted schema, empty before the first acceptance. `pool` outlives the writer.
  PartitionWriter(Schema start, ParquetOptions options, RowGroupLimits limits, PartOpener open_part, TaskPool* pool);
  // Waits for encoders that are under way.
  ~PartitionWriter();
  PartitionWriter(const PartitionWriter&) = delete;
  PartitionWriter& operator=(const PartitionWriter&) = delete;

  // `input_bytes` is the batch's part of the row group's limit; `origin` names the input in errors and `evidence` its
  // lines. Errors: kSchemaDrift where the batch does not fit what came before; those of encoding and writing.
  Result<void> Add(ColumnBatch batch, const std::vector<FieldEvidence>& evidence, const std::string& origin,
                   uint64_t input_bytes);

  // Writes what is left. Without any row an empty part is written when a schema is known. Call once.
  Result<std::vector<WrittenPart>> Finish();

  // The union of everything added, with an id for every field.
  const Schema& schema() const { return *schema_; }
  uint64_t rows() const { return rows_; }

 private:
  struct Group;

  Result<void> Unite(const Schema& schema, const std::vector<FieldEvidence>& evidence, const std::string& origin);
  Result<void> CheckWidening(const std::vector<FieldEvidence>& evidence, const std::string& origin);
  Result<void> CloseGroup();
  Result<void> FinishGroup();
  static Result<void> CheckPlaceholders(const Group& group);
  Result<void> EndPart();

  ParquetOptions options_;
  RowGroupLimits limits_;
  PartOpener open_part_;
  TaskPool* pool_;
  std::shared_ptr<const Schema> schema_;
  std::shared_ptr<const Schema> united_;             // the batch schema that was united last
  std::map<std::string, std::string> inexact_;       // path → where an integer stands that a double cannot hold
  std::vector<ColumnBatch> gathered_;
  uint64_t gathered_bytes_ = 0;
  uint64_t gathered_rows_ = 0;
  uint64_t rows_ = 0;
  std::shared_ptr<Group> encoding_;
  std::optional<ParquetFileWriter> part_;
  std::shared_ptr<const Schema> part_schema_;
  std::vector<WrittenPart> parts_;
};

}  // namespace ingot
