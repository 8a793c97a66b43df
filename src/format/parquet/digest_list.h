// Two hashes of every column chunk, as a file carries them in its footer. By that of its values a chunk can move into
// another file without being decoded; by that of its bytes it can be proven without reading the others: the manifest
// has the sha256 of everything behind the chunks, and that includes this list.
//
// Keys "ingot.value_digests" and "ingot.chunk_hashes"; 32 hex digits for each chunk, row group by row group, in the
// order of the columns.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

inline constexpr std::string_view kValueDigestsKey = "ingot.value_digests";
inline constexpr std::string_view kChunkHashesKey = "ingot.chunk_hashes";

// The first 128 bits of the SHA-256 of a chunk's bytes.
using ChunkHash = std::array<uint8_t, 16>;
ChunkHash CutHash(const std::array<uint8_t, 32>& sha256);
ChunkHash HashOfChunk(std::span<const char> bytes);

std::string FormatDigests(std::span<const std::array<uint8_t, 16>> digests);
// Nothing when that is no list of `count` digests.
std::optional<std::vector<std::array<uint8_t, 16>>> ParseDigests(std::string_view text, size_t count);

}  // namespace ingot
