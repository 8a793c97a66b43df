#include "base/size.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <optional>

namespace ingot {
namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

constexpr std::array<Unit, 10> kByteUnits{{{"", 1},
                                           {"b", 1},
                                           {"kb", 1000},
                                           {"mb", 1000'000},
                                           {"gb", 1000'000'000},
                                           {"tb", 1000'000'000'000},
                                           {"kib", uint64_t{1} << 10U},
                                           {"mib", uint64_t{1} << 20U},
                                           {"gib", uint64_t{1} << 30U},
                                           {"tib", uint64_t{1} << 40U}}};
constexpr std::array<Unit, 5> kTimeUnits{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

// Splits "64 kB" into 64 and "kb"; nothing when there are no digits, a `_` stands outside them, or they overflow.
struct NumberAndUnit {
  uint64_t number = 0;
  std::string unit;
};
std::optional<NumberAndUnit> Split(std::string_view text) {
  NumberAndUnit result;
  size_t i = 0;
  for (; i < text.size() && (std::isdigit(static_cast<unsigned char>(text[i])) != 0 || text[i] == '_'); ++i) {
    if (text[i] == '_') {
      if (i == 0 || i + 1 == text.size() || std::isdigit(static_cast<unsigned char>(text[i + 1])) == 0) {
        return std::nullopt;
      }
      continue;
    }
    if (__builtin_mul_overflow(result.number, uint64_t{10}, &result.number) ||
        __builtin_add_overflow(result.number, static_cast<uint64_t>(text[i] - '0'), &result.number)) {
      return std::nullopt;
    }
  }
  if (i == 0) {
    return std::nullopt;
  }
  while (i < text.size() && text[i] == ' ') {
    ++i;
  }
  for (; i < text.size(); ++i) {
    result.unit += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
  }
  return result;
}

template <size_t N>
std::optional<uint64_t> Scale(std::string_view text, const std::array<Unit, N>& units) {
  const auto split = Split(text);
  if (!split) {
    return std::nullopt;
  }
  for (const Unit& unit : units) {
    uint64_t scaled = 0;
    if (unit.name == split->unit && !__builtin_mul_overflow(split->number, unit.factor, &scaled)) {
      return scaled;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<uint64_t> ParseByteSize(std::string_view text) {
  const auto bytes = Scale(text, kByteUnits);
  if (!bytes) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is not a size such as 512MiB or 1_000_000", text));
  }
  return *bytes;
}

std::string FormatByteSize(uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kNames{"B", "KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) {
    return fmt::format("{} B", bytes);
  }
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < kNames.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kNames.at(unit));
}

Result<uint64_t> ParseCount(std::string_view text) {
  const auto split = Split(text);
  if (!split || !split->unit.empty()) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is not a whole number such as 1_000_000", text));
  }
  return split->number;
}

std::string FormatCount(uint64_t count) {
  std::string text = std::to_string(count);
  for (size_t i = text.size(); i > 3; i -= 3) {
    text.insert(i - 3, ",");
  }
  return text;
}

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const auto millis = Scale(text, kTimeUnits);
  if (!millis) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is not a duration such as 30s, 5m, 2h or 7d", text));
  }
  return std::chrono::milliseconds(*millis);
}

}  // namespace ingot
