// SHA-256 (FIPS 180-4) by OpenSSL, which picks the fastest instructions at run time.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(std::span<const char> bytes);
  // 64 lower-case hex digits. The object then starts over, empty.
  std::string FinishHex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Hex digest of one buffer.
std::string Sha256Hex(std::string_view bytes);

// True for exactly 64 lower-case hex digits.
bool IsSha256Hex(std::string_view text);

}  // namespace ingot
