// Days that a query asks for by its conditions and that have no partition.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/utc.h"
#include "model/partition_key.h"

namespace ingot {

// The conditions of a statement are no ranges that could be read off; they are tried on days. So days that do not exist
// are offered beside those that do: those between them, some on either side, and some so far away that only a
// condition without an end there takes them, as `date >= '2026-01-01'` does.
class AskedDays {
 public:
  // No days are offered.
  AskedDays() = default;
  // `keys` are those of a daily dataset, ascending and at least one. A day that is not over at `now` is not missing.
  AskedDays(const std::vector<PartitionKey>& keys, UtcInstant now);

  // What is to be tried, in the order of their offers.
  std::vector<FieldValues> Offers() const;
  // `chosen` are ascending indices of offers. Days before the first partition and after the last one are missing where
  // the conditions have an end on both sides.
  std::vector<UtcDay> Missing(const std::vector<size_t>& chosen) const;

 private:
  enum class Where { kInside, kOutside, kFar };
  struct Offer {
    UtcDay day;
    Where where;
  };
  std::vector<Offer> offers_;
};

// "2026-01-14, 2026-01-16 and 3 more"; nothing when there are none.
std::optional<std::string> DescribeMissingDays(const std::vector<UtcDay>& days);

}  // namespace ingot
