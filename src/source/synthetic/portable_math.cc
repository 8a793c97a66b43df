#include "source/synthetic/portable_math.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace ingot {
namespace {

// ln 2 in two parts: multiples of the first by numbers below 2^20 are exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kLog2OfE = 0x1.71547652b82fep+0;
constexpr double kSqrt2 = 0x1.6a09e667f3bcdp+0;

constexpr int kExponentBias = 1023;
constexpr unsigned kMantissaBits = 52;

// By Horner's rule, the coefficient of the highest power first.
template <size_t Count>
double Polynomial(const std::array<double, Count>& coefficients, double x) {
  double sum = coefficients[0];
  for (size_t i = 1; i < Count; ++i) {
    sum = sum * x + coefficients[i];
  }
  return sum;
}

// 1/23, 1/21 … 1/3: the series of 2 artanh(s) = ln((1 + s) / (1 - s)), in powers of s².
constexpr std::array<double, 11> kArtanh = [] {
  std::array<double, 11> terms{};
  for (size_t i = 0; i < terms.size(); ++i) {
    terms[i] = 1.0 / static_cast<double>(23 - 2 * i);
  }
  return terms;
}();

// 1/15! … 1/1!, 1/0!.
constexpr std::array<double, 16> kExponential = [] {
  std::array<double, 16> terms{};
  double factorial = 1;
  for (size_t i = 0; i < terms.size(); ++i) {
    factorial *= i == 0 ? 1 : static_cast<double>(i);
    terms[terms.size() - 1 - i] = 1 / factorial;
  }
  return terms;
}();

// The middle, |p - 1/2| <= 0.425: in powers of 0.180625 - (p - 1/2)².
constexpr std::array<double, 8> kMiddleAbove = {
    2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
    1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080e+0};
constexpr std::array<double, 8> kMiddleBelow = {
    5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
    5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1.0};
// Beyond it, in powers of r - 1.6, where r² = -ln of the share that lies outside; r <= 5.
constexpr std::array<double, 8> kOuterAbove = {
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e+0,
    3.64784832476320460504e+0, 5.76949722146069140550e+0, 4.63033784615654529590e+0, 1.42343711074968357734e+0};
constexpr std::array<double, 8> kOuterBelow = {
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e+0, 2.05319162663775882187e+0, 1.0};
// Further out still, in powers of r - 5.
constexpr std::array<double, 8> kFarAbove = {
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e+0, 5.46378491116411436990e+0, 6.65790464350110377720e+0};
constexpr std::array<double, 8> kFarBelow = {
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2,  1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0};

}  // namespace

double PortableLog(double x) {
  const auto bits = std::bit_cast<uint64_t>(x);
  int exponent = static_cast<int>(bits >> kMantissaBits) - kExponentBias;
  constexpr uint64_t kOne = uint64_t{kExponentBias} << kMantissaBits;
  double mantissa = std::bit_cast<double>((bits & ((uint64_t{1} << kMantissaBits) - 1)) | kOne);
  // 1/√2 … √2, so that s is small.
  if (mantissa > kSqrt2) {
    mantissa *= 0.5;
    ++exponent;
  }
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  const double rest = s * square * Polynomial(kArtanh, square);
  const auto n = static_cast<double>(exponent);
  return n * kLn2High + (2 * s + (2 * rest + n * kLn2Low));
}

double PortableExp(double x) {
  const double n = std::floor(x * kLog2OfE + 0.5);
  const double rest = (x - n * kLn2High) - n * kLn2Low;
  const auto exponent = static_cast<uint64_t>(static_cast<int64_t>(n) + kExponentBias);
  return Polynomial(kExponential, rest) * std::bit_cast<double>(exponent << kMantissaBits);
}

double PortableNormalQuantile(double p) {
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * Polynomial(kMiddleAbove, r) / Polynomial(kMiddleBelow, r);
  }
  const double r = std::sqrt(-PortableLog(q < 0 ? p : 1 - p));
  const double z = r <= 5 ? Polynomial(kOuterAbove, r - 1.6) / Polynomial(kOuterBelow, r - 1.6)
                          : Polynomial(kFarAbove, r - 5) / Polynomial(kFarBelow, r - 5);
  return q < 0 ? -z : z;
}

}  // namespace ingot
