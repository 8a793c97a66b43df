// The top-level fields of a manifest that a dataset declares in `[dataset.NAME.manifest]`: literals, and values that
// are computed from the finished partition. What is computed is a closed list; the evaluation belongs to the build.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "model/column_path.h"
#include "model/json_value.h"

namespace ingot {

enum class ManifestFunction {
  kKey,
  kWindowStart,
  kWindowEnd,
  kWindowDays,
  kNow,
  kRows,
  kBytes,
  kSha256,
  kCodec,
  kInputs,
  kInputsExpected,
  kInputsFound,
  kInputsPresent,
  kInputsMissing,
  kInputsCoverage,
  kInputsPartial,
  kRowsBy,
  kDistinct,
  kMinInstant,
  kMaxInstant,
  kColumns,
  kDroppedColumns,
  kDropList,
};

enum class ArgumentUse { kNone, kOptional, kRequired };

// One row of the table that drives the parser, its messages and the documentation.
struct ManifestFunctionInfo {
  ManifestFunction function;
  std::string_view name;  // as in { compute = "rows" }
  ArgumentUse field;      // a key or path field
  ArgumentUse column;     // a column path without `*`
  ArgumentUse format;     // of a date: %Y %m %d
  bool is_volatile;       // differs between two builds of the same content
  std::string_view doc;
};

std::span<const ManifestFunctionInfo> ManifestFunctions();
const ManifestFunctionInfo& Describe(ManifestFunction function);
// Null when there is none of that name.
const ManifestFunctionInfo* FindManifestFunction(std::string_view name);

// { compute = "rows_by", field = "hour" }
struct ComputedField {
  ManifestFunction function = ManifestFunction::kRows;
  std::string field;  // empty when not given
  std::optional<ColumnPathPattern> column;
  std::string format;  // empty when not given

  bool operator==(const ComputedField&) const = default;
};

struct ManifestField;
// In the order of the project file; the manifest sorts them.
using ManifestFields = std::vector<ManifestField>;

struct ManifestField {
  std::string name;
  // A literal, a computed value, or an object of further fields.
  std::variant<JsonValue, ComputedField, ManifestFields> value;

  bool operator==(const ManifestField&) const = default;
};

// The values of all fields, nested as they were declared. `compute` is called for every computed field.
Result<JsonObject> EvaluateManifestFields(const ManifestFields& fields,
                                          const std::function<Result<JsonValue>(const ComputedField&)>& compute);

// JSON pointers of the fields whose values are volatile: they stay out of the content id.
std::vector<std::string> VolatilePointers(const ManifestFields& fields);

// Day in a format of %Y %m %d %% and other characters; "%Y-%m-%d" when it is empty. Errors: kConfig for other letters.
Result<std::string> FormatDay(std::string_view format, UtcDay day);

}  // namespace ingot
