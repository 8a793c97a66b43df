// The groups of an index that have places of their own, as they lie in the file: a pilot leads to the only place where
// a key can be.
#pragma once

#include <algorithm>
#include <cstdint>

#include "lookup/hashed_table.h"
#include "lookup/index_format.h"
#include "lookup/pilot_hash.h"
#include "lookup/proven_bytes.h"

namespace ingot {

class PlacedTable {
 public:
  PlacedTable() = default;
  // Requires: the extents lie inside of `bytes`; `places` has a whole number of places of `place_bytes`, between one
  // and 2^32 - 1, `order` four bytes for each group, and `pilots` two for each of at most 2^32 - 1 buckets, at least
  // one.
  PlacedTable(const ProvenBytes* bytes, IndexExtent places, uint64_t place_bytes, IndexExtent pilots, IndexExtent order)
      : bytes_(bytes),
        places_(places),
        place_bytes_(place_bytes),
        count_(places.bytes / place_bytes),
        pilots_(pilots),
        buckets_(pilots.bytes / sizeof(uint16_t)),
        order_(order) {}

  uint64_t place_bytes() const { return place_bytes_; }
  uint64_t groups() const { return order_.bytes / sizeof(uint32_t); }

  // Where a key with this hash would be, on its way into the cache. Only a hint: Find proves what it says.
  uint64_t Begin(uint64_t hash) const {
    const uint64_t place = PlaceOf(hash);
    __builtin_prefetch(bytes_->at(place));
    __builtin_prefetch(bytes_->at(place + place_bytes_ - 1));
    return place;
  }

  // Only a hint, too.
  uint64_t PlaceOf(uint64_t hash) const {
    const auto pilot = ReadLittle<uint16_t>(bytes_->at(PilotAt(hash)));
    return places_.offset + PilotPlaceOf(hash, pilot, count_) * place_bytes_;
  }

  // `place` is the hint. `payload`: the place in the file behind the record's key. Everything up to the end of the
  // place has been proven.
  Finding Find(const KeyView& key, uint64_t hash, uint64_t place, uint64_t* payload) const {
    if (!bytes_->Prove(PilotAt(hash), sizeof(uint16_t)) || !bytes_->Prove(place, place_bytes_)) {
      return Finding::kDamaged;
    }
    const size_t size = key.EncodedBytes();
    *payload = place + size;
    return size <= place_bytes_ && key.IsAt(bytes_->at(place)) ? Finding::kFound : Finding::kAbsent;
  }

  // Where the i-th group in the order of the keys is. Those that may be asked for next are fetched meanwhile.
  // Requires: i < groups().
  Finding GroupAt(uint64_t i, uint64_t* place) const {
    constexpr uint64_t kAhead = 8;
    if (!bytes_->Prove(order_.offset + i * sizeof(uint32_t), sizeof(uint32_t)) || Ordered(i) >= count_) {
      return Finding::kDamaged;
    }
    if (const uint64_t ahead = Ordered(std::min(i + kAhead, groups() - 1)); ahead < count_) {
      __builtin_prefetch(bytes_->at(places_.offset + ahead * place_bytes_));
    }
    *place = places_.offset + Ordered(i) * place_bytes_;
    return bytes_->Prove(*place, place_bytes_) ? Finding::kFound : Finding::kDamaged;
  }

 private:
  uint64_t PilotAt(uint64_t hash) const { return pilots_.offset + PilotBucketOf(hash, buckets_) * sizeof(uint16_t); }
  uint64_t Ordered(uint64_t i) const { return ReadLittle<uint32_t>(bytes_->at(order_.offset + i * sizeof(uint32_t))); }

  const ProvenBytes* bytes_ = nullptr;
  IndexExtent places_;
  uint64_t place_bytes_ = 1;
  uint64_t count_ = 0;
  IndexExtent pilots_;
  uint64_t buckets_ = 1;
  IndexExtent order_;
};

}  // namespace ingot
