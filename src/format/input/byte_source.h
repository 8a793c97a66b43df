// Plain bytes out of a plain, gzip or zstd input; every checksum is verified on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

enum class Compression { kPlain, kGzip, kZstd };
std::string_view CompressionName(Compression compression);  // "plain", "gzip", "zstd"

// In which way compressed bytes do not follow their format. docs/formats/input.md has an example of each.
enum class DamageKind {
  kWrongFormat,  // the name promises a format that the bytes do not have
  kCut,          // the input ends inside a member
  kBadHeader,    // a member's header cannot be followed
  kBadData,      // the compressed data cannot be followed
  kBadChecksum,  // decompressed bytes differ from their checksum
  kBadSize,      // the number of decompressed bytes differs from the stored one
  kGarbage,      // something that is no member stands behind the last one
};
std::string_view DamageName(DamageKind kind);  // snake_case, as printed in JSON

struct InputDamage {
  DamageKind kind = DamageKind::kCut;
  uint64_t compressed_offset = 0;  // of the first byte that is wrong or missing, as far as that is known
  uint64_t member = 0;             // counted from 1; 0 when the damage is not inside a member
  std::string detail;              // one clause for people
};

// What was read, for manifests and checks. A member is a gzip member or a zstd frame; plain inputs have none.
struct InputDigest {
  Compression compression = Compression::kPlain;
  uint64_t compressed_bytes = 0;   // of the whole input, also behind a damage
  std::string sha256;              // of the same bytes
  uint64_t bytes = 0;              // decompressed and handed out
  uint64_t proven_bytes = 0;       // of these, in whole members whose checksum was right; 0 for plain inputs
  uint64_t members = 0;            // whole members
  uint64_t unchecked_members = 0;  // of these, zstd frames that carry no checksum
  uint64_t newlines = 0;           // counted in the handed out bytes, independently of any parser
  bool ends_mid_line = false;      // the last handed out byte is not a newline
  std::optional<InputDamage> damage;

  // Lines as a reader of lines counts them: an unfinished last one counts too.
  uint64_t lines() const { return newlines + (ends_mid_line ? 1U : 0U); }
};

// A stream of decompressed bytes, read once from front to back. Not safe for use by several threads at once.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Decompresses into `out` and returns the number of bytes, 0 at the end of the input. `out` is filled wholly unless
  // the input ends or fails before, so where blocks begin does not depend on how the input arrived.
  // All bytes in front of a damage or failure are handed out before it is returned, and it is returned again after
  // that: whoever wants to keep them can. Bytes are handed out before the checksum at their member's end is known, so
  // an input is good only once 0 was returned. Requires: `out` is not empty. Errors: kInvalidData for damage (naming
  // input, kind, compressed byte and how many bytes were good); kResourceLimit for a zstd window beyond the limit;
  // kUnsupported for a zstd dictionary; those of reading.
  virtual Result<size_t> Read(std::span<char> out) = 0;

  // The facts, once Read has returned 0 or a damage. After a damage it reads the rest of the compressed input first, so
  // that the sha256 is always that of the whole input. Call once.
  // Errors: those of reading; the error of Read when that was not a damage; kInternal when called too early.
  virtual Result<InputDigest> Finish() = 0;

  // How far into the compressed input reading has come, in bytes; for progress.
  virtual uint64_t compressed_position() const = 0;
};

}  // namespace ingot
