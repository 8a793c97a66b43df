#include "lookup/group_writer.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "lookup/key_encoding.h"

namespace ingot {

GroupWriter::GroupWriter(PageSink* sink, const GroupsShape& shape, const std::string& folder, uint64_t memory_bytes,
                         uint64_t placed_bytes)
    : sink_(sink),
      shape_(shape),
      placed_bytes_(placed_bytes),
      slots_(shape.groups, folder, memory_bytes),
      begin_(sink->position()),
      keeps_(shape.groups > 0 && shape.groups <= kMostPilotKeys && shape.cells <= kMostPlacedCells) {}

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

// The text that a record begins with. Requires: the first column is one of texts.
std::string_view GroupWriter::FirstText(size_t record) const {
  const std::string_view packed = Kept(record);
  uint64_t length = 0;
  size_t at = 0;
  for (bool more = true; more; ++at) {
    const auto byte = static_cast<uint8_t>(packed[at]);
    length |= uint64_t{byte & 0x7FU} << (7 * at);
    more = (byte & 0x80U) != 0;
  }
  return packed.substr(at, length);
}

// Of a key as it is placed.
size_t GroupWriter::KeyBytes(size_t record) const {
  if (shared_prefix_.empty()) {
    return key_bytes_[record];
  }
  const size_t size = FirstText(record).size();
  const size_t shorter = size - shared_prefix_.size();
  return key_bytes_[record] - VarintBytes(size) - size + VarintBytes(shorter) + shorter;
}

void GroupWriter::ChoosePlaces(bool needs_numbers) {
  constexpr size_t kLongestPrefix = 1000;
  number_bytes_ = needs_numbers ? static_cast<uint32_t>(std::bit_width(greatest_number_) + 7) / 8 : 0;
  if (shape_.first_column == KeyKind::kString) {
    // In their order, what the first and the last share is shared by all.
    const std::string_view first = FirstText(0);
    const std::string_view last = FirstText(hashes_.size() - 1);
    const auto end = std::mismatch(first.begin(), first.end(), last.begin(), last.end()).first;
    shared_prefix_.assign(first.begin(), end);
    shared_prefix_.resize(std::min(shared_prefix_.size(), kLongestPrefix));
  }
  for (size_t i = 0; i < hashes_.size(); ++i) {
    longest_key_ = std::max<uint64_t>(longest_key_, KeyBytes(i));
  }
}

// A packed record without what its place does not need: the prefix that all keys share, leading zeros of numbers, the
// count of cells, their list.
void GroupWriter::FillPlace(size_t record, std::string* place) const {
  std::string_view packed = Kept(record);
  const std::string_view number_and_cells = packed.substr(key_bytes_[record]);
  place->clear();
  if (!shared_prefix_.empty()) {
    const std::string_view text = FirstText(record);
    KeyBuffer shorter;
    shorter.AppendText(text.substr(shared_prefix_.size()));
    place->append(shorter.view());
    packed.remove_prefix(VarintBytes(text.size()) + text.size());
  }
  place->append(packed.substr(0, packed.size() - number_and_cells.size()));
  place->append(number_and_cells.substr(0, number_bytes_));
  if (shape_.cells > 0) {
    const size_t begin = place->size();
    place->resize(begin + PlacedCellBytes(shape_.cells), '\0');
    const auto count = ReadLittle<uint32_t>(number_and_cells.data() + sizeof(uint64_t));
    const std::string_view cells = number_and_cells.substr(kGroupHeaderBytes);
    if (IsCellList(count, shape_.cells)) {
      for (uint32_t i = 0; i < count; ++i) {
        const auto cell = ReadLittle<uint16_t>(cells.data() + i * sizeof(uint16_t));
        char& byte = (*place)[begin + cell / 8];
        byte = static_cast<char>(static_cast<uint8_t>(byte) | 1U << cell % 8);
      }
    } else {
      cells.copy(place->data() + begin, PlacedCellBytes(shape_.cells));
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
  std::optional<std::vector<uint16_t>> pilots;
  if (keeps_ && !hashes_.empty()) {
    ChoosePlaces(needs_numbers);
    if (IsWorthPlaces()) {
      pilots = FindPilots(hashes_);
    }
  }
  if (pilots) {
    return WritePlaced(*pilots, trailer);
  }
  shared_prefix_.clear();
  INGOT_TRY(PackKept());
  return WritePacked(trailer);
}

}  // namespace ingot
