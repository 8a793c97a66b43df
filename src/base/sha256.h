// SHA-256 (FIPS 180-4) as the program names it: in hex.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/sha256_lanes.h"

namespace ingot {

class Sha256 {
 public:
  void Update(std::span<const char> bytes) { lane_.Update(bytes); }
  // 64 lower-case hex digits. The object then starts over, empty.
  std::string FinishHex();

 private:
  Sha256Lane lane_;
};

// Hex digest of one buffer.
std::string Sha256Hex(std::string_view bytes);

// True for exactly 64 lower-case hex digits.
bool IsSha256Hex(std::string_view text);

}  // namespace ingot
