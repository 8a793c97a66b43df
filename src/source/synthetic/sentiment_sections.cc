// The sections of a record that come from social media: what was searched, and two windows of counters.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "source/synthetic/archive_row.h"

namespace ingot {
namespace {

constexpr uint32_t kMaxKeysPerCounter = 40;

void AppendBucketMeta(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  const int64_t cycle = facts.added_ms / 900'000;
  json.Key("bucket_meta").BeginObject();
  json.Key("bucket_id").Text(fmt::format("{}-{}", facts.market.symbol, cycle));
  json.Key("bucket_status").Text(random.Chance(1, 20) ? "partial" : "complete");
  json.Key("cycle_id").Int(cycle);
  json.Key("cycle_start_ts").TimestampMillis(cycle * 900'000);
  json.Key("cycle_end_ts").TimestampMillis((cycle + 1) * 900'000);
  json.Key("query_count").Int(random.Between(1, 6));
  json.Key("pages_fetched").Int(random.Between(1, 30));
  json.Key("posts_seen").Int(random.Below(facts.market.typical_posts * 3 + 1));
  json.Key("posts_kept").Int(random.Below(facts.market.typical_posts + 1));
  json.Key("dedupe_ratio").Fixed(random.Below(10'000), 4);
  json.Key("is_throttled").Bool(random.Chance(1, 30));
  json.Key("collector").Text("scraper-3");
  json.Key("collector_version").Text("3.1.0");
  json.Key("lag_sec").Fixed(random.Below(900'000), 3);
  json.EndObject();
}

// Distinct ranks, so that no key stands twice in one object.
std::vector<uint32_t> DrawRanks(RandomStream& random, uint32_t count) {
  std::vector<uint32_t> ranks(count);
  for (uint32_t& rank : ranks) {
    rank = random.SkewedBelow(kKeysPerCounter);
  }
  std::sort(ranks.begin(), ranks.end());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
  return ranks;
}

void AppendCounter(std::string_view name, CounterKind kind, uint32_t count, const ArchiveRowFacts& facts,
                   RandomStream& random, JsonText& json) {
  const KeyStyle style{facts.hazards.Has(Hazard::kNonAsciiKeys), facts.hazards.Has(Hazard::kUrlKeys)};
  std::string key;
  json.Key(name).BeginObject();
  for (const uint32_t rank : DrawRanks(random, count)) {
    key.clear();
    AppendCounterKey(kind, rank, style, key);
    json.Key(key).Int(1 + random.SkewedBelow(60));
  }
  json.EndObject();
}

void AppendSentimentStats(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  static constexpr std::array<std::string_view, 8> kNames = {"mean",      "median",    "std",           "pos_share",
                                                             "neg_share", "neu_share", "weighted_mean", "confidence"};
  const bool short_shape = random.Chance(1, 2) && facts.hazards.Has(Hazard::kTwoShapes);
  json.Key("sentiment_stats").BeginObject();
  for (size_t i = 0; i < (short_shape ? 6 : kNames.size()); ++i) {
    json.Key(kNames[i]).Real(random.Unit());
  }
  json.EndObject();
}

void AppendAuthorStats(const ArchiveRowFacts& facts, uint32_t posts, RandomStream& random, JsonText& json) {
  json.Key("author_stats").BeginObject();
  json.Key("distinct_authors").Int(random.Below(posts + 1));
  json.Key("verified_count").Int(random.SkewedBelow(posts + 1));
  json.Key("followers_count_mean").Fixed(random.Below(90'000'000), 3);
  // A median of an even number of whole numbers lies between two of them at times.
  const int64_t doubled_median = 2 + random.SkewedBelow(40'000);
  json.Key("followers_count_median");
  if (doubled_median % 2 == 0 && facts.hazards.Has(Hazard::kMixedIntFloat)) {
    json.Int(doubled_median / 2);
  } else {
    json.Fixed(doubled_median * 5, 1);
  }
  json.Key("followers_count_max").Int(random.SkewedBelow(9'000'000));
  json.EndObject();
}

void AppendEngagementStats(RandomStream& random, JsonText& json) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "likes_mean",   "likes_median",   "likes_p90",   "reposts_mean", "reposts_median", "reposts_p90",
      "replies_mean", "replies_median", "replies_p90", "views_mean",   "views_median",   "views_p90"};
  json.Key("engagement_stats").BeginObject();
  for (const std::string_view name : kNames) {
    json.Key(name).Real(static_cast<double>(random.SkewedBelow(90'000)) / (3 + random.Below(58)));
  }
  json.EndObject();
}

void AppendMediaStats(const ArchiveRowFacts& facts, uint32_t posts, RandomStream& random, JsonText& json) {
  const bool empty = random.Chance(1, 3) && facts.hazards.Has(Hazard::kEmptyObjects);
  json.Key("media_stats").BeginObject();
  if (!empty) {
    json.Key("photo").Int(random.Below(posts + 1));
    json.Key("video").Int(random.SkewedBelow(posts + 1));
    json.Key("link").Int(random.Below(posts + 1));
  }
  json.EndObject();
}

void AppendWindow(std::string_view name, uint32_t cycles, const ArchiveRowFacts& facts, RandomStream& random,
                  JsonText& json) {
  const uint32_t usual = facts.market.typical_posts * cycles;
  const uint32_t posts = usual == 0 ? 0 : usual / 2 + random.Below(usual);
  json.Key(name).BeginObject();
  json.Key("posts_total").Int(posts);
  json.Key("is_silent").Bool(posts == 0);
  json.Key("likes_total").Int(random.Below(posts * 40 + 1));
  json.Key("reposts_total").Int(random.Below(posts * 9 + 1));
  json.Key("replies_total").Int(random.Below(posts * 5 + 1));
  json.Key("quotes_total").Int(random.Below(posts * 2 + 1));
  json.Key("views_total").Int(random.Below(posts * 3000 + 1));
  AppendSentimentStats(facts, random, json);
  AppendAuthorStats(facts, posts, random, json);
  AppendEngagementStats(random, json);
  AppendMediaStats(facts, posts, random, json);
  const uint32_t keys = std::min(posts, kMaxKeysPerCounter - 1);
  const auto draw = [&] { return random.Below(keys + 1) + (keys > 0 ? 1 : 0); };
  AppendCounter("tag_counts", CounterKind::kTag, draw(), facts, random, json);
  AppendCounter("cashtag_counts", CounterKind::kCashtag, draw(), facts, random, json);
  AppendCounter("mention_counts", CounterKind::kMention, draw(), facts, random, json);
  AppendCounter("url_domain_counts", CounterKind::kUrlDomain, draw(), facts, random, json);
  json.EndObject();
}

}  // namespace

void AppendSentimentMeta(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  json.Key("twitter_sentiment_meta").BeginObject();
  json.Key("source").Text("social_stream");
  json.Key("lexicon_version").Text("2025.11");
  json.Key("model").Text("hybrid-v3");
  json.Key("model_error");
  if (facts.hazards.Has(Hazard::kNullFields)) {
    json.Null();
  } else {
    json.Text("none");
  }
  json.Key("captured_ts").TimestampMillis(facts.added_ms + random.Below(60'000));
  AppendBucketMeta(facts, random, json);
  json.EndObject();
}

void AppendSentimentWindows(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json) {
  json.Key("twitter_sentiment_windows").BeginObject();
  AppendWindow("last_cycle", 1, facts, random, json);
  AppendWindow("last_2_cycles", 2, facts, random, json);
  json.EndObject();
}

}  // namespace ingot
