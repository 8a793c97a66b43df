#include "source/synthetic/column_rules.h"

#include <algorithm>
#include <cmath>

#include "source/synthetic/portable_math.h"

namespace ingot {
namespace {

constexpr int64_t kSecondsOfDay = 86'400;
// Where the quantiles are asked for at the most.
constexpr double kLeastShare = 0x1p-53;
constexpr double kMostShare = 1 - 0x1p-53;

// The share of the normal distribution below z, found by its quantile: as exact as that, and needs no other function.
double NormalShare(double z) {
  double low = 0;
  double high = 1;
  for (int step = 0; step < 64; ++step) {
    const double middle = low + (high - low) * 0.5;
    const bool inside = middle > 0 && middle < 1;
    if (!inside) {
      break;
    }
    (PortableNormalQuantile(middle) < z ? low : high) = middle;
  }
  return low;
}

int64_t UnitsOfDay(const DataType& type) {
  if (type.kind == TypeKind::kDate) {
    return 1;
  }
  const int64_t second = type.unit == TimeUnit::kMillis   ? 1'000
                         : type.unit == TimeUnit::kMicros ? 1'000'000
                                                          : 1'000'000'000;
  return kSecondsOfDay * second;
}

}  // namespace

RealRule::RealRule(const GeneratedColumn& column)
    : rule_(column.rule), low_(column.real_low), high_(column.real_high), mean_(column.mean), scale_(column.deviation) {
  if (rule_ == DrawRule::kNormal) {
    first_share_ = std::isfinite(low_) ? NormalShare((low_ - mean_) / scale_) : 0;
    share_width_ = (std::isfinite(high_) ? NormalShare((high_ - mean_) / scale_) : 1) - first_share_;
  } else if (rule_ == DrawRule::kExponential) {
    scale_ = mean_ - low_;
    share_width_ = std::isfinite(high_) ? 1 - PortableExp(std::max(-(high_ - low_) / scale_, -700.0)) : 1;
  }
}

double RealRule::Quantile(double share) const {
  if (rule_ == DrawRule::kNormal) {
    return mean_ + scale_ * PortableNormalQuantile(std::clamp(share, kLeastShare, kMostShare));
  }
  return low_ - scale_ * PortableLog(std::max(1 - share, kLeastShare));
}

double RealRule::operator()(const ColumnDay& day, uint64_t row) const {
  const uint64_t word = day.First(row);
  if (rule_ == DrawRule::kUniform) {
    return low_ + static_cast<double>(word >> 11U) * 0x1p-53 * (high_ - low_);
  }
  // The middle of one of 2^52 equal parts: neither 0 nor 1.
  const double unit = (static_cast<double>(word >> 12U) + 0.5) * 0x1p-52;
  return std::clamp(Quantile(first_share_ + unit * share_width_), low_, high_);
}

int64_t RoundedRule::operator()(const ColumnDay& day, uint64_t row) const {
  const double value = std::floor(real(day, row) + 0.5);
  // Before the conversion: a bound of 64 bits may be no double.
  if (value <= static_cast<double>(low)) {
    return low;
  }
  return value >= static_cast<double>(high) ? high : static_cast<int64_t>(value);
}

IntegerRule MakeIntegerRule(const GeneratedColumn& column) {
  if (!column.weights.empty()) {
    return WeightedRule{WeightedChoice(column.weights)};
  }
  const auto low = column.values.empty() ? static_cast<uint64_t>(column.low) : 0;
  const uint64_t count =
      column.values.empty() ? static_cast<uint64_t>(column.high) - low + 1 : uint64_t{column.values.size()};
  switch (column.rule) {
    case DrawRule::kDay:
      return WithinDayRule{UnitsOfDay(column.type)};
    case DrawRule::kSequence:
      return SequenceRule{static_cast<uint64_t>(column.start), static_cast<uint64_t>(column.step)};
    case DrawRule::kZipf:
      return ZipfRule{low, ZipfRanks(count, column.exponent)};
    case DrawRule::kNormal:
    case DrawRule::kExponential:
      return RoundedRule{RealRule(column), column.low, column.high};
    case DrawRule::kUniform:
      break;
  }
  return UniformRule{low, count};
}

}  // namespace ingot
