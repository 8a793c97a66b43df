#include "lookup/table_writer.h"

#include <algorithm>
#include <array>

#include "lookup/key_encoding.h"

namespace ingot {
namespace {

constexpr uint64_t kMostShardEntries = uint64_t{4} << 20U;
constexpr uint32_t kMostShardBits = 12;
constexpr uint64_t kEntryBytes = 2 * sizeof(uint64_t);

// Slots are filled to four fifths: few searches pass their first bucket.
uint64_t BucketsFor(uint64_t entries) { return entries * 5 / 4 / kBucketSlots + 1; }

void Insert(uint64_t hash, uint64_t place, const IndexTableShape& shape, std::vector<uint64_t>* slots) {
  const SlotPlace where = PlaceOf(hash, shape);
  for (uint64_t bucket = where.home;; bucket = bucket + 1 < shape.buckets ? bucket + 1 : 0) {
    for (size_t i = 0; i < kBucketSlots; ++i) {
      uint64_t& slot = (*slots)[bucket * kBucketSlots + i];
      if (slot == 0) {
        slot = where.tag | (place + 1);
        return;
      }
    }
  }
}

}  // namespace

TableWriter::TableWriter(uint64_t entries, const std::string& folder, uint64_t memory_bytes) {
  while (shard_bits_ < kMostShardBits && entries >> shard_bits_ > kMostShardEntries) {
    ++shard_bits_;
  }
  const uint64_t shards = uint64_t{1} << shard_bits_;
  constexpr uint64_t kLeastBytes = uint64_t{64} << 10U;
  shards_.reserve(shards);
  for (uint64_t i = 0; i < shards; ++i) {
    shards_.emplace_back(folder, std::max(kLeastBytes, memory_bytes / shards));
  }
}

Result<void> TableWriter::Add(uint64_t hash, uint64_t place) {
  const std::array<uint64_t, 2> entry{hash, place};
  Spill& shard = shards_[shard_bits_ == 0 ? 0 : hash >> (64 - shard_bits_)];
  return shard.Append({reinterpret_cast<const char*>(entry.data()), sizeof(entry)});
}

Result<void> TableWriter::Write(PageSink* sink, IndexExtent* slots, IndexTableShape* shape) {
  uint64_t most = 0;
  for (const Spill& shard : shards_) {
    most = std::max(most, shard.bytes() / kEntryBytes);
  }
  *shape = {BucketsFor(most), shard_bits_, 0};
  INGOT_TRY(sink->Begin(slots));
  std::vector<uint64_t> filled;
  for (Spill& shard : shards_) {
    filled.assign(shape->buckets * kBucketSlots, 0);
    INGOT_TRY(shard.Drain([&](std::span<const char> piece) -> Result<void> {
      for (size_t at = 0; at + kEntryBytes <= piece.size(); at += kEntryBytes) {
        Insert(ReadLittle<uint64_t>(piece.data() + at), ReadLittle<uint64_t>(piece.data() + at + sizeof(uint64_t)),
               *shape, &filled);
      }
      return {};
    }));
    INGOT_TRY(sink->Write({reinterpret_cast<const char*>(filled.data()), filled.size() * sizeof(uint64_t)}));
  }
  sink->End(slots);
  return {};
}

}  // namespace ingot
