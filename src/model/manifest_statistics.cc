#include "model/manifest_statistics.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace ingot {
namespace {

constexpr int64_t kLargestSafeInteger = int64_t{1} << 53U;

bool IsInteger(TypeKind kind) {
  return kind == TypeKind::kInt16 || kind == TypeKind::kInt32 || kind == TypeKind::kInt64;
}

// Without the place, which the caller knows.
Error Misfit(JsonView value) {
  return Error(ErrorKind::kCorrupt, fmt::format("does not fit the type of its column: it is {}", value.type_name()));
}

Result<std::optional<StatisticValue>> IntegerFromJson(JsonView value) {
  if (const auto number = value.AsInt()) {
    return std::optional<StatisticValue>(*number);
  }
  int64_t number = 0;
  const auto text = value.AsString();
  if (!text || text->empty()) {
    return Misfit(value);
  }
  const char* begin = text->data();
  const char* end = begin + text->size();
  const auto [stop, code] = std::from_chars(begin, end, number);
  if (code != std::errc() || stop != end) {
    return Misfit(value);
  }
  return std::optional<StatisticValue>(number);
}

// The three names are those of Python's and JavaScript's readers.
Result<std::optional<StatisticValue>> DoubleFromJson(JsonView value) {
  if (const auto number = value.AsDouble()) {
    return std::optional<StatisticValue>(*number);
  }
  if (const auto number = value.AsInt()) {
    return std::optional<StatisticValue>(static_cast<double>(*number));
  }
  const auto text = value.AsString();
  if (!text) {
    return Misfit(value);
  }
  if (*text == "NaN") {
    return std::optional<StatisticValue>(std::numeric_limits<double>::quiet_NaN());
  }
  if (*text == "Infinity" || *text == "-Infinity") {
    const double infinity = std::numeric_limits<double>::infinity();
    return std::optional<StatisticValue>((*text)[0] == '-' ? -infinity : infinity);
  }
  double number = 0;
  const char* begin = text->data();
  const char* end = begin + text->size();
  const auto [stop, code] = std::from_chars(begin, end, number);
  if (text->empty() || code != std::errc() || stop != end || !std::isfinite(number)) {
    return Misfit(value);
  }
  return std::optional<StatisticValue>(number);
}

// Counts of `per_second` since the epoch as RFC 3339 with `digits` behind the point.
std::string InstantText(int64_t count, int64_t per_second, int digits) {
  int64_t seconds = count / per_second;
  int64_t fraction = count % per_second;
  if (fraction < 0) {
    seconds -= 1;
    fraction += per_second;
  }
  const UtcInstant instant{seconds, 0};
  const int64_t in_day = seconds - StartOf(instant.day()).seconds;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:0{}}Z", FormatUtcDay(instant.day()), in_day / 3600, in_day / 60 % 60,
                     in_day % 60, fraction, digits);
}

std::string DecimalText(int64_t unscaled, int scale) {
  const bool negative = unscaled < 0;
  // The magnitude of the smallest integer has no positive counterpart.
  const uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(unscaled) : static_cast<uint64_t>(unscaled);
  const auto places = static_cast<size_t>(scale);
  std::string digits = fmt::format("{:0{}}", magnitude, scale + 1);
  if (places > 0) {
    digits.insert(digits.size() - places, ".");
  }
  return (negative ? "-" : "") + digits;
}

}  // namespace

JsonValue StatisticToJson(const std::optional<StatisticValue>& value) {
  if (!value) {
    return {};
  }
  if (const auto* number = std::get_if<int64_t>(&*value)) {
    const bool safe = *number >= -kLargestSafeInteger && *number <= kLargestSafeInteger;
    return safe ? JsonValue(*number) : JsonValue(fmt::format("{}", *number));
  }
  if (const auto* number = std::get_if<double>(&*value)) {
    if (std::isnan(*number)) {
      return "NaN";
    }
    if (std::isinf(*number)) {
      return *number < 0 ? "-Infinity" : "Infinity";
    }
    const bool safe = std::fabs(*number) <= static_cast<double>(kLargestSafeInteger);
    return safe ? JsonValue(*number) : JsonValue(fmt::format("{}", *number));
  }
  if (const auto* flag = std::get_if<bool>(&*value)) {
    return *flag;
  }
  return std::get<std::string>(*value);
}

Result<std::optional<StatisticValue>> StatisticFromJson(JsonView value, TypeKind kind) {
  if (value.is_null()) {
    return std::optional<StatisticValue>();
  }
  if (IsInteger(kind)) {
    return IntegerFromJson(value);
  }
  if (kind == TypeKind::kDouble) {
    return DoubleFromJson(value);
  }
  if (kind == TypeKind::kBool) {
    const auto flag = value.AsBool();
    return flag ? Result<std::optional<StatisticValue>>(std::optional<StatisticValue>(*flag)) : Misfit(value);
  }
  const auto text = value.AsString();
  if (!text) {
    return Misfit(value);
  }
  return std::optional<StatisticValue>(std::string(*text));
}

StatisticValue StatisticFromInt(const DataType& type, int64_t value) {
  if (type.kind == TypeKind::kDate) {
    return FormatUtcDay(UtcDay{static_cast<int32_t>(value)});
  }
  if (type.kind == TypeKind::kTimestamp) {
    switch (type.unit) {
      case TimeUnit::kMillis:
        return InstantText(value, 1'000, 3);
      case TimeUnit::kMicros:
        return InstantText(value, 1'000'000, 6);
      case TimeUnit::kNanos:
        return InstantText(value, 1'000'000'000, 9);
    }
  }
  if (type.kind == TypeKind::kDecimal) {
    return DecimalText(value, type.scale);
  }
  return value;
}

}  // namespace ingot
