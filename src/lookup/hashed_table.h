// A hash table of an index, as it lies in the file: buckets of one cache line that lead to records that begin with
// their key.
#pragma once

#include <cstdint>

#include "lookup/index_format.h"
#include "lookup/key_encoding.h"
#include "lookup/proven_bytes.h"

namespace ingot {

// What a search ended with. kDamaged: the bytes are not what was written, or make no sense.
enum class Finding : uint8_t { kAbsent, kFound, kDamaged };

class HashedTable {
 public:
  HashedTable() = default;
  // Requires: both extents lie inside of `bytes`, and the slots are as many as the shape says, at least one bucket.
  HashedTable(const ProvenBytes* bytes, IndexExtent records, IndexExtent slots, IndexTableShape shape)
      : bytes_(bytes), records_(records), slots_(slots), shape_(shape) {}

  // A search that was begun: its bucket may be on its way into the cache.
  struct Probe {
    SlotPlace place;
    uint64_t record = 0;  // in the file; where a record of the same tag stands, 0 without
  };

  Probe Begin(uint64_t hash) const {
    const Probe probe{PlaceOf(hash, shape_), 0};
    __builtin_prefetch(bytes_->at(BucketOffset(probe.place, 0)));
    return probe;
  }

  // Looks into the first bucket and fetches the record that it leads to. Only a hint: Find tells the truth.
  void Follow(Probe* probe) const {
    const char* bucket = bytes_->at(BucketOffset(probe->place, 0));
    for (size_t i = 0; i < kBucketSlots; ++i) {
      const auto slot = ReadLittle<uint64_t>(bucket + i * sizeof(uint64_t));
      const uint64_t record = (slot & kPlaceMask) - 1;
      if (slot != 0 && ((slot ^ probe->place.tag) >> kTagShift) == 0 && record < records_.bytes) {
        probe->record = records_.offset + record;
        __builtin_prefetch(bytes_->at(probe->record));
        __builtin_prefetch(bytes_->at(probe->record) + kLineBytes - 1);
        return;
      }
    }
  }

  // Whether the record that Follow found has the key: then nothing else can. Cheaper than Find, which is to be asked
  // when this says kAbsent.
  Finding FindFollowed(const KeyView& key, const Probe& probe, uint64_t* payload) const {
    const size_t size = key.EncodedBytes();
    if (probe.record == 0 || size > records_.end() - probe.record) {
      return Finding::kAbsent;
    }
    // The bucket too: one that is damaged could lead into the middle of a record that looks like this key.
    if (!bytes_->Prove(BucketOffset(probe.place, 0), kBucketBytes) || !bytes_->Prove(probe.record, size)) {
      return Finding::kDamaged;
    }
    *payload = probe.record + size;
    return key.IsAt(bytes_->at(probe.record)) ? Finding::kFound : Finding::kAbsent;
  }

  // `payload`: the place in the file behind the record's key. It and the key have been proven up to there.
  Finding Find(const KeyView& key, const SlotPlace& place, uint64_t* payload) const {
    const size_t size = key.EncodedBytes();
    for (uint64_t step = 0; step < shape_.buckets; ++step) {
      const uint64_t offset = BucketOffset(place, step);
      if (!bytes_->Prove(offset, kBucketBytes)) {
        return Finding::kDamaged;
      }
      const char* bucket = bytes_->at(offset);
      for (size_t i = 0; i < kBucketSlots; ++i) {
        const auto slot = ReadLittle<uint64_t>(bucket + i * sizeof(uint64_t));
        if (slot == 0) {
          return Finding::kAbsent;
        }
        if (((slot ^ place.tag) >> kTagShift) != 0) {
          continue;
        }
        const uint64_t record = (slot & kPlaceMask) - 1;
        if (record >= records_.bytes) {
          return Finding::kDamaged;
        }
        if (size > records_.bytes - record) {
          continue;
        }
        if (!bytes_->Prove(records_.offset + record, size)) {
          return Finding::kDamaged;
        }
        if (key.IsAt(bytes_->at(records_.offset + record))) {
          *payload = records_.offset + record + size;
          return Finding::kFound;
        }
      }
    }
    return Finding::kAbsent;
  }

  const IndexExtent& records() const { return records_; }
  const IndexTableShape& shape() const { return shape_; }

 private:
  uint64_t BucketOffset(const SlotPlace& place, uint64_t step) const {
    const uint64_t bucket = place.home + step;
    return slots_.offset +
           (place.first_bucket + (bucket < shape_.buckets ? bucket : bucket - shape_.buckets)) * kBucketBytes;
  }

  const ProvenBytes* bytes_ = nullptr;
  IndexExtent records_;
  IndexExtent slots_;
  IndexTableShape shape_;
};

}  // namespace ingot
