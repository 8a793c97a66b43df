// UTC days, instants and half-open windows; the only way that time enters the program.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

// A calendar day in UTC, years 0001 to 9999.
struct UtcDay {
  int32_t days = 0;  // since 1970-01-01

  auto operator<=>(const UtcDay&) const = default;
  UtcDay operator+(int32_t count) const { return {days + count}; }
  UtcDay operator-(int32_t count) const { return {days - count}; }
};

struct CivilDate {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
};

CivilDate ToCivil(UtcDay day);
// Errors: kUsage for a day that the calendar does not have.
Result<UtcDay> FromCivil(int year, unsigned month, unsigned day);

// A point in time. `nanos` is 0 … 999,999,999, also before 1970.
struct UtcInstant {
  int64_t seconds = 0;  // since 1970-01-01T00:00:00Z
  int32_t nanos = 0;

  auto operator<=>(const UtcInstant&) const = default;
  UtcDay day() const;
};

UtcInstant StartOf(UtcDay day);

// start <= t < end.
struct UtcWindow {
  UtcInstant start;
  UtcInstant end;

  bool Contains(UtcInstant t) const { return start <= t && t < end; }
};

// "2026-01-15". Errors: kUsage, quoting the text.
Result<UtcDay> ParseUtcDay(std::string_view text);
std::string FormatUtcDay(UtcDay day);

// RFC 3339, as in "2026-01-15T00:05:09.123456+00:00", "…Z", 0 to 9 fraction digits, `T` or a space; the offset, also as
// "+0000" or "+00", is applied. A text without one is refused. Errors: kInvalidData, quoting the text.
Result<UtcInstant> ParseUtcInstant(std::string_view text);
// Microseconds and a numeric offset, as Python's isoformat writes them: "2026-01-16T00:05:09.123456+00:00".
std::string FormatUtcInstant(UtcInstant instant);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UtcInstant Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  UtcInstant Now() const override;
};

// For tests and for `INGOT_NOW`: stands still unless told otherwise.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(UtcInstant now) : now_(now) {}
  UtcInstant Now() const override { return now_; }
  void Set(UtcInstant now) { now_ = now; }

 private:
  UtcInstant now_;
};

}  // namespace ingot
