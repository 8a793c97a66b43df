// Minima and maxima of pages and chunks, by the rules of Parquet's column orders.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "format/parquet/chunk_values.h"
#include "model/schema.h"

namespace ingot {

// A minimum or maximum in memory. Integers stand for all types of ValueLayout::kInt64; strings compare by bytes.
using StatValue = std::variant<std::monostate, bool, int64_t, double, std::string>;

// Exact bounds of some values: both are set, or neither (no value, or only NaNs). NaN never counts. Zeros compare equal
// whatever their sign, and are kept as +0.0.
struct ValueBounds {
  StatValue min;
  StatValue max;

  bool present() const { return min.index() != 0; }
  void Merge(const ValueBounds& other);
};

ValueBounds BoundsOf(std::span<const uint8_t> bools);
ValueBounds BoundsOf(std::span<const int64_t> values);
ValueBounds BoundsOf(std::span<const double> values);
ValueBounds BoundsOf(const BytesSlice& values);
// Of the entries that `indices` name. `seen` holds one mark for each entry, none of them equal to `mark`.
ValueBounds BoundsOf(const BytesSlice& entries, std::span<const uint32_t> indices, uint32_t mark,
                     Buffer<uint32_t>* seen);

// One bound as Parquet's statistics hold it.
struct EncodedBound {
  std::string bytes;
  bool exact = true;
};

// In the plain encoding of the type, without a string's length. A zero becomes -0.0 as minimum and +0.0 as maximum.
// Requires: bounds.present().
std::string EncodeMin(const ValueBounds& bounds, TypeKind kind);
std::string EncodeMax(const ValueBounds& bounds, TypeKind kind);

// The order of two bounds as EncodeMin and EncodeMax give them. Requires: both have the size of this kind's values.
bool IsBoundLess(std::string_view a, std::string_view b, TypeKind kind);

// At most `limit` bytes that are <= the text, or >= it; texts (kString, kJson) stay valid UTF-8. A maximum that cannot
// be shortened is returned whole.
EncodedBound ShortenMin(const std::string& text, size_t limit, TypeKind kind);
EncodedBound ShortenMax(const std::string& text, size_t limit, TypeKind kind);

}  // namespace ingot
