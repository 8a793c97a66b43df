#include "model/manifest_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ingot {
namespace {

constexpr ArgumentUse kNo = ArgumentUse::kNone;
constexpr ArgumentUse kMay = ArgumentUse::kOptional;
constexpr ArgumentUse kMust = ArgumentUse::kRequired;

using F = ManifestFunction;

// In the order of the enumeration.
constexpr std::array kFunctions = {
    ManifestFunctionInfo{F::kKey, "key", kMay, kNo, kMay, false,
                         "The key field `field` (may be left out when there is one); a date in `format`."},
    ManifestFunctionInfo{F::kWindowStart, "window_start", kNo, kNo, kMay, false,
                         "The first day of the partition's window, in `format`."},
    ManifestFunctionInfo{F::kWindowEnd, "window_end", kNo, kNo, kMay, false,
                         "The last day inside the partition's window, in `format`."},
    ManifestFunctionInfo{F::kWindowDays, "window_days", kNo, kNo, kMay, false,
                         "The list of all days of the partition's window, in `format`."},
    ManifestFunctionInfo{F::kNow, "now", kNo, kNo, kNo, true,
                         "When the partition was built, as `2026-01-16T00:05:09.123456+00:00`."},
    ManifestFunctionInfo{F::kRows, "rows", kNo, kNo, kNo, false, "The number of rows."},
    ManifestFunctionInfo{F::kBytes, "bytes", kNo, kNo, kNo, false, "The size of the primary file in bytes."},
    ManifestFunctionInfo{F::kSha256, "sha256", kNo, kNo, kNo, false, "The sha256 of the primary file, 64 hex digits."},
    ManifestFunctionInfo{F::kCodec, "codec", kNo, kNo, kNo, false, "The compression of the primary file, as `zstd`."},
    ManifestFunctionInfo{F::kInputs, "inputs", kNo, kNo, kMay, false,
                         "The list of the paths of the inputs; with `format`, a path template such as "
                         "`tier3/daily/{date}/data.parquet`, under the names that their fields give."},
    ManifestFunctionInfo{F::kInputsExpected, "inputs_expected", kNo, kNo, kNo, false, "How many inputs are expected."},
    ManifestFunctionInfo{F::kInputsFound, "inputs_found", kNo, kNo, kNo, false, "How many inputs were found."},
    ManifestFunctionInfo{F::kInputsPresent, "inputs_present", kMay, kNo, kNo, false,
                         "The list of the inputs that were found, by the path field `field` when it is named."},
    ManifestFunctionInfo{F::kInputsMissing, "inputs_missing", kMay, kNo, kNo, false,
                         "The list of the missing inputs, by the path field `field` when it is named, else by path."},
    ManifestFunctionInfo{F::kInputsCoverage, "inputs_coverage", kNo, kNo, kNo, false, "Found / expected, 0.0 to 1.0."},
    ManifestFunctionInfo{F::kInputsPartial, "inputs_partial", kNo, kNo, kNo, false,
                         "True when inputs are missing or damaged."},
    ManifestFunctionInfo{F::kRowsBy, "rows_by", kMust, kNo, kNo, false,
                         "An object: the value of the path field `field` and the number of rows that came from there."},
    ManifestFunctionInfo{F::kDistinct, "distinct", kNo, kMust, kNo, false,
                         "The sorted list of the different values of `column`, without null."},
    ManifestFunctionInfo{F::kMinInstant, "min_instant", kNo, kMust, kNo, false,
                         "The text of the earliest instant in `column`, as it is in the data."},
    ManifestFunctionInfo{F::kMaxInstant, "max_instant", kNo, kMust, kNo, false,
                         "The text of the latest instant in `column`, as it is in the data."},
    ManifestFunctionInfo{F::kColumns, "columns", kNo, kNo, kNo, false, "The list of the top-level columns."},
    ManifestFunctionInfo{F::kDroppedColumns, "dropped_columns", kNo, kNo, kNo, false,
                         "The list of the top-level columns of the inputs that were dropped."},
    ManifestFunctionInfo{F::kDropList, "drop_list", kNo, kNo, kNo, false, "What the dataset's `drop` says, as it is."},
};

void CollectVolatile(const ManifestFields& fields, const std::string& pointer, std::vector<std::string>& out) {
  for (const ManifestField& field : fields) {
    const std::string here = AppendPointer(pointer, field.name);
    if (const auto* computed = std::get_if<ComputedField>(&field.value)) {
      if (Describe(computed->function).is_volatile) {
        out.push_back(here);
      }
    } else if (const auto* nested = std::get_if<ManifestFields>(&field.value)) {
      CollectVolatile(*nested, here, out);
    }
  }
}

}  // namespace

std::span<const ManifestFunctionInfo> ManifestFunctions() { return kFunctions; }

const ManifestFunctionInfo& Describe(ManifestFunction function) { return kFunctions[static_cast<size_t>(function)]; }

const ManifestFunctionInfo* FindManifestFunction(std::string_view name) {
  const auto* found = std::find_if(kFunctions.begin(), kFunctions.end(),
                                   [&](const ManifestFunctionInfo& info) { return info.name == name; });
  return found == kFunctions.end() ? nullptr : found;
}

Result<JsonObject> EvaluateManifestFields(const ManifestFields& fields,
                                          const std::function<Result<JsonValue>(const ComputedField&)>& compute) {
  JsonObject object;
  for (const ManifestField& field : fields) {
    if (const auto* literal = std::get_if<JsonValue>(&field.value)) {
      object[field.name] = *literal;
    } else if (const auto* computed = std::get_if<ComputedField>(&field.value)) {
      auto value = compute(*computed);
      if (!value) {
        return std::move(value).error().In(fmt::format("manifest field '{}'", field.name));
      }
      object[field.name] = *std::move(value);
    } else {
      INGOT_ASSIGN(JsonObject nested, EvaluateManifestFields(std::get<ManifestFields>(field.value), compute));
      object[field.name] = std::move(nested);
    }
  }
  return object;
}

std::vector<std::string> VolatilePointers(const ManifestFields& fields) {
  std::vector<std::string> pointers;
  CollectVolatile(fields, "", pointers);
  return pointers;
}

Result<std::string> FormatDay(std::string_view format, UtcDay day) {
  if (format.empty()) {
    return FormatUtcDay(day);
  }
  const CivilDate civil = ToCivil(day);
  std::string out;
  for (size_t i = 0; i < format.size(); ++i) {
    const char letter = format[i] == '%' && i + 1 < format.size() ? format[i + 1] : '\0';
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    ++i;
    if (letter == 'Y') {
      out += fmt::format("{:04}", civil.year);
    } else if (letter == 'm') {
      out += fmt::format("{:02}", civil.month);
    } else if (letter == 'd') {
      out += fmt::format("{:02}", civil.day);
    } else if (letter == '%') {
      out += '%';
    } else {
      return Error(ErrorKind::kConfig, fmt::format("a date's format takes %Y, %m, %d and %% only, not '{}'", format));
    }
  }
  return out;
}

}  // namespace ingot
