// The layout of an index file. docs/formats/lookup-index.md describes it; the version changes with it.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "lookup/lookup.h"

namespace ingot {

inline constexpr std::array<char, 8> kIndexMagic{'I', 'N', 'G', 'O', 'T', 'K', 'E', 'Y'};
inline constexpr uint32_t kIndexVersion = 2;
inline constexpr uint64_t kIndexPageBytes = uint64_t{16} << 10U;
inline constexpr uint64_t kSectionAlignment = 64;  // a cache line: buckets never straddle two

inline constexpr size_t kMaxDictionaries = kMaxKeyColumns - 1;

// Where the parts of the file stand. A dictionary has three sections.
enum class IndexSection : uint8_t {
  kMeta = 0,
  kGroups = 1,
  kGroupSlots = 2,  // or pilots
  kGroupOrder = 3,
  kDictionaries = 4,  // values, slots and offsets of each
  kPathLines = 4 + 3 * kMaxDictionaries,
  kPathOffsets,
  kPaths,
};
constexpr IndexSection DictionarySection(size_t dictionary, size_t part) {
  return static_cast<IndexSection>(static_cast<size_t>(IndexSection::kDictionaries) + 3 * dictionary + part);
}
inline constexpr size_t kSections = static_cast<size_t>(IndexSection::kPaths) + 1;

struct IndexExtent {
  uint64_t offset = 0;
  uint64_t bytes = 0;

  uint64_t end() const { return offset + bytes; }
};

// A hash table: 2^shard_bits shards of `buckets` buckets of eight slots. Of groups that have places: `buckets` pilots.
struct IndexTableShape {
  uint64_t buckets = 0;
  uint32_t shard_bits = 0;
  uint32_t reserved = 0;
};

// Stands behind the checksums of the pages. `checksum` is XXH3-64 of all bytes before it.
struct IndexTrailer {
  std::array<char, 8> magic = kIndexMagic;
  uint32_t version = kIndexVersion;
  uint32_t page_bytes = kIndexPageBytes;
  uint64_t file_bytes = 0;
  std::array<uint8_t, 32> manifest_sha256{};
  uint64_t rows = 0;
  uint64_t keys = 0;
  uint64_t groups = 0;
  uint64_t cells = 0;         // of a group; 0 when every column is hashed
  uint64_t place_bytes = 0;   // of a group that has a place of its own; 0: groups are packed, and slots lead to them
  uint32_t number_bytes = 0;  // of the number of a placed group
  uint32_t reserved = 0;
  uint32_t columns = 0;
  uint32_t hashed_columns = 0;
  std::array<IndexExtent, kSections> sections{};
  std::array<IndexTableShape, 1 + kMaxDictionaries> tables{};
  IndexExtent checksums{};
  uint64_t checksums_checksum = 0;
  uint64_t checksum = 0;

  IndexExtent& section(IndexSection section) { return sections[static_cast<size_t>(section)]; }
  const IndexExtent& section(IndexSection section) const { return sections[static_cast<size_t>(section)]; }
};

// The last bytes of the file: what the manifest looked like to stat(2) when its sha256 was taken. Not trusted when its
// checksum is wrong or `bytes` is 0; then the sha256 decides.
struct ManifestIdentity {
  uint64_t bytes = 0;
  int64_t modified_ns = 0;
  uint64_t inode = 0;
  int64_t changed_ns = 0;
  uint64_t checksum = 0;

  bool operator==(const ManifestIdentity&) const = default;
};

inline constexpr uint64_t kIndexTailBytes = sizeof(IndexTrailer) + sizeof(ManifestIdentity);

// Slots of hash tables: 16 bits of the key's hash over the place of its record plus one; 0 is an empty slot.
inline constexpr size_t kBucketSlots = 8;
inline constexpr uint64_t kBucketBytes = kBucketSlots * sizeof(uint64_t);
inline constexpr uint32_t kTagShift = 48;
inline constexpr uint64_t kPlaceMask = (uint64_t{1} << kTagShift) - 1;

// Which bucket of the whole table a hash begins to search at.
struct SlotPlace {
  uint64_t first_bucket = 0;  // of its shard
  uint64_t home = 0;          // within the shard
  uint64_t tag = 0;           // in the high bits
};
inline SlotPlace PlaceOf(uint64_t hash, const IndexTableShape& shape) {
  const uint64_t shard = shape.shard_bits == 0 ? 0 : hash >> (64 - shape.shard_bits);
  const uint64_t spread = (hash >> 16U) & 0xFFFFFFFFU;
  return {shard * shape.buckets, (spread * shape.buckets) >> 32U, hash << kTagShift};
}

// Without an instruction of its own, which not every processor has, std::popcount is a call.
constexpr uint64_t CountBits(uint64_t word) {
  word -= (word >> 1U) & 0x5555555555555555;
  word = (word & 0x3333333333333333) + ((word >> 2U) & 0x3333333333333333);
  return (((word + (word >> 4U)) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101) >> 56U;
}

// Cells of a group: a bitmap, in lines of a running count and seven words once it is longer than these seven; or a
// sorted list where that is shorter.
inline constexpr uint64_t kLineWords = 7;
inline constexpr uint64_t kLineBits = kLineWords * 64;
inline constexpr uint64_t kLineBytes = 64;
inline constexpr uint64_t kGroupHeaderBytes = sizeof(uint64_t) + sizeof(uint32_t);

constexpr uint64_t CellBytes(uint64_t cells) { return cells <= (uint64_t{1} << 16U) ? 2 : 4; }
constexpr uint64_t BitmapBytes(uint64_t cells) {
  return cells <= kLineBits ? (cells + 63) / 64 * 8 : (cells + kLineBits - 1) / kLineBits * kLineBytes;
}
constexpr bool IsCellList(uint64_t count, uint64_t cells) { return count * CellBytes(cells) < BitmapBytes(cells); }

// The cells of a group with a place are always a bitmap, and as short as it can be.
inline constexpr uint64_t kMostPlacedCells = kLineBits;
constexpr uint64_t PlacedCellBytes(uint64_t cells) { return (cells + 7) / 8; }

// So many packed groups follow one mark, by which ranges of keys are found.
inline constexpr uint64_t kGroupsPerMark = 128;

}  // namespace ingot
