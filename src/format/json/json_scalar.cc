#include "format/json/json_scalar.h"

#include <charconv>
#include <limits>

#include "base/utc.h"

namespace ingot {
namespace {

std::optional<int64_t> ParseTimestamp(std::string_view text, TimeUnit unit) {
  const auto instant = ParseUtcInstant(text);
  if (!instant) {
    return std::nullopt;
  }
  int64_t per_second = 1'000;
  if (unit != TimeUnit::kMillis) {
    per_second = unit == TimeUnit::kMicros ? 1'000'000 : 1'000'000'000;
  }
  const int64_t nanos_per_count = 1'000'000'000 / per_second;
  if (instant->nanos % nanos_per_count != 0) {
    return std::nullopt;
  }
  int64_t count = 0;
  if (__builtin_mul_overflow(instant->seconds, per_second, &count) ||
      __builtin_add_overflow(count, instant->nanos / nanos_per_count, &count)) {
    return std::nullopt;
  }
  return count;
}

// The exponent behind 'e' or 'E', which is the first character. More than 64 places move every digit out of range.
std::optional<int> ParseExponent(std::string_view text) {
  text.remove_prefix(1);
  if (!text.empty() && text.front() == '+' && text.substr(0, 2) != "+-") {
    text.remove_prefix(1);
  }
  int exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && exponent >= -64 && exponent <= 64 ? std::optional<int>(exponent) : std::nullopt;
}

// A decimal number as digits · 10^exponent, where the digits do not end with a zero.
struct DecimalDigits {
  int64_t digits = 0;
  int exponent = 0;
};

// Digits with one optional point, then an optional exponent. Zeros at the end wait until another digit needs them, so
// that they cannot overflow.
std::optional<DecimalDigits> ReadDecimal(std::string_view text) {
  DecimalDigits number;
  int zeros = 0;
  bool in_fraction = false;
  bool has_digits = false;
  size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.' && !in_fraction) {
      in_fraction = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') {
      return std::nullopt;
    }
    has_digits = true;
    number.exponent -= in_fraction ? 1 : 0;
    ++zeros;
    if (text[i] == '0') {
      continue;
    }
    for (; zeros > 0; --zeros) {
      if (__builtin_mul_overflow(number.digits, int64_t{10}, &number.digits)) {
        return std::nullopt;
      }
    }
    if (__builtin_add_overflow(number.digits, int64_t{text[i] - '0'}, &number.digits)) {
      return std::nullopt;
    }
  }
  number.exponent += zeros;
  if (i < text.size()) {
    const std::optional<int> exponent = ParseExponent(text.substr(i));
    if (!exponent) {
      return std::nullopt;
    }
    number.exponent += *exponent;
  }
  return has_digits ? std::optional<DecimalDigits>(number) : std::nullopt;
}

// Scaled to `scale` places without losing any digit.
std::optional<int64_t> ParseDecimal(std::string_view text, int precision, int scale) {
  const bool negative = !text.empty() && text.front() == '-';
  text.remove_prefix(negative ? 1 : 0);
  const std::optional<DecimalDigits> number = ReadDecimal(text);
  if (!number) {
    return std::nullopt;
  }
  int64_t unscaled = number->digits;
  if (unscaled != 0 && number->exponent + scale < 0) {
    return std::nullopt;
  }
  for (int places = number->exponent + scale; places > 0 && unscaled != 0; --places) {
    if (__builtin_mul_overflow(unscaled, int64_t{10}, &unscaled)) {
      return std::nullopt;
    }
  }
  int64_t limit = 1;
  for (int digit = 0; digit < precision; ++digit) {
    limit *= 10;
  }
  if (unscaled >= limit) {
    return std::nullopt;
  }
  return negative ? -unscaled : unscaled;
}

}  // namespace

bool FitsType(int64_t value, TypeKind kind) {
  if (kind == TypeKind::kInt16) {
    return value >= std::numeric_limits<int16_t>::min() && value <= std::numeric_limits<int16_t>::max();
  }
  if (kind == TypeKind::kInt32) {
    return value >= std::numeric_limits<int32_t>::min() && value <= std::numeric_limits<int32_t>::max();
  }
  return true;
}

std::optional<int64_t> ParseScalar(std::string_view text, const DataType& type) {
  switch (type.kind) {
    case TypeKind::kTimestamp:
      return ParseTimestamp(text, type.unit);
    case TypeKind::kDate: {
      const auto day = ParseUtcDay(text);
      return day ? std::optional<int64_t>(day->days) : std::nullopt;
    }
    case TypeKind::kDecimal:
      return ParseDecimal(text, type.precision, type.scale);
    default:
      return std::nullopt;
  }
}

}  // namespace ingot
