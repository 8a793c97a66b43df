// Split-block bloom filters, so that readers can skip row groups that do not hold a value.
#pragma once

#include <string>

#include "format/parquet/value_pages.h"

namespace ingot {

// Header and bits as they lie in a file. `distinct` bounds the number of different values; `false_positives` is the
// part of absent values that may be taken for present. Requires: the kind is not kBool, kNull or nested.
std::string BuildBloomFilter(TypeKind kind, const ChunkValues& values, uint64_t distinct, double false_positives);

}  // namespace ingot
