// Values that a project writes for a column of some type, as the column holds them. Internal to this room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "model/synthetic_spec.h"
#include "model/toml_reader.h"

namespace ingot {

// Whole numbers of the type's own unit: days, counts of a timestamp's unit, decimals without their point; bools as 0
// and 1. Errors: kConfig for another type of value, or one that the type cannot hold.
Result<ColumnValue> ReadColumnValue(const toml::node& node, const DataType& type);

// The smallest and the largest value of a type that holds whole numbers.
std::pair<int64_t, int64_t> LimitsOf(const DataType& type);

// "user_{n}", "{n:08}", "{n:x}", "{n:016x}"; {{ and }} are braces. Errors: kConfig.
Result<TextPattern> ParseTextPattern(std::string_view text);
std::string FormatTextPattern(const TextPattern& pattern);

}  // namespace ingot
