#include "format/input/newlines.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace ingot {
namespace {

uint64_t CountPortable(std::span<const char> bytes) {
  return static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

// All vector kernels count in byte lanes, which hold at most 255: so many vectors are added up before lanes are
// widened.
constexpr size_t kLaneLimit = 255;

#if defined(__x86_64__)

uint64_t CountSse2(std::span<const char> bytes) {
  const __m128i newline = _mm_set1_epi8('\n');
  const char* at = bytes.data();
  size_t vectors = bytes.size() / sizeof(__m128i);
  __m128i total = _mm_setzero_si128();
  while (vectors > 0) {
    const size_t batch = std::min(vectors, kLaneLimit);
    __m128i lanes = _mm_setzero_si128();
    for (size_t i = 0; i < batch; ++i, at += sizeof(__m128i)) {
      const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      lanes = _mm_sub_epi8(lanes, _mm_cmpeq_epi8(chunk, newline));
    }
    total = _mm_add_epi64(total, _mm_sad_epu8(lanes, _mm_setzero_si128()));
    vectors -= batch;
  }
  alignas(16) std::array<uint64_t, 2> sums{};
  _mm_store_si128(reinterpret_cast<__m128i*>(sums.data()), total);
  return sums[0] + sums[1] + CountPortable(bytes.last(bytes.size() % sizeof(__m128i)));
}

// Two accumulators hide the latency of the subtraction.
__attribute__((target("avx2"))) uint64_t CountAvx2(std::span<const char> bytes) {
  constexpr size_t kStride = 2 * sizeof(__m256i);
  const __m256i newline = _mm256_set1_epi8('\n');
  const char* at = bytes.data();
  size_t pairs = bytes.size() / kStride;
  __m256i total = _mm256_setzero_si256();
  while (pairs > 0) {
    const size_t batch = std::min(pairs, kLaneLimit);
    __m256i even = _mm256_setzero_si256();
    __m256i odd = _mm256_setzero_si256();
    for (size_t i = 0; i < batch; ++i, at += kStride) {
      const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
      const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + sizeof(__m256i)));
      even = _mm256_sub_epi8(even, _mm256_cmpeq_epi8(first, newline));
      odd = _mm256_sub_epi8(odd, _mm256_cmpeq_epi8(second, newline));
    }
    total = _mm256_add_epi64(total, _mm256_sad_epu8(even, _mm256_setzero_si256()));
    total = _mm256_add_epi64(total, _mm256_sad_epu8(odd, _mm256_setzero_si256()));
    pairs -= batch;
  }
  alignas(32) std::array<uint64_t, 4> sums{};
  _mm256_store_si256(reinterpret_cast<__m256i*>(sums.data()), total);
  return sums[0] + sums[1] + sums[2] + sums[3] + CountSse2(bytes.last(bytes.size() % kStride));
}

#elif defined(__aarch64__)

uint64_t CountNeon(std::span<const char> bytes) {
  const uint8x16_t newline = vdupq_n_u8('\n');
  const char* at = bytes.data();
  size_t vectors = bytes.size() / sizeof(uint8x16_t);
  uint64_t total = 0;
  while (vectors > 0) {
    const size_t batch = std::min(vectors, kLaneLimit);
    uint8x16_t lanes = vdupq_n_u8(0);
    for (size_t i = 0; i < batch; ++i, at += sizeof(uint8x16_t)) {
      const uint8x16_t chunk = vld1q_u8(reinterpret_cast<const uint8_t*>(at));
      lanes = vsubq_u8(lanes, vceqq_u8(chunk, newline));
    }
    total += vaddlvq_u8(lanes);
    vectors -= batch;
  }
  return total + CountPortable(bytes.last(bytes.size() % sizeof(uint8x16_t)));
}

#endif

std::vector<NewlineKernel> SupportedKernels() {
  std::vector<NewlineKernel> kernels;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") != 0) {
    kernels.push_back({"avx2", CountAvx2});
  }
  kernels.push_back({"sse2", CountSse2});
#elif defined(__aarch64__)
  kernels.push_back({"neon", CountNeon});
#endif
  kernels.push_back({"portable", CountPortable});
  return kernels;
}

}  // namespace

std::span<const NewlineKernel> NewlineKernels() {
  static const std::vector<NewlineKernel> kKernels = SupportedKernels();
  return kKernels;
}

uint64_t CountNewlines(std::span<const char> bytes) { return NewlineKernels().front().count(bytes); }

}  // namespace ingot
