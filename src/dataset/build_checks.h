// The guards of a build: what must hold before and after reading, and what a person may override.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "dataset/build.h"

namespace ingot {

inline constexpr std::string_view kWindowClosedCheck = "window_closed";
inline constexpr std::string_view kInputsCompleteCheck = "inputs_complete";
inline constexpr std::string_view kInputsWholeCheck = "inputs_whole";
inline constexpr std::string_view kRowsMatchCheck = "rows_match";
inline constexpr std::string_view kRejectsCheck = "rejects";
inline constexpr std::string_view kSchemaCheck = "schema";
inline constexpr std::string_view kSlotFreeCheck = "slot_free";
inline constexpr std::string_view kMinRowsCheck = "min_rows";
inline constexpr std::string_view kMaxShrinkCheck = "max_shrink";
inline constexpr std::string_view kUsualRowsCheck = "usual_rows";

// window_closed and inputs_complete: known before anything is read.
std::vector<CheckResult> CheckBeforeReading(const BuildRequest& request, const PlannedInputs& inputs, UtcInstant now);

// What the rows of a partition are judged by, besides its own settings.
struct RowHistory {
  std::optional<uint64_t> replaced;  // rows of the version that is replaced
  std::optional<uint64_t> usual;     // median of the partitions before this one
};

// Medians of fewer partitions say nothing; partitions further back than the last say little.
inline constexpr size_t kFewestForMedian = 3;
inline constexpr size_t kMostForMedian = 7;

// Reads manifests of the dataset's store. What cannot be read has no say.
RowHistory FindRowHistory(const DatasetSpec& dataset, const PartitionKey& key, const Manifest* old);

// min_rows, max_shrink and usual_rows: a good partition must not be replaced by next to nothing. Details of checks that
// passed do not tell the history: a rebuild must give the same content.
std::vector<CheckResult> CheckRowCount(const BuildRequest& request, uint64_t rows, const RowHistory& history);

// The same where the rows are not known yet: what they will be judged by.
std::vector<CheckResult> AnnounceRowChecks(const BuildRequest& request, const RowHistory& history);

// Asks for the reason of what is overridden, if there is anybody to ask and none was given.
Result<void> AskReason(const std::vector<CheckResult>& checks, BuildOverrides* overrides);

// The refused ones as one error of kind kCheckFailed; nothing when none is refused.
std::optional<Error> RefusalOf(const std::vector<CheckResult>& checks, const DatasetSpec& dataset);

// One record for each overridden check.
std::vector<OverrideRecord> OverridesOf(const std::vector<CheckResult>& checks, const BuildRequest& request);

}  // namespace ingot
