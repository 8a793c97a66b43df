#include "dataset/build_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/size.h"
#include "dataset/relation.h"
#include "dataset/stored_partition.h"

namespace ingot {
namespace {

bool IsDay(const PartitionKey& key) { return key.window && StartOf(key.window->start.day() + 1) == key.window->end; }

CheckResult CheckWindow(const BuildRequest& request, UtcInstant now) {
  CheckResult check{std::string(kWindowClosedCheck), Verdict::kPassed, "", {}};
  const PartitionKey& key = request.key;
  if (!request.dataset->checks.window_closed || !key.window) {
    check.verdict = Verdict::kSkipped;
    check.detail = key.window ? "switched off in ingot.toml" : "the key has no window";
    return check;
  }
  if (key.window->end <= now) {
    check.detail = "ended " + FormatUtcInstant(key.window->end);
    return check;
  }
  check.verdict = request.overrides.allow_incomplete ? Verdict::kOverridden : Verdict::kRefused;
  const bool is_today = IsDay(key) && key.window->Contains(now);
  check.detail = fmt::format("{} ({}): its window ends {}, and it is {} now",
                             is_today ? "Cannot export today's date" : "Cannot export a window that is still open",
                             key.ToString(), FormatUtcInstant(key.window->end), FormatUtcInstant(now));
  return check;
}

// "Incomplete day: missing hours 03, 17 (22 of 24 inputs found)".
std::string DescribeMissing(const BuildRequest& request, const PlannedInputs& inputs) {
  const SourceSpec& source = request.dataset->source;
  if (source.kind == SourceKind::kDerive) {
    const std::string what = source.input->title.empty() ? source.from + " partitions" : source.input->title;
    return fmt::format("Missing {} for: {} ({} of {} found)", what, fmt::join(inputs.MissingNames(), ", "),
                       inputs.found, inputs.files.size());
  }
  if (source.kind == SourceKind::kSql) {
    return fmt::format("Missing partitions: {} ({} of {} inputs found)", fmt::join(inputs.MissingPartitions(), ", "),
                       inputs.found, inputs.files.size());
  }
  const bool is_hourly =
      !inputs.files.empty() && inputs.files[0].values.size() == 1 && inputs.files[0].values[0].name == "hour";
  return fmt::format("Incomplete {}: missing {} {} ({} of {} inputs found)", IsDay(request.key) ? "day" : "partition",
                     is_hourly ? "hours" : "inputs", fmt::join(inputs.MissingNames(), ", "), inputs.found,
                     inputs.files.size());
}

CheckResult CheckInputs(const BuildRequest& request, const PlannedInputs& inputs) {
  CheckResult check{std::string(kInputsCompleteCheck), Verdict::kPassed, "", {}};
  const ChecksSpec& spec = request.dataset->checks;
  const bool is_complete = inputs.found > 0 && inputs.missing() == 0;
  if (is_complete || (!spec.inputs_complete && inputs.found > 0)) {
    check.detail = fmt::format("{} of {} inputs found", inputs.found, inputs.files.size());
    check.verdict = is_complete ? Verdict::kPassed : Verdict::kSkipped;
    return check;
  }
  check.detail = inputs.has_expectation ? DescribeMissing(request, inputs) : "no input matches the path of the source";
  const std::optional<uint64_t> enough = request.overrides.min_inputs ? request.overrides.min_inputs : spec.min_inputs;
  if (enough && inputs.found >= *enough && inputs.found > 0) {
    check.detail += fmt::format(", {} are enough", *enough);
    check.verdict = request.overrides.min_inputs ? Verdict::kOverridden : Verdict::kWarned;
    return check;
  }
  check.verdict = request.overrides.allow_incomplete && inputs.found > 0 ? Verdict::kOverridden : Verdict::kRefused;
  return check;
}

std::string RemedyOf(std::string_view check, const DatasetSpec& dataset) {
  if (check == kSlotFreeCheck) {
    return "move it away, or pass --replace-foreign with a --reason: it then goes to the trash";
  }
  if (check == kMinRowsCheck) {
    return fmt::format(
        "look at the inputs; if it is right, pass --allow-empty with a --reason, or set {} in "
        "[dataset.{}.checks]",
        dataset.checks.min_rows == 1 ? "empty = \"ok\"" : "min_rows", dataset.name);
  }
  if (check == kMaxShrinkCheck) {
    return "look at the inputs; if it is right, pass --allow-shrink with a --reason, or raise max_shrink";
  }
  if (check == kWindowClosedCheck) {
    return "wait until after midnight UTC, or pass --allow-incomplete with a --reason";
  }
  if (check == kRejectsCheck && dataset.source.kind == SourceKind::kListing) {
    return "check the template, or repair the lines; any number of rejects may pass without --strict, and without "
           "max_rejects in ingot.toml";
  }
  if (check == kRejectsCheck) {
    return "repair the lines, or raise max_rejects in ingot.toml or with --max-rejects";
  }
  if (dataset.source.kind == SourceKind::kSql) {
    return "build those first: ingot run; or pass --allow-incomplete with a --reason";
  }
  if (dataset.source.kind == SourceKind::kDerive) {
    return fmt::format(
        "run those days first: ingot run {} --date DAY; or pass --allow-incomplete with a --reason, or "
        "--min-days",
        dataset.source.from);
  }
  return "repair the inputs, or pass --allow-incomplete with a --reason";
}

}  // namespace

std::vector<CheckResult> CheckBeforeReading(const BuildRequest& request, const PlannedInputs& inputs, UtcInstant now) {
  return {CheckWindow(request, now), CheckInputs(request, inputs)};
}

std::optional<Error> RefusalOf(const std::vector<CheckResult>& checks, const DatasetSpec& dataset) {
  std::string message;
  std::string remedy;
  for (const CheckResult& check : checks) {
    if (check.verdict == Verdict::kRefused) {
      message += (message.empty() ? "" : "; ") + check.detail;
      remedy = remedy.empty() ? RemedyOf(check.name, dataset) : remedy;
    }
  }
  return message.empty() ? std::nullopt : std::optional<Error>(Error(ErrorKind::kCheckFailed, message, remedy));
}

namespace {

// "1 row", "8 rows".
std::string RowsText(uint64_t rows) { return fmt::format("{} row{}", FormatCount(rows), rows == 1 ? "" : "s"); }

}  // namespace

RowHistory FindRowHistory(const DatasetSpec& dataset, const PartitionKey& key, const Manifest* old) {
  RowHistory history;
  if (old != nullptr) {
    history.replaced = old->rows;
  }
  if (!key.window) {
    return history;
  }
  const Result<std::vector<PartitionKey>> keys = FindPartitions(dataset);
  std::vector<uint64_t> rows;
  for (size_t i = keys ? keys->size() : 0; i > 0 && rows.size() < kMostForMedian; --i) {
    const PartitionKey& other = (*keys)[i - 1];
    if (other.window && other.window->start < key.window->start &&
        ValuesBesideWindow(other) == ValuesBesideWindow(key)) {
      if (const Result<Manifest> manifest = RequireManifest(dataset, other)) {
        rows.push_back(manifest->rows);
      }
    }
  }
  if (rows.size() >= kFewestForMedian) {
    const auto middle = rows.begin() + static_cast<ptrdiff_t>(rows.size() / 2);
    std::nth_element(rows.begin(), middle, rows.end());
    history.usual = *middle;
  }
  return history;
}

std::vector<CheckResult> CheckRowCount(const BuildRequest& request, uint64_t rows, const RowHistory& history) {
  const ChecksSpec& spec = request.dataset->checks;
  const BuildOverrides& overrides = request.overrides;
  CheckResult least{std::string(kMinRowsCheck), Verdict::kPassed, "as many rows as are asked for", {}};
  if (rows < spec.min_rows) {
    least.verdict = overrides.allow_empty ? Verdict::kOverridden : Verdict::kRefused;
    least.detail = fmt::format("{}, at least {} expected", RowsText(rows), FormatCount(spec.min_rows));
  }
  const auto is_far_below = [&](const std::optional<uint64_t>& before) {
    return before && static_cast<double>(rows) < static_cast<double>(*before) * (1 - spec.max_shrink);
  };
  CheckResult shrink{std::string(kMaxShrinkCheck), Verdict::kPassed, "not many fewer rows than a version before", {}};
  if (is_far_below(history.replaced)) {
    const bool may = overrides.allow_shrink || (overrides.allow_empty && rows < spec.min_rows);
    shrink.verdict = may ? Verdict::kOverridden : Verdict::kRefused;
    shrink.detail = fmt::format(
        "{} would replace {}: {:.0f} % fewer, and {:.0f} % may go", RowsText(rows), FormatCount(*history.replaced),
        100 - 100 * static_cast<double>(rows) / static_cast<double>(*history.replaced), 100 * spec.max_shrink);
  }
  CheckResult usual{
      std::string(kUsualRowsCheck), Verdict::kPassed, "not many fewer rows than the partitions before", {}};
  if (is_far_below(history.usual)) {
    usual.verdict = Verdict::kWarned;
    usual.detail =
        fmt::format("{}; the median of the partitions before is {}", RowsText(rows), FormatCount(*history.usual));
  }
  return {std::move(least), std::move(shrink), std::move(usual)};
}

std::vector<CheckResult> AnnounceRowChecks(const BuildRequest& request, const RowHistory& history) {
  const ChecksSpec& spec = request.dataset->checks;
  std::vector<CheckResult> checks{{std::string(kMinRowsCheck),
                                   Verdict::kSkipped,
                                   fmt::format("known after reading: at least {}", RowsText(spec.min_rows)),
                                   {}}};
  if (history.replaced) {
    checks.push_back({std::string(kMaxShrinkCheck),
                      Verdict::kSkipped,
                      fmt::format("known after reading: of the {} of the version before, {:.0f} % may go",
                                  RowsText(*history.replaced), 100 * spec.max_shrink),
                      {}});
  }
  return checks;
}

Result<void> AskReason(const std::vector<CheckResult>& checks, BuildOverrides* overrides) {
  const bool needed = std::any_of(checks.begin(), checks.end(),
                                  [](const CheckResult& check) { return check.verdict == Verdict::kOverridden; });
  if (needed && !overrides->reason && overrides->ask_reason) {
    INGOT_ASSIGN(overrides->reason, overrides->ask_reason());
    overrides->ask_reason = nullptr;
  }
  return {};
}

std::vector<OverrideRecord> OverridesOf(const std::vector<CheckResult>& checks, const BuildRequest& request) {
  std::vector<OverrideRecord> records;
  for (const CheckResult& check : checks) {
    if (check.verdict != Verdict::kOverridden) {
      continue;
    }
    std::string by = "--allow-incomplete";
    if (check.name == kSchemaCheck) {
      by = "--allow-drift";
    } else if (check.name == kSlotFreeCheck) {
      by = "--replace-foreign";
    } else if (check.name == kMinRowsCheck || check.name == kMaxShrinkCheck) {
      by = check.name == kMinRowsCheck || !request.overrides.allow_shrink ? "--allow-empty" : "--allow-shrink";
    } else if (check.name == kRejectsCheck) {
      by = "--max-rejects";
    } else if (check.name == kInputsCompleteCheck && request.overrides.min_inputs) {
      by = "--min-inputs";
    }
    records.push_back({check.name, request.overrides.reason, by, {}});
  }
  return records;
}

}  // namespace ingot
