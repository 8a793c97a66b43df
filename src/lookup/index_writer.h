// Writes an index from rows in the order of their keys.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/group_writer.h"
#include "lookup/index_format.h"
#include "lookup/key_encoding.h"
#include "lookup/key_index.h"
#include "lookup/key_survey.h"
#include "lookup/page_sink.h"
#include "lookup/spill.h"

namespace ingot {

// Where an index that is being made keeps what does not fit into memory.
struct SpillRoom {
  std::string folder;
  uint64_t memory_bytes = 0;
};

class IndexWriter {
 public:
  // `sink` must outlive the writer. The plan comes from a survey of the same rows, sorted.
  IndexWriter(ByteSink& sink, IndexMeta meta, IndexPlan plan, const SpillRoom& room);

  // Rows in the order of their keys, as CompareValues has it.
  Result<void> Add(const KeyTuple& key, std::string_view path);
  // Writes the rest. Call once.
  Result<void> Finish(const std::array<uint8_t, 32>& manifest_sha256, const ManifestIdentity& identity);

 private:
  bool SameGroup(const KeyTuple& key) const;
  uint64_t CellOf(const KeyTuple& key) const;
  Result<void> AddPath(const KeyTuple& key, std::string_view path);
  void BeginGroup(const KeyTuple& key);
  Result<void> FinishKey();
  Result<void> FinishGroup();
  void AppendCells(KeyBuffer* record) const;
  Result<void> WriteDictionary(size_t i);
  Result<void> WritePathLines();
  Result<void> WriteSpill(Spill* spill, IndexSection section);
  Result<void> WriteMeta();

  IndexMeta meta_;
  IndexPlan plan_;
  std::vector<KeyKind> kinds_;
  SpillRoom room_;
  ByteSink& next_;
  PageSink sink_;
  IndexTrailer trailer_;
  GroupWriter groups_;

  // The group that is under way.
  bool in_group_ = false;
  KeyTuple group_key_;
  std::array<std::string, kMaxKeyColumns> group_texts_;
  std::vector<uint32_t> cells_;
  uint64_t first_key_ = 0;

  // The key that is under way.
  uint64_t key_rows_ = 0;
  std::vector<std::string> key_paths_;  // none while one row's path follows from the pattern
  uint64_t stored_at_ = 0;              // where its paths were stored, plus one; 0: they were not

  std::vector<uint64_t> has_paths_;  // a bit for each key, with dictionaries
  uint64_t stored_keys_ = 0;
  Spill path_offsets_;
  Spill paths_;
};

}  // namespace ingot
