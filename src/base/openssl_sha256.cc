#include "base/openssl_sha256.h"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace ingot {

struct OpenSslSha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  // OpenSSL fails here only when memory is gone.
  State() {
    if (context == nullptr || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1) {
      EVP_MD_CTX_free(context);
      throw std::bad_alloc();
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

OpenSslSha256::OpenSslSha256() : state_(std::make_unique<State>()) {}
OpenSslSha256::~OpenSslSha256() = default;
OpenSslSha256::OpenSslSha256(OpenSslSha256&&) noexcept = default;
OpenSslSha256& OpenSslSha256::operator=(OpenSslSha256&&) noexcept = default;

void OpenSslSha256::Update(std::span<const char> bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::array<uint8_t, 32> OpenSslSha256::Finish() {
  std::array<uint8_t, 32> digest{};
  EVP_DigestFinal_ex(state_->context, digest.data(), nullptr);
  return digest;
}

}  // namespace ingot
