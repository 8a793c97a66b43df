// Which days a command is about.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc.h"

namespace ingot {

class Settings;

// "2026-01-15", "today", "yesterday". Errors: kUsage, quoting the text.
Result<UtcDay> ParseDayWord(std::string_view text, UtcDay today);

// "7d", "2w": whole days. Errors: kUsage.
Result<int32_t> ParseDayCount(std::string_view text);

struct DaySelection {
  std::vector<UtcDay> days;  // ascending, each once, not empty
  bool chosen = false;       // false: nobody chose, so it is yesterday
};

struct SpanSelection {
  std::vector<UtcDay> end_days;  // ascending, each once, not empty
  int32_t length = 1;            // days of each span
  bool chosen = false;           // false: nobody chose, so it ends yesterday
};

// --end-day or --previous-week, with --days; `length` is the dataset's own. Errors: kUsage, also for options that
// choose single days.
Result<SpanSelection> SelectSpans(const Settings& settings, UtcDay today, std::optional<int32_t> length);

// --date, or --from and --to (half-open; --to alone is refused, --from alone reaches to yesterday), or --last, or the
// days of the spans that --end-day with --days and --previous-week choose. Where one place (a flag, say) chooses days,
// weaker places (the environment, the project) are not asked. Errors: kUsage for contradictions and empty ranges.
Result<DaySelection> SelectDays(const Settings& settings, UtcDay today);

}  // namespace ingot
