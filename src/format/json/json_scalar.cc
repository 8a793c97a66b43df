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

// Digits with one optional point, then an optional exponent; scaled to `scale` places without losing any.
std::optional<int64_t> ParseDecimal(std::string_view text, int precision, int scale) {
  const bool negative = !text.empty() && text.front() == '-';
  text.remove_prefix(negative ? 1 : 0);
  int64_t unscaled = 0;
  int places = 0;
  bool in_fraction = false;
  bool has_digits = false;
  size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.' && !in_fraction) {
      in_fraction = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(unscaled, int64_t{10}, &unscaled) ||
        __builtin_add_overflow(unscaled, int64_t{text[i] - '0'}, &unscaled)) {
      return std::nullopt;
    }
    has_digits = true;
    places += in_fraction ? 1 : 0;
  }
  int exponent = 0;
  if (i < text.size()) {
    const size_t first = i + (i + 1 < text.size() && text[i + 1] == '+' ? 2 : 1);
    const auto [end, error] = std::from_chars(text.data() + first, text.data() + text.size(), exponent);
    if (error != std::errc() || end != text.data() + text.size() || exponent < -64 || exponent > 64) {
      return std::nullopt;
    }
  }
  if (!has_digits) {
    return std::nullopt;
  }
  int64_t limit = 1;
  for (int digit = 0; digit < precision; ++digit) {
    limit *= 10;
  }
  for (int shift = scale - places + exponent; shift != 0 && unscaled != 0; shift += shift > 0 ? -1 : 1) {
    if (shift < 0 && unscaled % 10 != 0) {
      return std::nullopt;
    }
    if (shift < 0) {
      unscaled /= 10;
    } else if (__builtin_mul_overflow(unscaled, int64_t{10}, &unscaled)) {
      return std::nullopt;
    }
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
