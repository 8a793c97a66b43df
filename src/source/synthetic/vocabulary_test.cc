#include "source/synthetic/vocabulary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace ingot {
namespace {

bool IsAscii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::set<std::string> AllKeys(CounterKind kind, KeyStyle style) {
  std::set<std::string> keys;
  for (uint32_t rank = 0; rank < kKeysPerCounter; ++rank) {
    std::string key;
    AppendCounterKey(kind, rank, style, key);
    keys.insert(key);
  }
  return keys;
}

TEST(Vocabulary, KeysOfACounterAreDistinct) {
  for (const CounterKind kind :
       {CounterKind::kTag, CounterKind::kCashtag, CounterKind::kMention, CounterKind::kUrlDomain}) {
    EXPECT_EQ(AllKeys(kind, {true, true}).size(), kKeysPerCounter) << static_cast<int>(kind);
    EXPECT_EQ(AllKeys(kind, {false, false}).size(), kKeysPerCounter) << static_cast<int>(kind);
  }
}

TEST(Vocabulary, StylesAreOnDemand) {
  const auto count = [](const std::set<std::string>& keys, auto predicate) {
    return std::count_if(keys.begin(), keys.end(), predicate);
  };
  const auto foreign = [](const std::string& key) { return !IsAscii(key); };
  const auto url = [](const std::string& key) { return key.starts_with("https://"); };
  EXPECT_GT(count(AllKeys(CounterKind::kTag, {true, true}), foreign), 1000);
  EXPECT_EQ(count(AllKeys(CounterKind::kTag, {false, true}), foreign), 0);
  EXPECT_GT(count(AllKeys(CounterKind::kUrlDomain, {true, true}), url), 1000);
  EXPECT_EQ(count(AllKeys(CounterKind::kUrlDomain, {true, false}), url), 0);
}

TEST(Vocabulary, MarketsDiffer) {
  std::set<std::string> symbols;
  unsigned with_futures = 0;
  for (uint32_t number = 0; number < kMarketCount; ++number) {
    const Market market = MarketAt(number);
    symbols.insert(market.symbol);
    with_futures += market.has_futures ? 1 : 0;
    EXPECT_GE(market.typical_price, 10'000) << number;
    EXPECT_LT(market.typical_price, 1'000'000) << number;
    EXPECT_LE(market.decimals, 6U) << number;
  }
  EXPECT_EQ(symbols.size(), kMarketCount);
  EXPECT_EQ(with_futures, kMarketCount * 7 / 10);
}

}  // namespace
}  // namespace ingot
