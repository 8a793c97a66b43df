#include "source/synthetic/portable_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "source/synthetic/counter_words.h"

namespace ingot {
namespace {

double Unit(uint64_t word) { return (static_cast<double>(word >> 12U) + 0.5) * 0x1p-52; }

// The C library's functions are right to a bit or two, whatever they do with the last one.
TEST(PortableMath, AgreesWithTheCLibrary) {
  const CounterWords words(7);
  for (uint64_t i = 0; i < 100'000; ++i) {
    const double unit = Unit(words.At(i));
    const double wide = std::ldexp(unit, static_cast<int>(i % 1800) - 900);
    ASSERT_NEAR(PortableLog(wide), std::log(wide), 4e-16 * std::fmax(1, std::fabs(std::log(wide)))) << wide;
    const double x = (unit - 0.5) * 1400;
    ASSERT_NEAR(PortableExp(x) / std::exp(x), 1, 2e-15) << x;
    // The share that lies below the quantile is what was asked for.
    const double z = PortableNormalQuantile(unit);
    ASSERT_NEAR(0.5 * std::erfc(-z / std::sqrt(2)), unit, 4e-16) << unit;
  }
}

TEST(PortableMath, TailsOfTheNormalDistribution) {
  for (const double p : {0x1p-53, 1e-12, 1e-9, 1e-6, 1e-3}) {
    const double z = PortableNormalQuantile(p);
    EXPECT_NEAR(0.5 * std::erfc(-z / std::sqrt(2)) / p, 1, 1e-13) << p;
    EXPECT_NEAR(PortableNormalQuantile(1 - p), -z, 1e-3) << p;
  }
  EXPECT_EQ(PortableNormalQuantile(0.5), 0);
}

// Another machine, compiler or option that gives other bits gives other data for the same seed.
TEST(PortableMath, BitsOfThisVersion) {
  EXPECT_EQ(std::bit_cast<uint64_t>(PortableLog(10)), 0x40026BB1BBB55516U);
  uint64_t hash = 0;
  const CounterWords words(1);
  for (uint64_t i = 0; i < 10'000; ++i) {
    const double unit = Unit(words.At(i));
    for (const double value : {PortableLog(unit), PortableExp(700 * unit), PortableNormalQuantile(unit)}) {
      hash = (hash ^ std::bit_cast<uint64_t>(value)) * 0x9E3779B97F4A7C15U;
    }
  }
  EXPECT_EQ(hash, 0xA11CDECF869417FEU);
}

}  // namespace
}  // namespace ingot
