// The guards of a build: what must hold before it, and what a person may let pass.
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

// window_closed and inputs_complete: known before anything is read.
std::vector<CheckResult> CheckBeforeReading(const BuildRequest& request, const PlannedInputs& inputs, UtcInstant now);

// The refused ones as one error of kind kCheckFailed; nothing when none is refused.
std::optional<Error> RefusalOf(const std::vector<CheckResult>& checks, const DatasetSpec& dataset);

// One record for each overridden check.
std::vector<OverrideRecord> OverridesOf(const std::vector<CheckResult>& checks, const BuildRequest& request);

}  // namespace ingot
