// Builds a dataset whose rows are generated: one partition of many files under one commit. Old or new, never half.
#pragma once

#include "base/result.h"
#include "dataset/build.h"

namespace ingot {

// As PlanPartition and BuildPartition, for a dataset with a synthetic source. A build that is not forced does nothing
// where the files are already what the settings ask for. Errors also: kAlreadyExists when files stand in the dataset's
// folder under the names of its own, and no manifest of it names them.
Result<BuildPlan> PlanGenerated(const BuildRequest& request, const BuildContext& context);
Result<BuildReport> BuildGenerated(const BuildRequest& request, const BuildContext& context, const LockFile& lock);

}  // namespace ingot
