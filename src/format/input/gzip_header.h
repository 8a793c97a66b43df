// The header of one gzip member (RFC 1952, section 2.3), with every optional field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "format/input/byte_source.h"
#include "format/input/compressed_input.h"

namespace ingot {

// What is wrong with a header; the offset is that of the field.
struct GzipHeaderFault {
  DamageKind kind = DamageKind::kBadHeader;
  uint64_t compressed_offset = 0;
  std::string detail;
};

// Consumes one header; its fields describe how the file was made and are not kept. Optional fields may have any length.
// Returns the fault, or nothing when the next byte is deflate data. Requires: the input stands at the magic bytes.
// Errors: those of reading.
Result<std::optional<GzipHeaderFault>> ReadGzipHeader(CompressedInput& input);

}  // namespace ingot
