// An index that was opened: keys to paths, in the bytes of the file. Nothing in them is trusted: every page is proven
// when it is first touched, and every place that the bytes name is held against their bounds.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "lookup/hashed_table.h"
#include "lookup/index_format.h"
#include "lookup/key_encoding.h"
#include "lookup/path_pattern.h"
#include "lookup/placed_table.h"
#include "lookup/proven_bytes.h"

namespace ingot {

// What an index tells of its manifest, besides the keys.
struct IndexMeta {
  std::vector<KeyColumn> columns;  // names and kinds; literals follow from the template
  std::string path_template;       // as the manifest's metadata has it; may be empty
  PathPattern pattern;
  std::string shared_prefix;  // of the first column's texts: groups that have places are stored without it
};

// Where the paths of a key that was found are: a number of the key, or of a place among the stored paths.
struct KeyPlace {
  uint64_t number = 0;
};

// Wanted values by column; nothing where any will do.
using KeyConditions = std::array<std::optional<KeyValue>, kMaxKeyColumns>;

// Immutable. All calls may be made by many threads at once.
class KeyIndex {
 public:
  // Takes the descriptor of an index file. Proves everything but the pages, of which only those of the metadata and of
  // small dictionaries of integers are touched. Errors: kCorrupt for anything that is not a whole index of this
  // version.
  static Result<std::unique_ptr<const KeyIndex>> Open(const UniqueFd& file, const std::string& path);

  const IndexTrailer& trailer() const { return trailer_; }
  const std::optional<ManifestIdentity>& identity() const { return identity_; }
  const IndexMeta& meta() const { return meta_; }
  std::span<const KeyKind> kinds() const { return {kinds_.data(), meta_.columns.size()}; }
  std::string manifest_sha256() const;

  Finding Find(const KeyTuple& key, KeyPlace* place) const;
  // The path of the key's first row. Requires: the key was found at `place`.
  Finding AppendPath(const KeyTuple& key, KeyPlace place, PathBytes* paths) const;
  // Calls `take` with each path of the key. Requires: as AppendPath.
  using TakePath = std::function<void(std::string_view path)>;
  Finding ForEachPath(const KeyTuple& key, KeyPlace place, const TakePath& take) const;

  // Calls `take` with each key that meets the conditions, in order, until it returns false or the cancellation, which
  // may be null, is requested. The texts of a key are good until `take` returns. kFound unless the index is damaged.
  using TakeKey = std::function<bool(const KeyTuple& key, KeyPlace place)>;
  Finding Scan(const KeyConditions& conditions, const Cancellation* cancellation, const TakeKey& take) const;
  // Calls `take` with the values of a column: of a column with a dictionary each once and in order, else with those of
  // every group, in the order of the groups. Ends as Scan.
  using TakeValue = std::function<void(const KeyValue& value)>;
  Finding ForEachValue(size_t column, const Cancellation* cancellation, const TakeValue& take) const;
  bool HasDictionary(size_t column) const { return column >= trailer_.hashed_columns; }

  Finding ProveAll() const { return bytes_.ProveAll() ? Finding::kFound : Finding::kDamaged; }

  // A search for one of many keys: begun for all of them, followed for all of them, and then ended one by one, each
  // step finds in the cache what the step before has asked for.
  struct Probe {
    uint64_t hash = 0;
    uint64_t place = 0;         // of groups that have places
    HashedTable::Probe packed;  // of those that have none
  };
  void BeginFind(const KeyTuple& key, Probe* probe) const;
  void FollowFind(Probe* probe) const;
  Finding EndFind(const KeyTuple& key, const Probe& probe, KeyPlace* place) const;

 private:
  struct Group {
    uint64_t first_key = 0;
    uint64_t count = 0;  // of a list
    bool is_list = false;
    uint64_t body = 0;  // place of the bitmap or list
    uint64_t end = 0;   // of the record
    bool proven = false;
  };
  class GroupCursor;
  class ValueReader;

  KeyIndex() = default;
  Result<void> Load(uint64_t file_bytes);
  Result<void> LoadTables();
  Result<void> LoadPlaces();
  Result<void> LoadMeta();
  Result<void> LoadSmallNumbers();
  const IndexExtent& section(IndexSection section) const { return trailer_.section(section); }
  const IndexExtent& dictionary_section(size_t dictionary, size_t part) const {
    return trailer_.section(DictionarySection(dictionary, part));
  }
  size_t dictionaries() const { return trailer_.columns - trailer_.hashed_columns; }
  uint64_t cardinality(size_t dictionary) const { return dictionary_section(dictionary, 2).bytes / sizeof(uint64_t); }
  uint64_t Number(uint64_t offset) const { return ReadLittle<uint64_t>(bytes_.at(offset)); }

  bool has_places() const { return trailer_.place_bytes != 0; }
  // What a group that begins at `record` cannot pass.
  uint64_t GroupEnd(uint64_t record) const {
    return has_places() ? record + trailer_.place_bytes : groups_.records().end();
  }
  KeyView GroupKey(const KeyTuple& key) const { return {kinds_.data(), key.data(), trailer_.hashed_columns, 0}; }
  Finding FindPlaced(const KeyTuple& key, uint64_t hash, uint64_t at, KeyPlace* place) const;
  Finding FindInPayload(const KeyTuple& key, uint64_t payload, uint64_t end, KeyPlace* place) const;
  Finding FindCell(const KeyTuple& key, uint64_t* cell) const;
  Finding FindId(size_t dictionary, const KeyValue& value, uint64_t* id) const;
  Finding ReadGroup(uint64_t payload, uint64_t end, Group* group) const;
  Finding ReadPlacedGroup(uint64_t payload, uint64_t end, Group* group) const;
  Finding FindInGroup(const Group& group, uint64_t cell, uint64_t* rank) const;
  Finding FindInList(const Group& group, uint64_t cell, uint64_t* rank) const;
  uint64_t CellAt(const Group& group, uint64_t i) const;
  template <typename Take>
  Finding ForEachCell(const Group& group, const Take& take) const;
  Finding ReadVarint(uint64_t* offset, uint64_t end, uint64_t* value) const;
  Finding ReadText(uint64_t* offset, uint64_t end, std::string_view* text) const;
  Finding ReadValue(KeyKind kind, uint64_t* offset, uint64_t end, KeyValue* value) const;
  Finding ValueOf(size_t dictionary, uint64_t id, KeyValue* value) const;
  Finding PathsOf(KeyPlace place, uint64_t* entry, bool* stored) const;
  Finding FirstGroup(const KeyConditions& conditions, size_t leading, uint64_t* start) const;
  Finding ScanGroup(const KeyConditions& conditions, const Group& group, KeyTuple* key, const ValueReader& values,
                    const TakeKey& take, bool* more) const;

  FileMapping mapping_;
  ProvenBytes bytes_;
  IndexTrailer trailer_;
  std::optional<ManifestIdentity> identity_;
  IndexMeta meta_;
  std::array<KeyKind, kMaxKeyColumns> kinds_{};
  HashedTable groups_;  // packed; else:
  PlacedTable places_;
  std::array<HashedTable, kMaxDictionaries> tables_;
  // Ids of a dictionary whose values are integers close together: by value from `least` on, kNoId where there is none.
  struct SmallNumbers {
    int64_t least = 0;
    std::vector<uint32_t> ids;  // empty: ask the table
  };
  static constexpr uint32_t kNoId = UINT32_MAX;
  std::array<SmallNumbers, kMaxDictionaries> small_numbers_;
};

}  // namespace ingot
