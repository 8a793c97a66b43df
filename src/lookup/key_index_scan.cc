// Reading many keys of an index in their order.
#include <algorithm>
#include <bit>

#include "lookup/key_hash.h"
#include "lookup/key_index.h"

namespace ingot {

// Goes from group to group in the order of their keys. It starts at the number of a group that has a place, or where
// the record of a packed one begins, counted from the first.
class KeyIndex::GroupCursor {
 public:
  GroupCursor(const KeyIndex& index, uint64_t start) : index_(index), at_(start) {}

  // kAbsent at the end. Fills the hashed columns of `key`; their texts are good until the next call.
  Finding Next(KeyTuple* key, Group* group) {
    const IndexExtent& records = index_.section(IndexSection::kGroups);
    if (at_ >= (index_.has_places() ? index_.places_.groups() : records.bytes)) {
      return Finding::kAbsent;
    }
    uint64_t offset = records.offset + at_;
    if (index_.has_places() && index_.places_.GroupAt(at_, &offset) != Finding::kFound) {
      return Finding::kDamaged;
    }
    const uint64_t end = index_.GroupEnd(offset);
    for (size_t i = 0; i < index_.trailer_.hashed_columns; ++i) {
      if (index_.ReadValue(index_.kinds_[i], &offset, end, &(*key)[i]) != Finding::kFound) {
        return Finding::kDamaged;
      }
    }
    if (index_.has_places() && !index_.meta_.shared_prefix.empty()) {
      first_text_.assign(index_.meta_.shared_prefix).append((*key)[0].text);
      (*key)[0].text = first_text_;
    }
    if (index_.ReadGroup(offset, end, group) != Finding::kFound) {
      return Finding::kDamaged;
    }
    at_ = index_.has_places() ? at_ + 1 : group->end - records.offset;
    return Finding::kFound;
  }

 private:
  const KeyIndex& index_;
  uint64_t at_;
  std::string first_text_;
};

Finding KeyIndex::ValueOf(size_t dictionary, uint64_t id, KeyValue* value) const {
  const IndexExtent& offsets = dictionary_section(dictionary, 2);
  const uint64_t at = offsets.offset + id * sizeof(uint64_t);
  if (id >= cardinality(dictionary) || !bytes_.Prove(at, sizeof(uint64_t))) {
    return Finding::kDamaged;
  }
  const IndexExtent& records = dictionary_section(dictionary, 0);
  const uint64_t place = Number(at);
  if (place >= records.bytes) {
    return Finding::kDamaged;
  }
  uint64_t offset = records.offset + place;
  return ReadValue(kinds_[trailer_.hashed_columns + dictionary], &offset, records.end(), value);
}

// The values of the dictionaries by their numbers; small dictionaries are decoded once.
class KeyIndex::ValueReader {
 public:
  explicit ValueReader(const KeyIndex& index) : index_(index) {}

  Finding Load() {
    constexpr uint64_t kMostKept = uint64_t{1} << 16U;
    for (size_t i = 0; i < index_.dictionaries(); ++i) {
      if (index_.cardinality(i) > kMostKept) {
        continue;
      }
      kept_[i].resize(index_.cardinality(i));
      for (size_t id = 0; id < kept_[i].size(); ++id) {
        if (index_.ValueOf(i, id, &kept_[i][id]) != Finding::kFound) {
          return Finding::kDamaged;
        }
      }
    }
    return Finding::kFound;
  }

  // Fills the columns of `key` that have dictionaries.
  Finding Read(uint64_t cell, KeyTuple* key) const {
    for (size_t i = index_.dictionaries(); i-- > 0;) {
      const uint64_t cardinality = index_.cardinality(i);
      const uint64_t id = cell % cardinality;
      cell /= cardinality;
      KeyValue* value = &(*key)[index_.trailer_.hashed_columns + i];
      if (!kept_[i].empty()) {
        *value = kept_[i][id];
      } else if (index_.ValueOf(i, id, value) != Finding::kFound) {
        return Finding::kDamaged;
      }
    }
    return Finding::kFound;
  }

 private:
  const KeyIndex& index_;
  std::array<std::vector<KeyValue>, kMaxDictionaries> kept_;
};

// Calls `take` with each cell of the group and its rank; it returns what goes on: kFound.
template <typename Take>
Finding KeyIndex::ForEachCell(const Group& group, const Take& take) const {
  if (!group.proven && !bytes_.Prove(group.body, group.end - group.body)) {
    return Finding::kDamaged;
  }
  if (group.is_list) {
    for (uint64_t i = 0; i < group.count; ++i) {
      const uint64_t cell = CellAt(group, i);
      if (cell >= trailer_.cells) {
        return Finding::kDamaged;
      }
      if (const Finding taken = take(cell, i); taken != Finding::kFound) {
        return taken;
      }
    }
    return Finding::kFound;
  }
  const bool has_lines = trailer_.cells > kLineBits;
  uint64_t rank = 0;
  uint64_t word_index = 0;
  for (uint64_t at = group.body; at < group.end; at += sizeof(uint64_t)) {
    if (has_lines && (at - group.body) % kLineBytes == 0) {
      continue;
    }
    // What lies behind the last cell may belong to the next group.
    const uint64_t left = trailer_.cells - std::min(trailer_.cells, word_index * 64);
    const uint64_t mask = left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
    for (uint64_t word = Number(at) & mask; word != 0; word &= word - 1) {
      const uint64_t cell = word_index * 64 + static_cast<uint64_t>(std::countr_zero(word));
      if (const Finding taken = take(cell, rank++); taken != Finding::kFound) {
        return taken;
      }
    }
    ++word_index;
  }
  return Finding::kFound;
}

namespace {

bool Meets(std::span<const KeyKind> kinds, const KeyConditions& conditions, const KeyTuple& key, size_t begin,
           size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (conditions[i] && CompareValues(kinds[i], key[i], *conditions[i]) != 0) {
      return false;
    }
  }
  return true;
}

bool IsRequested(const Cancellation* cancellation) { return cancellation != nullptr && cancellation->requested(); }

// How the first `count` columns of a key compare with the conditions on them.
int CompareLeading(std::span<const KeyKind> kinds, const KeyConditions& conditions, const KeyTuple& key, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (const int order = CompareValues(kinds[i], key[i], *conditions[i]); order != 0) {
      return order;
    }
  }
  return 0;
}

}  // namespace

// Where a cursor is to start for the first group whose leading columns are those of the conditions: at a smaller one,
// of packed groups at a mark.
Finding KeyIndex::FirstGroup(const KeyConditions& conditions, size_t leading, uint64_t* start) const {
  const IndexExtent& marks = section(IndexSection::kGroupOrder);
  uint64_t begin = 0;  // groups and marks before this one are smaller
  uint64_t count = has_places() ? places_.groups() : marks.bytes / sizeof(uint64_t);
  *start = 0;
  while (count > 0) {
    const uint64_t middle = begin + count / 2;
    uint64_t at = middle;
    if (!has_places()) {
      const uint64_t mark = marks.offset + middle * sizeof(uint64_t);
      if (!bytes_.Prove(mark, sizeof(uint64_t))) {
        return Finding::kDamaged;
      }
      at = Number(mark);
    }
    KeyTuple key;
    Group group;
    GroupCursor cursor(*this, at);
    if (cursor.Next(&key, &group) != Finding::kFound) {
      return Finding::kDamaged;
    }
    if (CompareLeading(kinds(), conditions, key, leading) < 0) {
      *start = at;
      count -= middle + 1 - begin;
      begin = middle + 1;
    } else {
      count = middle - begin;
    }
  }
  return Finding::kFound;
}

Finding KeyIndex::ScanGroup(const KeyConditions& conditions, const Group& group, KeyTuple* key,
                            const ValueReader& values, const TakeKey& take, bool* more) const {
  if (dictionaries() == 0) {
    *more = take(*key, {group.first_key});
    return Finding::kFound;
  }
  const Finding scanned = ForEachCell(group, [&](uint64_t cell, uint64_t rank) {
    if (values.Read(cell, key) != Finding::kFound) {
      return Finding::kDamaged;
    }
    if (Meets(kinds(), conditions, *key, trailer_.hashed_columns, trailer_.columns)) {
      *more = take(*key, {group.first_key + rank});
    }
    return *more ? Finding::kFound : Finding::kAbsent;
  });
  return scanned == Finding::kDamaged ? scanned : Finding::kFound;
}

Finding KeyIndex::Scan(const KeyConditions& conditions, const Cancellation* cancellation, const TakeKey& take) const {
  size_t leading = 0;
  while (leading < trailer_.hashed_columns && conditions[leading]) {
    ++leading;
  }
  ValueReader values(*this);
  uint64_t begin = 0;
  if (values.Load() != Finding::kFound || (leading > 0 && FirstGroup(conditions, leading, &begin) != Finding::kFound)) {
    return Finding::kDamaged;
  }
  // A cell is tested where all of it is known; otherwise all cells of the group are looked at.
  bool cell_known = dictionaries() > 0;
  KeyTuple key;
  for (size_t i = trailer_.hashed_columns; i < trailer_.columns; ++i) {
    cell_known = cell_known && conditions[i];
    key[i] = conditions[i].value_or(KeyValue());
  }
  uint64_t cell = 0;
  if (cell_known) {
    if (const Finding found = FindCell(key, &cell); found != Finding::kFound) {
      return found == Finding::kAbsent ? Finding::kFound : found;
    }
  }
  GroupCursor cursor(*this, begin);
  bool more = true;
  while (more && !IsRequested(cancellation)) {
    Group group;
    const Finding next = cursor.Next(&key, &group);
    if (next != Finding::kFound) {
      return next == Finding::kAbsent ? Finding::kFound : next;
    }
    const int order = CompareLeading(kinds(), conditions, key, leading);
    if (order > 0) {
      return Finding::kFound;
    }
    if (order < 0 || !Meets(kinds(), conditions, key, leading, trailer_.hashed_columns)) {
      continue;
    }
    Finding scanned = Finding::kFound;
    uint64_t rank = 0;
    if (!cell_known) {
      scanned = ScanGroup(conditions, group, &key, values, take, &more);
    } else if (scanned = FindInGroup(group, cell, &rank); scanned == Finding::kFound) {
      more = take(key, {group.first_key + rank});
    }
    if (scanned == Finding::kDamaged) {
      return scanned;
    }
  }
  return Finding::kFound;
}

Finding KeyIndex::ForEachValue(size_t column, const Cancellation* cancellation, const TakeValue& take) const {
  if (HasDictionary(column)) {
    const size_t dictionary = column - trailer_.hashed_columns;
    for (uint64_t id = 0; id < cardinality(dictionary) && !IsRequested(cancellation); ++id) {
      KeyValue value;
      if (ValueOf(dictionary, id, &value) != Finding::kFound) {
        return Finding::kDamaged;
      }
      take(value);
    }
    return Finding::kFound;
  }
  GroupCursor cursor(*this, 0);
  while (!IsRequested(cancellation)) {
    KeyTuple key;
    Group group;
    const Finding next = cursor.Next(&key, &group);
    if (next != Finding::kFound) {
      return next == Finding::kAbsent ? Finding::kFound : next;
    }
    take(key[column]);
  }
  return Finding::kFound;
}

}  // namespace ingot
