// Writes a Parquet file: encoded chunks in order, then page indexes, bloom filters and footer. See
// docs/formats/parquet.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_sink.h"
#include "base/result.h"
#include "format/parquet/chunk_encoder.h"
#include "format/parquet/options.h"
#include "model/schema.h"

namespace ingot {

// A row group that was written.
struct RowGroupRecord {
  uint64_t rows = 0;
  uint64_t offset = 0;              // of the first chunk, in the file; the others follow without gaps
  size_t schema = 0;                // index into ParquetFileWriter::schemas()
  std::vector<ChunkRecord> chunks;  // by leaf
};

// A chunk whose bytes belong to somebody else.
struct ChunkView {
  ChunkRecord record;
  std::span<const char> bytes;
};

// One leaf column of a finished file.
struct ColumnSummary {
  std::string path;    // as Leaf::DisplayPath
  uint64_t slots = 0;  // values and nulls
  uint64_t nulls = 0;
  ValueBounds bounds;  // exact; strings whole
  std::string value_hash;
};

// A column chunk in a finished file: its size, and the hash of its bytes.
struct WrittenChunk {
  uint64_t bytes = 0;
  ChunkHash hash{};
};

struct FileSummary {
  uint64_t bytes = 0;
  std::string tail_sha256;  // of what stands behind the last chunk: bloom filters, page indexes, footer
  uint64_t rows = 0;
  uint64_t row_groups = 0;
  std::vector<ColumnSummary> columns;
  std::vector<WrittenChunk> chunks;  // one behind the other without gaps, behind the four bytes of magic
};

using KeyValues = std::vector<std::pair<std::string, std::string>>;

// Move-only. After an error the sink holds a part of a file and must be abandoned. For one thread.
class ParquetFileWriter {
 public:
  // `sink` must outlive the writer. Errors: kUnsupported for a schema that Parquet cannot hold (no columns, a struct
  // without fields), kConfig for options that name a column which does not exist.
  static Result<ParquetFileWriter> Open(ByteSink& sink, const Schema& schema, ParquetOptions options);
  ParquetFileWriter(ParquetFileWriter&&) noexcept;
  ParquetFileWriter& operator=(ParquetFileWriter&&) noexcept;
  ~ParquetFileWriter();

  // The schema of the row groups that come next.
  const Schema& schema() const;
  const ParquetOptions& options() const;
  // Leaves of schema(). References stay valid as long as the writer, also after the schema has grown.
  const std::vector<Leaf>& leaves() const;

  // Row groups that come next follow `larger`, a union of schema() and new fields. What was written before cannot be
  // changed in place: unless nothing was, the file is then not finished but rewritten (format/parquet/rewrite.h).
  // Errors: kSchemaDrift where it is no such union; kUnsupported, kConfig as in Open.
  Result<void> GrowSchema(const Schema& larger);
  // Some row group has columns that differ from those of schema().
  bool needs_rewrite() const;

  // Writes one row group. Requires: one chunk for each leaf, encoded with options(), each of `rows` rows; rows > 0.
  // Errors: those of the sink; kInternal where chunks disagree.
  Result<void> AppendRowGroup(uint64_t rows, std::vector<EncodedChunk> chunks);
  // The same. Chunks that lie behind each other in memory are written in one piece.
  Result<void> AppendCopies(uint64_t rows, std::vector<ChunkView> chunks);

  // Bytes written so far.
  uint64_t bytes() const;
  const std::vector<RowGroupRecord>& row_groups() const;
  // Every schema there has been, oldest first; the last is schema().
  std::vector<const Schema*> schemas() const;

  // Writes the rest. Call once. Requires: !needs_rewrite(). A file without row groups is a valid file without rows.
  Result<FileSummary> Finish(const KeyValues& metadata);

 private:
  struct State;
  explicit ParquetFileWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ingot
