#include "dataset/build_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

std::vector<OverrideRecord> OverridesOf(const std::vector<CheckResult>& checks, const BuildRequest& request) {
  std::vector<OverrideRecord> records;
  for (const CheckResult& check : checks) {
    if (check.verdict != Verdict::kOverridden) {
      continue;
    }
    std::string by = "--allow-incomplete";
    if (check.name == kSchemaCheck) {
      by = "--allow-drift";
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
