// The sections of a record that come from the market: prices, futures, and what is computed from them.
#include <array>
#include <string_view>

#include "source/synthetic/archive_row.h"

namespace ingot {
namespace {

// A number as statistics give it: seventeen digits of nothing. Uniform in low … high.
void AppendReal(RandomStream& random, double low, double high, JsonText& json) {
  // Rounded after each step, never fused, so that every machine writes the same digits.
  const volatile double scaled = random.Unit() * (high - low);
  json.Real(scaled + low);
}

struct RealField {
  std::string_view name;
  double low;
  double high;
};

// Spread over middle price in hundredths of a percent, four decimals, from integers.
int64_t SpreadBps4(int64_t bid, int64_t ask) { return (ask - bid) * 200'000'000 / (bid + ask); }

// A quote of the order book that wanders: most steps change nothing or a little, as on a real exchange.
class QuoteWalk {
 public:
  explicit QuoteWalk(int64_t bid) : bid_(bid), ask_(bid + 2), step_(bid / 20'000 + 1) {}

  void Step(RandomStream& random) {
    const uint64_t bits = random.Next();
    if ((bits & 7U) > 1) {
      bid_ += static_cast<int64_t>((bits >> 8U & 3U) + (bits >> 10U & 3U)) * step_ - 3 * step_;
      bid_ = bid_ < 1000 ? 1000 : bid_;
    }
    if ((bits & 0x70U) > 0x20U || ask_ <= bid_) {
      ask_ = bid_ + step_ * (1 + static_cast<int64_t>(bits >> 16U & 3U));
    }
    // The quantities at the best prices change nearly every time that somebody looks.
    if ((bits >> 18U & 3U) != 0) {
      bid_quantity_ = 100 + static_cast<int64_t>(bits >> 24U & 0x3FFFU);
    }
    if ((bits >> 20U & 3U) != 0) {
      ask_quantity_ = 100 + static_cast<int64_t>(bits >> 40U & 0x3FFFU);
    }
  }

  int64_t bid() const { return bid_; }
  int64_t ask() const { return ask_; }
  int64_t bid_quantity() const { return bid_quantity_; }
  int64_t ask_quantity() const { return ask_quantity_; }

 private:
  int64_t bid_;
  int64_t ask_;
  int64_t step_;
  int64_t bid_quantity_ = 1500;
  int64_t ask_quantity_ = 1500;
};

}  // namespace

void AppendSpotRaw(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  const unsigned decimals = facts.market.decimals;
  const int64_t bid = facts.price;
  const int64_t ask = bid + random.Between(1, bid / 4000 + 1);
  const int64_t open = bid * random.Between(930, 1070) / 1000;
  const int64_t low = (bid < open ? bid : open) * random.Between(950, 999) / 1000;
  const int64_t high = (ask > open ? ask : open) * random.Between(1001, 1050) / 1000;
  const int64_t volume = random.Between(10'000, 400'000'000);
  json.Key("spot_raw").BeginObject();
  json.Key("mid").Fixed((bid + ask) * 5, decimals + 1);
  json.Key("bid").Fixed(bid, decimals);
  json.Key("ask").Fixed(ask, decimals);
  json.Key("spread_bps").Fixed(SpreadBps4(bid, ask), 4);
  json.Key("last").Fixed(random.Chance(1, 2) ? bid : ask, decimals);
  json.Key("open_24h").Fixed(open, decimals);
  json.Key("high_24h").Fixed(high, decimals);
  json.Key("low_24h").Fixed(low, decimals);
  json.Key("volume_24h").Fixed(volume, 2);
  json.Key("quote_volume_24h").Fixed(volume * random.Between(100, 9000), 6);
  json.Key("vwap_24h").Fixed((low + high) * 500 + random.Below(1000), decimals + 3);
  json.Key("price_change_24h").Fixed(bid - open, decimals);
  json.Key("price_change_pct_24h").Fixed((bid - open) * 100'000 / open, 3);
  json.Key("bid_qty").Fixed(random.Between(1, 900'000), 2);
  json.Key("ask_qty").Fixed(random.Between(1, 900'000), 2);
  json.Key("depth_bid_usd").Fixed(random.Between(100'000, 90'000'000), 2);
  json.Key("depth_ask_usd").Fixed(random.Between(100'000, 90'000'000), 2);
  AppendReal(random, -1, 1, json.Key("depth_imbalance"));
  json.Key("range_pct_24h").Fixed((high - low) * 1'000'000 / low, 4);
  json.EndObject();
}

void AppendFuturesRaw(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  json.Key("futures_raw");
  if (!facts.futures) {
    json.Null();
    return;
  }
  const unsigned decimals = facts.market.decimals;
  constexpr int64_t kEightHoursMillis = 28'800'000;
  json.BeginObject();
  json.Key("contract").Text("PERPETUAL");
  json.Key("mark_price").Fixed(facts.price * 1000 + random.Between(-5000, 5000), decimals + 3);
  json.Key("index_price").Fixed(facts.price * 1000 + random.Between(-5000, 5000), decimals + 3);
  json.Key("funding_rate").Fixed(random.Between(-7500, 20'000), 8);
  json.Key("next_funding_ts").TimestampMillis((facts.added_ms / kEightHoursMillis + 1) * kEightHoursMillis);
  json.Key("open_interest").Fixed(random.Between(1'000'000, 900'000'000), 3);
  json.Key("open_interest_usd").Fixed(random.Between(1'000'000'000, 4'000'000'000), 4);
  json.Key("long_short_ratio").Fixed(random.Between(5000, 35'000), 4);
  json.Key("volume_24h").Fixed(random.Between(1'000'000, 900'000'000), 2);
  AppendReal(random, -30, 30, json.Key("basis_bps"));
  json.EndObject();
}

void AppendDerived(const ArchiveRowFacts&, RandomStream& random, JsonText& json) {
  static constexpr std::array<RealField, 9> kFields = {{{"return_5m", -0.02, 0.02},
                                                        {"return_30m", -0.05, 0.05},
                                                        {"return_2h", -0.1, 0.1},
                                                        {"realized_vol", 0, 2},
                                                        {"range_position", 0, 1},
                                                        {"vwap_gap_bps", -150, 150},
                                                        {"depth_ratio", 0, 4},
                                                        {"volume_zscore", -3, 6},
                                                        {"spread_zscore", -3, 6}}};
  json.Key("derived").BeginObject();
  for (const RealField& field : kFields) {
    AppendReal(random, field.low, field.high, json.Key(field.name));
  }
  json.EndObject();
}

void AppendScores(const ArchiveRowFacts&, RandomStream& random, JsonText& json) {
  static constexpr std::array<std::string_view, 13> kNames = {
      "final", "momentum", "volatility", "liquidity", "spread",  "volume",    "trend",
      "depth", "futures",  "sentiment",  "attention", "quality", "pair_bonus"};
  json.Key("scores").BeginObject();
  for (const std::string_view name : kNames) {
    AppendReal(random, 0, 100, json.Key(name));
  }
  json.EndObject();
}

void AppendSpotPrices(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  const unsigned decimals = facts.market.decimals;
  const int64_t interval = facts.duration_ms / facts.samples;
  QuoteWalk quote(facts.price);
  json.Key("spot_prices").BeginArray();
  for (uint32_t i = 0; i < facts.samples; ++i) {
    quote.Step(random);
    json.BeginObject();
    json.Key("ts").TimestampMillis(facts.added_ms + i * interval + random.Below(400));
    json.Key("mid").Fixed((quote.bid() + quote.ask()) * 5, decimals + 1);
    if (facts.reordered) {
      json.Key("ask").Fixed(quote.ask(), decimals);
      json.Key("bid").Fixed(quote.bid(), decimals);
    } else {
      json.Key("bid").Fixed(quote.bid(), decimals);
      json.Key("ask").Fixed(quote.ask(), decimals);
    }
    json.Key("spread_bps").Fixed(SpreadBps4(quote.bid(), quote.ask()), 4);
    json.Key("bid_qty").Fixed(quote.bid_quantity(), 1);
    json.Key("ask_qty").Fixed(quote.ask_quantity(), 1);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace ingot
