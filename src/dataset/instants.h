// Columns whose values are judged as instants: by `event_time`, and by the manifest fields min_instant and max_instant.
//
// A value that is no instant is never taken for a good one: it is counted, shown, and warned of.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "format/parquet/file_reader.h"
#include "model/column_path.h"
#include "model/dataset_spec.h"
#include "model/lock_file.h"
#include "model/manifest.h"

namespace ingot {

inline constexpr std::string_view kInstantsCheck = "instants";

// What ParseUtcInstant reads, for messages.
inline constexpr std::string_view kInstantForms =
    "an instant is written as 2026-01-15T00:05:09Z, with T or a space, 0 to 9 digits of a fraction, and always with "
    "its "
    "offset from UTC: Z, +00:00, +0000 or +00";

// Whether the values of a column of this type can be judged as instants: those of timestamps and dates, texts, and a
// column that has shown no value yet.
bool HoldsInstants(const DataType& type);

// What is known before anything is read. Errors: kConfig where such a column is declared or locked with a type that
// holds no instants. `locked` may be null.
Result<void> CheckInstantTypes(const DatasetSpec& dataset, const LockedSchema* locked);

// What the values of one column are as instants. Nulls are no values.
struct InstantFacts {
  uint64_t values = 0;
  uint64_t unreadable = 0;
  std::string first_unreadable;  // at most 64 bytes of it
  // The earliest and the latest, as they are in the data; empty when there is none.
  std::string min;
  std::string max;
  LateRows late;  // of values outside the window; nothing without one
};

// The columns of one finished file, each read once.
class InstantColumns {
 public:
  // `reader` outlives this.
  InstantColumns(const ParquetFileReader& reader, std::optional<UtcWindow> window) : reader_(reader), window_(window) {}

  // Valid as long as this. Errors: kConfig when there is no such column; kCheckFailed where its type holds no instants;
  // those of reading.
  Result<const InstantFacts*> Of(const ColumnPathPattern& column);

  // The verdict over all columns that were asked for; nothing when none was.
  std::optional<CheckResult> Check() const;

 private:
  const ParquetFileReader& reader_;
  std::optional<UtcWindow> window_;
  std::map<std::string, InstantFacts> facts_;
};

}  // namespace ingot
