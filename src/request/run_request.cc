#include "request/run_request.h"

#include <utility>

#include "request/partition_choice.h"

namespace ingot {

Result<RunRequest> MakeRunRequest(const RequestScope& scope, std::string_view reference, std::string run_id) {
  const Settings& settings = scope.settings;
  if (settings.Flag(OptionId::kPublish)) {
    return Error(ErrorKind::kUnsupported, "publishing to a remote store is not offered yet; nothing was built",
                 "run again without " + settings.Find(OptionId::kPublish)->source);
  }
  RunRequest request;
  INGOT_ASSIGN(PartitionChoice choice, ChoosePartitions(scope, reference, WithoutChoice::kYesterday));
  request.dataset = choice.dataset;
  request.keys = std::move(choice.keys);
  request.locked = settings.Flag(OptionId::kLocked);
  request.force = settings.Flag(OptionId::kForce);
  request.overrides.allow_incomplete = settings.Flag(OptionId::kAllowIncomplete);
  request.overrides.allow_drift = settings.Flag(OptionId::kAllowDrift);
  request.overrides.allow_empty = settings.Flag(OptionId::kAllowEmpty);
  request.overrides.allow_shrink = settings.Flag(OptionId::kAllowShrink);
  request.overrides.replace_foreign = settings.Flag(OptionId::kReplaceForeign);
  request.overrides.reason = settings.Text(OptionId::kReason);
  request.overrides.min_inputs = settings.Count(OptionId::kMinInputs);
  request.overrides.max_rejects = settings.Count(OptionId::kMaxRejects);
  request.run_id = std::move(run_id);
  return request;
}

}  // namespace ingot
