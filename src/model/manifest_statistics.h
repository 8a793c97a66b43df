// Statistics of a manifest as JSON: values that JSON numbers cannot carry safely are strings.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "model/json_document.h"
#include "model/json_value.h"
#include "model/manifest.h"
#include "model/schema.h"

namespace ingot {

// Null without a value. Numbers beyond ±2^53 and doubles that are not finite ("NaN", "Infinity", "-Infinity") are
// strings.
JsonValue StatisticToJson(const std::optional<StatisticValue>& value);

// The inverse, under the type of the column. Errors: kCorrupt when the value does not fit the type.
Result<std::optional<StatisticValue>> StatisticFromJson(JsonView value, TypeKind kind);

}  // namespace ingot
