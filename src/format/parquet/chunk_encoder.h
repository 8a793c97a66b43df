// One column chunk: leaf columns in memory → finished, compressed Parquet pages and everything the footer says of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "column/leaf_column.h"
#include "column/value_hash.h"
#include "format/parquet/column_statistics.h"
#include "format/parquet/digest_list.h"
#include "format/parquet/options.h"
#include "format/parquet/value_encoders.h"
#include "model/schema.h"

namespace ingot {

// One data page, with what the page index holds of it.
struct PageRecord {
  uint64_t offset = 0;  // from the begin of the chunk
  uint32_t bytes = 0;   // header and compressed data
  uint64_t first_row = 0;
  uint64_t nulls = 0;
  bool all_null = false;
  // Set, or not, together. They may be shorter than the values themselves.
  std::optional<std::string> min;
  std::optional<std::string> max;
};

// Everything of a chunk but its bytes. Offsets count from the begin of the chunk.
struct ChunkRecord {
  uint64_t rows = 0;
  uint64_t slots = 0;               // values and nulls
  uint64_t nulls = 0;               // slots without a value, also where a struct or list above is null or empty
  uint64_t compressed_bytes = 0;    // with page headers: the size of the chunk in the file
  uint64_t uncompressed_bytes = 0;  // with page headers
  std::optional<uint64_t> dictionary_page_offset;
  uint64_t data_page_offset = 0;
  ParquetEncoding encoding = ParquetEncoding::kPlain;  // of all data pages
  std::vector<PageRecord> pages;
  ValueBounds bounds;  // exact
  ValueDigest digest{};
  ChunkHash bytes_hash{};    // of the chunk in the file
  std::string bloom_filter;  // header and bits as they lie in the file; empty: none
};

struct EncodedChunk {
  Buffer<char> bytes;
  ChunkRecord record;
};

// The encoding of a column whose values are known beforehand, so that nothing has to be tried. One that does not fit
// the values (another type, a dictionary that grows too large) is as good as none.
using EncodingHint = std::optional<ParquetEncoding>;

// A pure function of the concatenated levels and values, the leaf's type and the options: where fragments begin and end
// changes no byte. May be called by many threads at once; each keeps some MiB of working memory.
// Requires: fragments follow the leaf's layout and levels, the first slot starts a row, there is at least one row.
// Errors: kResourceLimit for a row that no page can hold, kInternal where the columns break their own rules (an int32
// that does not fit, levels and values that disagree), kConfig for a compression level that does not exist.
Result<EncodedChunk> EncodeChunk(const Leaf& leaf, std::span<const LeafColumn* const> fragments,
                                 const ParquetOptions& options, EncodingHint hint = std::nullopt);

// The same for values that come part by part, of which only one lies in memory at a time, as near to the processor as
// it was made: pages end where parts do. Where no hint fits, where it is a dictionary, and for a bloom filter, the
// parts are gathered, and the chunk is that of EncodeChunk. For one thread.
class ChunkStream {
 public:
  // `leaf` and `options` outlive the stream.
  ChunkStream(const Leaf& leaf, const ParquetOptions& options, EncodingHint hint);
  ChunkStream(ChunkStream&&) noexcept;
  ChunkStream& operator=(ChunkStream&&) noexcept;
  ~ChunkStream();

  // Requires: `part` begins with a row and holds at least one. Errors: those of EncodeChunk.
  Result<void> Add(const LeafColumn& part);
  // Call once. Requires: at least one part. The record has no hash of the chunk's bytes: whoever hashes the file they
  // go into does both at once.
  Result<EncodedChunk> Finish();

 private:
  friend Result<EncodedChunk> EncodeChunk(const Leaf& leaf, std::span<const LeafColumn* const> fragments,
                                          const ParquetOptions& options, EncodingHint hint);
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot
