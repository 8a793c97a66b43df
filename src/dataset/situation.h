// What stands in a partition's place before a build, and what is to be done.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/build.h"
#include "dataset/build_context.h"
#include "dataset/inputs.h"
#include "dataset/partition_place.h"
#include "model/manifest.h"

namespace ingot {

// How inputs and files are compared with the manifest. A plan has no time to read them.
enum class InputComparison { kSize, kSha256 };

// An unreadable manifest is a reason to build, not an error.
struct Situation {
  PartitionPlace place;
  PlannedInputs inputs;
  std::vector<CheckResult> checks;
  std::optional<Manifest> old;
  bool has_manifest = false;      // readable or not
  bool replaces_foreign = false;  // the primary file is somebody else's, and may be replaced
  BuildAction action = BuildAction::kBuild;
  std::string reason;
};

// Writes nothing. Errors: kAlreadyExists when the place holds another partition; those of reading inputs.
Result<Situation> Assess(const BuildRequest& request, const BuildContext& context, PlannedInputs inputs,
                         InputComparison comparison);

}  // namespace ingot
