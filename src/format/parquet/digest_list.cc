#include "format/parquet/digest_list.h"

#include "base/sha256.h"

namespace ingot {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr size_t kTextBytes = 2 * sizeof(ChunkHash);

}  // namespace

ChunkHash HashOfChunk(std::span<const char> bytes) {
  const std::string hex = Sha256Hex({bytes.data(), bytes.size()});
  return ParseDigests(std::string_view(hex).substr(0, kTextBytes), 1)->at(0);
}

std::string FormatDigests(std::span<const ChunkHash> digests) {
  std::string text;
  text.reserve(digests.size() * kTextBytes);
  for (const ChunkHash& digest : digests) {
    for (const uint8_t byte : digest) {
      text += kDigits[byte >> 4U];
      text += kDigits[byte & 0xFU];
    }
  }
  return text;
}

std::optional<std::vector<ChunkHash>> ParseDigests(std::string_view text, size_t count) {
  if (text.size() % kTextBytes != 0 || text.size() / kTextBytes != count) {
    return std::nullopt;
  }
  std::vector<ChunkHash> digests(count);
  for (size_t i = 0; i < text.size() / 2; ++i) {
    const size_t high = kDigits.find(text[2 * i]);
    const size_t low = kDigits.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return std::nullopt;
    }
    digests[i / sizeof(ChunkHash)][i % sizeof(ChunkHash)] = static_cast<uint8_t>(high * 16 + low);
  }
  return digests;
}

}  // namespace ingot
