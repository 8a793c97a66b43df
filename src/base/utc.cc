#include "base/utc.h"

#include <fmt/format.h>

#include <chrono>

namespace ingot {
namespace {

// Reads exactly `digits` decimal digits at `position`; -1 when they are not there.
int ReadDigits(std::string_view text, size_t position, size_t digits) {
  if (position + digits > text.size()) {
    return -1;
  }
  int value = 0;
  for (size_t i = position; i < position + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool HasAt(std::string_view text, size_t position, char expected) {
  return position < text.size() && text[position] == expected;
}

Error BadInstant(std::string_view text) {
  return Error(ErrorKind::kInvalidData, fmt::format("'{}' is not an instant such as 2026-01-15T00:05:09Z", text));
}

// "Z", "+hh:mm", "+hhmm" or "+hh" up to the end of the text, as seconds east of UTC.
Result<int64_t> ParseOffset(std::string_view text, size_t position) {
  if (position + 1 == text.size() && (text[position] == 'Z' || text[position] == 'z')) {
    return int64_t{0};
  }
  const bool signed_offset = HasAt(text, position, '+') || HasAt(text, position, '-');
  const int hours = ReadDigits(text, position + 1, 2);
  const size_t after_hours = position + 3;
  const size_t minutes_at = after_hours + (HasAt(text, after_hours, ':') ? 1 : 0);
  const int minutes = after_hours == text.size() ? 0 : ReadDigits(text, minutes_at, 2);
  const bool ends = after_hours == text.size() || minutes_at + 2 == text.size();
  if (!signed_offset || !ends || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
    return BadInstant(text);
  }
  const int64_t seconds = int64_t{hours} * 3600 + int64_t{minutes} * 60;
  return text[position] == '-' ? -seconds : seconds;
}

}  // namespace

CivilDate ToCivil(UtcDay day) {
  const std::chrono::year_month_day civil{std::chrono::sys_days{std::chrono::days{day.days}}};
  return {int{civil.year()}, unsigned{civil.month()}, unsigned{civil.day()}};
}

Result<UtcDay> FromCivil(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day civil{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (year < 1 || year > 9999 || !civil.ok()) {
    return Error(ErrorKind::kUsage, fmt::format("{:04}-{:02}-{:02} is not a day of the calendar", year, month, day));
  }
  return UtcDay{static_cast<int32_t>(std::chrono::sys_days{civil}.time_since_epoch().count())};
}

UtcDay UtcInstant::day() const {
  constexpr int64_t kSecondsPerDay = 86'400;
  int64_t days = seconds / kSecondsPerDay;
  if (seconds % kSecondsPerDay < 0) {
    --days;
  }
  return {static_cast<int32_t>(days)};
}

UtcInstant StartOf(UtcDay day) { return {int64_t{day.days} * 86'400, 0}; }

Result<UtcDay> ParseUtcDay(std::string_view text) {
  const int year = ReadDigits(text, 0, 4);
  const int month = ReadDigits(text, 5, 2);
  const int day = ReadDigits(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || year < 0 || month < 0 || day < 0) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is not a day such as 2026-01-15", text));
  }
  return FromCivil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
}

std::string FormatUtcDay(UtcDay day) {
  const CivilDate civil = ToCivil(day);
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

Result<UtcInstant> ParseUtcInstant(std::string_view text) {
  const auto day = ParseUtcDay(text.substr(0, 10));
  const int hour = ReadDigits(text, 11, 2);
  const int minute = ReadDigits(text, 14, 2);
  const int second = ReadDigits(text, 17, 2);
  const bool separated = (HasAt(text, 10, 'T') || HasAt(text, 10, 't') || HasAt(text, 10, ' ')) &&
                         HasAt(text, 13, ':') && HasAt(text, 16, ':');
  if (!day || !separated || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return BadInstant(text);
  }
  UtcInstant instant = StartOf(*day);
  instant.seconds += int64_t{hour} * 3600 + int64_t{minute} * 60 + second;
  size_t position = 19;
  if (HasAt(text, position, '.')) {
    const size_t first = ++position;
    for (int32_t unit = 100'000'000; ReadDigits(text, position, 1) >= 0; ++position, unit /= 10) {
      instant.nanos += ReadDigits(text, position, 1) * unit;
    }
    if (position == first || position > first + 9) {
      return BadInstant(text);
    }
  }
  INGOT_ASSIGN(const int64_t offset, ParseOffset(text, position));
  instant.seconds -= offset;
  return instant;
}

std::string FormatUtcInstant(UtcInstant instant) {
  const UtcDay day = instant.day();
  const int64_t second = instant.seconds - StartOf(day).seconds;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:06}+00:00", FormatUtcDay(day), second / 3600, second / 60 % 60,
                     second % 60, instant.nanos / 1000);
}

UtcInstant SystemClock::Now() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  return {seconds.count(),
          static_cast<int32_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now - seconds).count())};
}

}  // namespace ingot
