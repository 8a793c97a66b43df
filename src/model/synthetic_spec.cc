#include "model/synthetic_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/column_values.h"

namespace ingot {
namespace {

// Whole days that nanoseconds since 1970 reach, both ways.
constexpr int32_t kMostNanosecondDays = 106'750;

JsonValue ToJson(const ColumnValue& value) {
  return std::visit([](const auto& held) { return JsonValue(held); }, value);
}

JsonObject RangeJson(const GeneratedColumn& column) {
  JsonObject range;
  if (column.type.kind != TypeKind::kDouble) {
    return {{"min", column.low}, {"max", column.high}};
  }
  if (std::isfinite(column.real_low)) {
    range["min"] = column.real_low;
  }
  if (std::isfinite(column.real_high)) {
    range["max"] = column.real_high;
  }
  return range;
}

// Only what means something with the column's rule.
JsonObject ToJson(const GeneratedColumn& column) {
  JsonObject out{{"name", column.name}, {"type", FormatType(column.type)}, {"rule", DrawRuleName(column.rule)}};
  if (column.nulls > 0) {
    out["nulls"] = column.nulls;
  }
  if (column.pattern) {
    out["pattern"] = FormatTextPattern(*column.pattern);
  }
  if (!column.weights.empty()) {
    out["weights"] = JsonArray(column.weights.begin(), column.weights.end());
  }
  if (column.rule == DrawRule::kZipf) {
    out["exponent"] = column.exponent;
  }
  if (!column.values.empty()) {
    JsonArray values;
    for (const ColumnValue& value : column.values) {
      values.push_back(ToJson(value));
    }
    out["values"] = std::move(values);
    return out;
  }
  if (column.rule == DrawRule::kSequence) {
    out["start"] = column.start;
    out["step"] = column.step;
    return out;
  }
  if (column.rule == DrawRule::kNormal || column.rule == DrawRule::kExponential) {
    out["mean"] = column.mean;
  }
  if (column.rule == DrawRule::kNormal) {
    out["deviation"] = column.deviation;
  }
  if (column.rule != DrawRule::kDay) {
    out.merge(RangeJson(column));
  }
  return out;
}

Result<void> CheckSequence(const GeneratedColumn& column, uint64_t rows) {
  const DataType type = column.type.kind == TypeKind::kString ? Scalar(TypeKind::kInt64) : column.type;
  const auto [low, high] = LimitsOf(type);
  int64_t last = 0;
  const bool overflows = __builtin_mul_overflow(column.step, static_cast<int64_t>(rows - 1), &last) ||
                         __builtin_add_overflow(last, column.start, &last);
  if (overflows || std::min(last, column.start) < low || std::max(last, column.start) > high) {
    return Error(
        ErrorKind::kConfig,
        fmt::format("the sequence of column '{}' leaves {} before row {}", column.name, FormatType(type), rows),
        "fewer rows, a smaller step, or a wider type");
  }
  return {};
}

}  // namespace

std::string_view GeneratorName(GeneratorKind generator) {
  switch (generator) {
    case GeneratorKind::kColumns:
      return "columns";
    case GeneratorKind::kEvents:
      break;
  }
  return "events";
}

std::string_view DrawRuleName(DrawRule rule) {
  switch (rule) {
    case DrawRule::kUniform:
      return "uniform";
    case DrawRule::kNormal:
      return "normal";
    case DrawRule::kExponential:
      return "exponential";
    case DrawRule::kZipf:
      return "zipf";
    case DrawRule::kDay:
      return "day";
    case DrawRule::kSequence:
      break;
  }
  return "sequence";
}

JsonObject GeneratorJson(const SyntheticSpec& spec) {
  const bool declared = spec.generator == GeneratorKind::kColumns;
  JsonObject out{{"name", GeneratorName(spec.generator)},
                 {"version", declared ? kColumnsVersion : kGeneratorVersion},
                 {"rows", spec.rows},
                 {"seed", spec.seed},
                 {"start", FormatUtcDay(spec.start)},
                 {"end", FormatUtcDay(spec.end)},
                 {"file_size", spec.file_bytes}};
  if (declared) {
    JsonArray columns;
    for (const GeneratedColumn& column : spec.columns) {
      columns.emplace_back(ToJson(column));
    }
    out["columns"] = std::move(columns);
  }
  return out;
}

Result<void> CheckColumns(const SyntheticSpec& spec, const PathTemplate& path) {
  for (const GeneratedColumn& column : spec.columns) {
    if (column.name == "date" && path.FindField("date") != nullptr) {
      return Error(ErrorKind::kConfig, "the folders have a column 'date' already: their key",
                   "give the column another name, or leave {date} out of the path");
    }
    if (column.rule == DrawRule::kSequence) {
      INGOT_TRY(CheckSequence(column, spec.rows));
    }
    const bool nanoseconds = column.type.kind == TypeKind::kTimestamp && column.type.unit == TimeUnit::kNanos;
    if (nanoseconds && column.rule == DrawRule::kDay &&
        (spec.start.days < -kMostNanosecondDays || spec.end.days > kMostNanosecondDays)) {
      return Error(ErrorKind::kConfig,
                   fmt::format("column '{}': timestamp[ns] holds the years 1678 to 2261 only", column.name),
                   "type = \"timestamp[us]\"");
    }
  }
  return {};
}

}  // namespace ingot
