// JSON numbers (RFC 8259 §6) to int64 or binary64, correctly rounded.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace ingot {

struct JsonNumber {
  bool is_integer = false;  // written without fraction and exponent
  int64_t integer = 0;      // when is_integer
  double real = 0;          // when not is_integer
};

enum class NumberStatus : uint8_t {
  kOk,
  kInvalid,     // not a JSON number
  kOutOfRange,  // an integer beyond int64, or a real beyond binary64 in either direction
};

inline bool StartsNumber(char c) { return c == '-' || static_cast<unsigned char>(c - '0') <= 9; }

// The power of ten that binary64 holds exactly ends here; see Clinger, "How to read floating point numbers accurately".
inline constexpr int kMaxExactPowerOfTen = 22;
inline constexpr double kExactPowersOfTen[kMaxExactPowerOfTen + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
inline constexpr uint64_t kMaxExactInteger = uint64_t{1} << 53U;

// True when binary64 holds the integer exactly.
inline bool IsExactAsDouble(int64_t value) {
  const double rounded = static_cast<double>(value);
  // 2^63 itself does not fit back into int64.
  return rounded < 9223372036854775808.0 && static_cast<int64_t>(rounded) == value;
}

// Numbers with more than 19 digits or large exponents. `first` is the first character, `last` one past the number.
NumberStatus ParseRealSlowly(const char* first, const char* last, double* value);

// mantissa · 10^exponent for any 64-bit mantissa > 0, correctly rounded, by the method of Eisel and Lemire; false where
// it cannot decide or the exponent is outside its table.
bool RealFromDecimal(uint64_t mantissa, int exponent, double* value);

namespace number_detail {

inline constexpr uint64_t kPowersOfTen[8] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000};

inline bool IsDigit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

// The high bit of each byte that is not '0'…'9'.
inline uint64_t NonDigits(uint64_t bytes) {
  const uint64_t digits = bytes ^ 0x3030303030303030U;
  return (((digits & 0x7F7F7F7F7F7F7F7FU) + 0x7676767676767676U) | digits) & 0x8080808080808080U;
}

// The value of eight digits, most significant first in memory (little-endian load). Only the low half of each byte
// counts, so that zero bytes in front are leading zeros.
inline uint64_t EightDigitsValue(uint64_t bytes) {
  bytes = (bytes & 0x0F0F0F0F0F0F0F0FU) * 2561U >> 8U;
  bytes = (bytes & 0x00FF00FF00FF00FFU) * 6553601U >> 16U;
  return (bytes & 0x0000FFFF0000FFFFU) * 42949672960001U >> 32U;
}

// Adds the digits at `p` to `mantissa` and returns where they end. Eight bytes at a time without a branch on how many
// of them are digits: lengths vary, and a mispredicted branch costs more than the whole number.
inline const char* ReadDigits(const char* p, uint64_t* mantissa) {
  uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  uint64_t non_digits = NonDigits(word);
  while (non_digits == 0) [[unlikely]] {
    *mantissa = *mantissa * 100'000'000 + EightDigitsValue(word);
    p += 8;
    std::memcpy(&word, p, sizeof word);
    non_digits = NonDigits(word);
  }
  const auto count = static_cast<unsigned>(std::countr_zero(non_digits)) / 8;
  // In two shifts, because a shift by all 64 bits is undefined.
  const uint64_t digits = word << (56 - 8 * count) << 8U;
  *mantissa = *mantissa * kPowersOfTen[count] + EightDigitsValue(digits);
  return p + count;
}

// The decimal exponent behind 'e' or 'E'; null when it is not one. Saturates far outside the range of binary64.
inline const char* ReadExponent(const char* p, int* exponent) {
  const bool negative = *p == '-';
  if (*p == '-' || *p == '+') {
    ++p;
  }
  if (!IsDigit(*p)) {
    return nullptr;
  }
  int value = 0;
  for (; IsDigit(*p); ++p) {
    value = value < 100'000 ? value * 10 + (*p - '0') : value;
  }
  *exponent += negative ? -value : value;
  return p;
}

}  // namespace number_detail

// Parses the number at *cursor and moves it behind. Requires: 8 readable bytes behind the number. What follows the
// number is the caller's to judge.
inline NumberStatus ParseJsonNumber(const char** cursor, JsonNumber* number) {
  const char* const first = *cursor;
  const bool negative = *first == '-';
  const char* p = first + (negative ? 1 : 0);
  const char* const digits = p;
  uint64_t mantissa = 0;
  p = number_detail::ReadDigits(p, &mantissa);
  auto digit_count = p - digits;
  if (digit_count == 0 || (*digits == '0' && digit_count > 1)) {
    return NumberStatus::kInvalid;
  }
  if (*p != '.' && *p != 'e' && *p != 'E') {
    *cursor = p;
    number->is_integer = true;
    const uint64_t limit = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    if (digit_count > 19 || mantissa > limit) {
      return NumberStatus::kOutOfRange;
    }
    number->integer = static_cast<int64_t>(negative ? 0 - mantissa : mantissa);
    return NumberStatus::kOk;
  }
  int exponent = 0;
  if (*p == '.') {
    const char* const fraction = ++p;
    p = number_detail::ReadDigits(p, &mantissa);
    if (p == fraction) {
      return NumberStatus::kInvalid;
    }
    digit_count += p - fraction;
    exponent = static_cast<int>(fraction - p);
  }
  if (*p == 'e' || *p == 'E') {
    p = number_detail::ReadExponent(p + 1, &exponent);
    if (p == nullptr) {
      return NumberStatus::kInvalid;
    }
  }
  *cursor = p;
  number->is_integer = false;
  double value = 0;
  if (digit_count <= 19 && mantissa <= kMaxExactInteger && exponent >= -kMaxExactPowerOfTen && exponent <= 0) {
    value = static_cast<double>(mantissa) / kExactPowersOfTen[-exponent];
  } else if (digit_count > 19 || mantissa == 0 || !RealFromDecimal(mantissa, exponent, &value)) {
    return ParseRealSlowly(first, p, &number->real);
  }
  number->real = negative ? -value : value;
  return NumberStatus::kOk;
}

}  // namespace ingot
