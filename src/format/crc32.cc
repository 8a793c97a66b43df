#include "format/crc32.h"

#include <isa-l/crc.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ingot {
namespace {

#if defined(__x86_64__)

__attribute__((target("avx"))) void ClearUpperHalves() { _mm256_zeroupper(); }

bool HasUpperHalves() {
  static const bool kHasAvx = __builtin_cpu_supports("avx") != 0;
  return kHasAvx;
}

#else

void ClearUpperHalves() {}
bool HasUpperHalves() { return false; }

#endif

}  // namespace

uint32_t Crc32(uint32_t crc, std::span<const char> bytes) {
  crc = crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  // ISA-L leaves the upper halves of vector registers as they are. Until they are cleared, everything that is compiled
  // for the lower halves alone waits for what they hold: SHA-256 of two streams took more than twice as long.
  if (HasUpperHalves()) {
    ClearUpperHalves();
  }
  return crc;
}

}  // namespace ingot
