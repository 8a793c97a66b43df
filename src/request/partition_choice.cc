#include "request/partition_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "dataset/inputs.h"
#include "dataset/stored_partition.h"
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

bool HasDay(const KeySpec& keys) {
  return keys.has_window() && keys.fields().size() > 1 &&
         std::any_of(keys.fields().begin(), keys.fields().end(),
                     [](const KeyFieldSpec& field) { return field.name == "date"; });
}

// A day and other fields, as shop and date: the partition of that day for every shop that there is, by the inputs where
// partitions are to be built, else by what is stored.
Result<void> ChooseDays(const DatasetSpec& dataset, const DaySelection& days, WithoutChoice without_choice,
                        PartitionChoice* choice) {
  const bool builds = without_choice == WithoutChoice::kYesterday;
  if (builds && dataset.source.kind != SourceKind::kJsonl) {
    return NeedsKey(dataset);
  }
  INGOT_ASSIGN(std::vector<PartitionKey> known, builds ? FindInputKeys(dataset, {}) : FindPartitions(dataset));
  for (PartitionKey& key : known) {
    const UtcDay day = std::get<UtcDay>(*FindValue(key.values, "date"));
    if (std::find(days.days.begin(), days.days.end(), day) != days.days.end()) {
      choice->keys.push_back(std::move(key));
    }
  }
  if (choice->keys.empty()) {
    std::vector<std::string> asked;
    for (const UtcDay day : days.days) {
      asked.push_back(FormatUtcDay(day));
    }
    return Error(ErrorKind::kNotFound,
                 fmt::format("dataset {} has no {} for {}", dataset.name, builds ? "input" : "partition",
                             fmt::join(asked, ", ")),
                 fmt::format("name a partition: {}@{}", dataset.name, dataset.key.Shape()));
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
      return Error(ErrorKind::kUsage, fmt::format("'{}' names its partition, and days are chosen too", reference),
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
    if (!days.chosen && without_choice != WithoutChoice::kYesterday) {
      return choice;
    }
    if (!HasDay(keys)) {
      return NeedsKey(*target.dataset);
    }
    INGOT_TRY(ChooseDays(*target.dataset, days, without_choice, &choice));
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
