#include "model/column_values.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "base/utc.h"
#include "model/path_template.h"

namespace ingot {
namespace {

constexpr size_t kMostTextBytes = size_t{64} << 10U;
// Decimal fractions are no doubles, but very near to one.
constexpr double kRoundingShare = 1e-9;

Error WrongType(const toml::node& node, std::string_view expected) {
  return Error(ErrorKind::kConfig, fmt::format("must be {}, but is {}", expected, TomlTypeName(node)));
}

Error OutOfRange(const DataType& type) {
  return Error(ErrorKind::kConfig, fmt::format("is more than {} can hold", FormatType(type)));
}

Result<ColumnValue> WholeNumber(const toml::node& node, const DataType& type) {
  const auto number = node.value_exact<int64_t>();
  if (!number) {
    return WrongType(node, "a whole number");
  }
  const auto [low, high] = LimitsOf(type);
  return *number < low || *number > high ? Result<ColumnValue>(OutOfRange(type)) : ColumnValue(*number);
}

Result<ColumnValue> Decimal(const toml::node& node, const DataType& type) {
  if (!node.is_integer() && !node.is_floating_point()) {
    return WrongType(node, "a number");
  }
  double scaled = *node.value<double>();
  for (int digit = 0; digit < type.scale; ++digit) {
    scaled *= 10;
  }
  const double whole = std::floor(scaled + 0.5);
  const auto [low, high] = LimitsOf(type);
  if (!(whole >= static_cast<double>(low) && whole <= static_cast<double>(high))) {
    return OutOfRange(type);
  }
  if (std::fabs(whole - scaled) > kRoundingShare * std::fmax(1, std::fabs(scaled))) {
    return Error(ErrorKind::kConfig, fmt::format("has more digits after the point than {}", FormatType(type)));
  }
  return ColumnValue(static_cast<int64_t>(whole));
}

Result<ColumnValue> Instant(std::string_view text, const DataType& type) {
  INGOT_ASSIGN(const UtcInstant instant, ParseUtcInstant(text));
  const int64_t units = type.unit == TimeUnit::kMillis   ? 1'000
                        : type.unit == TimeUnit::kMicros ? 1'000'000
                                                         : 1'000'000'000;
  int64_t count = 0;
  if (__builtin_mul_overflow(instant.seconds, units, &count) ||
      __builtin_add_overflow(count, instant.nanos / (1'000'000'000 / units), &count)) {
    return OutOfRange(type);
  }
  return ColumnValue(count);
}

Result<ColumnValue> Text(const std::string& text) {
  if (text.size() > kMostTextBytes) {
    return Error(ErrorKind::kConfig, fmt::format("a text of {} bytes is longer than {}", text.size(), kMostTextBytes));
  }
  return ColumnValue(text);
}

// "n", "n:08", "n:x", "n:08x".
Result<void> ReadNumberField(std::string_view field, TextPattern* pattern) {
  std::string_view form = field.substr(0, 2) == "n:" ? field.substr(2) : std::string_view();
  pattern->hexadecimal = form.ends_with('x');
  form.remove_suffix(pattern->hexadecimal ? 1 : 0);
  bool is_width = form.empty() || (form.size() <= 3 && form.size() >= 2 && form[0] == '0');
  for (const char digit : form) {
    is_width = is_width && digit >= '0' && digit <= '9';
    pattern->digits = pattern->digits * 10 + static_cast<unsigned>(digit - '0');
  }
  if (!is_width || (field != "n" && field.size() < 3) || (field != "n" && field.substr(0, 2) != "n:") ||
      pattern->digits > kMostPatternDigits) {
    return Error(ErrorKind::kConfig,
                 fmt::format("'{{{}}}' is not one of {{n}}, {{n:08}}, {{n:x}} and {{n:016x}}, with {} "
                             "digits at the most",
                             field, kMostPatternDigits));
  }
  return {};
}

}  // namespace

std::pair<int64_t, int64_t> LimitsOf(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kInt16:
      return {INT16_MIN, INT16_MAX};
    case TypeKind::kInt32:
      return {INT32_MIN, INT32_MAX};
    case TypeKind::kDecimal: {
      int64_t limit = 1;
      for (int digit = 0; digit < type.precision; ++digit) {
        limit *= 10;
      }
      return {1 - limit, limit - 1};
    }
    default:
      return {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
  }
}

Result<ColumnValue> ReadColumnValue(const toml::node& node, const DataType& type) {
  switch (type.kind) {
    case TypeKind::kBool:
      if (const auto flag = node.value_exact<bool>()) {
        return ColumnValue(int64_t{*flag});
      }
      return WrongType(node, "true or false");
    case TypeKind::kDouble:
      if ((node.is_integer() || node.is_floating_point()) && std::isfinite(*node.value<double>())) {
        return ColumnValue(*node.value<double>());
      }
      return WrongType(node, "a finite number");
    case TypeKind::kDecimal:
      return Decimal(node, type);
    case TypeKind::kString:
      if (const auto text = node.value_exact<std::string>()) {
        return Text(*text);
      }
      return WrongType(node, "a string");
    case TypeKind::kDate:
    case TypeKind::kTimestamp: {
      const auto text = node.value_exact<std::string>();
      if (!text) {
        return WrongType(node, type.kind == TypeKind::kDate ? "a day such as \"2024-01-31\""
                                                            : "an instant such as \"2024-01-31T00:00:00Z\"");
      }
      if (type.kind == TypeKind::kTimestamp) {
        return Instant(*text, type);
      }
      INGOT_ASSIGN(const UtcDay day, ParseUtcDay(*text));
      return ColumnValue(int64_t{day.days});
    }
    default:
      return WholeNumber(node, type);
  }
}

Result<TextPattern> ParseTextPattern(std::string_view text) {
  if (text.size() > kMostTextBytes) {
    return Error(ErrorKind::kConfig, fmt::format("a text of {} bytes is longer than {}", text.size(), kMostTextBytes));
  }
  TextPattern pattern;
  bool has_number = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest[0] != '{' && rest[0] != '}') {
      (has_number ? pattern.suffix : pattern.prefix) += rest[0];
    } else if (rest.size() > 1 && rest[1] == rest[0]) {
      (has_number ? pattern.suffix : pattern.prefix) += rest[0];
      ++i;
    } else {
      const size_t close = rest.find('}');
      if (rest[0] == '}' || close == std::string_view::npos || has_number) {
        return Error(ErrorKind::kConfig, fmt::format("'{}' is not the one placeholder of a number, {{n}}", rest));
      }
      INGOT_TRY(ReadNumberField(rest.substr(1, close - 1), &pattern));
      has_number = true;
      i += close;
    }
  }
  return has_number ? Result<TextPattern>(std::move(pattern))
                    : Error(ErrorKind::kConfig, "needs the placeholder of a number, {n}");
}

std::string FormatTextPattern(const TextPattern& pattern) {
  return fmt::format("{}{{n{}{}{}}}{}", EscapeTemplateText(pattern.prefix),
                     pattern.digits > 0 || pattern.hexadecimal ? ":" : "",
                     pattern.digits > 0 ? fmt::format("0{}", pattern.digits) : "", pattern.hexadecimal ? "x" : "",
                     EscapeTemplateText(pattern.suffix));
}

}  // namespace ingot
