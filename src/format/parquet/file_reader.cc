#include "format/parquet/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "format/parquet/chunk_copy.h"
#include "format/parquet/digest_list.h"
#include "format/parquet/file_bytes.h"
#include "format/parquet/footer.h"
#include "format/parquet/footer_facts.h"
#include "format/parquet/page_walk.h"
#include "format/parquet/schema_elements.h"
#include "format/parquet/value_reader.h"

namespace ingot {
namespace {

constexpr std::string_view kEncryptedMagic = "PARE";
constexpr uint64_t kTailBytes = 8;                // footer length and magic
constexpr uint64_t kGuess = uint64_t{64} << 10U;  // most footers are shorter

void RunInTurn(size_t count, const std::function<void(size_t)>& work) {
  for (size_t i = 0; i < count; ++i) {
    work(i);
  }
}

// Says of every error where it happened.
class PlacedCursor final : public LeafCursor {
 public:
  PlacedCursor(std::unique_ptr<LeafCursor> cursor, std::string place)
      : cursor_(std::move(cursor)), place_(std::move(place)) {}

  Result<std::optional<LeafColumn>> Next() override {
    auto part = cursor_->Next();
    if (!part) {
      return std::move(part).error().In(place_);
    }
    return part;
  }

 private:
  std::unique_ptr<LeafCursor> cursor_;
  std::string place_;
};

Error NotCovered(const ColumnFacts& column) {
  return Error(ErrorKind::kUnsupported, "column '" + column.path + "' has the Parquet type " +
                                            std::string(column.physical) + (column.logical.empty() ? "" : " ") +
                                            column.logical +
                                            ", or is nested in a way, that no column type of Ingot covers");
}

// Of a chunk of an empty row group, which need not have a page.
class EmptyCursor final : public LeafCursor {
 public:
  Result<std::optional<LeafColumn>> Next() override { return std::optional<LeafColumn>(); }
};

// The error of the lowest index, so that the outcome does not depend on threads.
template <typename T>
Result<void> FirstError(std::vector<Result<T>>& results) {
  for (Result<T>& result : results) {
    if (!result) {
      return std::move(result).error();
    }
  }
  return {};
}

}  // namespace

struct ParquetFileReader::State {
  Result<void> Load();
  Result<void> MeasureFile();
  Result<void> LoadFooter();
  Result<void> LoadRowGroups();
  void LoadMetadata();
  void LoadSchema(const SchemaTree& tree);
  Result<void> CheckLeaf(size_t row_group, size_t leaf) const;
  Result<std::span<const char>> Tail();
  Result<std::span<const char>> ReadIndex(const FooterLocation& place, Buffer<char>* space);
  Result<std::vector<PageRecord>> ReadIndexedPages(size_t row_group, size_t leaf);
  Result<std::vector<ChunkExtent::IndexedPage>> ReadPageIndex(size_t row_group, size_t column);
  Result<ChunkPages> WalkChunk(size_t row_group, size_t column, const FileBytes& file);
  Result<ValueReader*> Values();
  FileBytes bytes() const { return {fd.get(), path, {memory.data(), memory.size()}, 0}; }
  std::string Place(size_t row_group, size_t column) const {
    return "row group " + std::to_string(row_group) + ", column '" + columns[column].path + "'";
  }

  std::string path;
  UniqueFd fd;
  Buffer<char> memory;        // the whole file, where there is no descriptor
  Buffer<char> footer_space;  // the end of the file, what the footer's texts point into, unless that is memory
  uint64_t footer_space_begin = 0;
  Footer footer;
  uint64_t footer_bytes = 0;
  Result<Schema> schema = Error(ErrorKind::kInternal, "not loaded");
  Schema covered;  // where `schema` is an error
  std::vector<Leaf> leaves;
  std::vector<ColumnFacts> columns;
  std::vector<RowGroupFacts> row_groups;
  uint64_t rows = 0;
  uint64_t file_bytes = 0;
  uint64_t data_end = kParquetMagic.size();  // behind the last chunk
  KeyValues metadata;
  // Of all chunks, row group by row group; none when the file does not carry them.
  std::vector<ValueDigest> digests;
  std::vector<ChunkHash> hashes;
  std::mutex mutex;  // of the two below, which are made on first use
  std::optional<Buffer<char>> tail_space;
  std::unique_ptr<ValueReader> values;
};

Result<void> ParquetFileReader::State::MeasureFile() {
  if (!fd.valid()) {
    file_bytes = memory.size();
    return {};
  }
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) {
    return ErrnoError(errno, "read", path);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error(ErrorKind::kUsage, "not a regular file");
  }
  file_bytes = static_cast<uint64_t>(status.st_size);
  return {};
}

Result<void> ParquetFileReader::State::LoadFooter() {
  if (file_bytes < kParquetMagic.size() + kTailBytes) {
    return Error(ErrorKind::kCorrupt, "not a Parquet file: it has " + std::to_string(file_bytes) + " bytes");
  }
  const uint64_t guess = std::min(file_bytes, kGuess);
  footer_space_begin = file_bytes - guess;
  INGOT_ASSIGN(std::span<const char> end, bytes().Read(footer_space_begin, guess, &footer_space));
  const std::string_view magic(end.data() + end.size() - kParquetMagic.size(), kParquetMagic.size());
  if (magic == kEncryptedMagic) {
    return Error(ErrorKind::kUnsupported, "the file is encrypted");
  }
  if (magic != kParquetMagic) {
    return Error(ErrorKind::kCorrupt, "not a Parquet file: it does not end with PAR1");
  }
  uint32_t size = 0;
  std::memcpy(&size, end.data() + end.size() - kTailBytes, sizeof(size));
  footer_bytes = size;
  if (footer_bytes > file_bytes - kParquetMagic.size() - kTailBytes) {
    return Error(ErrorKind::kCorrupt,
                 "the footer is said to have " + std::to_string(footer_bytes) + " bytes, more than the file");
  }
  if (footer_bytes + kTailBytes > guess) {
    // Most page indexes, which stand before it, are smaller than half of it.
    const uint64_t whole = std::min(file_bytes, footer_bytes + footer_bytes / 2 + kTailBytes);
    footer_space_begin = file_bytes - whole;
    INGOT_ASSIGN(end, bytes().Read(footer_space_begin, whole, &footer_space));
  }
  INGOT_ASSIGN(footer, ReadFooter(end.subspan(end.size() - kTailBytes - footer_bytes, footer_bytes)));
  return {};
}

void ParquetFileReader::State::LoadMetadata() {
  std::string_view digest_text;
  std::string_view hash_text;
  for (const auto& [key, value] : footer.metadata) {
    if (key == kValueDigestsKey) {
      digest_text = value;
    } else if (key == kChunkHashesKey) {
      hash_text = value;
    } else if (key != kNullLeavesKey) {
      metadata.emplace_back(key, value);
    }
  }
  const size_t chunks = row_groups.size() * columns.size();
  digests = ParseDigests(digest_text, chunks).value_or(std::vector<ValueDigest>());
  hashes = ParseDigests(hash_text, chunks).value_or(std::vector<ChunkHash>());
}

Result<void> ParquetFileReader::State::Load() {
  INGOT_TRY(MeasureFile());
  INGOT_TRY(LoadFooter());
  INGOT_ASSIGN(const SchemaTree tree, SchemaTree::Of(footer.schema));
  for (const SchemaLeaf& leaf : tree.leaves()) {
    columns.push_back(FactsOf(leaf));
  }
  for (const auto& [key, value] : footer.metadata) {
    if (key == kNullLeavesKey) {
      MarkNullLeaves(value, footer.schema);
    }
  }
  LoadSchema(tree);
  INGOT_TRY(LoadRowGroups());
  LoadMetadata();
  return {};
}

Result<void> ParquetFileReader::State::CheckLeaf(size_t row_group, size_t leaf) const {
  if (row_group >= row_groups.size() || leaf >= leaves.size()) {
    return Error(ErrorKind::kInternal,
                 "there is no row group " + std::to_string(row_group) + " with a column " + std::to_string(leaf));
  }
  if (leaves[leaf].field == nullptr) {
    return NotCovered(columns[leaf]);
  }
  auto readable = CheckIsReadable(footer.row_groups[row_group].chunks[leaf]);
  if (!readable) {
    return std::move(readable).error().In(Place(row_group, leaf));
  }
  return {};
}

void ParquetFileReader::State::LoadSchema(const SchemaTree& tree) {
  std::vector<SchemaTree::Column> top_level = tree.Columns();
  std::optional<Error> first_error;
  Schema known;
  for (SchemaTree::Column& column : top_level) {
    if (column.field) {
      known.fields.push_back(*column.field);
    } else if (!first_error) {
      first_error = column.field.error();
    }
  }
  // They point to the fields, which stay where they are when their vector is moved.
  std::vector<Leaf> known_leaves = EnumerateLeaves(known);
  size_t next = 0;
  for (const SchemaTree::Column& column : top_level) {
    for (size_t i = 0; i < column.leaves; ++i) {
      const ColumnFacts& facts = columns[leaves.size()];
      Leaf leaf{{column.name}, {TypeKind::kStruct}, nullptr, 0, 0};
      if (column.field && next < known_leaves.size()) {
        leaf = std::move(known_leaves[next++]);
      }
      if (leaf.field != nullptr &&
          (leaf.max_definition != facts.max_definition || leaf.max_repetition != facts.max_repetition)) {
        leaf.field = nullptr;
        first_error = first_error ? first_error : NotCovered(facts);
      }
      leaves.push_back(std::move(leaf));
    }
  }
  if (first_error) {
    covered = std::move(known);
    schema = *std::move(first_error);
  } else {
    schema = std::move(known);
  }
}

Result<void> ParquetFileReader::State::LoadRowGroups() {
  const uint64_t end = file_bytes - footer_bytes - kTailBytes;
  row_groups.reserve(footer.row_groups.size());
  for (size_t i = 0; i < footer.row_groups.size(); ++i) {
    const FooterRowGroup& group = footer.row_groups[i];
    if (group.rows < 0 || group.uncompressed_bytes < 0 || group.chunks.size() != columns.size()) {
      return Error(ErrorKind::kCorrupt, "row group " + std::to_string(i) + " makes no sense");
    }
    RowGroupFacts& facts = row_groups.emplace_back();
    facts.rows = static_cast<uint64_t>(group.rows);
    facts.uncompressed_bytes = static_cast<uint64_t>(group.uncompressed_bytes);
    facts.chunks.reserve(columns.size());
    for (size_t column = 0; column < columns.size(); ++column) {
      auto chunk = FactsOf(group.chunks[column], end);
      if (!chunk) {
        return std::move(chunk).error().In(Place(i, column));
      }
      data_end = std::max(data_end, chunk->offset + chunk->compressed_bytes);
      facts.chunks.push_back(*std::move(chunk));
    }
    rows += facts.rows;
  }
  if (footer.rows < 0 || rows != static_cast<uint64_t>(footer.rows)) {
    return Error(ErrorKind::kCorrupt, "the row groups have " + std::to_string(rows) + " rows, the footer says " +
                                          std::to_string(footer.rows));
  }
  return {};
}

// Everything behind the last chunk: indexes of our own files lie there. Read once, mostly with the footer.
Result<std::span<const char>> ParquetFileReader::State::Tail() {
  const std::lock_guard lock(mutex);
  if (!fd.valid()) {
    return bytes().Read(data_end, file_bytes - data_end, &footer_space);
  }
  if (data_end >= footer_space_begin) {
    return std::span<const char>(footer_space.data(), footer_space.size()).subspan(data_end - footer_space_begin);
  }
  if (!tail_space) {
    Buffer<char> space;
    INGOT_TRY(bytes().Read(data_end, file_bytes - data_end, &space));
    tail_space = std::move(space);
  }
  return std::span<const char>(tail_space->data(), tail_space->size());
}

// Valid as long as `space` and this.
Result<std::span<const char>> ParquetFileReader::State::ReadIndex(const FooterLocation& place, Buffer<char>* space) {
  const auto offset = static_cast<uint64_t>(place.offset);
  const auto size = static_cast<uint64_t>(place.bytes);
  if (offset < data_end) {
    return bytes().Read(offset, size, space);
  }
  INGOT_ASSIGN(const std::span<const char> tail, Tail());
  if (offset - data_end > tail.size() || size > tail.size() - (offset - data_end)) {
    return Error(ErrorKind::kCorrupt, "its page index is said to lie outside of the file");
  }
  return tail.subspan(offset - data_end, size);
}

Result<std::vector<PageRecord>> ParquetFileReader::State::ReadIndexedPages(size_t row_group, size_t leaf) {
  const FooterChunk& chunk = footer.row_groups[row_group].chunks[leaf];
  if (!chunk.offset_index) {
    return std::vector<PageRecord>();
  }
  Buffer<char> offset_space;
  INGOT_ASSIGN(const std::span<const char> offset_bytes, ReadIndex(*chunk.offset_index, &offset_space));
  INGOT_ASSIGN(const OffsetIndex offsets, ReadOffsetIndex(offset_bytes));
  const uint64_t begin = row_groups[row_group].chunks[leaf].offset;
  if (!chunk.column_index) {
    return IndexedPages(begin, offsets, nullptr);
  }
  Buffer<char> column_space;
  INGOT_ASSIGN(const std::span<const char> column_bytes, ReadIndex(*chunk.column_index, &column_space));
  INGOT_ASSIGN(const ColumnIndex columns_index, ReadColumnIndex(column_bytes));
  return IndexedPages(begin, offsets, &columns_index);
}

Result<std::vector<ChunkExtent::IndexedPage>> ParquetFileReader::State::ReadPageIndex(size_t row_group, size_t column) {
  std::vector<ChunkExtent::IndexedPage> pages;
  const FooterChunk& chunk = footer.row_groups[row_group].chunks[column];
  if (chunk.offset_index) {
    Buffer<char> space;
    INGOT_ASSIGN(const std::span<const char> index, ReadIndex(*chunk.offset_index, &space));
    INGOT_ASSIGN(const OffsetIndex offsets, ReadOffsetIndex(index));
    for (const PageLocation& page : offsets) {
      pages.push_back({static_cast<uint64_t>(page.offset), static_cast<uint64_t>(page.bytes)});
    }
  }
  return pages;
}

Result<ValueReader*> ParquetFileReader::State::Values() {
  const std::lock_guard lock(mutex);
  if (values == nullptr) {
    INGOT_ASSIGN(values, OpenValueReader(bytes()));
  }
  return values.get();
}

Result<ChunkPages> ParquetFileReader::State::WalkChunk(size_t row_group, size_t column, const FileBytes& file) {
  const ChunkFacts& facts = row_groups[row_group].chunks[column];
  const auto walk = [&]() -> Result<ChunkPages> {
    ChunkExtent extent;
    extent.offset = facts.offset;
    extent.bytes = facts.compressed_bytes;
    extent.slots = facts.slots;
    extent.check_uncompressed = footer.created_by.starts_with("ingot version ");
    extent.uncompressed_bytes = facts.uncompressed_bytes;
    INGOT_ASSIGN(extent.indexed_pages, ReadPageIndex(row_group, column));
    return WalkPages(file, extent);
  };
  auto pages = walk();
  if (!pages) {
    return std::move(pages).error().In(Place(row_group, column));
  }
  return pages;
}

ParquetFileReader::ParquetFileReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ParquetFileReader::ParquetFileReader(ParquetFileReader&&) noexcept = default;
ParquetFileReader& ParquetFileReader::operator=(ParquetFileReader&&) noexcept = default;
ParquetFileReader::~ParquetFileReader() = default;

Result<ParquetFileReader> ParquetFileReader::Load(std::unique_ptr<State> state) {
  if (auto loaded = state->Load(); !loaded) {
    return std::move(loaded).error().In("'" + state->path + "'");
  }
  return ParquetFileReader(std::move(state));
}

Result<ParquetFileReader> ParquetFileReader::Open(const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  INGOT_ASSIGN(state->fd, OpenFile(path, O_RDONLY));
  return Load(std::move(state));
}

Result<ParquetFileReader> ParquetFileReader::OpenBytes(const std::string& path, Buffer<char> bytes) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->memory = std::move(bytes);
  state->memory.Reserve(1);  // an empty file is in memory too
  return Load(std::move(state));
}

const Result<Schema>& ParquetFileReader::schema() const { return state_->schema; }
const Schema& ParquetFileReader::covered() const { return state_->schema ? *state_->schema : state_->covered; }
const std::vector<Leaf>& ParquetFileReader::leaves() const { return state_->leaves; }
const std::vector<ColumnFacts>& ParquetFileReader::columns() const { return state_->columns; }
const std::vector<RowGroupFacts>& ParquetFileReader::row_groups() const { return state_->row_groups; }
uint64_t ParquetFileReader::rows() const { return state_->rows; }
uint64_t ParquetFileReader::file_bytes() const { return state_->file_bytes; }
uint64_t ParquetFileReader::footer_bytes() const { return state_->footer_bytes; }
std::string_view ParquetFileReader::created_by() const { return state_->footer.created_by; }
const KeyValues& ParquetFileReader::metadata() const { return state_->metadata; }

Result<FileDigest> ParquetFileReader::Digest() const {
  if (!state_->fd.valid()) {
    return FileDigest{state_->memory.size(), Sha256Hex({state_->memory.data(), state_->memory.size()})};
  }
  return DigestOpenFile(state_->fd.get(), state_->path);
}

Result<std::string> ParquetFileReader::TailSha256() const {
  INGOT_ASSIGN(const std::span<const char> tail, state_->Tail());
  return Sha256Hex({tail.data(), tail.size()});
}

bool ParquetFileReader::has_chunk_hashes() const { return !state_->hashes.empty() || state_->row_groups.empty(); }

Result<void> ParquetFileReader::CheckChunk(size_t row_group, size_t leaf) const {
  const ChunkFacts& facts = state_->row_groups[row_group].chunks[leaf];
  Buffer<char> space;
  INGOT_ASSIGN(const std::span<const char> bytes, state_->bytes().Read(facts.offset, facts.compressed_bytes, &space));
  if (HashOfChunk(bytes) != state_->hashes[row_group * state_->columns.size() + leaf]) {
    return ChunkDiffersError().In(state_->Place(row_group, leaf));
  }
  return {};
}

Result<void> ParquetFileReader::ScanLeaf(size_t row_group, size_t leaf, const LeafVisitor& visit) const {
  INGOT_ASSIGN(const std::unique_ptr<LeafCursor> cursor, OpenLeaf(row_group, leaf));
  while (true) {
    INGOT_ASSIGN(std::optional<LeafColumn> part, cursor->Next());
    if (!part) {
      return {};
    }
    INGOT_TRY(visit(*std::move(part)));
  }
}

Result<std::unique_ptr<LeafCursor>> ParquetFileReader::OpenLeaf(size_t row_group, size_t leaf) const {
  INGOT_TRY(state_->CheckLeaf(row_group, leaf));
  if (const RowGroupFacts& group = state_->row_groups[row_group]; group.rows == 0 && group.chunks[leaf].slots == 0) {
    return std::make_unique<EmptyCursor>();
  }
  INGOT_ASSIGN(ValueReader* const values, state_->Values());
  auto opened = values->OpenLeaf(row_group, leaf, state_->leaves[leaf], state_->row_groups[row_group].rows);
  if (!opened) {
    return std::move(opened).error().In(state_->Place(row_group, leaf));
  }
  return std::make_unique<PlacedCursor>(*std::move(opened), state_->Place(row_group, leaf));
}

Result<LeafColumn> ParquetFileReader::ReadLeaf(size_t row_group, size_t leaf) const {
  LeafColumn whole;
  INGOT_TRY(ScanLeaf(row_group, leaf, [&](LeafColumn part) -> Result<void> {
    whole.layout = part.layout;
    if (whole.bytes.size() + part.bytes.size() > UINT32_MAX) {
      return Error(ErrorKind::kResourceLimit, "strings of more than 4 GiB in one row group");
    }
    whole.AppendColumn(part);
    return {};
  }));
  return whole;
}

Result<std::optional<ChunkRecord>> ParquetFileReader::DescribeChunk(size_t row_group, size_t leaf) const {
  const Field* const field = state_->leaves[leaf].field;
  // Older versions wrote columns of nulls with another physical type.
  const bool is_old_null = field != nullptr && field->type.kind == TypeKind::kNull &&
                           state_->footer.row_groups[row_group].chunks[leaf].type != PhysicalType::kByteArray;
  if (state_->digests.empty() || is_old_null) {
    return std::optional<ChunkRecord>();
  }
  const auto describe = [&]() -> Result<std::optional<ChunkRecord>> {
    const size_t chunk = row_group * state_->columns.size() + leaf;
    ChunkSource source;
    source.file = state_->bytes();
    source.facts = &state_->row_groups[row_group].chunks[leaf];
    source.footer = &state_->footer.row_groups[row_group].chunks[leaf];
    INGOT_ASSIGN(source.pages, state_->ReadIndexedPages(row_group, leaf));
    source.rows = state_->row_groups[row_group].rows;
    source.hash = state_->hashes.empty() ? ChunkHash{} : state_->hashes[chunk];
    source.digest = state_->digests[chunk];
    return DescribeChunkOf(std::move(source));
  };
  auto described = describe();
  if (!described) {
    return std::move(described).error().In(state_->Place(row_group, leaf));
  }
  return described;
}

Result<void> ParquetFileReader::ReadChunks(size_t row_group, std::span<const size_t> leaves,
                                           Buffer<char>* bytes) const {
  const std::vector<ChunkFacts>& chunks = state_->row_groups[row_group].chunks;
  uint64_t size = 0;
  for (const size_t leaf : leaves) {
    size += chunks[leaf].compressed_bytes;
  }
  bytes->Clear();
  bytes->Reserve(size);
  bytes->SetSize(size);
  char* to = bytes->data();
  for (size_t begin = 0; begin < leaves.size();) {
    const uint64_t offset = chunks[leaves[begin]].offset;
    uint64_t run = chunks[leaves[begin]].compressed_bytes;
    size_t end = begin + 1;
    for (; end < leaves.size() && chunks[leaves[end]].offset == offset + run; ++end) {
      run += chunks[leaves[end]].compressed_bytes;
    }
    auto read = state_->bytes().ReadTo(offset, {to, run});
    if (!read) {
      return std::move(read).error().In(state_->Place(row_group, leaves[begin]));
    }
    to += run;
    begin = end;
  }
  return {};
}

std::string ParquetFileReader::PlaceOf(size_t row_group, size_t leaf) const { return state_->Place(row_group, leaf); }

Result<PageReport> ParquetFileReader::VerifyPages(const RunAll& run_all) const {
  const size_t column_count = state_->columns.size();
  const size_t chunk_count = column_count * state_->row_groups.size();
  std::vector<Result<ChunkPages>> walked(chunk_count, Result<ChunkPages>(ChunkPages{}));
  (run_all ? run_all : RunInTurn)(chunk_count, [&](size_t i) {
    walked[i] = state_->WalkChunk(i / column_count, i % column_count, state_->bytes());
  });
  INGOT_TRY(FirstError(walked));
  PageReport report;
  for (size_t i = 0; i < chunk_count; ++i) {
    report.pages += walked[i]->pages;
    report.pages_without_crc += walked[i]->pages_without_crc;
    report.bytes += state_->row_groups[i / column_count].chunks[i % column_count].compressed_bytes;
  }
  return report;
}

Result<void> ParquetFileReader::VerifyChunkPages(size_t row_group, size_t column, std::span<const char> bytes) const {
  const FileBytes read{-1, state_->path, bytes, state_->row_groups[row_group].chunks[column].offset};
  INGOT_ASSIGN(const ChunkPages pages, state_->WalkChunk(row_group, column, bytes.empty() ? state_->bytes() : read));
  static_cast<void>(pages);
  return {};
}

Result<std::vector<std::string>> ParquetFileReader::DeepValueHashes(const RunAll& run_all) const {
  if (!state_->schema) {
    return state_->schema.error();
  }
  const size_t leaf_count = state_->leaves.size();
  const size_t group_count = state_->row_groups.size();
  std::vector<Result<ValueDigest>> digests(leaf_count * group_count, Result<ValueDigest>(ValueDigest{}));
  (run_all ? run_all : RunInTurn)(digests.size(), [&](size_t i) {
    ValueHasher hasher;
    auto scanned = ScanLeaf(i / leaf_count, i % leaf_count, [&hasher](const LeafColumn& part) -> Result<void> {
      hasher.AddColumn(part);
      return {};
    });
    digests[i] = scanned ? Result<ValueDigest>(hasher.Finish()) : std::move(scanned).error();
  });
  INGOT_TRY(FirstError(digests));
  std::vector<std::string> hashes;
  for (size_t leaf = 0; leaf < leaf_count; ++leaf) {
    std::vector<ValueDigest> chunks;
    for (size_t group = 0; group < group_count; ++group) {
      chunks.push_back(*digests[group * leaf_count + leaf]);
    }
    hashes.push_back(ColumnValueHash(chunks));
  }
  return hashes;
}

}  // namespace ingot
