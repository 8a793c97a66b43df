#include "base/sha256_lanes.h"

#include <algorithm>
#include <string_view>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace ingot {
namespace {

#if defined(__x86_64__)

// FIPS 180-4, 4.2.2 and 5.3.3.
alignas(16) constexpr std::array<uint32_t, 64> kConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define INGOT_SHA_TARGET __attribute__((target("sha,sse4.1")))
#define INGOT_SHA_INLINE INGOT_SHA_TARGET __attribute__((always_inline)) inline

// The processor keeps the state as words A B E F and C D G H, high to low.
struct Registers {
  __m128i abef;
  __m128i cdgh;
  // The last sixteen of the message schedule. NOLINTNEXTLINE(modernize-avoid-c-arrays): std::array drops the attributes
  __m128i words[4];
};

__m128i* Vector(uint32_t* words) { return reinterpret_cast<__m128i*>(words); }
const __m128i* Vector(const void* bytes) { return static_cast<const __m128i*>(bytes); }

INGOT_SHA_INLINE void LoadState(const uint32_t* state, Registers* lane) {
  const __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(Vector(state)), 0xB1);
  const __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(Vector(state + 4)), 0x1B);
  lane->abef = _mm_alignr_epi8(badc, hgfe, 8);
  lane->cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
}

INGOT_SHA_INLINE void StoreState(const Registers& lane, uint32_t* state) {
  const __m128i feba = _mm_shuffle_epi32(lane.abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(lane.cdgh, 0xB1);
  _mm_storeu_si128(Vector(state), _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(Vector(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

INGOT_SHA_INLINE void LoadBlock(const char* block, Registers* lane) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  for (size_t i = 0; i < 4; ++i) {
    lane->words[i] = _mm_shuffle_epi8(_mm_loadu_si128(Vector(block + 16 * i)), big_endian);
  }
}

// Four rounds, and the words of the four that come sixteen later.
template <size_t Group>
INGOT_SHA_INLINE void FourRounds(Registers* lane) {
  __m128i& words = lane->words[Group % 4];  // NOLINT(misc-const-correctness): written below, for most groups
  const __m128i& last = lane->words[(Group + 3) % 4];
  const __m128i sum = _mm_add_epi32(words, _mm_load_si128(Vector(&kConstants[4 * Group])));
  lane->cdgh = _mm_sha256rnds2_epu32(lane->cdgh, lane->abef, sum);
  lane->abef = _mm_sha256rnds2_epu32(lane->abef, lane->cdgh, _mm_shuffle_epi32(sum, 0x0E));
  if constexpr (Group < 12) {
    const __m128i partial = _mm_add_epi32(_mm_sha256msg1_epu32(words, lane->words[(Group + 1) % 4]),
                                          _mm_alignr_epi8(last, lane->words[(Group + 2) % 4], 4));
    words = _mm_sha256msg2_epu32(partial, last);
  }
}

template <size_t Group, typename... Lanes>
INGOT_SHA_INLINE void AllRounds(Lanes*... lanes) {
  if constexpr (Group < 16) {
    (FourRounds<Group>(lanes), ...);
    AllRounds<Group + 1>(lanes...);
  }
}

INGOT_SHA_INLINE void AddState(const Registers& before, Registers* lane) {
  lane->abef = _mm_add_epi32(lane->abef, before.abef);
  lane->cdgh = _mm_add_epi32(lane->cdgh, before.cdgh);
}

INGOT_SHA_TARGET void HashBlocks(uint32_t* state, const char* blocks, size_t count) {
  Registers lane;
  LoadState(state, &lane);
  for (; count > 0; --count, blocks += 64) {
    const Registers before = lane;
    LoadBlock(blocks, &lane);
    AllRounds<0>(&lane);
    AddState(before, &lane);
  }
  StoreState(lane, state);
}

INGOT_SHA_TARGET void HashBlocks(uint32_t* a_state, const char* a_blocks, uint32_t* b_state, const char* b_blocks,
                                 size_t count) {
  Registers a;
  Registers b;
  LoadState(a_state, &a);
  LoadState(b_state, &b);
  for (; count > 0; --count, a_blocks += 64, b_blocks += 64) {
    const Registers a_before = a;
    const Registers b_before = b;
    LoadBlock(a_blocks, &a);
    LoadBlock(b_blocks, &b);
    AllRounds<0>(&a, &b);
    AddState(a_before, &a);
    AddState(b_before, &b);
  }
  StoreState(a, a_state);
  StoreState(b, b_state);
}

bool HasInstructions() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  const bool has_sse4 = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSE4_1) != 0 && (c & bit_SSSE3) != 0;
  return has_sse4 && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

#else

// Never called.
void HashBlocks(uint32_t*, const char*, size_t) {}
void HashBlocks(uint32_t*, const char*, uint32_t*, const char*, size_t) {}
bool HasInstructions() { return false; }

#endif

}  // namespace

Sha256Lane::Sha256Lane()
    : state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {
  static const bool kHasInstructions = HasInstructions();
  if (!kHasInstructions) {
    other_.emplace();
  }
}

void Sha256Lane::FillBlock(std::span<const char>* bytes) {
  const size_t begun = bytes_ % kBlock;
  if (begun == 0) {
    return;
  }
  const size_t taken = std::min(kBlock - begun, bytes->size());
  std::copy_n(bytes->begin(), taken, block_.begin() + static_cast<ptrdiff_t>(begun));
  bytes_ += taken;
  *bytes = bytes->subspan(taken);
  if (bytes_ % kBlock == 0) {
    HashBlocks(state_.data(), block_.data(), 1);
  }
}

// What is left for a block that may be begun: fewer bytes than it has.
void Sha256Lane::Keep(std::span<const char> bytes) {
  std::copy(bytes.begin(), bytes.end(), block_.begin());
  bytes_ += bytes.size();
}

void Sha256Lane::Update(std::span<const char> bytes) {
  if (other_) {
    other_->Update(bytes);
    return;
  }
  FillBlock(&bytes);
  if (bytes.empty()) {
    return;
  }
  const size_t blocks = bytes.size() / kBlock;
  HashBlocks(state_.data(), bytes.data(), blocks);
  bytes_ += blocks * kBlock;
  Keep(bytes.subspan(blocks * kBlock));
}

void Sha256Lane::UpdateBoth(Sha256Lane* a, std::span<const char> a_bytes, Sha256Lane* b,
                            std::span<const char> b_bytes) {
  if (!a->other_) {
    a->FillBlock(&a_bytes);
    b->FillBlock(&b_bytes);
    const size_t blocks = std::min(a_bytes.size(), b_bytes.size()) / kBlock;
    HashBlocks(a->state_.data(), a_bytes.data(), b->state_.data(), b_bytes.data(), blocks);
    a->bytes_ += blocks * kBlock;
    b->bytes_ += blocks * kBlock;
    a_bytes = a_bytes.subspan(blocks * kBlock);
    b_bytes = b_bytes.subspan(blocks * kBlock);
  }
  a->Update(a_bytes);
  b->Update(b_bytes);
}

std::array<uint8_t, 32> Sha256Lane::Finish() {
  if (other_) {
    return other_->Finish();
  }
  // A one, zeros, and the length in bits.
  const uint64_t bits = bytes_ * 8;
  std::array<char, 2 * kBlock> end{};
  end[0] = static_cast<char>(0x80);
  const size_t padding = kBlock - (bytes_ + 8) % kBlock;
  for (size_t i = 0; i < 8; ++i) {
    end[padding + i] = static_cast<char>(bits >> (56 - 8 * i));
  }
  Update({end.data(), padding + 8});
  std::array<uint8_t, 32> digest;
  for (size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

std::string Sha256Lane::FinishHex() {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(64);
  for (const uint8_t byte : Finish()) {
    hex += kHexDigits[byte >> 4U];
    hex += kHexDigits[byte & 15U];
  }
  return hex;
}

}  // namespace ingot
