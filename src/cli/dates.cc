#include "cli/dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "base/size.h"
#include "cli/settings.h"

namespace ingot {
namespace {

// A range longer than this is a typing mistake: a century of days.
constexpr int32_t kMostDays = 36'525;

std::vector<UtcDay> DaysBetween(UtcDay first, UtcDay end) {
  std::vector<UtcDay> days;
  for (UtcDay day = first; day < end; day = day + 1) {
    days.push_back(day);
  }
  return days;
}

Error EmptyRange(UtcDay first, UtcDay end) {
  return Error(
      ErrorKind::kUsage,
      fmt::format("the range from {} up to, not including, {} holds no day", FormatUtcDay(first), FormatUtcDay(end)),
      "--to is the day after the last one: --from 2026-01-01 --to 2026-02-01 is January");
}

// Only the settings of the strongest place that says anything about days.
struct DaySettings {
  const Setting* date = nullptr;
  const Setting* from = nullptr;
  const Setting* to = nullptr;
  const Setting* last = nullptr;
};

DaySettings StrongestOf(const Settings& settings) {
  DaySettings days{settings.Find(OptionId::kDate), settings.Find(OptionId::kFrom), settings.Find(OptionId::kTo),
                   settings.Find(OptionId::kLast)};
  SettingOrigin strongest = SettingOrigin::kProject;
  for (const Setting* setting : {days.date, days.from, days.to, days.last}) {
    strongest = setting == nullptr ? strongest : std::max(strongest, setting->origin);
  }
  for (const Setting** setting : {&days.date, &days.from, &days.to, &days.last}) {
    if (*setting != nullptr && (*setting)->origin != strongest) {
      *setting = nullptr;
    }
  }
  return days;
}

Result<std::vector<UtcDay>> ListedDays(const Setting& date, UtcDay today) {
  std::vector<UtcDay> days;
  for (const std::string& text : date.values) {
    INGOT_ASSIGN(const UtcDay day, ParseDayWord(text, today));
    days.push_back(day);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

Result<std::vector<UtcDay>> RangeOfDays(const DaySettings& chosen, UtcDay today) {
  if (chosen.from == nullptr) {
    return Error(ErrorKind::kUsage, "--to without --from: where does the range begin?");
  }
  INGOT_ASSIGN(const UtcDay first, ParseDayWord(chosen.from->values.back(), today));
  UtcDay end = today;
  if (chosen.to != nullptr) {
    INGOT_ASSIGN(end, ParseDayWord(chosen.to->values.back(), today));
  }
  if (first >= end) {
    return EmptyRange(first, end);
  }
  if (end.days - first.days > kMostDays) {
    return Error(
        ErrorKind::kUsage,
        fmt::format("the range from {} to {} holds {} days; at most {} at once", FormatUtcDay(first), FormatUtcDay(end),
                    FormatCount(static_cast<uint64_t>(end.days - first.days)), FormatCount(kMostDays)));
  }
  return DaysBetween(first, end);
}

}  // namespace

Result<UtcDay> ParseDayWord(std::string_view text, UtcDay today) {
  if (text == "today") {
    return today;
  }
  if (text == "yesterday") {
    return today - 1;
  }
  Result<UtcDay> day = ParseUtcDay(text);
  if (!day && text.size() != 10) {
    return Error(ErrorKind::kUsage,
                 fmt::format("'{}' is not a day such as 2026-01-15, nor 'today' or 'yesterday'", text));
  }
  return day;
}

Result<int32_t> ParseDayCount(std::string_view text) {
  uint64_t days_each = 1;
  if (text.ends_with('w')) {
    days_each = 7;
  } else if (!text.ends_with('d')) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is not a span of days such as 7d or 2w", text));
  }
  const Result<uint64_t> count = ParseCount(text.substr(0, text.size() - 1));
  if (!count || *count == 0 || *count > kMostDays / days_each) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is not a span of days such as 7d or 2w", text));
  }
  return static_cast<int32_t>(*count * days_each);
}

Result<DaySelection> SelectDays(const Settings& settings, UtcDay today) {
  const DaySettings chosen = StrongestOf(settings);
  const int ways = (chosen.date != nullptr ? 1 : 0) + (chosen.from != nullptr || chosen.to != nullptr ? 1 : 0) +
                   (chosen.last != nullptr ? 1 : 0);
  if (ways > 1) {
    return Error(ErrorKind::kUsage, "--date, --from/--to and --last exclude each other", "choose the days in one way");
  }
  DaySelection selection;
  selection.chosen = ways > 0;
  if (chosen.date != nullptr) {
    INGOT_ASSIGN(selection.days, ListedDays(*chosen.date, today));
  } else if (chosen.last != nullptr) {
    INGOT_ASSIGN(const int32_t count, ParseDayCount(chosen.last->values.back()));
    selection.days = DaysBetween(today - count, today);
  } else if (chosen.from != nullptr || chosen.to != nullptr) {
    INGOT_ASSIGN(selection.days, RangeOfDays(chosen, today));
  } else {
    selection.days = {today - 1};
  }
  return selection;
}

}  // namespace ingot
