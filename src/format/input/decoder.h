// What turns compressed bytes into plain ones: one per format, driven by the source that OpenInput returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/result.h"
#include "format/input/byte_source.h"
#include "format/input/compressed_input.h"

namespace ingot {

// How far one call came. At most one of `ended` and `damage` is set; both stand behind the bytes.
struct DecodeStep {
  size_t bytes = 0;
  bool ended = false;
  std::optional<InputDamage> damage;
};

struct MemberCounts {
  uint64_t whole = 0;
  uint64_t unchecked = 0;
  uint64_t proven_bytes = 0;
};

class Decoder {
 public:
  virtual ~Decoder() = default;
  // Writes at least one byte to `out`, or ends, or finds a damage; after the latter two it must not be called again.
  // Requires: `out` is not empty. Errors: those that are not damage, see ByteSource::Read.
  virtual Result<DecodeStep> Decode(std::span<char> out) = 0;
  const MemberCounts& members() const { return members_; }

 protected:
  MemberCounts members_;
};

// The input must outlive the decoder and stand at the first byte of the format.
std::unique_ptr<Decoder> NewPlainDecoder(CompressedInput& input);
std::unique_ptr<Decoder> NewGzipDecoder(CompressedInput& input);
// Refuses frames with a window above 2^window_log_max bytes. Errors: kResourceLimit when memory is gone.
Result<std::unique_ptr<Decoder>> NewZstdDecoder(CompressedInput& input, int window_log_max);

}  // namespace ingot
