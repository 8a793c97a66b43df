// Sixteen bytes at a time: where a JSON string ends, and what it holds.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace ingot {

// Bit i speaks of byte i.
struct StringMasks {
  uint32_t stop = 0;       // `"`, `\` or a control character: the end of a plain run
  uint32_t non_ascii = 0;  // bytes above 0x7F
};

inline constexpr size_t kScanWidth = 16;

#if defined(__SSE2__)

// Copies 16 bytes from `from` to `to` and classifies them. SSE2 is part of every x86-64.
inline StringMasks CopyAndScan16(const char* from, char* to) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  const __m128i stop = _mm_or_si128(_mm_or_si128(quote, backslash), control);
  return {static_cast<uint32_t>(_mm_movemask_epi8(stop)), static_cast<uint32_t>(_mm_movemask_epi8(bytes))};
}

#elif defined(__aarch64__)

inline uint32_t MaskOf(uint8x16_t lanes) {
  const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t bits = vandq_u8(lanes, bit);
  return static_cast<uint32_t>(vaddv_u8(vget_low_u8(bits))) | static_cast<uint32_t>(vaddv_u8(vget_high_u8(bits))) << 8U;
}

inline StringMasks CopyAndScan16(const char* from, char* to) {
  const uint8x16_t bytes = vld1q_u8(reinterpret_cast<const uint8_t*>(from));
  vst1q_u8(reinterpret_cast<uint8_t*>(to), bytes);
  const uint8x16_t stop = vorrq_u8(vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')), vceqq_u8(bytes, vdupq_n_u8('\\'))),
                                   vcltq_u8(bytes, vdupq_n_u8(0x20)));
  return {MaskOf(stop), MaskOf(vcgeq_u8(bytes, vdupq_n_u8(0x80)))};
}

#else

inline StringMasks CopyAndScan16(const char* from, char* to) {
  StringMasks masks;
  std::memcpy(to, from, kScanWidth);
  for (uint32_t i = 0; i < kScanWidth; ++i) {
    const auto byte = static_cast<unsigned char>(from[i]);
    masks.stop |= (byte == '"' || byte == '\\' || byte < 0x20 ? 1U : 0U) << i;
    masks.non_ascii |= (byte >> 7U) << i;
  }
  return masks;
}

#endif

// Requires: as many bytes as the word has are readable.
inline bool IsWord(const char* p, std::string_view word) { return std::memcmp(p, word.data(), word.size()) == 0; }

// JSON white space inside a line; the newline itself ends the line.
inline const char* SkipSpace(const char* p) {
  // Most calls find none: one comparison says so.
  while (static_cast<unsigned char>(*p) <= ' ' && (*p == ' ' || *p == '\t' || *p == '\r')) {
    ++p;
  }
  return p;
}

}  // namespace ingot
