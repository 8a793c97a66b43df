// Sixteen bytes at a time, as sets of positions: where leads stand says where continuations must stand, and nowhere
// else.
#include "model/utf8.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace ingot {
namespace {

constexpr size_t kBlock = 16;

#if defined(__SSE2__)

// Bytes as signed numbers: 0x80…0xFF are -128…-1, so that one comparison tells the ranges of UTF-8 apart.
struct Block {
  __m128i bytes;

  explicit Block(const char* from) : bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))) {}
  uint32_t Negative() const { return static_cast<uint32_t>(_mm_movemask_epi8(bytes)); }
  uint32_t Below(int8_t bound) const {
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8(bound))));
  }
  uint32_t Equal(int8_t value) const {
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(value))));
  }
};

#elif defined(__aarch64__)

struct Block {
  int8x16_t bytes;

  explicit Block(const char* from) : bytes(vld1q_s8(reinterpret_cast<const int8_t*>(from))) {}
  uint32_t Negative() const { return Below(0); }
  uint32_t Below(int8_t bound) const { return MaskOf(vcltq_s8(bytes, vdupq_n_s8(bound))); }
  uint32_t Equal(int8_t value) const { return MaskOf(vceqq_s8(bytes, vdupq_n_s8(value))); }

 private:
  static uint32_t MaskOf(uint8x16_t lanes) {
    const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t bits = vandq_u8(lanes, bit);
    return static_cast<uint32_t>(vaddv_u8(vget_low_u8(bits))) | static_cast<uint32_t>(vaddv_u8(vget_high_u8(bits)))
                                                                    << 8U;
  }
};

#else

struct Block {
  std::array<int8_t, kBlock> bytes{};

  explicit Block(const char* from) { std::memcpy(bytes.data(), from, kBlock); }
  uint32_t Negative() const { return Below(0); }
  uint32_t Below(int8_t bound) const {
    uint32_t mask = 0;
    for (size_t i = 0; i < kBlock; ++i) {
      mask |= (bytes[i] < bound ? 1U : 0U) << i;
    }
    return mask;
  }
  uint32_t Equal(int8_t value) const {
    uint32_t mask = 0;
    for (size_t i = 0; i < kBlock; ++i) {
      mask |= (bytes[i] == value ? 1U : 0U) << i;
    }
    return mask;
  }
};

#endif

constexpr int8_t Signed(uint8_t byte) { return static_cast<int8_t>(byte); }

class Validator {
 public:
  // False as soon as something is wrong.
  bool Take(const char* from) {
    const Block block(from);
    const uint32_t beyond_ascii = block.Negative();
    if ((beyond_ascii | expected_) == 0) {
      return true;
    }
    const uint32_t continuations = block.Below(Signed(0xC0));
    const uint32_t leads_of_2 = beyond_ascii & ~continuations;
    const uint32_t leads_of_3 = beyond_ascii & ~block.Below(Signed(0xE0));
    const uint32_t leads_of_4 = beyond_ascii & ~block.Below(Signed(0xF0));
    const uint32_t never =
        (beyond_ascii & ~block.Below(Signed(0xF5))) | block.Equal(Signed(0xC0)) | block.Equal(Signed(0xC1));
    const uint32_t expected = expected_ | leads_of_2 << 1U | leads_of_3 << 2U | leads_of_4 << 3U;
    expected_ = expected >> kBlock;
    return never == 0 && (expected & 0xFFFFU) == continuations && SecondBytesFit(block, continuations);
  }

  // Nothing may be missing at the end.
  bool IsWhole() const { return expected_ == 0; }

 private:
  // Four leads exclude a part of the second bytes: overlong forms, surrogates, and what lies beyond U+10FFFF.
  bool SecondBytesFit(const Block& block, uint32_t continuations) {
    constexpr std::array<uint8_t, 4> kLeads = {0xE0, 0xED, 0xF0, 0xF4};
    std::array<uint32_t, 4> seconds{};
    for (size_t i = 0; i < kLeads.size(); ++i) {
      const uint32_t behind = block.Equal(Signed(kLeads[i])) << 1U;
      seconds[i] = behind | seconds_of_[i];
      seconds_of_[i] = behind >> kBlock;
    }
    if ((seconds[0] | seconds[1] | seconds[2] | seconds[3]) == 0) {
      return true;
    }
    const uint32_t below_a0 = block.Below(Signed(0xA0));
    const uint32_t below_90 = block.Below(Signed(0x90));
    return ((seconds[0] & below_a0) | (seconds[1] & continuations & ~below_a0) | (seconds[2] & below_90) |
            (seconds[3] & continuations & ~below_90)) == 0;
  }

  uint32_t expected_ = 0;                 // continuations at the beginning of the next block
  std::array<uint32_t, 4> seconds_of_{};  // bit 0: the last byte was this lead; then expected_ is not 0
};

}  // namespace

bool IsUtf8(std::string_view text) {
  Validator validator;
  while (text.size() >= kBlock) {
    if (!validator.Take(text.data())) {
      return false;
    }
    text.remove_prefix(kBlock);
  }
  if (!text.empty()) {
    // Zeros behind the rest are characters, and end one that is cut.
    std::array<char, kBlock> rest{};
    std::memcpy(rest.data(), text.data(), text.size());
    return validator.Take(rest.data());
  }
  return validator.IsWhole();
}

}  // namespace ingot
