// XXH3-64 over keys and pages. For .cc files of this folder: it brings the whole hash with it.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cstdint>
#include <string_view>

#include "lookup/key_encoding.h"

namespace ingot {

inline uint64_t HashBytes(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

inline uint64_t HashValue(KeyKind kind, const KeyValue& value) {
  return kind == KeyKind::kString ? HashBytes(value.text) : XXH3_64bits(&value.number, sizeof(value.number));
}

inline uint64_t HashKey(const KeyView& key) {
  constexpr int kTurn = 23;
  constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;
  uint64_t hash = HashValue(key.kinds[0], key.values[0]);
  for (size_t i = 1; i < key.count; ++i) {
    hash = std::rotl(hash, kTurn) * kFactor + HashValue(key.kinds[i], key.values[i]);
  }
  return hash;
}

}  // namespace ingot
