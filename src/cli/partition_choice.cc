#include "cli/partition_choice.h"

#include <fmt/format.h>

#include <utility>

#include "cli/dates.h"
#include "cli/settings.h"
#include "pipeline/workspace.h"

namespace ingot {
namespace {

// Days said on this command line; those of the environment and the project are defaults that a key replaces.
bool HasDayFlags(const Settings& settings) {
  for (const OptionId id : {OptionId::kDate, OptionId::kFrom, OptionId::kTo, OptionId::kLast}) {
    const Setting* setting = settings.Find(id);
    if (setting != nullptr && setting->origin == SettingOrigin::kFlag) {
      return true;
    }
  }
  return false;
}

Error NeedsKey(const DatasetSpec& dataset) {
  return Error(ErrorKind::kUsage, fmt::format("dataset {} has no partition for each day", dataset.name),
               fmt::format("name a partition: {}@{}", dataset.name, dataset.key.Shape()));
}

}  // namespace

Result<PartitionChoice> ChoosePartitions(const Invocation& invocation, std::string_view reference,
                                         WithoutChoice without_choice) {
  INGOT_ASSIGN(Workspace::Target target, invocation.workspace->Resolve(reference));
  PartitionChoice choice;
  choice.dataset = target.dataset;
  const KeySpec& keys = target.dataset->key;
  if (target.key) {
    if (HasDayFlags(invocation.settings)) {
      return Error(ErrorKind::kUsage, fmt::format("'{}' names its partition, and days are chosen besides", reference),
                   "either DATASET@KEY, or --date, --from, --to, --last");
    }
    choice.keys.push_back(*std::move(target.key));
    choice.chosen = true;
    return choice;
  }
  INGOT_ASSIGN(const DaySelection days, SelectDays(invocation.settings, invocation.program.clock.Now().day()));
  choice.chosen = days.chosen;
  if (!keys.is_daily()) {
    if (keys.fields().empty() && !days.chosen) {
      INGOT_ASSIGN(PartitionKey only, keys.MakeKey({}));
      choice.keys.push_back(std::move(only));
      return choice;
    }
    if (days.chosen || without_choice == WithoutChoice::kYesterday) {
      return NeedsKey(*target.dataset);
    }
    return choice;
  }
  if (days.chosen || without_choice == WithoutChoice::kYesterday) {
    for (const UtcDay day : days.days) {
      choice.keys.push_back(keys.ForDay(day));
    }
  }
  return choice;
}

std::string_view DatasetArgument(const Invocation& invocation) {
  return invocation.arguments.empty() ? std::string_view() : std::string_view(invocation.arguments[0]);
}

}  // namespace ingot
