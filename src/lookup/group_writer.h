// Writes the groups of an index with the table that finds them. Groups that fit into memory and are of similar length
// go to places that a pilot hash gives them, one place of equal size for each; others are packed, and slots lead to
// them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lookup/index_format.h"
#include "lookup/lookup.h"
#include "lookup/page_sink.h"
#include "lookup/pilot_hash.h"
#include "lookup/table_writer.h"

namespace ingot {

struct GroupsShape {
  uint64_t groups = 0;  // at most
  uint64_t cells = 0;   // of a group
  KeyKind first_column = KeyKind::kString;
};

class GroupWriter {
 public:
  // Until Finish nobody else may write to `sink`. `folder` and `memory_bytes` are as of TableWriter. Beside that as
  // much as `placed_bytes` of records is kept in memory.
  GroupWriter(PageSink* sink, const GroupsShape& shape, const std::string& folder, uint64_t memory_bytes,
              uint64_t placed_bytes = kMostPlacedBytes);

  // Records as they are packed, in the order of their keys: `key_bytes` of its key, of which `hash` is the hash, its
  // number, its cells.
  Result<void> Add(uint64_t hash, size_t key_bytes, std::string_view record);
  // Writes all sections of the groups, and says in the trailer where and how. Without `needs_numbers` nobody will ask
  // for the numbers. Call once.
  Result<void> Finish(bool needs_numbers, IndexTrailer* trailer);
  // What the first text of every placed group began with, and is stored without. Requires: Finish was called.
  const std::string& shared_prefix() const { return shared_prefix_; }

 private:
  static constexpr uint64_t kMostPlacedBytes = uint64_t{64} << 20U;

  std::string_view Kept(size_t record) const;
  std::string_view FirstText(size_t record) const;
  void ChoosePlaces(bool needs_numbers);
  Result<void> AddPacked(uint64_t hash, std::string_view record);
  Result<void> PackKept();
  size_t KeyBytes(size_t record) const;
  uint64_t PlaceBytes() const { return longest_key_ + number_bytes_ + PlacedCellBytes(shape_.cells); }
  bool IsWorthPlaces() const;
  void FillPlace(size_t record, std::string* place) const;
  Result<void> WritePlaced(const std::vector<uint16_t>& pilots, IndexTrailer* trailer);
  Result<void> WritePacked(IndexTrailer* trailer);

  PageSink* sink_;
  GroupsShape shape_;
  uint64_t placed_bytes_;
  TableWriter slots_;
  std::vector<uint64_t> marks_;
  uint64_t begin_ = 0;
  uint64_t packed_ = 0;

  // While all groups may still get places.
  bool keeps_;
  std::string records_;
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> ends_;
  std::vector<uint32_t> key_bytes_;
  uint64_t longest_key_ = 0;
  uint64_t greatest_number_ = 0;
  uint32_t number_bytes_ = 0;
  std::string shared_prefix_;
};

}  // namespace ingot
