// SHA-256 by OpenSSL: for processors without instructions of their own for it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace ingot {

class OpenSslSha256 {
 public:
  OpenSslSha256();
  ~OpenSslSha256();
  OpenSslSha256(OpenSslSha256&&) noexcept;
  OpenSslSha256& operator=(OpenSslSha256&&) noexcept;

  void Update(std::span<const char> bytes);
  // Call once.
  std::array<uint8_t, 32> Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ingot
