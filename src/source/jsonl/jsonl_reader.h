// One input file of JSON lines, decoded block by block.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "format/input/byte_source.h"
#include "format/json/line_decoder.h"

namespace ingot {

struct JsonlLimits {
  uint64_t block_bytes = uint64_t{1} << 20U;      // of text decoded at a time: what stays in the cache
  uint64_t max_line_bytes = uint64_t{16} << 20U;  // longer lines are rejects
};

// What became of one input. rows + rejected + blank = lines, counted apart by the inflater (N10).
struct InputReport {
  std::string path;
  InputDigest digest;
  uint64_t rows = 0;
  uint64_t rejected = 0;
  uint64_t blank = 0;
  std::optional<Error> damage;  // why the input ended early; what came before it was kept
};

// Cuts the decompressed bytes into blocks of whole lines. Where a block ends depends on the bytes alone: at the last
// newline within block_bytes of its start, or at the first one behind them.
class JsonlReader {
 public:
  JsonlReader(std::string path, std::unique_ptr<ByteSource> bytes, std::unique_ptr<LineDecoder> decoder,
              const JsonlLimits& limits);

  // The next block; nothing at the end. A damaged input ends where the damage is, see Report. An unfinished last line
  // is decoded as if a newline followed; in a damaged input it is not decoded but rejected. Errors: kSchemaDrift from
  // the decoder; kInvalidData where the first block holds no row and looks like something that is not JSON lines; those
  // of reading.
  Result<std::optional<DecodedBlock>> Next();

  // How much of the stored input went into the blocks so far; a little more is read.
  uint64_t stored_position() const { return bytes_->compressed_position(); }

  // Requires: Next returned nothing. Errors: kInternal when the counts disagree.
  Result<InputReport> Report();

 private:
  Result<void> Fill();
  Result<size_t> FindLines();
  Result<void> PassLongLine();
  void RejectCutLine();

  std::string path_;
  std::unique_ptr<ByteSource> bytes_;
  std::unique_ptr<LineDecoder> decoder_;
  JsonlLimits limits_;
  Buffer<char> text_;  // not decoded yet
  size_t whole_ = 0;   // bytes of whole lines at its beginning that a full block left
  bool at_end_ = false;
  bool is_first_ = true;
  std::optional<Error> damage_;
  InputReport report_;
};

}  // namespace ingot
