#include "format/parquet/digest_list.h"

#include <algorithm>
#include <utility>

#include "base/sha256_lanes.h"

namespace ingot {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr size_t kTextBytes = 2 * sizeof(ChunkHash);

// What a hex digit is worth; 16 for none. Footers hold thousands of digests.
constexpr std::array<uint8_t, 256> kValues = [] {
  std::array<uint8_t, 256> values{};
  values.fill(16);
  for (size_t i = 0; i < kDigits.size(); ++i) {
    values.at(static_cast<uint8_t>(kDigits[i])) = static_cast<uint8_t>(i);
  }
  return values;
}();

}  // namespace

ChunkHash CutHash(const std::array<uint8_t, 32>& sha256) {
  ChunkHash hash;
  std::copy_n(sha256.begin(), hash.size(), hash.begin());
  return hash;
}

ChunkHash HashOfChunk(std::span<const char> bytes) {
  Sha256Lane lane;
  lane.Update(bytes);
  return CutHash(lane.Finish());
}

std::string FormatDigests(std::span<const ChunkHash> digests) {
  std::string text(digests.size() * kTextBytes, '0');
  auto next = text.begin();
  for (const ChunkHash& digest : digests) {
    for (const uint8_t byte : digest) {
      *next++ = kDigits[byte >> 4U];
      *next++ = kDigits[byte & 0xFU];
    }
  }
  return text;
}

std::optional<std::vector<ChunkHash>> ParseDigests(std::string_view text, size_t count) {
  if (text.size() % kTextBytes != 0 || text.size() / kTextBytes != count) {
    return std::nullopt;
  }
  std::vector<ChunkHash> digests(count);
  uint8_t all = 0;
  for (size_t i = 0; i < text.size() / 2; ++i) {
    const uint8_t high = kValues[static_cast<uint8_t>(text[2 * i])];
    const uint8_t low = kValues[static_cast<uint8_t>(text[2 * i + 1])];
    all |= high | low;
    digests[i / sizeof(ChunkHash)][i % sizeof(ChunkHash)] = static_cast<uint8_t>(high * 16 + low);
  }
  return all < 16 ? std::optional(std::move(digests)) : std::nullopt;
}

}  // namespace ingot
