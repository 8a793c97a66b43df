// The value hashes of all column chunks, as a file carries them in its footer: with them a chunk can move into another
// file without being decoded, and that file's columns still have their hashes.
//
// Key "ingot.value_digests"; 32 hex digits for each chunk, row group by row group, in the order of the columns.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "column/value_hash.h"

namespace ingot {

inline constexpr std::string_view kValueDigestsKey = "ingot.value_digests";

std::string FormatValueDigests(std::span<const ValueDigest> digests);
// Nothing when that is no list of `count` digests.
std::optional<std::vector<ValueDigest>> ParseValueDigests(std::string_view text, size_t count);

}  // namespace ingot
