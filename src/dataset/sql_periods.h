// Incremental datasets of SQL: which periods are computed anew, and how their rows join those that stay.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/utc.h"
#include "dataset/inputs.h"
#include "engine/record_stream.h"
#include "model/dataset_spec.h"
#include "model/manifest.h"
#include "model/schema.h"
#include "model/sql_model.h"

namespace ingot {

// Rows of an earlier version that stay: those of periods that did not change.
struct KeptRows {
  std::string path;          // of that version's file
  FileDigest file;           // as its manifest has it
  Schema schema;             // likewise, without ids
  std::set<UtcDay> changed;  // first days of the periods with an input that is new, changed or gone since
};

// Nothing when all rows must be computed: of a source that is not incremental, where statement or settings changed, and
// where names or keys of inputs do not say their day. `folder` holds the files of the earlier version.
std::optional<KeptRows> FindKeptRows(const DatasetSpec& dataset, const Manifest& old, const std::string& folder,
                                     const PlannedInputs& inputs);

// The period that an input belongs to. Requires: FindKeptRows gave something.
UtcDay PeriodOf(const IncrementalSpec& incremental, const PlannedInput& input);

// Rows of a stream that is ordered by its period, run by run.
class PeriodRows {
 public:
  struct Run {
    const ArrowArray* array = nullptr;
    int64_t first = 0;
    int64_t rows = 0;
    UtcDay period;
  };

  // Errors: kConfig when the stream has no such column, or it is neither a date nor a timestamp.
  static Result<PeriodRows> Open(const IncrementalSpec& incremental, std::unique_ptr<RecordStream> stream,
                                 const ArrowSchema& schema);

  // The next rows of one period, valid until the next call; nothing at the end. Errors: those of the stream; kConfig
  // where the rows are not ordered, or a value is null or not the first day of a period.
  Result<std::optional<Run>> Next();

 private:
  PeriodRows() = default;
  Result<UtcDay> PeriodAt(int64_t row) const;

  IncrementalSpec incremental_;
  std::unique_ptr<RecordStream> stream_;
  size_t column_ = 0;
  bool is_date_ = true;
  int64_t counts_per_day_ = 1;  // of a timestamp
  OwnedArrowArray batch_;
  int64_t next_ = 0;
  std::optional<UtcDay> last_;
};

}  // namespace ingot
