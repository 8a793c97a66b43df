#include "lookup/index_writer.h"

#include <algorithm>
#include <utility>

#include "lookup/key_hash.h"

namespace ingot {

IndexWriter::IndexWriter(ByteSink& sink, IndexMeta meta, IndexPlan plan, const SpillRoom& room)
    : meta_(std::move(meta)),
      plan_(std::move(plan)),
      room_(room),
      next_(sink),
      sink_(sink),
      groups_(&sink_, {plan_.groups, plan_.cells, meta_.columns[0].kind}, room.folder, room.memory_bytes / 2),
      path_offsets_(room.folder, room.memory_bytes / 8),
      paths_(room.folder, room.memory_bytes / 4) {
  for (const KeyColumn& column : meta_.columns) {
    kinds_.push_back(column.kind);
  }
  trailer_.columns = static_cast<uint32_t>(kinds_.size());
  trailer_.hashed_columns = static_cast<uint32_t>(plan_.hashed_columns);
  trailer_.cells = plan_.cells;
}

bool IndexWriter::SameGroup(const KeyTuple& key) const {
  for (size_t i = 0; i < plan_.hashed_columns; ++i) {
    if (CompareValues(kinds_[i], key[i], group_key_[i]) != 0) {
      return false;
    }
  }
  return in_group_;
}

uint64_t IndexWriter::CellOf(const KeyTuple& key) const {
  uint64_t cell = 0;
  for (size_t i = 0; i < plan_.dictionaries.size(); ++i) {
    cell = cell * plan_.dictionaries[i].size() + plan_.dictionaries[i].NumberOf(key[plan_.hashed_columns + i]);
  }
  return cell;
}

void IndexWriter::BeginGroup(const KeyTuple& key) {
  in_group_ = true;
  for (size_t i = 0; i < plan_.hashed_columns; ++i) {
    group_texts_[i].assign(key[i].text);
    group_key_[i] = {key[i].number, group_texts_[i]};
  }
  cells_.clear();
  first_key_ = trailer_.keys;
}

Result<void> IndexWriter::Add(const KeyTuple& key, std::string_view path) {
  const uint64_t cell = CellOf(key);
  const bool same_group = SameGroup(key);
  if (!same_group || (plan_.cells != 0 && cells_.back() != cell)) {
    INGOT_TRY(FinishKey());
    if (!same_group) {
      INGOT_TRY(FinishGroup());
      BeginGroup(key);
    }
    cells_.push_back(static_cast<uint32_t>(cell));
  }
  ++trailer_.rows;
  return AddPath(key, path);
}

// Most keys have one row with a path that follows from the pattern: nothing of it is kept.
Result<void> IndexWriter::AddPath(const KeyTuple& key, std::string_view path) {
  const bool follows = meta_.pattern.Matches(key, path);
  if (key_rows_ == 1 && key_paths_.empty()) {
    key_paths_.push_back(meta_.pattern.PathOf(key));
  }
  if (key_rows_ > 0 || !follows) {
    key_paths_.emplace_back(path);
  }
  ++key_rows_;
  return {};
}

Result<void> IndexWriter::FinishKey() {
  if (key_rows_ == 0) {
    return {};
  }
  const uint64_t number = trailer_.keys++;
  key_rows_ = 0;
  stored_at_ = 0;
  if (plan_.cells != 0 && number % 64 == 0) {
    has_paths_.push_back(0);
  }
  if (key_paths_.empty()) {
    return {};
  }
  const uint64_t begin = paths_.bytes();
  KeyBuffer entry;
  entry.AppendVarint(key_paths_.size());
  for (const std::string& path : key_paths_) {
    entry.AppendText(path);
  }
  key_paths_.clear();
  ++stored_keys_;
  INGOT_TRY(paths_.Append(entry.view()));
  if (plan_.cells == 0) {
    stored_at_ = begin + 1;
    return {};
  }
  has_paths_.back() |= uint64_t{1} << number % 64;
  return path_offsets_.Append({reinterpret_cast<const char*>(&begin), sizeof(begin)});
}

void IndexWriter::AppendCells(KeyBuffer* record) const {
  const uint64_t cells = plan_.cells;
  const auto count = static_cast<uint32_t>(cells_.size());
  record->AppendBytes(&count, sizeof(count));
  if (IsCellList(count, cells)) {
    for (const uint32_t cell : cells_) {
      record->AppendBytes(&cell, CellBytes(cells));
    }
    return;
  }
  std::vector<uint64_t> words((cells + 63) / 64, 0);
  for (const uint32_t cell : cells_) {
    words[cell / 64] |= uint64_t{1} << cell % 64;
  }
  if (cells <= kLineBits) {
    record->AppendBytes(words.data(), words.size() * sizeof(uint64_t));
    return;
  }
  words.resize((words.size() + kLineWords - 1) / kLineWords * kLineWords, 0);
  uint64_t rank = 0;
  for (size_t line = 0; line < words.size(); line += kLineWords) {
    record->AppendBytes(&rank, sizeof(rank));
    record->AppendBytes(&words[line], kLineWords * sizeof(uint64_t));
    for (size_t i = line; i < line + kLineWords; ++i) {
      rank += CountBits(words[i]);
    }
  }
}

Result<void> IndexWriter::FinishGroup() {
  if (!in_group_) {
    return {};
  }
  KeyBuffer record;
  for (size_t i = 0; i < plan_.hashed_columns; ++i) {
    record.AppendKey(kinds_[i], group_key_[i]);
  }
  ++trailer_.groups;
  const uint64_t hash = HashKey({kinds_.data(), group_key_.data(), plan_.hashed_columns});
  const size_t key_bytes = record.view().size();
  const uint64_t number = plan_.cells == 0 ? stored_at_ : first_key_;
  record.AppendBytes(&number, sizeof(number));
  if (plan_.cells != 0) {
    AppendCells(&record);
  }
  return groups_.Add(hash, key_bytes, record.view());
}

Result<void> IndexWriter::WriteDictionary(size_t i) {
  const ValueSet& values = plan_.dictionaries[i];
  TableWriter table(values.size(), room_.folder, room_.memory_bytes / 4);
  std::vector<uint64_t> offsets;
  INGOT_TRY(sink_.Begin(&trailer_.section(DictionarySection(i, 0))));
  const uint64_t begin = sink_.position();
  for (uint64_t number = 0; number < values.size(); ++number) {
    KeyBuffer record;
    const KeyKind kind = values.kind();
    const KeyValue value = values.At(number);
    record.AppendKey(kind, value);
    offsets.push_back(sink_.position() - begin);
    INGOT_TRY(table.Add(HashKey({&kind, &value, 1}), offsets.back()));
    INGOT_TRY(sink_.Write(record.view()));
    INGOT_TRY(sink_.WriteNumber(static_cast<uint32_t>(number)));
  }
  sink_.End(&trailer_.section(DictionarySection(i, 0)));
  INGOT_TRY(table.Write(&sink_, &trailer_.section(DictionarySection(i, 1)), &trailer_.tables.at(1 + i)));
  return sink_.WriteSection(offsets, &trailer_.section(DictionarySection(i, 2)));
}

Result<void> IndexWriter::WritePathLines() {
  INGOT_TRY(sink_.Begin(&trailer_.section(IndexSection::kPathLines)));
  uint64_t rank = 0;
  has_paths_.resize(stored_keys_ == 0 ? 0 : (has_paths_.size() + kLineWords - 1) / kLineWords * kLineWords, 0);
  for (size_t line = 0; line < has_paths_.size(); line += kLineWords) {
    INGOT_TRY(sink_.WriteNumber(rank));
    for (size_t i = line; i < line + kLineWords; ++i) {
      INGOT_TRY(sink_.WriteNumber(has_paths_[i]));
      rank += CountBits(has_paths_[i]);
    }
  }
  sink_.End(&trailer_.section(IndexSection::kPathLines));
  return {};
}

Result<void> IndexWriter::WriteSpill(Spill* spill, IndexSection section) {
  INGOT_TRY(sink_.Begin(&trailer_.section(section)));
  INGOT_TRY(spill->Drain([this](std::span<const char> piece) { return sink_.Write({piece.data(), piece.size()}); }));
  sink_.End(&trailer_.section(section));
  return {};
}

Result<void> IndexWriter::WriteMeta() {
  KeyBuffer meta;
  for (const KeyColumn& column : meta_.columns) {
    meta.AppendText(column.name);
    meta.AppendVarint(static_cast<uint64_t>(column.kind));
  }
  meta.AppendText(meta_.path_template);
  meta.AppendText(meta_.pattern.Serialize());
  meta.AppendText(meta_.shared_prefix);
  INGOT_TRY(sink_.Begin(&trailer_.section(IndexSection::kMeta)));
  INGOT_TRY(sink_.Write(meta.view()));
  sink_.End(&trailer_.section(IndexSection::kMeta));
  return {};
}

Result<void> IndexWriter::Finish(const std::array<uint8_t, 32>& manifest_sha256, const ManifestIdentity& identity) {
  INGOT_TRY(FinishKey());
  INGOT_TRY(FinishGroup());
  INGOT_TRY(groups_.Finish(stored_keys_ > 0, &trailer_));
  meta_.shared_prefix = groups_.shared_prefix();
  for (size_t i = 0; i < plan_.dictionaries.size(); ++i) {
    INGOT_TRY(WriteDictionary(i));
  }
  INGOT_TRY(WritePathLines());
  INGOT_TRY(WriteSpill(&path_offsets_, IndexSection::kPathOffsets));
  INGOT_TRY(WriteSpill(&paths_, IndexSection::kPaths));
  INGOT_TRY(WriteMeta());
  INGOT_ASSIGN(const PageSink::Checksums checksums, sink_.FinishPages());
  trailer_.checksums = checksums.extent;
  trailer_.checksums_checksum = checksums.checksum;
  trailer_.file_bytes = checksums.extent.end() + kIndexTailBytes;
  trailer_.manifest_sha256 = manifest_sha256;
  trailer_.checksum = HashBytes({reinterpret_cast<const char*>(&trailer_), offsetof(IndexTrailer, checksum)});
  ManifestIdentity sealed = identity;
  sealed.checksum = HashBytes({reinterpret_cast<const char*>(&sealed), offsetof(ManifestIdentity, checksum)});
  INGOT_TRY(next_.Write({reinterpret_cast<const char*>(&trailer_), sizeof(trailer_)}));
  return next_.Write({reinterpret_cast<const char*>(&sealed), sizeof(sealed)});
}

}  // namespace ingot
