#include "source/synthetic/archive_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ingot {
namespace {

constexpr int64_t kHourMillis = 3'600'000;
constexpr std::string_view kOffset = "+00:00";

uint64_t StreamOf(const ArchiveRowSpec& spec) {
  return static_cast<uint64_t>(static_cast<uint32_t>(spec.day.days)) << 37U | uint64_t{spec.hour} << 32U | spec.row;
}

ArchiveRowFacts DrawFacts(const ArchiveRowSpec& spec, RandomStream& random) {
  ArchiveRowFacts facts;
  facts.hazards = spec.hazards;
  facts.day = spec.day;
  facts.hour = spec.hour;
  facts.market = MarketAt(random.Below(kMarketCount));
  facts.futures = facts.market.has_futures && !spec.hazards.Strikes(Hazard::kNullFuturesDay, spec.day);
  facts.reordered = random.Chance(1, 64) && spec.hazards.Has(Hazard::kKeyOrder);
  // Within a tenth of what the market usually costs.
  facts.price = facts.market.typical_price * random.Between(900, 1100) / 1000;
  facts.samples = static_cast<uint32_t>(random.Between(spec.min_samples, spec.max_samples));
  facts.duration_ms = random.Between(7'000'000, 7'900'000);
  const int64_t archived_ms = (int64_t{spec.day.days} * 24 + spec.hour) * kHourMillis + random.Below(3'590'000);
  facts.added_ms = archived_ms - (spec.hazards.Has(Hazard::kLateRows) ? facts.duration_ms : 0);
  return facts;
}

void AppendSymbol(const ArchiveRowFacts& facts, RandomStream&, JsonText& json) {
  json.Key("symbol").Text(facts.market.symbol);
}

void AppendSnapshotTs(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  json.Key("snapshot_ts").TimestampMillis(facts.added_ms + random.Below(5'000));
}

void AppendMeta(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  const int64_t added_us = facts.added_ms * 1000;
  const int64_t end_us = added_us + facts.duration_ms * 1000;
  json.Key("meta").BeginObject();
  json.Key("schema_version").Int(7);
  json.Key("source").Text("spot_watch");
  json.Key("universe_source").Text("exchange_top_volume");
  json.Key("universe_page").Int(random.Between(1, 4));
  json.Key("universe_page_size").Int(60);
  json.Key("universe_snapshot_ts").TimestampMillis(facts.added_ms - random.Below(60'000));
  json.Key("universe_snapshot_lag_sec").Fixed(random.Below(60'000'000), 6);
  json.Key("quote_asset").Text("USDT");
  json.Key("status").Text(random.Chance(1, 50) ? "early_exit" : "expired");
  // Python writes the same instant in either style, depending on where it came from.
  if (random.Chance(1, 8) && facts.hazards.Has(Hazard::kMixedTimestamps)) {
    json.Key("added_ts").TimestampMicros(added_us + random.Below(1000), kOffset);
  } else {
    json.Key("added_ts").TimestampMicros(added_us, "Z");
  }
  json.Key("expires_ts").TimestampMicros(added_us + 7'200'000'000, kOffset);
  json.Key("session_id").Text(fmt::format("{:016x}{:016x}", random.Next(), random.Next()));
  json.Key("sample_count").Int(facts.samples);
  json.Key("total_samples").Int(facts.samples + random.Below(9));
  json.Key("last_sample_ts").TimestampMillis(end_us / 1000 - random.Below(9'000));
  json.Key("duration_sec").Fixed(facts.duration_ms * 1000 + random.Below(1000), 6);
  json.Key("expired_ts").TimestampMicros(end_us + random.Below(900'000), kOffset);
  json.Key("archive_schema_version").Int(2);
  json.Key("archive_writer").Text("archiver/2.4.1");
  json.Key("host_role").Text("primary");
  json.EndObject();
}

void AppendFlags(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "spot_data_ok", "spread_ok", "liquidity_ok",    "twitter_data_ok", "volume_ok",
      "sentiment_ok", "price_gap", "futures_data_ok", "stale_quote",     "pair_bonus"};
  constexpr size_t kAlwaysThere = 7;
  json.Key("flags").BeginObject();
  for (size_t i = 0; i < kNames.size(); ++i) {
    const bool left_out = random.Chance(1, 4) && i >= kAlwaysThere;
    const bool value = random.Chance(i < 6 ? 15 : 1, 16);
    if (!left_out || !facts.hazards.Has(Hazard::kOptionalFlags)) {
      json.Key(kNames[i]).Bool(value);
    }
  }
  json.Key("pair_bonus_applied").Fixed(random.Chance(1, 5) ? random.Between(1, 20) * 5 : 0, 2);
  json.EndObject();
}

void AppendDiag(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  json.Key("diag").BeginObject();
  json.Key("builder_version").Text("v7.2.0");
  json.Key("build_duration_ms").Fixed(random.Between(900, 60'000), 3);
  json.Key("api_calls").Int(random.Between(2, 9));
  json.Key("retries").Int(random.SkewedBelow(4));
  json.Key("warning");
  if (facts.hazards.Has(Hazard::kNullFields)) {
    json.Null();
  } else {
    json.Text("none");
  }
  if (facts.hazards.Has(Hazard::kNewField) && facts.hour >= 12) {
    json.Key("cache_hits").Int(random.SkewedBelow(500));
  }
  json.EndObject();
}

void AppendNorm(const ArchiveRowFacts&, RandomStream&, JsonText& json) {
  json.Key("norm").BeginObject();
  json.EndObject();
}

void AppendLabels(const ArchiveRowFacts&, RandomStream&, JsonText& json) {
  json.Key("labels").BeginObject();
  json.EndObject();
}

using Section = void (*)(const ArchiveRowFacts&, RandomStream&, JsonText&);

constexpr std::array<Section, 14> kSections = {
    AppendSymbol,        AppendSnapshotTs,      AppendMeta, AppendSpotRaw, AppendFuturesRaw, AppendDerived,
    AppendScores,        AppendFlags,           AppendDiag, AppendNorm,    AppendLabels,     AppendSpotPrices,
    AppendSentimentMeta, AppendSentimentWindows};

}  // namespace

void AppendArchiveRow(const ArchiveRowSpec& spec, std::string& out) {
  RandomStream random(DeriveSeed(spec.seed, "archive row"), StreamOf(spec));
  const ArchiveRowFacts facts = DrawFacts(spec, random);

  std::array<Section, kSections.size()> order = kSections;
  if (facts.reordered) {
    std::rotate(order.begin(), order.begin() + random.Between(1, order.size() - 1), order.end());
  }
  // The writer finds out from the last character whether a comma is due: a row begins with an empty text.
  std::string row;
  row.reserve(size_t{facts.samples} * 128 + 16'384);
  JsonText json(row);
  if (facts.hazards.Has(Hazard::kEscapedText) && facts.hour % 2 == 1) {
    json.set_escapes(JsonEscapes::kAsciiOnly);
  }
  json.BeginObject();
  for (const Section section : order) {
    section(facts, random, json);
  }
  json.EndObject();
  out.append(row);
}

}  // namespace ingot
