// The words of the synthetic archive: markets, and the keys of its counters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ingot {

// A market whose properties depend on its number alone.
struct Market {
  std::string symbol;      // "BTCUSDT"
  bool has_futures;        // seven of ten have
  unsigned decimals;       // of its prices
  int64_t typical_price;   // in units of 10^-decimals: 10,000 … 999,999
  uint32_t typical_posts;  // per sentiment cycle; 0 for a quarter of the markets
};

inline constexpr uint32_t kMarketCount = 240;

// Requires number < kMarketCount. No two markets share a symbol.
Market MarketAt(uint32_t number);

// The four counters with dynamic keys.
enum class CounterKind { kTag, kCashtag, kMention, kUrlDomain };

// Each kind has this many distinct keys: 65,536 in all, of which a day of 2,400 rows shows more than 30,000.
inline constexpr uint32_t kKeysPerCounter = 16'384;

struct KeyStyle {
  bool non_ascii;
  bool urls;
};

// Appends key number `rank` of a kind, UTF-8. Low ranks are meant to be drawn often. Different ranks give different
// keys. Requires rank < kKeysPerCounter.
void AppendCounterKey(CounterKind kind, uint32_t rank, KeyStyle style, std::string& out);

}  // namespace ingot
