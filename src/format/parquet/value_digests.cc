#include "format/parquet/value_digests.h"

#include <cstdint>

namespace ingot {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr size_t kTextBytes = 2 * sizeof(ValueDigest);

}  // namespace

std::string FormatValueDigests(std::span<const ValueDigest> digests) {
  std::string text;
  text.reserve(digests.size() * kTextBytes);
  for (const ValueDigest& digest : digests) {
    for (const uint8_t byte : digest) {
      text += kDigits[byte >> 4U];
      text += kDigits[byte & 0xFU];
    }
  }
  return text;
}

std::optional<std::vector<ValueDigest>> ParseValueDigests(std::string_view text, size_t count) {
  if (text.size() % kTextBytes != 0 || text.size() / kTextBytes != count) {
    return std::nullopt;
  }
  std::vector<ValueDigest> digests(count);
  for (size_t i = 0; i < text.size() / 2; ++i) {
    const size_t high = kDigits.find(text[2 * i]);
    const size_t low = kDigits.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return std::nullopt;
    }
    digests[i / sizeof(ValueDigest)][i % sizeof(ValueDigest)] = static_cast<uint8_t>(high * 16 + low);
  }
  return digests;
}

}  // namespace ingot
