#include "format/json/number.h"

#include <array>
#include <bit>
#include <charconv>

namespace ingot {
namespace {

static_assert(std::endian::native == std::endian::little,
              "digits are read eight at a time, least significant byte first");

// The exponents that data has; anything else goes the slow way.
constexpr int kLeastPower = -48;
constexpr int kGreatestPower = 27;

// 10^q as high · 2^64 + low, scaled so that the highest bit is set; rounded down, exact for 0 <= q <= 27.
struct PowerOfTen {
  uint64_t high = 0;
  uint64_t low = 0;
};

struct Wide {
  uint64_t high = 0;
  uint64_t low = 0;
};

__extension__ using Uint128 = unsigned __int128;

constexpr Wide Multiply(uint64_t a, uint64_t b) {
  const Uint128 product = static_cast<Uint128>(a) * b;
  return {static_cast<uint64_t>(product >> 64U), static_cast<uint64_t>(product)};
}

// 5^q for 0 <= q <= 27 fits 64 bits; shifted to the top.
constexpr PowerOfTen PositivePower(int q) {
  uint64_t power = 1;
  for (int i = 0; i < q; ++i) {
    power *= 5;
  }
  return {power << static_cast<unsigned>(std::countl_zero(power)), 0};
}

// 2^b / 5^n to 128 bits, rounded up, by long division of one bit at a time. The divisor takes up to two words.
constexpr PowerOfTen NegativePower(int n) {
  Wide divisor{0, 1};
  for (int i = 0; i < n; ++i) {
    const Wide low = Multiply(divisor.low, 5);
    divisor = {divisor.high * 5 + low.high, low.low};
  }
  // The remainder starts as the largest power of two below the divisor, so that the first quotient bit is one.
  Wide remainder{0, 1};
  const auto less = [](const Wide& a, const Wide& b) { return a.high != b.high ? a.high < b.high : a.low < b.low; };
  while (less(remainder, divisor)) {
    remainder = {(remainder.high << 1U) | (remainder.low >> 63U), remainder.low << 1U};
  }
  PowerOfTen quotient;
  for (int bit = 0; bit < 128; ++bit) {
    const bool one = !less(remainder, divisor);
    if (one) {
      const uint64_t borrow = remainder.low < divisor.low ? 1 : 0;
      remainder = {remainder.high - divisor.high - borrow, remainder.low - divisor.low};
    }
    quotient.high = (quotient.high << 1U) | (quotient.low >> 63U);
    quotient.low = (quotient.low << 1U) | (one ? 1U : 0U);
    remainder = {(remainder.high << 1U) | (remainder.low >> 63U), remainder.low << 1U};
  }
  quotient.low += 1;
  quotient.high += quotient.low == 0 ? 1 : 0;
  return quotient;
}

constexpr auto kPowers = [] {
  std::array<PowerOfTen, kGreatestPower - kLeastPower + 1> powers{};
  for (int q = kLeastPower; q <= kGreatestPower; ++q) {
    powers.at(static_cast<size_t>(q - kLeastPower)) = q < 0 ? NegativePower(-q) : PositivePower(q);
  }
  return powers;
}();

}  // namespace

// Lemire, "Number parsing at a gigabyte per second", Software: Practice and Experience 51 (8), 2021, algorithm 1, with
// the refinement of Mushtak and Lemire (2023) that the second product suffices.
bool RealFromDecimal(uint64_t mantissa, int exponent, double* value) {
  if (exponent < kLeastPower || exponent > kGreatestPower) {
    return false;
  }
  const auto shift = static_cast<unsigned>(std::countl_zero(mantissa));
  const uint64_t normal = mantissa << shift;
  const PowerOfTen& power = kPowers[static_cast<size_t>(exponent - kLeastPower)];
  Wide product = Multiply(normal, power.high);
  if ((product.high & 0x1FFU) == 0x1FFU) {
    const Wide correction = Multiply(normal, power.low);
    product.low += correction.high;
    product.high += product.low < correction.high ? 1 : 0;
  }
  const auto top = static_cast<unsigned>(product.high >> 63U);
  uint64_t bits = product.high >> (top + 9);
  // floor(log2(10^q)) = q·217706 >> 16 for these exponents.
  const int binary_exponent = ((217706 * exponent) >> 16) + 63 + static_cast<int>(top) - static_cast<int>(shift);
  // Exactly half way can only happen for small powers; then the even neighbour is right.
  if (product.low <= 1 && exponent >= -4 && exponent <= 23 && (bits & 3U) == 1 && (bits << (top + 9)) == product.high) {
    bits &= ~uint64_t{1};
  }
  bits = (bits + (bits & 1U)) >> 1U;
  int exponent_field = binary_exponent + 1023;
  if (bits >= uint64_t{1} << 53U) {
    bits >>= 1U;
    ++exponent_field;
  }
  if (exponent_field <= 0 || exponent_field >= 2047) {
    return false;
  }
  *value = std::bit_cast<double>((bits & ((uint64_t{1} << 52U) - 1)) | (static_cast<uint64_t>(exponent_field) << 52U));
  return true;
}

NumberStatus ParseRealSlowly(const char* first, const char* last, double* value) {
  const auto [end, error] = std::from_chars(first, last, *value);
  if (error == std::errc::result_out_of_range) {
    return NumberStatus::kOutOfRange;
  }
  return error == std::errc() && end == last ? NumberStatus::kOk : NumberStatus::kInvalid;
}

}  // namespace ingot
