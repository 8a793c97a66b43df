#include "request/dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "base/size.h"
#include "request/settings.h"

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
  const Setting* end_day = nullptr;
  const Setting* previous_week = nullptr;
};

DaySettings StrongestOf(const Settings& settings) {
  DaySettings days{settings.Find(OptionId::kDate),
                   settings.Find(OptionId::kFrom),
                   settings.Find(OptionId::kTo),
                   settings.Find(OptionId::kLast),
                   settings.Find(OptionId::kEndDay),
                   settings.Flag(OptionId::kPreviousWeek) ? settings.Find(OptionId::kPreviousWeek) : nullptr};
  SettingOrigin strongest = SettingOrigin::kProject;
  for (const Setting* setting : {days.date, days.from, days.to, days.last, days.end_day, days.previous_week}) {
    strongest = setting == nullptr ? strongest : std::max(strongest, setting->origin);
  }
  for (const Setting** setting : {&days.date, &days.from, &days.to, &days.last, &days.end_day, &days.previous_week}) {
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

// Year, month and day in this order, written otherwise: 2026-1-5, 2026/01/05, 20260105.
std::optional<UtcDay> DayInAnotherForm(std::string_view text) {
  std::array<unsigned, 3> parts{};
  if (text.size() == 8 && text.find_first_not_of("0123456789") == std::string_view::npos) {
    for (size_t i = 0; i < text.size(); ++i) {
      unsigned& part = parts.at(i < 4 ? 0 : i < 6 ? 1 : 2);
      part = part * 10 + static_cast<unsigned>(text[i] - '0');
    }
  } else {
    size_t part = 0;
    for (const char c : text) {
      if (c >= '0' && c <= '9' && parts.at(part) < 1'000) {
        parts.at(part) = parts.at(part) * 10 + static_cast<unsigned>(c - '0');
      } else if ((c == '-' || c == '/' || c == '.' || c == '_') && part < 2) {
        ++part;
      } else {
        return std::nullopt;
      }
    }
  }
  const Result<UtcDay> day = FromCivil(static_cast<int>(parts[0]), parts[1], parts[2]);
  return day && parts[0] >= 1'000 ? std::optional(*day) : std::nullopt;
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
  if (day) {
    return day;
  }
  if (const std::optional<UtcDay> meant = DayInAnotherForm(text)) {
    const std::string written = FormatUtcDay(*meant);
    return Error(ErrorKind::kUsage,
                 fmt::format("'{}' is not a day such as 2026-01-15; did you mean {}?", text, written), written);
  }
  return text.size() == 10
             ? day
             : Error(ErrorKind::kUsage,
                     fmt::format("'{}' is not a day such as 2026-01-15, nor 'today' or 'yesterday'", text));
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

namespace {

Result<void> CheckOneWay(const DaySettings& chosen) {
  const int ways = (chosen.date != nullptr ? 1 : 0) + (chosen.from != nullptr || chosen.to != nullptr ? 1 : 0) +
                   (chosen.last != nullptr ? 1 : 0) + (chosen.end_day != nullptr ? 1 : 0) +
                   (chosen.previous_week != nullptr ? 1 : 0);
  if (ways > 1) {
    return Error(ErrorKind::kUsage, "--date, --from/--to, --last, --end-day and --previous-week exclude each other",
                 "choose the days in one way");
  }
  return {};
}

// The Sunday that ended the last whole week before `today`. 1970-01-01 was a Thursday.
UtcDay LastSunday(UtcDay today) {
  constexpr int32_t kDaysOfWeek = 7;
  constexpr int32_t kThursday = 4;  // counted from Sunday
  const int32_t weekday = ((today.days + kThursday) % kDaysOfWeek + kDaysOfWeek) % kDaysOfWeek;
  return today - (weekday == 0 ? kDaysOfWeek : weekday);
}

Result<int32_t> SpanLength(const Settings& settings, int32_t otherwise) {
  const std::optional<uint64_t> days = settings.Count(OptionId::kDays);
  if (days && (*days == 0 || *days > kMostDays)) {
    return Error(ErrorKind::kUsage, fmt::format("--days {} is not 1 to {}", *days, kMostDays));
  }
  return days ? static_cast<int32_t>(*days) : otherwise;
}

// The days that end with each of `ends`.
std::vector<UtcDay> DaysOfSpans(const std::vector<UtcDay>& ends, int32_t length) {
  std::vector<UtcDay> days;
  for (const UtcDay end : ends) {
    for (UtcDay day = end - (length - 1); day <= end; day = day + 1) {
      days.push_back(day);
    }
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

}  // namespace

Result<SpanSelection> SelectSpans(const Settings& settings, UtcDay today, std::optional<int32_t> length) {
  const DaySettings chosen = StrongestOf(settings);
  INGOT_TRY(CheckOneWay(chosen));
  if (chosen.date != nullptr || chosen.from != nullptr || chosen.to != nullptr || chosen.last != nullptr) {
    return Error(ErrorKind::kUsage, "the dataset has spans of days, not days",
                 "choose them by --end-day DAY, with --days N, or by --previous-week");
  }
  SpanSelection selection;
  selection.chosen = chosen.end_day != nullptr || chosen.previous_week != nullptr;
  if (chosen.previous_week != nullptr) {
    constexpr int32_t kWeek = 7;
    INGOT_ASSIGN(selection.length, SpanLength(settings, kWeek));
    selection.end_days = {LastSunday(today)};
    return selection;
  }
  INGOT_ASSIGN(selection.length, SpanLength(settings, length.value_or(1)));
  if (chosen.end_day != nullptr) {
    INGOT_ASSIGN(selection.end_days, ListedDays(*chosen.end_day, today));
  } else {
    selection.end_days = {today - 1};
  }
  return selection;
}

Result<DaySelection> SelectDays(const Settings& settings, UtcDay today) {
  const DaySettings chosen = StrongestOf(settings);
  INGOT_TRY(CheckOneWay(chosen));
  if (chosen.end_day != nullptr || chosen.previous_week != nullptr) {
    INGOT_ASSIGN(const SpanSelection spans, SelectSpans(settings, today, std::nullopt));
    return DaySelection{DaysOfSpans(spans.end_days, spans.length), true};
  }
  DaySelection selection;
  selection.chosen = chosen.date != nullptr || chosen.from != nullptr || chosen.to != nullptr || chosen.last != nullptr;
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
