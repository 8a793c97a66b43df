// For tests: gzip members put together field by field, with zlib as the deflate writer.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <string_view>

namespace ingot {

inline std::string LittleEndianBytes(uint64_t value, size_t width) {
  std::string bytes;
  for (size_t i = 0; i < width; ++i) {
    bytes += static_cast<char>(value >> (8U * i));
  }
  return bytes;
}

inline uint32_t GzipCrc32(std::string_view bytes) {
  return static_cast<uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<z_size_t>(bytes.size())));
}

struct DeflateOptions {
  int level = 6;                      // 0 writes stored blocks
  int strategy = Z_DEFAULT_STRATEGY;  // Z_FIXED writes blocks with the fixed codes
  int flush = Z_NO_FLUSH;             // between pieces of `flush_every` bytes
  size_t flush_every = 0;
  std::string_view dictionary = {};  // what stands in front of the data, for copies to reach back to
  bool finish = true;                // without it the last block is not marked as last, and a flush ends the data
};

// Raw deflate data (RFC 1951).
inline std::string Deflate(std::string_view plain, const DeflateOptions& options = {}) {
  z_stream stream{};
  if (::deflateInit2(&stream, options.level, Z_DEFLATED, -15, 8, options.strategy) != Z_OK) {
    throw std::bad_alloc();
  }
  if (!options.dictionary.empty()) {
    ::deflateSetDictionary(&stream, reinterpret_cast<const Bytef*>(options.dictionary.data()),
                           static_cast<uInt>(options.dictionary.size()));
  }
  std::string out(::deflateBound(&stream, static_cast<uLong>(plain.size())) + 64, '\0');
  if (options.flush_every > 0) {
    out.resize(out.size() + 16 * (plain.size() / options.flush_every + 1));
  }
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  std::string input(plain);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  size_t done = 0;
  while (options.flush_every > 0 && done < plain.size()) {
    const size_t count = std::min(options.flush_every, plain.size() - done);
    stream.avail_in = static_cast<uInt>(count);
    ::deflate(&stream, options.flush);
    done += count;
  }
  stream.avail_in = static_cast<uInt>(plain.size() - done);
  ::deflate(&stream, options.finish ? Z_FINISH : Z_FULL_FLUSH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

struct MemberOptions {
  std::optional<std::string> extra = {};    // FEXTRA
  std::optional<std::string> name = {};     // FNAME, without the NUL
  std::optional<std::string> comment = {};  // FCOMMENT, without the NUL
  bool header_crc = false;                  // FHCRC
  bool text = false;                        // FTEXT
  unsigned more_flags = 0;
  uint8_t method = 8;
  uint32_t header_crc_xor = 0;  // damages
  uint32_t crc_xor = 0;
  uint32_t size_xor = 0;
  DeflateOptions deflate = {};
};

inline std::string MemberHeader(const MemberOptions& options = {}) {
  const unsigned flags = (options.text ? 1U : 0U) | (options.header_crc ? 2U : 0U) | (options.extra ? 4U : 0U) |
                         (options.name ? 8U : 0U) | (options.comment ? 16U : 0U) | options.more_flags;
  std::string header = "\x1f\x8b";
  header += static_cast<char>(options.method);
  header += static_cast<char>(flags);
  header += LittleEndianBytes(1768435200, 4);  // a time, which readers must not mind
  header += std::string("\0\3", 2);
  if (options.extra) {
    header += LittleEndianBytes(options.extra->size(), 2) + *options.extra;
  }
  for (const auto* text : {&options.name, &options.comment}) {
    if (*text) {
      header.append(**text).push_back('\0');
    }
  }
  if (options.header_crc) {
    header += LittleEndianBytes((GzipCrc32(header) ^ options.header_crc_xor) & 0xffffU, 2);
  }
  return header;
}

inline std::string MemberTrailer(std::string_view plain, const MemberOptions& options = {}) {
  return LittleEndianBytes(GzipCrc32(plain) ^ options.crc_xor, 4) +
         LittleEndianBytes(static_cast<uint32_t>(plain.size()) ^ options.size_xor, 4);
}

// One whole member.
inline std::string Gzip(std::string_view plain, const MemberOptions& options = {}) {
  return MemberHeader(options) + Deflate(plain, options.deflate) + MemberTrailer(plain, options);
}

}  // namespace ingot
