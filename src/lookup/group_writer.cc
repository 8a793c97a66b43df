#include "lookup/group_writer.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "lookup/key_encoding.h"

namespace ingot {

GroupWriter::GroupWriter(PageSink* sink, uint64_t groups, uint64_t cells, const std::string& folder,
                         uint64_t memory_bytes, uint64_t placed_bytes)
    : sink_(sink),
      cells_(cells),
      placed_bytes_(placed_bytes),
      slots_(groups, folder, memory_bytes),
      begin_(sink->position()),
      keeps_(groups > 0 && groups <= kMostPilotKeys && cells <= kMostPlacedCells) {}

std::string_view GroupWriter::Kept(size_t record) const {
  const uint64_t begin = record == 0 ? 0 : ends_[record - 1];
  return std::string_view(records_).substr(begin, ends_[record] - begin);
}

Result<void> GroupWriter::Add(uint64_t hash, size_t key_bytes, std::string_view record) {
  if (keeps_ && records_.size() + record.size() > placed_bytes_) {
    INGOT_TRY(PackKept());
  }
  if (!keeps_) {
    return AddPacked(hash, record);
  }
  records_ += record;
  hashes_.push_back(hash);
  ends_.push_back(static_cast<uint32_t>(records_.size()));
  key_bytes_.push_back(static_cast<uint32_t>(key_bytes));
  longest_key_ = std::max<uint64_t>(longest_key_, key_bytes);
  greatest_number_ = std::max(greatest_number_, ReadLittle<uint64_t>(record.data() + key_bytes));
  return {};
}

Result<void> GroupWriter::AddPacked(uint64_t hash, std::string_view record) {
  const uint64_t place = sink_->position() - begin_;
  if (packed_++ % kGroupsPerMark == 0) {
    marks_.push_back(place);
  }
  INGOT_TRY(slots_.Add(hash, place));
  return sink_->Write(record);
}

Result<void> GroupWriter::PackKept() {
  keeps_ = false;
  for (size_t i = 0; i < ends_.size(); ++i) {
    INGOT_TRY(AddPacked(hashes_[i], Kept(i)));
  }
  records_ = {};
  hashes_ = {};
  ends_ = {};
  key_bytes_ = {};
  return {};
}

// Places have the length of the longest key: where lengths differ much, packed records and their slots are smaller.
bool GroupWriter::IsWorthPlaces() const {
  constexpr uint64_t kSlotBytes = 10;  // of a group, with what stays free
  const uint64_t groups = ends_.size();
  const uint64_t packed = records_.size() + groups * kSlotBytes;
  const uint64_t placed = PilotPlaces(groups) * PlaceBytes() + groups * sizeof(uint32_t);
  return placed <= packed + packed / 4;
}

// A packed record, without what its place does not need: leading zeros of numbers, the count of cells, their list.
void GroupWriter::FillPlace(size_t record, std::string* place) const {
  std::string_view packed = Kept(record);
  place->assign(packed.substr(0, key_bytes_[record] + number_bytes_));
  packed.remove_prefix(key_bytes_[record] + sizeof(uint64_t));
  if (cells_ > 0) {
    const auto count = ReadLittle<uint32_t>(packed.data());
    packed.remove_prefix(sizeof(count));
    const size_t begin = place->size();
    place->resize(begin + PlacedCellBytes(cells_), '\0');
    if (IsCellList(count, cells_)) {
      for (uint32_t i = 0; i < count; ++i) {
        const auto cell = ReadLittle<uint16_t>(packed.data() + i * sizeof(uint16_t));
        char& byte = (*place)[begin + cell / 8];
        byte = static_cast<char>(static_cast<uint8_t>(byte) | 1U << cell % 8);
      }
    } else {
      packed.copy(place->data() + begin, PlacedCellBytes(cells_));
    }
  }
  place->resize(PlaceBytes(), '\0');
}

Result<void> GroupWriter::WritePlaced(const std::vector<uint16_t>& pilots, IndexTrailer* trailer) {
  const uint64_t places = PilotPlaces(hashes_.size());
  // Places that no key leads to hold the first group, which is found elsewhere: nothing is special about them.
  std::vector<uint32_t> at_place(places, 0);
  std::vector<uint32_t> order(hashes_.size());
  for (size_t i = 0; i < hashes_.size(); ++i) {
    order[i] =
        static_cast<uint32_t>(PilotPlaceOf(hashes_[i], pilots[PilotBucketOf(hashes_[i], pilots.size())], places));
    at_place[order[i]] = static_cast<uint32_t>(i);
  }
  trailer->place_bytes = PlaceBytes();
  trailer->number_bytes = number_bytes_;
  std::string place;
  for (const uint32_t record : at_place) {
    FillPlace(record, &place);
    INGOT_TRY(sink_->Write(place));
  }
  trailer->section(IndexSection::kGroups) = {begin_, sink_->position() - begin_};
  trailer->tables[0] = {pilots.size(), 0, 0};
  INGOT_TRY(sink_->WriteSection(pilots, &trailer->section(IndexSection::kGroupSlots)));
  return sink_->WriteSection(order, &trailer->section(IndexSection::kGroupOrder));
}

Result<void> GroupWriter::WritePacked(IndexTrailer* trailer) {
  trailer->section(IndexSection::kGroups) = {begin_, sink_->position() - begin_};
  INGOT_TRY(slots_.Write(sink_, &trailer->section(IndexSection::kGroupSlots), &trailer->tables[0]));
  return sink_->WriteSection(marks_, &trailer->section(IndexSection::kGroupOrder));
}

Result<void> GroupWriter::Finish(bool needs_numbers, IndexTrailer* trailer) {
  number_bytes_ = needs_numbers ? static_cast<uint32_t>(std::bit_width(greatest_number_) + 7) / 8 : 0;
  std::optional<std::vector<uint16_t>> pilots;
  if (keeps_ && !hashes_.empty() && IsWorthPlaces()) {
    pilots = FindPilots(hashes_);
  }
  if (pilots) {
    return WritePlaced(*pilots, trailer);
  }
  INGOT_TRY(PackKept());
  return WritePacked(trailer);
}

}  // namespace ingot
