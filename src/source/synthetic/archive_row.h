// One record of the synthetic archive: the shape of a market monitor's hourly files, schema 7.
//
// Fourteen keys: symbol, snapshot_ts, meta (20 keys), spot_raw (19 doubles), futures_raw (null or 10 keys), derived (9
// doubles), scores (13 doubles), flags (booleans and pair_bonus_applied), diag, norm {}, labels {}, spot_prices (an
// array that is 92 % of the bytes), twitter_sentiment_meta (with a bucket_meta of 14 keys) and
// twitter_sentiment_windows (two cycles, each with four counters whose keys are data). About 100 kB of JSON with the
// default number of samples.
#pragma once

#include <cstdint>
#include <string>

#include "base/utc.h"
#include "source/synthetic/hazards.h"
#include "source/synthetic/json_text.h"
#include "source/synthetic/random.h"
#include "source/synthetic/vocabulary.h"

namespace ingot {

// Where and how a row is written. A pure value: the same one gives the same bytes.
struct ArchiveRowSpec {
  uint64_t seed = 0;
  UtcDay day;
  unsigned hour = 0;           // 0 … 23
  uint32_t row = 0;            // within its hour
  uint32_t min_samples = 720;  // elements of spot_prices
  uint32_t max_samples = 780;
  HazardSet hazards;
};

// Appends one JSON object without a newline. Requires 0 < min_samples <= max_samples, and that `out` is empty or ends
// in a newline.
void AppendArchiveRow(const ArchiveRowSpec& spec, std::string& out);

// What the sections of one row share; drawn once, before any section is written.
struct ArchiveRowFacts {
  Market market;
  HazardSet hazards;
  UtcDay day;
  unsigned hour = 0;
  bool futures = false;    // futures_raw is not null
  bool reordered = false;  // this row shows Hazard::kKeyOrder
  int64_t price = 0;       // bid at the start, in units of 10^-decimals
  int64_t added_ms = 0;    // when the two hours of sampling began
  int64_t duration_ms = 0;
  uint32_t samples = 0;
};

// The sections, each appending "key":value pairs of the record. Defined in market_sections.cc and
// sentiment_sections.cc.
void AppendSpotRaw(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json);
void AppendFuturesRaw(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json);
void AppendDerived(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json);
void AppendScores(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json);
void AppendSpotPrices(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json);
void AppendSentimentMeta(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json);
void AppendSentimentWindows(const ArchiveRowFacts& facts, RandomStream& random, JsonText& json);

}  // namespace ingot
