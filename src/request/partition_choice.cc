#include "request/partition_choice.h"

#include <fmt/format.h>

#include <utility>

#include "pipeline/workspace.h"
#include "request/dates.h"
#include "request/settings.h"

namespace ingot {
namespace {

// Days said by the caller; those of the environment and the project are defaults that a key replaces.
bool HasDayFlags(const Settings& settings) {
  for (const OptionId id : {OptionId::kDate, OptionId::kFrom, OptionId::kTo, OptionId::kLast, OptionId::kEndDay,
                            OptionId::kDays, OptionId::kPreviousWeek}) {
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

// Windows of whole days: end_day, days.
Result<void> ChooseSpans(const RequestScope& scope, WithoutChoice without_choice, PartitionChoice* choice) {
  const KeySpec& keys = choice->dataset->key;
  const std::optional<FieldValue>& fallback = keys.fields()[1].fallback;
  const std::optional<int32_t> length =
      fallback ? std::optional<int32_t>(static_cast<int32_t>(std::get<int64_t>(*fallback))) : std::nullopt;
  INGOT_ASSIGN(const SpanSelection spans, SelectSpans(scope.settings, scope.today, length));
  choice->chosen = spans.chosen;
  if (!spans.chosen && without_choice != WithoutChoice::kYesterday) {
    return {};
  }
  for (const UtcDay end_day : spans.end_days) {
    INGOT_ASSIGN(PartitionKey key, keys.MakeKey({{"end_day", end_day}, {"days", int64_t{spans.length}}}));
    choice->keys.push_back(std::move(key));
  }
  return {};
}

}  // namespace

Result<PartitionChoice> ChoosePartitions(const RequestScope& scope, std::string_view reference,
                                         WithoutChoice without_choice) {
  INGOT_ASSIGN(Workspace::Target target, scope.workspace->Resolve(reference));
  PartitionChoice choice;
  choice.dataset = target.dataset;
  const KeySpec& keys = target.dataset->key;
  if (target.key) {
    if (HasDayFlags(scope.settings)) {
      return Error(ErrorKind::kUsage, fmt::format("'{}' names its partition, and days are chosen besides", reference),
                   "either DATASET@KEY, or --date, --from, --to, --last");
    }
    choice.keys.push_back(*std::move(target.key));
    choice.chosen = true;
    return choice;
  }
  if (keys.is_span_of_days()) {
    INGOT_TRY(ChooseSpans(scope, without_choice, &choice));
    return choice;
  }
  INGOT_ASSIGN(const DaySelection days, SelectDays(scope.settings, scope.today));
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

}  // namespace ingot
