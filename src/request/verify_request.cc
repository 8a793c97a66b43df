#include "request/verify_request.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "dataset/partition_place.h"
#include "pipeline/run.h"
#include "request/partition_choice.h"

namespace ingot {
namespace {

Result<VerifyLevel> LevelOf(const Settings& settings) {
  const bool quick = settings.Flag(OptionId::kQuick);
  const bool deep = settings.Flag(OptionId::kDeep);
  if (quick && deep) {
    return Error(ErrorKind::kUsage, "--quick and --deep exclude each other", "choose one of them");
  }
  return quick ? VerifyLevel::kQuick : deep ? VerifyLevel::kDeep : VerifyLevel::kDefault;
}

bool NamesPath(const RequestScope& scope, const std::string& argument) {
  if (scope.workspace != nullptr) {
    const Result<PartitionReference> reference = ParsePartitionReference(argument);
    if (reference && scope.workspace->project().Find(reference->dataset) != nullptr) {
      return false;
    }
  }
  return argument.find('/') != std::string::npos || ::access(argument.c_str(), F_OK) == 0;
}

Result<void> AddDataset(const RequestScope& scope, std::string_view reference, VerifyLevel level,
                        std::vector<VerifySubject>& subjects) {
  if (scope.workspace == nullptr) {
    return Error(ErrorKind::kConfig,
                 reference.empty() ? std::string("there is no project here, and no path was named")
                                   : fmt::format("there is no project here, and no path '{}'", reference),
                 "name the folder of a partition, or a project: -p DIR");
  }
  INGOT_ASSIGN(const PartitionChoice choice, ChoosePartitions(scope, reference, WithoutChoice::kYesterday));
  for (const PartitionKey& key : choice.keys) {
    INGOT_ASSIGN(const PartitionPlace place, FindPlace(*choice.dataset, {}, key));
    subjects.push_back({SubjectOf(*choice.dataset, key), {place.manifest_path(), level, choice.dataset, key}});
  }
  return {};
}

}  // namespace

Result<std::vector<VerifySubject>> VerifySubjects(const RequestScope& scope, std::span<const std::string> arguments) {
  INGOT_ASSIGN(const VerifyLevel level, LevelOf(scope.settings));
  std::vector<VerifySubject> subjects;
  for (const std::string& argument : arguments) {
    if (NamesPath(scope, argument)) {
      // Nothing there is a verification that fails, not a source that is missing: the report says so.
      Result<std::string> manifest = FindManifest(argument);
      subjects.push_back({argument, {manifest ? *std::move(manifest) : argument, level, nullptr, std::nullopt}});
    } else {
      INGOT_TRY(AddDataset(scope, argument, level, subjects));
    }
  }
  if (arguments.empty()) {
    INGOT_TRY(AddDataset(scope, "", level, subjects));
  }
  return subjects;
}

Error VerifyFailure(const VerifySubject& subject, const VerifyReport& report) {
  std::string message = "verification failed";
  for (const VerifyFinding& finding : report.errors) {
    message += fmt::format("\n{}: {}", finding.check, finding.message);
  }
  std::string advice;
  if (subject.request.dataset != nullptr && !report.is_damaged()) {
    advice = fmt::format("the bytes are those that were written: look at the inputs, or at [dataset.{}.verify]",
                         subject.request.dataset->name);
  } else if (subject.request.dataset != nullptr) {
    advice = fmt::format("ingot run {}{}", subject.name, report.is_built ? " --force" : "");
  } else {
    advice = report.is_built ? "bring a whole copy, or rebuild the partition with `ingot run --force`"
                             : "name the folder of a partition, its Parquet file or its manifest";
  }
  return Error(ErrorKind::kCorrupt, std::move(message), std::move(advice)).In(subject.name);
}

}  // namespace ingot
