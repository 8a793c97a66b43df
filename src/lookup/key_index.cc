#include "lookup/key_index.h"

#include <utility>

#include "lookup/key_hash.h"

namespace ingot {

Finding KeyIndex::ReadVarint(uint64_t* offset, uint64_t end, uint64_t* value) const {
  constexpr uint32_t kMostBits = 64;
  *value = 0;
  for (uint32_t shift = 0; shift < kMostBits && *offset < end; shift += 7) {
    if (!bytes_.Prove(*offset, 1)) {
      return Finding::kDamaged;
    }
    const auto byte = static_cast<uint8_t>(*bytes_.at((*offset)++));
    *value |= uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) {
      return Finding::kFound;
    }
  }
  return Finding::kDamaged;
}

Finding KeyIndex::ReadText(uint64_t* offset, uint64_t end, std::string_view* text) const {
  uint64_t length = 0;
  if (ReadVarint(offset, end, &length) != Finding::kFound || length > end - *offset || !bytes_.Prove(*offset, length)) {
    return Finding::kDamaged;
  }
  *text = {bytes_.at(*offset), length};
  *offset += length;
  return Finding::kFound;
}

Finding KeyIndex::ReadValue(KeyKind kind, uint64_t* offset, uint64_t end, KeyValue* value) const {
  if (kind == KeyKind::kString) {
    return ReadText(offset, end, &value->text);
  }
  if (end - *offset < sizeof(int64_t) || !bytes_.Prove(*offset, sizeof(int64_t))) {
    return Finding::kDamaged;
  }
  value->number = ReadLittle<int64_t>(bytes_.at(*offset));
  *offset += sizeof(int64_t);
  return Finding::kFound;
}

Finding KeyIndex::FindId(size_t dictionary, const KeyValue& value, uint64_t* id) const {
  if (const SmallNumbers& numbers = small_numbers_[dictionary]; !numbers.ids.empty()) {
    // Wraps around for what is less than the least.
    const uint64_t place = static_cast<uint64_t>(value.number) - static_cast<uint64_t>(numbers.least);
    if (place >= numbers.ids.size() || numbers.ids[place] == kNoId) {
      return Finding::kAbsent;
    }
    *id = numbers.ids[place];
    return Finding::kFound;
  }
  const KeyView key{&kinds_[trailer_.hashed_columns + dictionary], &value, 1};
  const HashedTable& table = tables_[dictionary];
  uint64_t payload = 0;
  const Finding finding = table.Find(key, PlaceOf(HashKey(key), table.shape()), &payload);
  if (finding != Finding::kFound) {
    return finding;
  }
  if (table.records().end() - payload < sizeof(uint32_t) || !bytes_.Prove(payload, sizeof(uint32_t))) {
    return Finding::kDamaged;
  }
  *id = ReadLittle<uint32_t>(bytes_.at(payload));
  return *id < cardinality(dictionary) ? Finding::kFound : Finding::kDamaged;
}

// The cell of the later columns' values: the last column varies fastest.
Finding KeyIndex::FindCell(const KeyTuple& key, uint64_t* cell) const {
  *cell = 0;
  for (size_t i = 0; i < dictionaries(); ++i) {
    uint64_t id = 0;
    if (const Finding finding = FindId(i, key[trailer_.hashed_columns + i], &id); finding != Finding::kFound) {
      return finding;
    }
    *cell = *cell * cardinality(i) + id;
  }
  return Finding::kFound;
}

// Reads eight bytes for a number that may have fewer: behind the last place there is always more of the file.
Finding KeyIndex::ReadPlacedGroup(uint64_t payload, uint64_t end, Group* group) const {
  const uint64_t number_bits = uint64_t{trailer_.number_bytes} * 8;
  group->proven = true;
  group->body = payload + trailer_.number_bytes;
  group->end = group->body + PlacedCellBytes(trailer_.cells);
  group->first_key = number_bits == 0 ? 0 : Number(payload) & (~uint64_t{0} >> (64 - number_bits));
  return group->end <= end ? Finding::kFound : Finding::kDamaged;
}

// What stands behind a group's key at `payload`, and before `end`.
Finding KeyIndex::ReadGroup(uint64_t payload, uint64_t end, Group* group) const {
  if (has_places()) {
    return ReadPlacedGroup(payload, end, group);
  }
  const bool has_cells = trailer_.cells != 0;
  const uint64_t header = has_cells ? kGroupHeaderBytes : sizeof(uint64_t);
  if (end - payload < header || !bytes_.Prove(payload, header)) {
    return Finding::kDamaged;
  }
  group->first_key = ReadLittle<uint64_t>(bytes_.at(payload));
  group->body = payload + header;
  group->end = group->body;
  if (has_cells) {
    group->count = ReadLittle<uint32_t>(bytes_.at(payload + sizeof(uint64_t)));
    group->is_list = IsCellList(group->count, trailer_.cells);
    const uint64_t body = group->is_list ? group->count * CellBytes(trailer_.cells) : BitmapBytes(trailer_.cells);
    if (end - group->body < body) {
      return Finding::kDamaged;
    }
    group->end = group->body + body;
  }
  return Finding::kFound;
}

uint64_t KeyIndex::CellAt(const Group& group, uint64_t i) const {
  return CellBytes(trailer_.cells) == 2 ? ReadLittle<uint16_t>(bytes_.at(group.body + i * 2))
                                        : ReadLittle<uint32_t>(bytes_.at(group.body + i * 4));
}

Finding KeyIndex::FindInList(const Group& group, uint64_t cell, uint64_t* rank) const {
  if (!bytes_.Prove(group.body, group.end - group.body)) {
    return Finding::kDamaged;
  }
  uint64_t begin = 0;
  uint64_t count = group.count;
  while (count > 0) {
    const uint64_t half = count / 2;
    if (CellAt(group, begin + half) < cell) {
      begin += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  *rank = begin;
  return begin < group.count && CellAt(group, begin) == cell ? Finding::kFound : Finding::kAbsent;
}

// Requires: cell < cells. The rank is the number of the group's cells before it.
Finding KeyIndex::FindInGroup(const Group& group, uint64_t cell, uint64_t* rank) const {
  if (group.is_list) {
    return FindInList(group, cell, rank);
  }
  uint64_t words = group.body;
  uint64_t bit = cell;
  *rank = 0;
  if (trailer_.cells > kLineBits) {
    const uint64_t line = group.body + cell / kLineBits * kLineBytes;
    if (!bytes_.Prove(line, kLineBytes)) {
      return Finding::kDamaged;
    }
    *rank = Number(line);
    words = line + sizeof(uint64_t);
    bit = cell % kLineBits;
  } else if (!group.proven && !bytes_.Prove(group.body, group.end - group.body)) {
    return Finding::kDamaged;
  }
  for (uint64_t i = 0; i < bit / 64; ++i) {
    *rank += CountBits(Number(words + i * sizeof(uint64_t)));
  }
  const uint64_t word = Number(words + bit / 64 * sizeof(uint64_t));
  *rank += CountBits(word & ((uint64_t{1} << bit % 64) - 1));
  return (word >> bit % 64 & 1U) != 0 ? Finding::kFound : Finding::kAbsent;
}

Finding KeyIndex::FindInPayload(const KeyTuple& key, uint64_t payload, uint64_t end, KeyPlace* place) const {
  Group group;
  if (const Finding read = ReadGroup(payload, end, &group); read != Finding::kFound) {
    return read;
  }
  place->number = group.first_key;
  if (dictionaries() == 0) {
    return Finding::kFound;
  }
  uint64_t cell = 0;
  if (const Finding found = FindCell(key, &cell); found != Finding::kFound) {
    return found;
  }
  uint64_t rank = 0;
  const Finding found = FindInGroup(group, cell, &rank);
  place->number += rank;
  return found;
}

// `at` is where the pilot says.
Finding KeyIndex::FindPlaced(const KeyTuple& key, uint64_t hash, uint64_t at, KeyPlace* place) const {
  const std::string_view prefix = meta_.shared_prefix;
  KeyView group_key = GroupKey(key);
  group_key.skipped = prefix.size();
  const char* text = key[0].text.data();
  if (key[0].text.size() < prefix.size() || !EqualShort(text, prefix.data(), prefix.size())) {
    return Finding::kAbsent;
  }
  uint64_t payload = 0;
  Finding found = places_.Find(group_key, hash, at, &payload);
  if (found != Finding::kFound || trailer_.number_bytes != 0 || dictionaries() == 0) {
    return found == Finding::kFound ? FindInPayload(key, payload, GroupEnd(at), place) : found;
  }
  // Without stored paths nobody asks for the number of a key: the bit says all.
  uint64_t cell = 0;
  if (GroupEnd(at) - payload < PlacedCellBytes(trailer_.cells)) {
    return Finding::kDamaged;
  }
  if (found = FindCell(key, &cell); found != Finding::kFound) {
    return found;
  }
  const auto bits = static_cast<uint8_t>(*bytes_.at(payload + cell / 8));
  return (bits >> cell % 8 & 1U) != 0 ? Finding::kFound : Finding::kAbsent;
}

Finding KeyIndex::Find(const KeyTuple& key, KeyPlace* place) const {
  const KeyView group_key = GroupKey(key);
  const uint64_t hash = HashKey(group_key);
  if (has_places()) {
    return FindPlaced(key, hash, places_.PlaceOf(hash), place);
  }
  uint64_t payload = 0;
  const Finding found = groups_.Find(group_key, PlaceOf(hash, groups_.shape()), &payload);
  return found == Finding::kFound ? FindInPayload(key, payload, groups_.records().end(), place) : found;
}

void KeyIndex::BeginFind(const KeyTuple& key, Probe* probe) const {
  probe->hash = HashKey(GroupKey(key));
  if (has_places()) {
    probe->place = places_.Begin(probe->hash);
  } else {
    probe->packed = groups_.Begin(probe->hash);
  }
}

void KeyIndex::FollowFind(Probe* probe) const {
  if (!has_places()) {
    groups_.Follow(&probe->packed);
  }
}

Finding KeyIndex::EndFind(const KeyTuple& key, const Probe& probe, KeyPlace* place) const {
  if (has_places()) {
    return FindPlaced(key, probe.hash, probe.place, place);
  }
  const KeyView group_key = GroupKey(key);
  uint64_t payload = 0;
  Finding found = groups_.FindFollowed(group_key, probe.packed, &payload);
  if (found == Finding::kAbsent) {
    found = groups_.Find(group_key, probe.packed.place, &payload);
  }
  return found == Finding::kFound ? FindInPayload(key, payload, groups_.records().end(), place) : found;
}

// Whether the paths of a key are stored, and where they begin: as many as a varint says.
Finding KeyIndex::PathsOf(KeyPlace place, uint64_t* entry, bool* stored) const {
  const IndexExtent& paths = section(IndexSection::kPaths);
  uint64_t begin = 0;
  if (dictionaries() == 0) {
    *stored = place.number != 0;
    begin = place.number - 1;
  } else {
    const IndexExtent& lines = section(IndexSection::kPathLines);
    *stored = false;
    if (lines.bytes == 0) {
      return Finding::kFound;
    }
    if (place.number >= trailer_.keys) {
      return Finding::kDamaged;
    }
    const uint64_t line = lines.offset + place.number / kLineBits * kLineBytes;
    if (!bytes_.Prove(line, kLineBytes)) {
      return Finding::kDamaged;
    }
    const uint64_t bit = place.number % kLineBits;
    uint64_t ordinal = Number(line);
    for (uint64_t i = 0; i < bit / 64; ++i) {
      ordinal += CountBits(Number(line + (1 + i) * sizeof(uint64_t)));
    }
    const uint64_t word = Number(line + (1 + bit / 64) * sizeof(uint64_t));
    *stored = (word >> bit % 64 & 1U) != 0;
    if (*stored) {
      ordinal += CountBits(word & ((uint64_t{1} << bit % 64) - 1));
      const IndexExtent& offsets = section(IndexSection::kPathOffsets);
      if (ordinal >= offsets.bytes / sizeof(uint64_t) ||
          !bytes_.Prove(offsets.offset + ordinal * sizeof(uint64_t), sizeof(uint64_t))) {
        return Finding::kDamaged;
      }
      begin = Number(offsets.offset + ordinal * sizeof(uint64_t));
    }
  }
  if (*stored && begin >= paths.bytes) {
    return Finding::kDamaged;
  }
  *entry = paths.offset + begin;
  return Finding::kFound;
}

Finding KeyIndex::AppendPath(const KeyTuple& key, KeyPlace place, PathBytes* paths) const {
  uint64_t entry = 0;
  bool stored = false;
  if (PathsOf(place, &entry, &stored) != Finding::kFound || (!stored && meta_.pattern.empty())) {
    return Finding::kDamaged;
  }
  if (!stored) {
    meta_.pattern.AppendPath(key, paths);
    return Finding::kFound;
  }
  const uint64_t end = section(IndexSection::kPaths).end();
  uint64_t count = 0;
  std::string_view text;
  if (ReadVarint(&entry, end, &count) != Finding::kFound || count == 0 ||
      ReadText(&entry, end, &text) != Finding::kFound) {
    return Finding::kDamaged;
  }
  paths->Append(text);
  return Finding::kFound;
}

Finding KeyIndex::ForEachPath(const KeyTuple& key, KeyPlace place, const TakePath& take) const {
  uint64_t entry = 0;
  bool stored = false;
  if (PathsOf(place, &entry, &stored) != Finding::kFound || (!stored && meta_.pattern.empty())) {
    return Finding::kDamaged;
  }
  if (!stored) {
    take(meta_.pattern.PathOf(key));
    return Finding::kFound;
  }
  const uint64_t end = section(IndexSection::kPaths).end();
  uint64_t count = 0;
  if (ReadVarint(&entry, end, &count) != Finding::kFound || count == 0) {
    return Finding::kDamaged;
  }
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view text;
    if (ReadText(&entry, end, &text) != Finding::kFound) {
      return Finding::kDamaged;
    }
    take(text);
  }
  return Finding::kFound;
}

}  // namespace ingot
