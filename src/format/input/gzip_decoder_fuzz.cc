// gzip against zlib: whatever the bytes, both must come to the same content, and every block size to the same outcome.
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "format/input/read_input.h"

namespace ingot {
namespace {

struct ZlibOutcome {
  std::string bytes;
  bool whole = false;  // every member was good, and only zeros stood behind the last one
};

constexpr size_t kMaxPlain = size_t{512} << 10U;  // larger inputs are not compared

// All members, as our own reader takes them, but with zlib in charge of headers, data and trailers.
ZlibOutcome ReadWithZlib(std::string_view stored) {
  ZlibOutcome outcome;
  size_t at = 0;
  while (at < stored.size() && outcome.bytes.size() < kMaxPlain) {
    if (at > 0 && stored.substr(at).find_first_not_of('\0') == std::string_view::npos) {
      break;
    }
    z_stream stream{};
    if (::inflateInit2(&stream, 15 + 16) != Z_OK) {
      std::abort();
    }
    std::string input(stored.substr(at));
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    std::string piece(size_t{64} << 10U, '\0');
    int code = Z_OK;
    while (code == Z_OK && outcome.bytes.size() < kMaxPlain) {
      stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      code = ::inflate(&stream, Z_NO_FLUSH);
      outcome.bytes.append(piece, 0, piece.size() - stream.avail_out);
    }
    at += stream.total_in;
    ::inflateEnd(&stream);
    if (code != Z_STREAM_END) {
      return outcome;
    }
  }
  outcome.whole = !stored.empty();
  return outcome;
}

// Not inlined, so that the stack shows the line of the broken demand.
[[gnu::noinline]] void Demand(bool kept) {
  if (!kept) {
    std::abort();
  }
}

// True when one begins with the other and at most `slack` bytes are missing.
bool NearlyEqual(std::string_view a, std::string_view b, size_t slack) {
  const size_t shorter = std::min(a.size(), b.size());
  return a.substr(0, shorter) == b.substr(0, shorter) && std::max(a.size(), b.size()) - shorter <= slack;
}

void Compare(std::string_view stored, size_t read_bytes, size_t block_bytes) {
  const ZlibOutcome expected = ReadWithZlib(stored);
  if (expected.bytes.size() >= kMaxPlain) {
    return;
  }
  const ReadOutcome large = ReadInput(stored, "a.gz", size_t{256} << 10U, size_t{256} << 10U);
  const ReadOutcome small = ReadInput(stored, "a.gz", read_bytes, block_bytes);
  Demand(large.broken_promise.empty() && small.broken_promise.empty());
  Demand(large.digest && small.digest);
  Demand(large.error.has_value() == small.error.has_value());
  Demand(large.digest->sha256 == small.digest->sha256);
  const bool cut = large.digest->damage && large.digest->damage->kind == DamageKind::kCut;
  Demand(NearlyEqual(large.bytes, small.bytes, cut ? 2 : 0));
  if (expected.whole) {
    Demand(!large.error);
  }
  // zlib refuses some sets of codes that lack codes which nothing in the data uses; ISA-L takes them.
  const size_t beyond = large.bytes.size() > expected.bytes.size() && !expected.whole ? large.bytes.size() : 0;
  Demand(NearlyEqual(large.bytes, expected.bytes, std::max(beyond, size_t{cut ? 2U : 0U})));
}

}  // namespace
}  // namespace ingot

// The first two bytes are the sizes of reads and blocks, the third chooses between raw bytes and a repaired header.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) {
    return 0;
  }
  const size_t read_bytes = size_t{1} + data[0];
  const size_t block_bytes = size_t{1} + data[1] * size_t{data[1]};
  const std::string_view rest(reinterpret_cast<const char*>(data) + 3, size - 3);
  if ((data[2] & 1U) == 0) {
    ingot::Compare(rest, read_bytes, block_bytes);
  } else {
    using std::string_literals::operator""s;
    ingot::Compare("\x1f\x8b\x08\0\0\0\0\0\0\0"s + std::string(rest), read_bytes, block_bytes);
  }
  return 0;
}
