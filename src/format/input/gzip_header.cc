#include "format/input/gzip_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "format/crc32.h"
#include "format/input/little_endian.h"

namespace ingot {
namespace {

using Fault = std::optional<GzipHeaderFault>;

constexpr size_t kFixedBytes = 10;
constexpr unsigned kDeflateMethod = 8;

enum Flag : unsigned {  // FTEXT, bit 0, is a hint without a field
  kHeaderCrc = 1U << 1U,
  kExtra = 1U << 2U,
  kName = 1U << 3U,
  kComment = 1U << 4U,
  kReserved = 0xe0U,
};

// Steps through the header and keeps the CRC of what was consumed.
class HeaderReader {
 public:
  explicit HeaderReader(CompressedInput& input) : input_(input) {}

  uint64_t offset() const { return input_.offset(); }
  unsigned crc16() const { return crc_ & 0xffffU; }

  Result<std::span<const char>> Peek(size_t count) { return input_.Peek(count); }

  void Consume(std::span<const char> bytes) {
    crc_ = Crc32(crc_, bytes);
    input_.Consume(bytes.size());
  }

  // Steps over `count` bytes; false when the input ends before.
  Result<bool> Skip(size_t count) {
    while (count > 0) {
      INGOT_ASSIGN(const auto window, input_.Peek(1));
      if (window.empty()) {
        return false;
      }
      const size_t step = std::min(count, window.size());
      Consume(window.first(step));
      count -= step;
    }
    return true;
  }

  // Steps over a text and the NUL that ends it; false when the input ends before.
  Result<bool> SkipText() {
    while (true) {
      INGOT_ASSIGN(const auto window, input_.Peek(1));
      if (window.empty()) {
        return false;
      }
      const auto nul = std::find(window.begin(), window.end(), '\0');
      const bool found = nul != window.end();
      Consume(window.first(static_cast<size_t>(nul - window.begin()) + (found ? 1U : 0U)));
      if (found) {
        return true;
      }
    }
  }

 private:
  CompressedInput& input_;
  uint32_t crc_ = 0;
};

// `behind` bytes are left behind the reader's offset, too few for the next field.
Fault Cut(const HeaderReader& reader, size_t behind = 0) {
  return GzipHeaderFault{DamageKind::kCut, reader.offset() + behind, "the input ends inside a gzip header"};
}

Result<Fault> SkipOptionalFields(HeaderReader& reader, unsigned flags) {
  if ((flags & kExtra) != 0) {
    INGOT_ASSIGN(const auto length, reader.Peek(2));
    if (length.size() < 2) {
      return Cut(reader, length.size());
    }
    const size_t extra_bytes = LoadLittleEndian<uint16_t>(length);
    reader.Consume(length.first(2));
    INGOT_ASSIGN(const bool whole, reader.Skip(extra_bytes));
    if (!whole) {
      return Cut(reader);
    }
  }
  for (const unsigned text : {kName, kComment}) {
    if ((flags & text) != 0) {
      INGOT_ASSIGN(const bool whole, reader.SkipText());
      if (!whole) {
        return Cut(reader);
      }
    }
  }
  return Fault{};
}

Result<Fault> CheckHeaderCrc(HeaderReader& reader) {
  const uint64_t offset = reader.offset();
  const unsigned computed = reader.crc16();
  INGOT_ASSIGN(const auto bytes, reader.Peek(2));
  if (bytes.size() < 2) {
    return Cut(reader, bytes.size());
  }
  const unsigned stored = LoadLittleEndian<uint16_t>(bytes);
  reader.Consume(bytes.first(2));
  if (stored != computed) {
    return Fault(
        GzipHeaderFault{DamageKind::kBadHeader, offset,
                        fmt::format("the gzip header's CRC16 is {:#06x}, its bytes have {:#06x}", stored, computed)});
  }
  return Fault{};
}

}  // namespace

Result<std::optional<GzipHeaderFault>> ReadGzipHeader(CompressedInput& input) {
  HeaderReader reader(input);
  const uint64_t start = reader.offset();
  INGOT_ASSIGN(const auto fixed, reader.Peek(kFixedBytes));
  if (fixed.size() < kFixedBytes) {
    return Cut(reader, fixed.size());
  }
  const auto method = static_cast<unsigned char>(fixed[2]);
  const auto flags = static_cast<unsigned char>(fixed[3]);
  if (method != kDeflateMethod) {
    return Fault(GzipHeaderFault{DamageKind::kBadHeader, start + 2,
                                 fmt::format("compression method {} is not deflate", method)});
  }
  if ((flags & kReserved) != 0) {
    return Fault(
        GzipHeaderFault{DamageKind::kBadHeader, start + 3,
                        fmt::format("reserved flag bits {:#04x} are set in a gzip header", flags & kReserved)});
  }
  reader.Consume(fixed.first(kFixedBytes));
  INGOT_ASSIGN(Fault fault, SkipOptionalFields(reader, flags));
  if (!fault && (flags & kHeaderCrc) != 0) {
    return CheckHeaderCrc(reader);
  }
  return fault;
}

}  // namespace ingot
