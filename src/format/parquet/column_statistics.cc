#include "format/parquet/column_statistics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <string_view>

namespace ingot {
namespace {

template <typename T>
std::string BytesOf(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

// Requires: as many bytes.
template <typename T>
T ValueOf(std::string_view bytes) {
  T value{};
  bytes.copy(reinterpret_cast<char*>(&value), sizeof(value));
  return value;
}

bool Is32Bits(TypeKind kind) {
  return kind == TypeKind::kInt16 || kind == TypeKind::kInt32 || kind == TypeKind::kDate || kind == TypeKind::kNull;
}

std::string EncodeScalar(const StatValue& value, TypeKind kind, double zero) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    return BytesOf(static_cast<uint8_t>(*flag ? 1 : 0));
  }
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    return Is32Bits(kind) ? BytesOf(static_cast<int32_t>(*integer)) : BytesOf(*integer);
  }
  if (const auto* number = std::get_if<double>(&value)) {
    return BytesOf(*number == 0 ? zero : *number);
  }
  return std::get<std::string>(value);
}

// The first sixteen bytes as big-endian words, padded with zeros: most comparisons need no more.
struct Prefix {
  uint64_t high = 0;
  uint64_t low = 0;

  static uint64_t BigEndian(std::string_view bytes) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof(word));
    return __builtin_bswap64(word);
  }
  static Prefix Of(std::string_view text) {
    if (text.size() >= 16) {
      return {BigEndian(text), BigEndian(text.substr(8))};
    }
    std::array<char, 16> padded{};
    std::copy(text.begin(), text.end(), padded.begin());
    return {BigEndian({padded.data(), 8}), BigEndian({padded.data() + 8, 8})};
  }
  bool operator<(const Prefix& other) const { return high < other.high || (high == other.high && low < other.low); }
};

// Texts compared as unsigned bytes.
class BytesBounds {
 public:
  void Add(std::string_view text) {
    const Prefix prefix = Prefix::Of(text);
    if (!any_) {
      any_ = true;
      Set(text, prefix, &min_, &min_prefix_);
      Set(text, prefix, &max_, &max_prefix_);
      return;
    }
    // Equal prefixes decide nothing.
    if (!(min_prefix_ < prefix) && (prefix < min_prefix_ || text < min_)) {
      Set(text, prefix, &min_, &min_prefix_);
    }
    if (!(prefix < max_prefix_) && (max_prefix_ < prefix || text > max_)) {
      Set(text, prefix, &max_, &max_prefix_);
    }
  }
  ValueBounds Take() const { return any_ ? ValueBounds{std::string(min_), std::string(max_)} : ValueBounds{}; }

 private:
  static void Set(std::string_view text, Prefix prefix, std::string_view* bound, Prefix* bound_prefix) {
    *bound = text;
    *bound_prefix = prefix;
  }

  bool any_ = false;
  std::string_view min_;
  std::string_view max_;
  Prefix min_prefix_;
  Prefix max_prefix_;
};

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

// The longest prefix of at most `limit` bytes that does not cut a code point.
std::string_view CutUtf8(std::string_view text, size_t limit) {
  while (limit > 0 && IsContinuation(text[limit])) {
    --limit;
  }
  return text.substr(0, limit);
}

bool IsText(TypeKind kind) { return kind == TypeKind::kString || kind == TypeKind::kJson; }

}  // namespace

void ValueBounds::Merge(const ValueBounds& other) {
  if (!other.present()) {
    return;
  }
  if (!present() || other.min < min) {
    min = other.min;
  }
  if (max.index() == 0 || max < other.max) {
    max = other.max;
  }
}

ValueBounds BoundsOf(std::span<const uint8_t> bools) {
  if (bools.empty()) {
    return {};
  }
  const auto [min, max] = std::minmax_element(bools.begin(), bools.end());
  return {*min != 0, *max != 0};
}

ValueBounds BoundsOf(std::span<const int64_t> values) {
  if (values.empty()) {
    return {};
  }
  int64_t min = values[0];
  int64_t max = values[0];
  for (const int64_t value : values) {
    min = value < min ? value : min;
    max = value > max ? value : max;
  }
  return {min, max};
}

ValueBounds BoundsOf(std::span<const double> values) {
  // Several bounds at once, so that one comparison does not wait for the other. A comparison with NaN is false: it
  // never becomes a bound.
  constexpr size_t kLanes = 4;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::array<double, kLanes> min;
  std::array<double, kLanes> max;
  min.fill(kInfinity);
  max.fill(-kInfinity);
  size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      min[lane] = value < min[lane] ? value : min[lane];
      max[lane] = value > max[lane] ? value : max[lane];
    }
  }
  for (; i < values.size(); ++i) {
    min[0] = values[i] < min[0] ? values[i] : min[0];
    max[0] = values[i] > max[0] ? values[i] : max[0];
  }
  const double least = *std::min_element(min.begin(), min.end());
  const double greatest = *std::max_element(max.begin(), max.end());
  if (least > greatest) {
    return {};  // no value but NaN
  }
  return {least + 0.0, greatest + 0.0};  // -0.0 + 0.0 is +0.0
}

ValueBounds BoundsOf(const BytesSlice& values) {
  BytesBounds bounds;
  for (size_t i = 0; i < values.count; ++i) {
    bounds.Add(values[i]);
  }
  return bounds.Take();
}

ValueBounds BoundsOf(const BytesSlice& entries, std::span<const uint32_t> indices, uint32_t mark,
                     Buffer<uint32_t>* seen) {
  BytesBounds bounds;
  for (const uint32_t index : indices) {
    if ((*seen)[index] != mark) {
      (*seen)[index] = mark;
      bounds.Add(entries[index]);
    }
  }
  return bounds.Take();
}

std::string EncodeMin(const ValueBounds& bounds, TypeKind kind) { return EncodeScalar(bounds.min, kind, -0.0); }
std::string EncodeMax(const ValueBounds& bounds, TypeKind kind) { return EncodeScalar(bounds.max, kind, 0.0); }

bool IsBoundLess(std::string_view a, std::string_view b, TypeKind kind) {
  switch (kind) {
    case TypeKind::kInt16:
    case TypeKind::kInt32:
    case TypeKind::kDate:
      return ValueOf<int32_t>(a) < ValueOf<int32_t>(b);
    case TypeKind::kInt64:
    case TypeKind::kTimestamp:
    case TypeKind::kDecimal:
      return ValueOf<int64_t>(a) < ValueOf<int64_t>(b);
    case TypeKind::kDouble:
      return ValueOf<double>(a) < ValueOf<double>(b);
    default:
      return a < b;  // by unsigned bytes, as std::string_view does
  }
}

EncodedBound ShortenMin(const std::string& text, size_t limit, TypeKind kind) {
  if (text.size() <= limit) {
    return {text, true};
  }
  return {IsText(kind) ? std::string(CutUtf8(text, limit)) : text.substr(0, limit), false};
}

EncodedBound ShortenMax(const std::string& text, size_t limit, TypeKind kind) {
  if (text.size() <= limit) {
    return {text, true};
  }
  std::string_view cut = IsText(kind) ? CutUtf8(text, limit) : std::string_view(text).substr(0, limit);
  // The last byte that can grow by one; in texts, only an ASCII character is grown.
  while (!cut.empty()) {
    const auto last = static_cast<unsigned char>(cut.back());
    if (last < (IsText(kind) ? 0x7FU : 0xFFU)) {
      std::string bound(cut);
      bound.back() = static_cast<char>(last + 1);
      return {std::move(bound), false};
    }
    cut = IsText(kind) && last >= 0x80 ? CutUtf8(cut, cut.size() - 1) : cut.substr(0, cut.size() - 1);
  }
  return {text, true};
}

}  // namespace ingot
