#include "source/synthetic/hazards.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace ingot {
namespace {

constexpr std::array kHazards = {
    HazardInfo{Hazard::kLateRows, "late-rows", false, "rows of the first hours are stamped on the day before"},
    HazardInfo{Hazard::kNullFuturesDay, "null-futures-day", false, "futures_raw is null in the whole day"},
    HazardInfo{Hazard::kMixedIntFloat, "mixed-int-float", false, "whole and fractional numbers in one field"},
    HazardInfo{Hazard::kNullFields, "null-fields", false, "fields that are always null"},
    HazardInfo{Hazard::kEmptyObjects, "empty-objects", false, "{} in one row, fields in another"},
    HazardInfo{Hazard::kTwoShapes, "two-shapes", false, "one struct with 6 keys or with 8"},
    HazardInfo{Hazard::kOptionalFlags, "optional-flags", false, "7 to 10 booleans in flags"},
    HazardInfo{Hazard::kNewField, "new-field", false, "a field that appears at noon"},
    HazardInfo{Hazard::kNonAsciiKeys, "non-ascii-keys", false, "keys of the counters are not all ASCII"},
    HazardInfo{Hazard::kEscapedText, "escaped-text", false, "odd hours escape what is not ASCII"},
    HazardInfo{Hazard::kUrlKeys, "url-keys", false, "keys that are URLs"},
    HazardInfo{Hazard::kMixedTimestamps, "mixed-timestamps", false, "two styles of timestamps in one field"},
    HazardInfo{Hazard::kKeyOrder, "key-order", false, "some rows have their keys in another order"},
    HazardInfo{Hazard::kGzipMembers, "gzip-members", false, "files of several gzip members"},
    HazardInfo{Hazard::kBlankLines, "blank-lines", false, "empty lines between rows"},
    HazardInfo{Hazard::kBadLines, "bad-lines", true, "hour 06 has lines that are not rows"},
    HazardInfo{Hazard::kTruncatedHour, "truncated-hour", true, "hour 09 is truncated"},
    HazardInfo{Hazard::kBadCrc, "bad-crc", true, "hour 13 has a wrong checksum"},
    HazardInfo{Hazard::kMissingHour, "missing-hour", true, "hour 17 is not there"},
};

// Cut short, not an object, not JSON, the same key twice, a number that no type holds.
constexpr std::array<std::string_view, 5> kBadLines = {
    R"({"symbol":"CUTUSDT","snapshot_ts":"2026-01-15T06:1)",
    R"([1,2,3])",
    R"(not json at all)",
    R"({"symbol":"TWICEUSDT","symbol":"TWICEUSDT"})",
    R"({"symbol":"HUGEUSDT","spot_raw":{"mid":1e999}})",
};

// The hazard whose name shares the longest beginning with `name`: typing errors are mostly in the later part.
std::string_view NearestName(std::string_view name) {
  std::string_view best;
  size_t best_shared = 0;
  for (const HazardInfo& info : kHazards) {
    size_t shared = 0;
    while (shared < name.size() && shared < info.name.size() && name[shared] == info.name[shared]) {
      ++shared;
    }
    if (shared > best_shared) {
      best_shared = shared;
      best = info.name;
    }
  }
  return best_shared >= 3 ? best : std::string_view();
}

Error UnknownHazard(std::string_view name) {
  std::string names = "all, none";
  for (const HazardInfo& info : kHazards) {
    names += fmt::format(", {}", info.name);
  }
  const std::string_view nearest = NearestName(name);
  return Error(ErrorKind::kUsage,
               nearest.empty() ? fmt::format("unknown hazard '{}'", name)
                               : fmt::format("unknown hazard '{}'; did you mean '{}'?", name, nearest),
               fmt::format("choose from: {}", names));
}

}  // namespace

std::span<const HazardInfo> Hazards() { return kHazards; }

std::span<const std::string_view> BadLines() { return kBadLines; }

HazardSet HazardSet::All() {
  HazardSet set;
  for (const HazardInfo& info : kHazards) {
    if (!info.destructive) {
      set.Add(info.hazard);
    }
  }
  set.futures_every_third_day_ = true;
  return set;
}

Result<HazardSet> HazardSet::Parse(std::string_view text) {
  HazardSet set;
  bool null_futures_named = false;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    if (name == "none") {
      continue;
    }
    if (name == "all") {
      set.bits_ |= All().bits_;
      set.futures_every_third_day_ = true;
      continue;
    }
    const HazardInfo* found = nullptr;
    for (const HazardInfo& info : kHazards) {
      found = info.name == name ? &info : found;
    }
    if (found == nullptr) {
      return UnknownHazard(name);
    }
    set.Add(found->hazard);
    null_futures_named = null_futures_named || found->hazard == Hazard::kNullFuturesDay;
  }
  set.futures_every_third_day_ = set.futures_every_third_day_ && !null_futures_named;
  return set;
}

bool HazardSet::Strikes(Hazard hazard, UtcDay day) const {
  if (hazard == Hazard::kNullFuturesDay && futures_every_third_day_ && day.days % 3 != 0) {
    return false;
  }
  return Has(hazard);
}

}  // namespace ingot
