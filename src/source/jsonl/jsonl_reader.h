// One input file of JSON lines, decoded block by block.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "format/input/byte_source.h"
#include "format/json/json_decoder.h"

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
  JsonlReader(std::string path, std::unique_ptr<ByteSource> bytes, JsonDecoder decoder, const JsonlLimits& limits);

  // The next block; nothing at the end. A damaged input ends where the damage is, see Report. An unfinished last line
  // is decoded as if a newline followed; in a damaged input it is not decoded but rejected. Errors: kSchemaDrift from
  // the decoder; those of reading.
  Result<std::optional<DecodedBlock>> Next();

  // How much of the stored input went into the blocks so far; a little more is read.
  uint64_t stored_position() const { return bytes_->compressed_position(); }

  // Requires: Next returned nothing. Errors: kInternal when the counts disagree.
  Result<InputReport> Report();

 private:
  Result<void> Fill();
  Result<void> PassLongLine();
  void RejectCutLine();

  std::string path_;
  std::unique_ptr<ByteSource> bytes_;
  JsonDecoder decoder_;
  JsonlLimits limits_;
  Buffer<char> text_;  // not decoded yet
  bool at_end_ = false;
  std::optional<Error> damage_;
  InputReport report_;
};

}  // namespace ingot
