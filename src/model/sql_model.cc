#include "model/sql_model.h"

namespace ingot {

std::string_view PeriodName(Period period) {
  switch (period) {
    case Period::kDay:
      return "day";
    case Period::kWeek:
      return "week";
    case Period::kMonth:
      return "month";
    case Period::kYear:
      break;
  }
  return "year";
}

UtcDay PeriodStart(Period period, UtcDay day) {
  switch (period) {
    case Period::kDay:
      return day;
    case Period::kWeek: {
      // 1970-01-01 was a Thursday.
      const int32_t since_monday = ((day.days + 3) % 7 + 7) % 7;
      return day - since_monday;
    }
    case Period::kMonth:
    case Period::kYear:
      break;
  }
  const CivilDate date = ToCivil(day);
  return *FromCivil(date.year, period == Period::kYear ? 1 : date.month, 1);
}

}  // namespace ingot
