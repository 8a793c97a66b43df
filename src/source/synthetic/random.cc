#include "source/synthetic/random.h"

namespace ingot {

uint64_t DeriveSeed(uint64_t seed, std::string_view purpose) {
  uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
  for (const char c : purpose) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return RandomStream(seed, hash).Next();
}

void RandomStream::Seek(uint64_t index) {
  index_ = index;
  if ((index_ & 1U) != 0) {
    FillBlock(index_ >> 1U);  // `Next` itself only fills at even words
  }
}

uint32_t RandomStream::SkewedBelow(uint32_t bound) {
  // The fourth power of a uniform fraction, in 32-bit fixed point: integers give the same on every machine.
  const uint64_t unit = Next() >> 32U;
  const uint64_t square = (unit * unit) >> 32U;
  const uint64_t fourth = (square * square) >> 32U;
  return static_cast<uint32_t>((fourth * bound) >> 32U);
}

}  // namespace ingot
