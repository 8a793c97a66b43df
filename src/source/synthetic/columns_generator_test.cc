#include "source/synthetic/columns_generator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "base/result_matchers.h"
#include "column/value_hash.h"

namespace ingot {
namespace {

constexpr UtcDay kDay{19'500};
constexpr uint64_t kMany = 200'000;

GeneratedColumn Column(DataType type, std::string name = "c") {
  GeneratedColumn column;
  column.name = std::move(name);
  column.type = std::move(type);
  return column;
}

GeneratedColumn Range(TypeKind kind, int64_t low, int64_t high) {
  GeneratedColumn column = Column(Scalar(kind));
  column.low = low;
  column.high = high;
  return column;
}

GeneratedColumn Real(DrawRule rule, double low, double high, double mean = 0, double deviation = 1) {
  GeneratedColumn column = Column(Scalar(TypeKind::kDouble));
  column.rule = rule;
  column.real_low = low;
  column.real_high = high;
  column.mean = mean;
  column.deviation = deviation;
  return column;
}

GeneratedColumn Words(std::vector<ColumnValue> values, std::vector<double> weights = {}) {
  GeneratedColumn column = Column(Scalar(TypeKind::kString), "words");
  column.values = std::move(values);
  column.weights = std::move(weights);
  return column;
}

std::vector<LeafColumn> Rows(const std::vector<GeneratedColumn>& columns, const std::vector<DayRows>& rows,
                             uint64_t seed = 7) {
  std::vector<LeafColumn> leaves;
  ColumnsGenerator(seed, columns).Fill(rows, &leaves);
  return leaves;
}

LeafColumn Many(const GeneratedColumn& column) { return std::move(Rows({column}, {{kDay, 0, kMany, 0}})[0]); }

std::string TextOf(const LeafColumn& leaf, size_t i) {
  switch (leaf.layout) {
    case ValueLayout::kBool:
      return fmt::format("{}", leaf.bools[i]);
    case ValueLayout::kDouble:
      return fmt::format("{}", leaf.doubles[i]);
    case ValueLayout::kBytes:
      return std::string(leaf.BytesAt(i));
    default:
      return fmt::format("{}", leaf.ints[i]);
  }
}

std::vector<std::string> Texts(const LeafColumn& leaf) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < leaf.ValueCount(); ++i) {
    texts.push_back(TextOf(leaf, i));
  }
  return texts;
}

std::map<std::string, double> Shares(const LeafColumn& leaf) {
  std::map<std::string, double> shares;
  for (const std::string& text : Texts(leaf)) {
    shares[text] += 1 / static_cast<double>(leaf.ValueCount());
  }
  return shares;
}

// Of a share that is drawn kMany times; six deviations are never passed by chance.
void ExpectShare(double found, double wanted) {
  EXPECT_NEAR(found, wanted, 1e-9 + 6 * std::sqrt(wanted * (1 - wanted) / static_cast<double>(kMany)));
}

// The largest distance from a distribution function: the test of Kolmogorov and Smirnov, at odds of a million to one.
void ExpectDistribution(const LeafColumn& leaf, const std::function<double(double)>& below) {
  std::vector<double> values(leaf.doubles.begin(), leaf.doubles.end());
  std::sort(values.begin(), values.end());
  double distance = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    distance = std::fmax(distance, std::fabs(below(values[i]) - static_cast<double>(i) / kMany));
  }
  EXPECT_LT(distance, 2.7 / std::sqrt(static_cast<double>(kMany)));
}

double NormalBelow(double z) { return 0.5 * std::erfc(-z / std::sqrt(2)); }

// A column of every kind.
std::vector<GeneratedColumn> Everything() {
  std::vector<GeneratedColumn> all{Range(TypeKind::kInt64, -5, 1'000'000), Range(TypeKind::kBool, 0, 1)};
  all.push_back(Column(Scalar(TypeKind::kTimestamp)));
  all.back().rule = DrawRule::kDay;
  all.push_back(Column(Scalar(TypeKind::kDate)));
  all.back().rule = DrawRule::kDay;
  all.push_back(Column(Scalar(TypeKind::kInt32)));
  all.back().rule = DrawRule::kSequence;
  all.push_back(Range(TypeKind::kInt64, 1, 1'000'000'000));
  all.back().rule = DrawRule::kZipf;
  all.push_back(Real(DrawRule::kUniform, -1, 1));
  all.push_back(Real(DrawRule::kNormal, 0, 10, 3, 2));
  all.push_back(Real(DrawRule::kExponential, 1, std::numeric_limits<double>::infinity(), 3));
  all.push_back(Words({"red", "green", "blue"}, {5, 3, 2}));
  all.push_back(Range(TypeKind::kString, -9, 99));
  all.back().pattern = TextPattern{"<", ">", 4, false};
  all.push_back(Words({"a", "b", "c"}));
  all.back().nulls = 0.4;
  for (size_t i = 0; i < all.size(); ++i) {
    all[i].name = fmt::format("c{}", i);
  }
  return all;
}

TEST(ColumnsGenerator, AnyPartCanBeMadeAlone) {
  const std::vector<LeafColumn> whole = Rows(Everything(), {{kDay, 0, 3000, 50}, {kDay + 1, 0, 10, 3050}});
  for (const auto& [first, count] : std::vector<std::pair<uint64_t, uint64_t>>{{0, 1}, {1023, 2}, {1, 2999}}) {
    const std::vector<LeafColumn> part = Rows(Everything(), {{kDay, first, count, 50}});
    for (size_t i = 0; i + 1 < part.size(); ++i) {
      const std::vector<std::string> all = Texts(whole[i]);
      const std::vector<std::string> some = Texts(part[i]);
      ASSERT_EQ(some.size(), count);
      EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin() + static_cast<ptrdiff_t>(first))) << i;
    }
  }
  const std::vector<LeafColumn> next = Rows(Everything(), {{kDay + 1, 4, 6, 3050}});
  EXPECT_EQ(TextOf(next[0], 5), TextOf(whole[0], 3009));
  EXPECT_EQ(TextOf(next[4], 5), "3060");
}

TEST(ColumnsGenerator, ColumnsDoNotDependOnEachOtherNorOnTheirNulls) {
  const std::vector<LeafColumn> all = Rows(Everything(), {{kDay, 0, 500, 0}});
  EXPECT_EQ(Texts(Rows({Everything()[7]}, {{kDay, 0, 500, 0}})[0]), Texts(all[7]));
  GeneratedColumn holes = Everything()[7];
  holes.nulls = 0.5;
  const LeafColumn with_holes = std::move(Rows({holes}, {{kDay, 0, 500, 0}})[0]);
  EXPECT_EQ(with_holes.levels.slots(), 500U);
  size_t slot = 0;
  size_t value = 0;
  for (const LevelRun& run : with_holes.levels.runs()) {
    for (uint32_t i = 0; i < run.count; ++i, ++slot) {
      if (run.definition == 1) {
        EXPECT_EQ(TextOf(with_holes, value++), TextOf(all[7], slot));
      }
    }
  }
  EXPECT_EQ(value, with_holes.doubles.size());
  EXPECT_LT(value, 400U);
}

TEST(ColumnsGenerator, SeedsDaysAndNamesDiffer) {
  GeneratedColumn column = Range(TypeKind::kInt64, 0, INT64_MAX);
  const auto first = Texts(Rows({column}, {{kDay, 0, 3, 0}})[0]);
  EXPECT_NE(Texts(Rows({column}, {{kDay, 0, 3, 0}}, 8)[0]), first);
  EXPECT_NE(Texts(Rows({column}, {{kDay + 1, 0, 3, 0}})[0]), first);
  column.name = "d";
  EXPECT_NE(Texts(Rows({column}, {{kDay, 0, 3, 0}})[0]), first);
}

// Whoever changes a byte must raise kColumnsVersion.
TEST(ColumnsGenerator, RowsOfThisVersion) {
  const std::vector<LeafColumn> leaves = Rows(Everything(), {{kDay, 0, 1000, 0}});
  std::vector<std::string> row;
  std::string digests;
  for (const LeafColumn& leaf : leaves) {
    row.push_back(TextOf(leaf, 0));
    ValueHasher hasher;
    hasher.AddColumn(leaf);
    const ValueDigest digest = hasher.Finish();
    digests += fmt::format("{:02x}{:02x} ", digest[0], digest[1]);
  }
  EXPECT_THAT(row, testing::ElementsAre("617614", "1", "1684864740644781", "19500", "1", "4614", "-0.3521148045887472",
                                        "4.878670144114246", "1.505268915468864", "red", "<0021>", "a"));
  EXPECT_EQ(digests, "1851 5add 00c5 f58b 5a0c 371b fbdb 4d47 21e0 5704 9e43 1496 ");
}

TEST(ColumnsGenerator, RangesAreFilledToBothEnds) {
  const auto shares = Shares(Many(Range(TypeKind::kInt16, -2, 2)));
  EXPECT_EQ(shares.size(), 5U);
  for (const char* value : {"-2", "-1", "0", "1", "2"}) {
    ExpectShare(shares.at(value), 0.2);
  }
  ExpectShare(Shares(Many(Range(TypeKind::kBool, 0, 1))).at("1"), 0.5);
  const LeafColumn all = Many(Range(TypeKind::kInt64, INT64_MIN, INT64_MAX));
  ExpectShare(static_cast<double>(std::count_if(all.ints.begin(), all.ints.end(), [](int64_t v) { return v < 0; })) /
                  static_cast<double>(kMany),
              0.5);
  EXPECT_EQ(Shares(Many(Range(TypeKind::kInt64, INT64_MAX, INT64_MAX))).size(), 1U);
}

TEST(ColumnsGenerator, DaysAndInstantsAreTheRows) {
  GeneratedColumn date = Column(Scalar(TypeKind::kDate));
  date.rule = DrawRule::kDay;
  EXPECT_EQ(Shares(Many(date)), (std::map<std::string, double>{{"19500", Shares(Many(date)).at("19500")}}));
  for (const auto& [unit, of_second] : std::vector<std::pair<TimeUnit, int64_t>>{
           {TimeUnit::kMillis, 1'000}, {TimeUnit::kMicros, 1'000'000}, {TimeUnit::kNanos, 1'000'000'000}}) {
    GeneratedColumn time = Column(Scalar(TypeKind::kTimestamp));
    time.type.unit = unit;
    time.rule = DrawRule::kDay;
    const LeafColumn leaf = Many(time);
    const int64_t midnight = StartOf(kDay).seconds * of_second;
    const auto [first, last] = std::minmax_element(leaf.ints.begin(), leaf.ints.end());
    EXPECT_GE(*first, midnight);
    EXPECT_LT(*first, midnight + 60 * of_second);
    EXPECT_LT(*last, midnight + 86'400 * of_second);
    EXPECT_GE(*last, midnight + 86'340 * of_second);
  }
}

TEST(ColumnsGenerator, SequencesCountAllRows) {
  GeneratedColumn column = Column(Scalar(TypeKind::kInt64));
  column.rule = DrawRule::kSequence;
  column.start = 10;
  column.step = -3;
  EXPECT_THAT(Texts(Rows({column}, {{kDay, 2, 2, 100}, {kDay + 1, 0, 1, 104}})[0]),
              testing::ElementsAre("-296", "-299", "-302"));
}

TEST(ColumnsGenerator, WeightsAreKept) {
  auto shares = Shares(Many(Words({"a", "b", "never", "c"}, {70, 25, 0, 5})));
  EXPECT_EQ(shares.size(), 3U);
  ExpectShare(shares["a"], 0.7);
  ExpectShare(shares["b"], 0.25);
  ExpectShare(shares["c"], 0.05);
  shares = Shares(Many(Words({"a", "b", "c"})));
  ExpectShare(shares["b"], 1.0 / 3);
  EXPECT_EQ(Shares(Many(Words({"a", "b"}, {0, 1e-300}))).size(), 1U);
  GeneratedColumn numbers = Column(Scalar(TypeKind::kDouble));
  numbers.values = {0.5, 2.5};
  numbers.weights = {1, 3};
  ExpectShare(Shares(Many(numbers))["2.5"], 0.75);
  GeneratedColumn flags = Column(Scalar(TypeKind::kBool));
  flags.values = {int64_t{0}, int64_t{1}};
  flags.weights = {1, 9};
  ExpectShare(Shares(Many(flags))["1"], 0.9);
}

TEST(ColumnsGenerator, NullsAreTheirShare) {
  for (const double share : {0.0, 1e-12, 0.05, 0.5, 1.0}) {
    GeneratedColumn column = Range(TypeKind::kInt64, 0, 9);
    column.nulls = share;
    const LeafColumn leaf = Many(column);
    EXPECT_EQ(leaf.levels.slots(), kMany);
    EXPECT_EQ(leaf.levels.CountDefined(share > 0 ? 1 : 0), leaf.ints.size());
    ExpectShare(1 - static_cast<double>(leaf.ints.size()) / static_cast<double>(kMany), share);
    EXPECT_EQ(ColumnsGenerator(7, {column}).schema().fields[0].nullable, share > 0);
  }
}

TEST(ColumnsGenerator, RealNumbersFollowTheirDistribution) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ExpectDistribution(Many(Real(DrawRule::kUniform, -3, 5)), [](double x) { return (x + 3) / 8; });
  ExpectDistribution(Many(Real(DrawRule::kNormal, -kInfinity, kInfinity, 10, 3)),
                     [](double x) { return NormalBelow((x - 10) / 3); });
  ExpectDistribution(Many(Real(DrawRule::kNormal, 9, 14, 10, 3)), [](double x) {
    const double first = NormalBelow(-1.0 / 3);
    return (NormalBelow((x - 10) / 3) - first) / (NormalBelow(4.0 / 3) - first);
  });
  ExpectDistribution(Many(Real(DrawRule::kExponential, 2, kInfinity, 5)),
                     [](double x) { return 1 - std::exp(-(x - 2) / 3); });
  ExpectDistribution(Many(Real(DrawRule::kExponential, 2, 6, 5)),
                     [](double x) { return (1 - std::exp(-(x - 2) / 3)) / (1 - std::exp(-4.0 / 3)); });
}

TEST(ColumnsGenerator, RoundedNumbersKeepTheirBounds) {
  GeneratedColumn column = Real(DrawRule::kNormal, 0.5, 6.5, 3, 2);
  column.type = Scalar(TypeKind::kInt32);
  column.low = 1;
  column.high = 6;
  const auto shares = Shares(Many(column));
  EXPECT_EQ(shares.size(), 6U);
  const double all = NormalBelow(1.75) - NormalBelow(-1.25);
  ExpectShare(shares.at("1"), (NormalBelow(-0.75) - NormalBelow(-1.25)) / all);
  ExpectShare(shares.at("3"), (NormalBelow(0.25) - NormalBelow(-0.25)) / all);
  ExpectShare(shares.at("6"), (NormalBelow(1.75) - NormalBelow(1.25)) / all);
  GeneratedColumn wide = Real(DrawRule::kNormal, -std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::infinity(), 0, 1e30);
  wide.type = Scalar(TypeKind::kInt64);
  wide.low = INT64_MIN;
  wide.high = INT64_MAX;
  ExpectShare(Shares(Many(wide)).at(fmt::format("{}", INT64_MIN)), 0.5);
}

double ShareUpTo(const LeafColumn& leaf, int64_t bound) {
  const auto found = std::count_if(leaf.ints.begin(), leaf.ints.end(), [&](int64_t value) { return value <= bound; });
  return static_cast<double>(found) / static_cast<double>(kMany);
}

// The share of the first 1, 3, 9 … and of all ranks.
void ExpectZipf(double exponent, uint64_t count) {
  GeneratedColumn column = Range(TypeKind::kInt64, 101, 100 + static_cast<int64_t>(count));
  column.rule = DrawRule::kZipf;
  column.exponent = exponent;
  const LeafColumn leaf = Many(column);
  EXPECT_GE(*std::min_element(leaf.ints.begin(), leaf.ints.end()), 101);
  double sum = 0;
  for (uint64_t rank = 1; rank <= count; ++rank) {
    sum += std::pow(static_cast<double>(rank), -exponent);
  }
  double below = 0;
  for (uint64_t rank = 1, next = 1; rank <= count; ++rank) {
    below += std::pow(static_cast<double>(rank), -exponent) / sum;
    if (rank == next || rank == count) {
      next *= 3;
      SCOPED_TRACE(fmt::format("exponent {}, rank {} of {}", exponent, rank, count));
      ExpectShare(ShareUpTo(leaf, static_cast<int64_t>(100 + rank)), std::min(below, 1.0));
    }
  }
}

TEST(ColumnsGenerator, ZipfFollowsItsLaw) {
  for (const double exponent : {0.5, 1.0, 1.3, 3.0}) {
    for (const uint64_t count : {uint64_t{10}, uint64_t{1024}, uint64_t{1025}, uint64_t{100'000}}) {
      ExpectZipf(exponent, count);
    }
  }
}

TEST(ColumnsGenerator, ZipfOverValuesAndHugeRanges) {
  GeneratedColumn words = Words({"a", "b", "c"});
  words.rule = DrawRule::kZipf;
  const auto shares = Shares(Many(words));
  ExpectShare(shares.at("a"), 6.0 / 11);
  ExpectShare(shares.at("c"), 2.0 / 11);
  GeneratedColumn huge = Range(TypeKind::kInt64, 0, (int64_t{1} << 53U) - 1);
  huge.rule = DrawRule::kZipf;
  huge.exponent = 0.01;
  const LeafColumn leaf = Many(huge);
  EXPECT_GE(*std::min_element(leaf.ints.begin(), leaf.ints.end()), 0);
  EXPECT_LT(*std::max_element(leaf.ints.begin(), leaf.ints.end()), int64_t{1} << 53U);
  EXPECT_GT(std::set<int64_t>(leaf.ints.begin(), leaf.ints.end()).size(), kMany - 5);
}

TEST(ColumnsGenerator, PatternsWriteTheirNumber) {
  const auto write = [](TextPattern pattern, int64_t number) {
    GeneratedColumn column = Range(TypeKind::kString, number, number);
    column.pattern = std::move(pattern);
    return std::string(Rows({column}, {{kDay, 0, 1, 0}})[0].BytesAt(0));
  };
  EXPECT_EQ(write({"user_", "", 0, false}, 42), "user_42");
  EXPECT_EQ(write({"", "!", 5, false}, 42), "00042!");
  EXPECT_EQ(write({"", "", 5, false}, -42), "-0042");
  EXPECT_EQ(write({"", "", 2, false}, -4242), "-4242");
  EXPECT_EQ(write({"0x", "", 16, true}, 0xBEEF), "0x000000000000beef");
  EXPECT_EQ(write({"", "", 0, true}, -1), "ffffffffffffffff");
  EXPECT_EQ(write({"", "", 0, false}, INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(write({"", "", 64, false}, 7), std::string(63, '0') + "7");
}

TEST(ColumnsGenerator, MemoryIsUsedAgain) {
  const ColumnsGenerator generator(7, Everything());
  std::vector<LeafColumn> leaves;
  generator.Fill(std::vector<DayRows>{{kDay, 0, 500, 0}}, &leaves);
  generator.Fill(std::vector<DayRows>{{kDay, 3, 2, 0}}, &leaves);
  const std::vector<LeafColumn> fresh = Rows(Everything(), {{kDay, 3, 2, 0}});
  for (size_t i = 0; i < leaves.size(); ++i) {
    EXPECT_EQ(Texts(leaves[i]), Texts(fresh[i]));
    EXPECT_EQ(leaves[i].levels.slots(), 2U);
  }
}

}  // namespace
}  // namespace ingot
