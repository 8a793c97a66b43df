#include "pipeline/asked_days.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <variant>

namespace ingot {
namespace {

// On either side of the days that there are.
constexpr int32_t kMargin = 62;
// Days between them beyond this number are not offered: the dataset is not daily in truth.
constexpr size_t kMostGaps = 4'000;
// Far away: every month and every weekday is among them.
constexpr int32_t kFar = 9'000;
constexpr int32_t kFarStep = 37;
constexpr int32_t kFarCount = 40;
constexpr size_t kShown = 3;

UtcDay DayOf(const PartitionKey& key) { return std::get<UtcDay>(key.values.at(0).value); }

}  // namespace

AskedDays::AskedDays(const std::vector<PartitionKey>& keys, UtcInstant now) {
  std::set<UtcDay> known;
  for (const PartitionKey& key : keys) {
    known.insert(DayOf(key));
  }
  const UtcDay first = *known.begin();
  const UtcDay last = *known.rbegin();
  for (UtcDay day = first - kMargin; day <= last + kMargin && day < now.day(); day = day + 1) {
    const bool inside = first < day && day < last;
    if (!known.contains(day) && offers_.size() < kMostGaps) {
      offers_.push_back({day, inside ? Where::kInside : Where::kOutside});
    }
  }
  for (int32_t i = 0; i < kFarCount; ++i) {
    offers_.push_back({first - kFar - i * kFarStep, Where::kFar});
    offers_.push_back({last + kFar + i * kFarStep, Where::kFar});
  }
}

std::vector<FieldValues> AskedDays::Offers() const {
  std::vector<FieldValues> values;
  for (const Offer& offer : offers_) {
    values.push_back({{"date", offer.day}});
  }
  return values;
}

std::vector<UtcDay> AskedDays::Missing(const std::vector<size_t>& chosen) const {
  // A bound on one side alone is often a generous one: days outside of those that there are belong to a range with two.
  const bool endless =
      std::any_of(chosen.begin(), chosen.end(), [&](size_t i) { return offers_[i].where == Where::kFar; });
  std::vector<UtcDay> missing;
  for (const size_t i : chosen) {
    const Where where = offers_[i].where;
    if (where == Where::kInside || (where == Where::kOutside && !endless)) {
      missing.push_back(offers_[i].day);
    }
  }
  return missing;
}

std::optional<std::string> DescribeMissingDays(const std::vector<UtcDay>& days) {
  if (days.empty()) {
    return std::nullopt;
  }
  std::string text;
  for (size_t i = 0; i < std::min(days.size(), kShown); ++i) {
    text += (i == 0 ? "" : ", ") + FormatUtcDay(days[i]);
  }
  return days.size() > kShown ? fmt::format("{} and {} more", text, days.size() - kShown) : text;
}

}  // namespace ingot
