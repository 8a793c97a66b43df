#include "dataset/sql_periods.h"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>

#include "column/arrow_values.h"
#include "dataset/build_manifest.h"
#include "dataset/relation.h"

namespace ingot {
namespace {

constexpr std::string_view kDayField = "date";

const UtcDay* DayOf(const FieldValues& values) {
  const FieldValue* value = FindValue(values, kDayField);
  return value == nullptr ? nullptr : std::get_if<UtcDay>(value);
}

// The day in the path of an input that is gone.
std::optional<UtcDay> DayOfPath(const SqlSourceSpec& source, const std::string& path) {
  for (const auto& dataset : source.datasets) {
    const std::optional<FieldValues> values = dataset->path.Parse(path);
    if (const UtcDay* day = values ? DayOf(*values) : nullptr) {
      return *day;
    }
  }
  return std::nullopt;
}

Error NotIncremental(const IncrementalSpec& incremental, std::string what) {
  return Error(ErrorKind::kConfig, std::move(what),
               fmt::format("ORDER BY {} first, with date_trunc('{}', …); or take `incremental` out of ingot.toml",
                           incremental.column, PeriodName(incremental.by)));
}

std::optional<std::set<UtcDay>> FindChangedPeriods(const SqlSourceSpec& source, const Manifest& old,
                                                   const PlannedInputs& inputs) {
  std::map<std::string, std::string> before;
  for (const ManifestInput& input : old.inputs) {
    const std::string& content = input.content_id.empty() ? input.sha256 : input.content_id;
    if (!before.emplace(input.path, content).second) {
      return std::nullopt;  // stores that use one path twice
    }
  }
  std::set<UtcDay> changed;
  for (const PlannedInput& input : inputs.files) {
    const UtcDay* day = DayOf(input.values);
    if (day == nullptr || !input.present) {
      return std::nullopt;
    }
    const auto known = before.find(input.path);
    const std::string& content = input.content_id.empty() ? input.sha256 : input.content_id;
    if (known == before.end() || known->second != content) {
      changed.insert(PeriodStart(source.incremental->by, *day));
    }
    if (known != before.end()) {
      before.erase(known);
    }
  }
  for (const auto& [path, content] : before) {
    const std::optional<UtcDay> day = DayOfPath(source, path);
    if (!day) {
      return std::nullopt;
    }
    changed.insert(PeriodStart(source.incremental->by, *day));
  }
  return changed;
}

}  // namespace

std::optional<KeptRows> FindKeptRows(const DatasetSpec& dataset, const Manifest& old, const std::string& folder,
                                     const PlannedInputs& inputs) {
  const SqlSourceSpec& source = dataset.source.sql;
  const auto settings = old.extra.find(kSettingsField);
  const bool is_same = settings != old.extra.end() && settings->second == JsonValue(SettingsDigest(dataset));
  if (!source.incremental || !is_same || old.files.empty()) {
    return std::nullopt;
  }
  std::optional<std::set<UtcDay>> changed = FindChangedPeriods(source, old, inputs);
  if (!changed) {
    return std::nullopt;
  }
  const ManifestFile& file = old.files[0];
  return KeptRows{folder + "/" + file.path, {file.bytes, file.sha256}, WithoutIds(old.schema), *std::move(changed)};
}

UtcDay PeriodOf(const IncrementalSpec& incremental, const PlannedInput& input) {
  return PeriodStart(incremental.by, *DayOf(input.values));
}

Result<PeriodRows> PeriodRows::Open(const IncrementalSpec& incremental, std::unique_ptr<RecordStream> stream,
                                    const ArrowSchema& schema) {
  PeriodRows rows;
  rows.incremental_ = incremental;
  rows.stream_ = std::move(stream);
  const ArrowSchema* column = nullptr;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    if (schema.children[i]->name == incremental.column) {
      column = schema.children[i];
      rows.column_ = static_cast<size_t>(i);
    }
  }
  if (column == nullptr) {
    return NotIncremental(incremental, fmt::format("the result has no column '{}'", incremental.column));
  }
  const std::string_view format = column->format;
  rows.is_date_ = format == "tdD";
  if (!rows.is_date_ && !format.starts_with("ts")) {
    return NotIncremental(incremental,
                          fmt::format("column '{}' is neither a date nor a timestamp", incremental.column));
  }
  const char unit = rows.is_date_ ? 's' : format[2];
  rows.counts_per_day_ = int64_t{86'400} * (unit == 's'   ? 1
                                            : unit == 'm' ? 1'000
                                            : unit == 'u' ? 1'000'000
                                                          : 1'000'000'000);
  return rows;
}

Result<UtcDay> PeriodRows::PeriodAt(int64_t row) const {
  const ArrowArray& column = *batch_->children[column_];
  const int64_t at = row + column.offset;
  const void* valid = column.buffers[0];
  if (valid != nullptr && column.null_count != 0 && !ArrowBitAt(valid, at)) {
    return NotIncremental(incremental_, fmt::format("column '{}' is null in a row", incremental_.column));
  }
  int64_t days = 0;
  bool is_whole = true;
  if (is_date_) {
    days = ArrowValueAt<int32_t>(column.buffers[1], at);
  } else {
    const auto count = ArrowValueAt<int64_t>(column.buffers[1], at);
    days = count / counts_per_day_;
    is_whole = count % counts_per_day_ == 0;
  }
  const UtcDay day{static_cast<int32_t>(days)};
  if (!is_whole || PeriodStart(incremental_.by, day) != day) {
    return NotIncremental(incremental_,
                          fmt::format("column '{}' has a value on {} that is not the first moment of a {}",
                                      incremental_.column, FormatUtcDay(day), PeriodName(incremental_.by)));
  }
  if (last_ && day < *last_) {
    return NotIncremental(incremental_, fmt::format("the rows are not ordered by '{}': {} follows {}",
                                                    incremental_.column, FormatUtcDay(day), FormatUtcDay(*last_)));
  }
  return day;
}

Result<std::optional<PeriodRows::Run>> PeriodRows::Next() {
  while (batch_.empty() || next_ == batch_->length) {
    INGOT_ASSIGN(batch_, stream_->Next());
    next_ = 0;
    if (batch_.empty()) {
      return std::optional<Run>();
    }
  }
  Run run{&*batch_, next_, 0, {}};
  INGOT_ASSIGN(run.period, PeriodAt(next_));
  last_ = run.period;
  while (next_ < batch_->length) {
    INGOT_ASSIGN(const UtcDay period, PeriodAt(next_));
    if (period != run.period) {
      break;
    }
    ++next_;
  }
  run.rows = next_ - run.first;
  return std::optional<Run>(run);
}

}  // namespace ingot
