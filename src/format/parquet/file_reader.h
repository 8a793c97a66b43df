// Reads Parquet files: facts of the footer, values of single columns, and proofs that the bytes are whole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "column/leaf_column.h"
#include "column/value_hash.h"
#include "format/parquet/chunk_encoder.h"
#include "format/parquet/column_statistics.h"
#include "format/parquet/file_writer.h"
#include "model/schema.h"

namespace ingot {

// What the footer says of one column chunk.
struct ChunkFacts {
  uint64_t offset = 0;  // of its first page, in the file
  uint64_t compressed_bytes = 0;
  uint64_t uncompressed_bytes = 0;
  uint64_t slots = 0;  // values and nulls
  std::optional<uint64_t> nulls;
  ValueBounds bounds;      // as the footer has them; absent where it has none or the type is not of ours
  std::string_view codec;  // "zstd"
  std::vector<std::string_view> encodings;  // "RLE_DICTIONARY"
  bool has_page_index = false;
  bool has_bloom_filter = false;
};

struct RowGroupFacts {
  uint64_t rows = 0;
  uint64_t uncompressed_bytes = 0;
  std::vector<ChunkFacts> chunks;  // by leaf
};

// One leaf of Parquet's own schema, for files whose types are not all ours.
struct ColumnFacts {
  std::string path;           // names joined by dots, as Parquet has them
  std::string_view physical;  // "DOUBLE"
  std::string logical;        // "String", "Timestamp(us, UTC)"; empty: none
  int max_definition = 0;
  int max_repetition = 0;
};

struct PageReport {
  uint64_t pages = 0;
  uint64_t pages_without_crc = 0;  // files of other writers
  uint64_t bytes = 0;              // of all pages, with headers
};

// Runs work(0) … work(count - 1), in any order and on any threads, and returns when all have ended.
using RunAll = std::function<void(size_t count, const std::function<void(size_t)>& work)>;

// One column chunk, pulled part by part: for readers of several columns at once. For one thread; the file reader it
// comes from outlives it.
class LeafCursor {
 public:
  virtual ~LeafCursor() = default;
  // The next slots, some ten thousand at most; nothing at the end. Errors: as ParquetFileReader::ScanLeaf.
  virtual Result<std::optional<LeafColumn>> Next() = 0;
};

// Move-only. All calls but Open may be made by many threads at once. Foreign bytes are never trusted: what is damaged
// is an error of kind kCorrupt.
class ParquetFileReader {
 public:
  // Reads the footer. Errors: kNotFound, kPermission; kCorrupt for a file that is not Parquet or whose footer is
  // damaged; kUnsupported for an encrypted one, and for one whose pages lie in other files.
  static Result<ParquetFileReader> Open(const std::string& path);
  // The same of a file whose bytes were read already. `path` is for messages.
  static Result<ParquetFileReader> OpenBytes(const std::string& path, Buffer<char> bytes);
  ParquetFileReader(ParquetFileReader&&) noexcept;
  ParquetFileReader& operator=(ParquetFileReader&&) noexcept;
  ~ParquetFileReader();

  // Our schema, or kUnsupported naming the first column whose type we do not have. Everything works without it, but
  // reading that column's values.
  const Result<Schema>& schema() const;
  // The columns of the top level whose types we have: schema(), where that is no error.
  const Schema& covered() const;
  // By column of the file. Those of covered() have a field; of the others only path[0] is known. Valid as long as the
  // reader.
  const std::vector<Leaf>& leaves() const;
  const std::vector<ColumnFacts>& columns() const;
  const std::vector<RowGroupFacts>& row_groups() const;
  uint64_t rows() const;
  uint64_t file_bytes() const;
  uint64_t footer_bytes() const;
  std::string_view created_by() const;
  // What the writer was given; not what it adds for itself.
  const KeyValues& metadata() const;

  // Of all bytes of the file that was opened, whatever stands under its name by now.
  Result<FileDigest> Digest() const;

  // sha256 of everything behind the last chunk, as FileSummary::tail_sha256.
  Result<std::string> TailSha256() const;
  // Whether the footer has a hash of every chunk's bytes. When the tail is what the manifest says, so is each chunk
  // that matches its hash.
  bool has_chunk_hashes() const;
  // Errors: kCorrupt when a chunk's bytes do not match their hash. Requires: has_chunk_hashes().
  Result<void> CheckChunk(size_t row_group, size_t leaf) const;

  // Receives the next slots of a column, in order: some ten thousand at a time, cut anywhere.
  using LeafVisitor = std::function<Result<void>(LeafColumn part)>;
  // Decodes one column chunk, CRCs checked. Errors: kCorrupt; kUnsupported for a type, a codec or an encoding that is
  // not read; the visitor's.
  Result<void> ScanLeaf(size_t row_group, size_t leaf, const LeafVisitor& visit) const;
  // The same for a caller that pulls.
  Result<std::unique_ptr<LeafCursor>> OpenLeaf(size_t row_group, size_t leaf) const;
  // A whole chunk as one column. Errors also: kResourceLimit when its strings pass 4 GiB.
  Result<LeafColumn> ReadLeaf(size_t row_group, size_t leaf) const;

  // What a writer must know of a chunk to put its bytes into another file, with the hash that they should have, if
  // has_chunk_hashes(). Nothing when the file does not say it (other writers, very long bounds): then decode it.
  // Errors: kCorrupt where what it says makes no sense.
  Result<std::optional<ChunkRecord>> DescribeChunk(size_t row_group, size_t leaf) const;
  // The bytes of chunks as they lie in the file, one behind the other in the order of `leaves`, in place of what is in
  // `bytes`. Neighbours in the file are read in one piece. Nothing is compared with any hash.
  Result<void> ReadChunks(size_t row_group, std::span<const size_t> leaves, Buffer<char>* bytes) const;
  // "row group 0, column 'a.b'", for messages.
  std::string PlaceOf(size_t row_group, size_t leaf) const;

  // Walks the headers of all pages: CRCs of their compressed bytes, counts against the footer, positions against the
  // page index, no gaps. Decompresses nothing. `run_all` may be empty. Errors: kCorrupt, naming row group, column and
  // byte.
  Result<PageReport> VerifyPages(const RunAll& run_all = {}) const;
  // The same of one chunk; `bytes` are its own, where they were read already, else none.
  Result<void> VerifyChunkPages(size_t row_group, size_t column, std::span<const char> bytes) const;

  // Decodes every page. Returns the value hash of each leaf column, as FileSummary has it.
  Result<std::vector<std::string>> DeepValueHashes(const RunAll& run_all = {}) const;

 private:
  struct State;
  explicit ParquetFileReader(std::unique_ptr<State> state);
  static Result<ParquetFileReader> Load(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ingot
