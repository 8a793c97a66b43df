// Rows of plain product events as JSON lines: no nesting, about 218 bytes each. A shape for benchmarks, where readers
// that cannot take nested records can be compared.
#pragma once

#include <cstdint>
#include <string>

#include "base/utc.h"

namespace ingot {

struct FlatRowSpec {
  uint64_t seed = 0;
  UtcDay day;
  unsigned hour = 0;
  uint32_t rows = 1;  // of the hour: `event_time` rises evenly through it
};

// Appends row number `row` of its hour, without a newline:
// {"event_time":"2026-01-15T00:00:00.123456Z","user_id":…,"team_id":…,"event_name":"…","value":…,"properties":"{…}"}
// `properties` is JSON inside a string, so that it is full of escapes. Requires row < spec.rows.
void AppendFlatRow(const FlatRowSpec& spec, uint32_t row, std::string& out);

}  // namespace ingot
