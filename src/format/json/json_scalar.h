// Declared scalars: texts that stand for numbers of another kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/schema.h"

namespace ingot {

// True when the integer type can hold the value; true for types that are not integers.
bool FitsType(int64_t value, TypeKind kind);

// The stored integer of a text under kTimestamp (RFC 3339; counts of the type's unit), kDate ("2026-01-15"; days) or
// kDecimal ("-12.50", "1e3"; unscaled value). Nothing when the text is not one, is out of range, or has digits that the
// type would lose.
std::optional<int64_t> ParseScalar(std::string_view text, const DataType& type);

}  // namespace ingot
