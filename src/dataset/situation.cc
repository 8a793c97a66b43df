#include "dataset/situation.h"

#include <fmt/format.h>

#include <limits>
#include <set>
#include <string>
#include <utility>

#include "base/file.h"
#include "commit/local_root.h"
#include "dataset/build_checks.h"
#include "dataset/build_manifest.h"

namespace ingot {
namespace {

// Which checks an older build had to be let pass, against those of now: a partition is not up to date when it could
// lose an override.
bool SameOverrides(const Manifest& old, const std::vector<CheckResult>& checks) {
  std::set<std::string> then;
  for (const OverrideRecord& record : old.overrides) {
    if (record.check == kWindowClosedCheck || record.check == kInputsCompleteCheck) {
      then.insert(record.check);
    }
  }
  std::set<std::string> now;
  for (const CheckResult& check : checks) {
    if (check.verdict == Verdict::kOverridden || check.verdict == Verdict::kRefused) {
      now.insert(check.name);
    }
  }
  return then == now;
}

// Why the manifest does not describe what a build would give now; empty when it does.
Result<std::string> WhyStale(const Manifest& old, const DatasetSpec& dataset, const PartitionPlace& place,
                             const PlannedInputs& inputs, const std::vector<CheckResult>& checks,
                             InputComparison comparison) {
  const auto settings = old.extra.find(kSettingsField);
  if (settings == old.extra.end() || settings->second != JsonValue(SettingsDigest(dataset))) {
    return std::string(dataset.source.kind == SourceKind::kSql ? "the statement or settings in ingot.toml changed"
                                                               : "settings in ingot.toml changed");
  }
  if (!SameOverrides(old, checks)) {
    return std::string("checks that were overridden have another verdict now");
  }
  size_t next = 0;
  for (const PlannedInput& input : inputs.files) {
    if (!input.present) {
      continue;
    }
    if (next == old.inputs.size() || old.inputs[next].path != input.path) {
      return fmt::format("input {} is new", input.path);
    }
    const ManifestInput& before = old.inputs[next++];
    if (!input.content_id.empty()) {
      if (before.content_id != input.content_id) {
        return fmt::format("input {} changed", input.name);
      }
      continue;
    }
    if (before.bytes != input.bytes || (!input.sha256.empty() && before.sha256 != input.sha256)) {
      return fmt::format("input {} changed", input.path);
    }
    if (!input.sha256.empty()) {
      continue;
    }
    if (comparison == InputComparison::kSha256) {
      INGOT_ASSIGN(const FileDigest digest, DigestFile(input.full_path));
      if (digest.sha256 != before.sha256) {
        return fmt::format("input {} changed", input.path);
      }
    }
  }
  if (next != old.inputs.size()) {
    return fmt::format("input {} is gone", old.inputs[next].path);
  }
  for (const ManifestFile& file : old.files) {
    const std::string name = place.NameOf(file.path);
    const std::string path = place.folder_use == FolderUse::kOwn ? place.slot + "/" + name : name;
    auto digest = comparison == InputComparison::kSha256 ? DigestFile(place.root + "/" + path)
                                                         : Result<FileDigest>(FileDigest{file.bytes, file.sha256});
    if (!digest || digest->bytes != file.bytes || digest->sha256 != file.sha256) {
      return fmt::format("file {} is not what its manifest says", file.path);
    }
  }
  return std::string();
}

// Whether the partition has rejects that this call would not let pass. What was overridden once stays good for calls
// that say nothing of it.
bool HasTooManyRejects(const Manifest& old, const BuildRequest& request) {
  const bool is_listing = request.dataset->source.kind == SourceKind::kListing;
  const uint64_t bound = is_listing ? request.dataset->source.max_rejects : std::numeric_limits<uint64_t>::max();
  return old.rejects.rows > request.overrides.max_rejects.value_or(bound);
}

// A file in the place of a partition that no manifest names was made by somebody else, and is all that they may have.
Result<std::optional<CheckResult>> CheckSlotFree(const BuildRequest& request, const PartitionPlace& place) {
  auto root = LocalRoot::Open(place.root, {.missing = MissingRoot::kRefuse, .features = {}, .observer = {}});
  if (!root) {
    return root.error().kind() == ErrorKind::kNotFound ? std::optional<CheckResult>()
                                                       : Result<std::optional<CheckResult>>(root.error());
  }
  INGOT_ASSIGN(const auto found, root->tree().Status(place.primary));
  if (!found) {
    return std::optional<CheckResult>();
  }
  return std::optional(
      CheckResult{std::string(kSlotFreeCheck),
                  request.overrides.replace_foreign ? Verdict::kOverridden : Verdict::kRefused,
                  fmt::format("'{}' exists, but there is no manifest of it at '{}': Ingot did not write it",
                              place.primary_path(), place.manifest_path()),
                  {}});
}

}  // namespace

Result<Situation> Assess(const BuildRequest& request, const BuildContext& context, PlannedInputs inputs,
                         InputComparison comparison) {
  Situation situation;
  INGOT_ASSIGN(situation.place, FindPlace(*request.dataset, request.project_folder, request.key));
  situation.inputs = std::move(inputs);
  situation.checks = CheckBeforeReading(request, situation.inputs, context.clock->Now());
  auto old = ReadManifest(situation.place);
  situation.has_manifest = !old || old->has_value();
  if (!old) {
    situation.action = BuildAction::kRebuild;
    situation.reason = fmt::format("its manifest cannot be used: {}", old.error().message());
  } else if (!*old) {
    situation.reason = "no manifest yet";
    INGOT_ASSIGN(auto foreign, CheckSlotFree(request, situation.place));
    if (foreign) {
      situation.replaces_foreign = foreign->verdict == Verdict::kOverridden;
      situation.checks.push_back(*std::move(foreign));
    }
  } else {
    situation.old = **std::move(old);
    if (situation.old->dataset != request.dataset->name || !(situation.old->key == request.key)) {
      return Error(ErrorKind::kAlreadyExists,
                   fmt::format("'{}' holds partition {} of dataset {}", situation.place.slot,
                               situation.old->key.ToString(), situation.old->dataset),
                   "give the dataset a path of its own, or move what is there");
    }
    situation.action = BuildAction::kRebuild;
    if (request.force) {
      situation.reason = "asked for with --force";
    } else {
      INGOT_ASSIGN(situation.reason, WhyStale(*situation.old, *request.dataset, situation.place, situation.inputs,
                                              situation.checks, comparison));
      if (situation.reason.empty() && HasTooManyRejects(*situation.old, request)) {
        situation.reason = fmt::format("it has {} rejects, more than the maximum now", situation.old->rejects.rows);
      }
      if (situation.reason.empty()) {
        situation.action = BuildAction::kUpToDate;
        situation.reason = "inputs and settings unchanged";
      }
    }
  }
  const std::optional<Error> refusal = RefusalOf(situation.checks, *request.dataset);
  if (refusal && situation.action != BuildAction::kUpToDate) {
    situation.action = BuildAction::kRefuse;
    situation.reason = refusal->message();
  }
  return situation;
}

}  // namespace ingot
