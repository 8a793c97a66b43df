#include "source/synthetic/zipf_ranks.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "source/synthetic/portable_math.h"

namespace ingot {
namespace {

constexpr uint64_t kTableRanks = 1024;
// An exponent as near to 1 as this is 1: the powers would cancel each other out.
constexpr double kNearOne = 1e-7;

bool IsOne(double exponent) { return std::fabs(exponent - 1) < kNearOne; }

double Power(double x, double exponent) { return PortableExp(std::max(exponent * PortableLog(x), -700.0)); }

// Of x^-exponent, from 1 on.
double Integral(double x, double exponent) {
  return IsOne(exponent) ? PortableLog(x) : (Power(x, 1 - exponent) - 1) / (1 - exponent);
}

double InverseIntegral(double sum, double exponent) {
  if (IsOne(exponent)) {
    return PortableExp(sum);
  }
  return Power(std::max(1 + (1 - exponent) * sum, 0x1p-1000), 1 / (1 - exponent));
}

double TailSum(uint64_t count, uint64_t head, double exponent) {
  const double end = Integral(static_cast<double>(count) + 0.5, exponent);
  return count == head ? 0 : end - Integral(static_cast<double>(head) + 0.5, exponent);
}

std::vector<double> HeadWeights(uint64_t count, uint64_t head, double exponent) {
  std::vector<double> weights;
  for (uint64_t rank = 1; rank <= head; ++rank) {
    weights.push_back(Power(static_cast<double>(rank), -exponent));
  }
  if (count > head) {
    weights.push_back(TailSum(count, head, exponent));
  }
  return weights;
}

}  // namespace

ZipfRanks::ZipfRanks(uint64_t count, double exponent)
    : count_(count),
      exponent_(exponent),
      head_count_(std::min(count, kTableRanks)),
      tail_begin_(Integral(static_cast<double>(head_count_) + 0.5, exponent)),
      tail_sum_(TailSum(count, head_count_, exponent)),
      head_(HeadWeights(count, head_count_, exponent)) {}

uint64_t ZipfRanks::InTail(uint64_t word) const {
  const double unit = static_cast<double>(word >> 11U) * 0x1p-53;
  const double x = InverseIntegral(tail_begin_ + unit * tail_sum_, exponent_);
  const double rank = std::floor(x + 0.5) - 1;
  const auto last = static_cast<double>(count_ - 1);
  return std::max(static_cast<uint64_t>(std::clamp(rank, 0.0, last)), head_count_);
}

}  // namespace ingot
