// What makes real archives hard to read, each by its name. The generator shows every one on demand, so that tests and
// demonstrations need no real data.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/utc.h"

namespace ingot {

enum class Hazard : uint8_t {
  // Legitimate: a build takes them without any override.
  kLateRows,         // rows are stamped when their two hours began: those of the first hours lie on the day before
  kNullFuturesDay,   // `futures_raw` is null in the whole day
  kMixedIntFloat,    // `followers_count_median` is 12 in one row and 12.5 in another
  kNullFields,       // `diag.warning` and `twitter_sentiment_meta.model_error` are null in every row
  kEmptyObjects,     // `media_stats` is {} in one row and has its fields in another
  kTwoShapes,        // `sentiment_stats` has 6 keys or 8
  kOptionalFlags,    // `flags` has 7 to 10 booleans
  kNewField,         // `diag.cache_hits` appears at noon
  kNonAsciiKeys,     // keys of the counters are not all ASCII
  kEscapedText,      // odd hours write them as \uXXXX with surrogate pairs, even hours as UTF-8
  kUrlKeys,          // keys such as "https://news.site/a?b=c" beside plain domains
  kMixedTimestamps,  // `meta.added_ts` changes between two styles from row to row
  kKeyOrder,         // one row in 64 has its keys in another order, at the top and in `spot_prices`
  kGzipMembers,      // a file is several gzip members: whoever wrote it appended
  kBlankLines,       // empty lines between rows
  // Destructive: a build must refuse them or count them. Never part of `all`.
  kBadLines,       // hour 06 holds one line of each kind in `BadLines()`
  kTruncatedHour,  // hour 09 ends in the middle of its compressed data
  kBadCrc,         // hour 13 has a wrong CRC32 in its last member
  kMissingHour,    // hour 17 is not there
};

struct HazardInfo {
  Hazard hazard;
  std::string_view name;  // as in `--hazards late-rows,two-shapes`
  bool destructive;
  std::string_view description;
};

// Every hazard once, in the order of the enumeration.
std::span<const HazardInfo> Hazards();

// Hours of the destructive hazards.
inline constexpr unsigned kBadLinesHour = 6;
inline constexpr unsigned kTruncatedHourNumber = 9;
inline constexpr unsigned kBadCrcHour = 13;
inline constexpr unsigned kMissingHourNumber = 17;

// Lines that no reader may take for a row, each without its newline.
std::span<const std::string_view> BadLines();

class HazardSet {
 public:
  // All legitimate ones. `null-futures-day` then strikes every third day only (days since 1970 divisible by 3), because
  // otherwise no day would show the ten columns.
  static HazardSet All();
  // "all", "none", or names separated by commas, which may include "all": "all,bad-lines".
  // Errors: kUsage for an unknown name, with a suggestion.
  static Result<HazardSet> Parse(std::string_view text);

  void Add(Hazard hazard) { bits_ |= Bit(hazard); }
  bool Has(Hazard hazard) const { return (bits_ & Bit(hazard)) != 0; }
  // Has, but honours the days of `null-futures-day`.
  bool Strikes(Hazard hazard, UtcDay day) const;

 private:
  static uint32_t Bit(Hazard hazard) { return uint32_t{1} << static_cast<unsigned>(hazard); }

  uint32_t bits_ = 0;
  bool futures_every_third_day_ = false;
};

}  // namespace ingot
