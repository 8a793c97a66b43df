#include "format/json/number.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "format/json/decoded_file.h"

namespace ingot {
namespace {

// "int 5", "real 0x1p+0" (which tells -0 and every bit), "invalid" or "out of range"; "+n" for bytes left behind it.
std::string Parse(const std::string& text) {
  const PaddedText padded(text, ' ');
  const char* cursor = padded.data();
  JsonNumber number;
  const NumberStatus status = ParseJsonNumber(&cursor, &number);
  if (status == NumberStatus::kInvalid) {
    return "invalid";
  }
  const auto left = text.size() - static_cast<size_t>(cursor - padded.data());
  const std::string rest = left == 0 ? "" : fmt::format(" +{}", left);
  if (status == NumberStatus::kOutOfRange) {
    return "out of range" + rest;
  }
  return (number.is_integer ? fmt::format("int {}", number.integer) : fmt::format("real {:a}", number.real)) + rest;
}

// glibc's strtod rounds correctly for any number of digits.
std::string Real(const std::string& text) { return fmt::format("real {:a}", std::strtod(text.c_str(), nullptr)); }

TEST(Number, Integers) {
  EXPECT_EQ(Parse("0"), "int 0");
  EXPECT_EQ(Parse("-0"), "int 0");
  EXPECT_EQ(Parse("7"), "int 7");
  EXPECT_EQ(Parse("12345678"), "int 12345678");
  EXPECT_EQ(Parse("-123456789"), "int -123456789");
  EXPECT_EQ(Parse("1234567890123456789"), "int 1234567890123456789");
  EXPECT_EQ(Parse("9223372036854775807"), "int 9223372036854775807");
  EXPECT_EQ(Parse("-9223372036854775808"), "int -9223372036854775808");
  EXPECT_EQ(Parse("9223372036854775808"), "out of range");
  EXPECT_EQ(Parse("-9223372036854775809"), "out of range");
  EXPECT_EQ(Parse("18446744073709551615"), "out of range");
  EXPECT_EQ(Parse("18446744073709551616"), "out of range");  // 2^64: 0 where 64 bits wrap around
  EXPECT_EQ(Parse("18446744073709551617"), "out of range");
  EXPECT_EQ(Parse("36893488147419103233"), "out of range");
  EXPECT_EQ(Parse("1" + std::string(400, '0')), "out of range");
}

TEST(Number, EveryLengthOfDigits) {
  std::string text;
  for (int64_t value = 0; text.size() < 18;) {
    const char digit = static_cast<char>('1' + text.size() % 9);
    text += digit;
    value = value * 10 + (digit - '0');
    EXPECT_EQ(Parse(text), fmt::format("int {}", value));
    EXPECT_EQ(Parse("-" + text), fmt::format("int {}", -value));
    EXPECT_EQ(Parse(text + "." + text), Real(text + "." + text));
  }
}

TEST(Number, GrammarOfRfc8259) {
  for (const char* text :
       {"",   "-",  "+1",  ".5",  "-.5",  "1.",      "1.e5", "1.-5",     "01",        "-01", "00",  "00.5",
        "1e", "1E", "1e+", "1e-", "1.5e", "1.5e+-5", "e5",   "Infinity", "-Infinity", "NaN", "nan", "\xEF\xBC\x91"}) {
    EXPECT_EQ(Parse(text), "invalid") << text;
  }
  // What stands behind a number is the caller's to judge.
  EXPECT_EQ(Parse("1,2"), "int 1 +2");
  EXPECT_EQ(Parse("0x10"), "int 0 +3");
  EXPECT_EQ(Parse("1_000"), "int 1 +4");
  EXPECT_EQ(Parse("1.5.5"), Real("1.5") + " +2");
  EXPECT_EQ(Parse("1e5e5"), Real("1e5") + " +2");
  EXPECT_EQ(Parse("-1-"), "int -1 +1");
  EXPECT_EQ(Parse("99999999999999999999]"), "out of range +1");
}

TEST(Number, RealsOfEveryWriting) {
  for (const char* text :
       {"0.0", "1.0", "0.1", "1e0", "1E0", "1e+2", "1E-2", "-1.5e3", "0e0", "0.0e5", "123.456e-7", "1e22", "1e23",
        "5e-1", "0.5", "3.14159265358979", "1.7976931348623157e308", "2.2250738585072014e-308"}) {
    EXPECT_EQ(Parse(text), Real(text)) << text;
    EXPECT_EQ(Parse(std::string("-") + (*text == '-' ? text + 1 : text)),
              Real(std::string("-") + (*text == '-' ? text + 1 : text)));
  }
  EXPECT_EQ(Parse("-0.0"), "real -0x0p+0");
  EXPECT_EQ(Parse("-0e9"), "real -0x0p+0");
  EXPECT_EQ(Parse("0e99999999999999999999"), "real 0x0p+0");
  EXPECT_EQ(Parse("0.000e-99999999999999999999"), "real 0x0p+0");
}

TEST(Number, BeyondBinary64) {
  for (const char* text :
       {"1e400", "-1e400", "1e309", "1.7976931348623159e308", "1e-400", "-1e-400", "2e-324", "2.4703282292062327e-324",
        "1e99999999999999999999", "1e-99999999999999999999", "0.1e-999999"}) {
    EXPECT_EQ(Parse(text), "out of range") << text;
  }
  // Rounds to the greatest number, and to the least one.
  EXPECT_EQ(Parse("1.7976931348623158e308"), Real("1.7976931348623157e308"));
  EXPECT_EQ(Parse("3e-324"), Real("5e-324"));
  EXPECT_EQ(Parse("1" + std::string(308, '0') + ".0"), Real("1e308"));
  EXPECT_EQ(Parse("0." + std::string(400, '0') + "1e401"), Real("1"));
  EXPECT_EQ(Parse("1" + std::string(400, '0') + ".0e-400"), Real("1"));
}

TEST(Number, HalfwayCases) {
  for (const char* text :
       {"9007199254740991.0", "9007199254740992.0", "9007199254740993.0", "9007199254740994.0", "9007199254740995.0",
        "9007199254740993.00000000000000000000001", "9007199254740992.99999999999999999999", "90071992547409930e-1",
        "900719925474099.3e1", "18014398509481986.0", "18014398509481990.0", "36028797018963972.0",
        "4503599627370496.5", "4503599627370497.5", "4503599627370498.5", "1152921504606846975.0",
        "1152921504606847103.0",
        // The least subnormals and normals and their edges.
        "4.9406564584124654e-324", "2.4703282292062328e-324", "7.4109846876186981e-324", "2.2250738585072011e-308",
        "2.2250738585072012e-308", "2.2250738585072013e-308",
        "2.225073858507201136057409796709131975934819546351645648e-308",
        // Known to have broken other readers.
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126", "6929495644600919.5", "3.518437208883201171875e13",
        "62.5364939768271845828", "8.10109172351e-10", "1.50000000000000011102230246251565", "9214843084008499.0",
        "0.500000000000000166533453693773481063544750213623046875", "3.1e-48", "1e-49", "9.5e27", "1e28"}) {
    EXPECT_EQ(Parse(text), Real(text)) << text;
  }
}

// The decimal text of the middle between a double and its upper neighbour, exact.
TEST(Number, RandomMiddlesBetweenNeighbours) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const int exponent = static_cast<int>(random() % 120) - 80;
    const double low = std::ldexp(1.0 + std::ldexp(static_cast<double>(random() >> 12U), -52), exponent);
    const long double middle = (static_cast<long double>(low) + std::nextafter(low, INFINITY)) / 2;
    std::string text = fmt::format("{:.160Lf}", middle);
    text.erase(text.find_last_not_of('0') + 1);
    text += text.back() == '.' ? "0" : "";
    ASSERT_EQ(Parse(text), Real(text)) << text;
    // Just above and just below, and cut to what nineteen digits can say.
    ASSERT_EQ(Parse(text + "1"), Real(text + "1")) << text;
    const std::string cut = text.substr(0, 20);
    if (cut.find('.') != std::string::npos && cut.back() != '.') {
      ASSERT_EQ(Parse(cut), Real(cut));
    }
  }
}

TEST(Number, RandomDigitsAndExponents) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 300'000; ++i) {
    std::string text = random() % 3 == 0 ? "-" : "";
    text += std::to_string(random() >> random() % 64);
    if (random() % 4 != 0) {
      text.insert(1 + (text[0] == '-' ? 1 : 0) + random() % (text.size() - (text[0] == '-' ? 1 : 0)), ".");
    }
    if (text.back() == '.') {
      text += std::to_string(random() % 1000);
    }
    const int exponent = static_cast<int>(random() % 110) - 60;
    if (text.find('.') == std::string::npos || random() % 2 == 0) {
      text += fmt::format("e{}", exponent);
    }
    ASSERT_EQ(Parse(text), Real(text)) << text;
  }
}

// The table of powers covers its edges, and refuses what lies behind them.
TEST(Number, RealFromDecimalAtEveryPower) {
  std::mt19937_64 random(3);
  for (int exponent = -60; exponent <= 40; ++exponent) {
    for (int i = 0; i < 2'000; ++i) {
      const uint64_t mantissa = i == 0   ? 1
                                : i == 1 ? UINT64_MAX
                                : i == 2 ? uint64_t{1} << 63U
                                         : (random() >> random() % 64) | 1U;
      double value = 0;
      const bool decided = RealFromDecimal(mantissa, exponent, &value);
      EXPECT_EQ(decided, exponent >= -48 && exponent <= 27) << exponent;
      if (decided) {
        const std::string text = fmt::format("{}e{}", mantissa, exponent);
        ASSERT_EQ(std::bit_cast<uint64_t>(value), std::bit_cast<uint64_t>(std::strtod(text.c_str(), nullptr))) << text;
      }
    }
  }
}

TEST(Number, IsExactAsDouble) {
  constexpr int64_t kTwo53 = int64_t{1} << 53;
  for (const int64_t value : {int64_t{0}, int64_t{-1}, kTwo53 - 1, kTwo53, kTwo53 + 2, -kTwo53, int64_t{1} << 62,
                              std::numeric_limits<int64_t>::min(), int64_t{9223372036854774784}}) {
    EXPECT_TRUE(IsExactAsDouble(value)) << value;
  }
  for (const int64_t value : {kTwo53 + 1, -kTwo53 - 1, kTwo53 * 2 + 1, std::numeric_limits<int64_t>::max(),
                              std::numeric_limits<int64_t>::max() - 1, std::numeric_limits<int64_t>::min() + 1}) {
    EXPECT_FALSE(IsExactAsDouble(value)) << value;
  }
}

}  // namespace
}  // namespace ingot
