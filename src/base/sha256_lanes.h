// Two SHA-256 hashes side by side, for the price of one: a processor with instructions for it waits for each of them,
// and does the other's in the meantime. Where there are none, OpenSSL computes one after the other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/openssl_sha256.h"

namespace ingot {

class Sha256Lane {
 public:
  Sha256Lane();

  void Update(std::span<const char> bytes);
  // The same for two. Fastest where both get about as many bytes. Requires: a != b.
  static void UpdateBoth(Sha256Lane* a, std::span<const char> a_bytes, Sha256Lane* b, std::span<const char> b_bytes);

  // Call once.
  std::array<uint8_t, 32> Finish();
  std::string FinishHex();

 private:
  static constexpr size_t kBlock = 64;

  // Completes the block that was begun, as far as `bytes` reach; they begin at a block's begin then, or are empty.
  void FillBlock(std::span<const char>* bytes);
  void Keep(std::span<const char> bytes);

  std::optional<OpenSslSha256> other_;  // without the instructions
  std::array<uint32_t, 8> state_;
  std::array<char, kBlock> block_;  // begun
  uint64_t bytes_ = 0;
};

}  // namespace ingot
