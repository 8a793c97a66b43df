#include "format/parquet/file_reader.h"

#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <arrow/util/compression.h>
#include <arrow/util/key_value_metadata.h>
#include <fcntl.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/properties.h>
#include <parquet/statistics.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "format/parquet/arrow_errors.h"
#include "format/parquet/arrow_schema.h"
#include "format/parquet/chunk_copy.h"
#include "format/parquet/digest_list.h"
#include "format/parquet/file_bytes.h"
#include "format/parquet/leaf_decoder.h"
#include "format/parquet/page_walk.h"

namespace ingot {
namespace {

constexpr uint64_t kMagicBytes = 4;
constexpr uint64_t kTailBytes = 8;  // footer length and magic

void RunInTurn(size_t count, const std::function<void(size_t)>& work) {
  for (size_t i = 0; i < count; ++i) {
    work(i);
  }
}

template <typename T>
T ScalarOf(const std::string& bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

// A bound in the plain encoding. nullopt where its size does not fit the type.
std::optional<StatValue> DecodeBound(const std::string& bytes, parquet::Type::type physical) {
  switch (physical) {
    case parquet::Type::BOOLEAN:
      return bytes.size() == 1 ? std::optional<StatValue>(bytes[0] != 0) : std::nullopt;
    case parquet::Type::INT32:
      return bytes.size() == 4 ? std::optional<StatValue>(int64_t{ScalarOf<int32_t>(bytes)}) : std::nullopt;
    case parquet::Type::INT64:
      return bytes.size() == 8 ? std::optional<StatValue>(ScalarOf<int64_t>(bytes)) : std::nullopt;
    case parquet::Type::DOUBLE:
      return bytes.size() == 8 ? std::optional<StatValue>(ScalarOf<double>(bytes) + 0.0) : std::nullopt;
    case parquet::Type::BYTE_ARRAY:
      return StatValue(bytes);
    default:
      return std::nullopt;
  }
}

ChunkFacts FactsOf(const parquet::ColumnChunkMetaData& chunk) {
  ChunkFacts facts;
  facts.offset = static_cast<uint64_t>(chunk.data_page_offset());
  if (chunk.has_dictionary_page() && chunk.dictionary_page_offset() > 0) {
    facts.offset = std::min(facts.offset, static_cast<uint64_t>(chunk.dictionary_page_offset()));
  }
  facts.compressed_bytes = static_cast<uint64_t>(chunk.total_compressed_size());
  facts.uncompressed_bytes = static_cast<uint64_t>(chunk.total_uncompressed_size());
  facts.slots = static_cast<uint64_t>(chunk.num_values());
  facts.codec = arrow::util::Codec::GetCodecAsString(chunk.compression());
  for (const parquet::Encoding::type encoding : chunk.encodings()) {
    facts.encodings.push_back(parquet::EncodingToString(encoding));
  }
  facts.has_page_index = chunk.GetOffsetIndexLocation().has_value();
  facts.has_bloom_filter = chunk.bloom_filter_offset().has_value();
  if (const auto statistics = chunk.encoded_statistics(); statistics != nullptr) {
    if (statistics->has_null_count) {
      facts.nulls = static_cast<uint64_t>(statistics->null_count);
    }
    if (statistics->has_min && statistics->has_max) {
      auto min = DecodeBound(statistics->min(), chunk.type());
      auto max = DecodeBound(statistics->max(), chunk.type());
      if (min && max) {
        facts.bounds = {*std::move(min), *std::move(max)};
      }
    }
  }
  return facts;
}

ColumnFacts FactsOf(const parquet::ColumnDescriptor& column) {
  ColumnFacts facts;
  facts.path = column.path()->ToDotString();
  facts.physical = parquet::TypeToString(column.physical_type());
  if (column.logical_type() != nullptr && !column.logical_type()->is_none()) {
    facts.logical = column.logical_type()->ToString();
  }
  facts.max_definition = column.max_definition_level();
  facts.max_repetition = column.max_repetition_level();
  return facts;
}

class DecodingCursor final : public LeafCursor {
 public:
  DecodingCursor(std::unique_ptr<ChunkDecoder> decoder, std::string place)
      : decoder_(std::move(decoder)), place_(std::move(place)) {}

  Result<std::optional<LeafColumn>> Next() override {
    auto part = CatchArrow(ErrorKind::kCorrupt, [this] { return decoder_->Next(); });
    if (!part) {
      return std::move(part).error().In(place_);
    }
    return part;
  }

 private:
  std::unique_ptr<ChunkDecoder> decoder_;
  std::string place_;
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
  Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenSource();
  Result<void> LoadRowGroups();
  Result<void> CheckExtent(const ChunkFacts& chunk) const;
  Result<void> CheckLeaves();
  Result<void> CheckLeaf(size_t row_group, size_t leaf) const;
  std::vector<PageRecord> ReadIndexedPages(size_t row_group, size_t leaf);
  using PageIndexes = std::vector<std::vector<ChunkExtent::IndexedPage>>;  // by row group, then column
  Result<PageIndexes> ReadPageIndexes() const;
  Result<ChunkPages> WalkChunk(size_t row_group, size_t column, std::vector<ChunkExtent::IndexedPage> indexed) const;
  FileBytes bytes() const { return {fd.get(), path, {memory.data(), memory.size()}}; }
  uint64_t footer_bytes() const { return static_cast<uint64_t>(footer->size()); }
  std::string Place(size_t row_group, size_t column) const {
    return "row group " + std::to_string(row_group) + ", column '" + columns[column].path + "'";
  }

  std::string path;
  UniqueFd fd;
  Buffer<char> memory;  // the whole file, where there is no descriptor
  std::unique_ptr<parquet::ParquetFileReader> file;
  std::shared_ptr<parquet::FileMetaData> footer;
  Result<Schema> schema = Error(ErrorKind::kInternal, "not loaded");
  std::vector<Leaf> leaves;
  std::vector<ColumnFacts> columns;
  std::vector<RowGroupFacts> row_groups;
  uint64_t rows = 0;
  uint64_t file_bytes = 0;
  KeyValues metadata;
  std::mutex index_mutex;  // Arrow's readers of page indexes are for one thread
  std::map<size_t, std::shared_ptr<parquet::RowGroupPageIndexReader>> index_readers;  // by row group
  // Of all chunks, row group by row group; none when the file does not carry them.
  std::vector<ValueDigest> digests;
  std::vector<ChunkHash> hashes;
};

Result<std::shared_ptr<arrow::io::RandomAccessFile>> ParquetFileReader::State::OpenSource() {
  if (!fd.valid()) {
    file_bytes = memory.size();
    return std::make_shared<arrow::io::BufferReader>(std::make_shared<arrow::Buffer>(
        reinterpret_cast<const uint8_t*>(memory.data()), static_cast<int64_t>(memory.size())));
  }
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) {
    return ErrnoError(errno, "read", path);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error(ErrorKind::kUsage, "not a regular file");
  }
  file_bytes = static_cast<uint64_t>(status.st_size);
  // Arrow closes its own descriptor.
  PARQUET_ASSIGN_OR_THROW(std::shared_ptr<arrow::io::RandomAccessFile> source,
                          arrow::io::ReadableFile::Open(::dup(fd.get())));
  return source;
}

Result<void> ParquetFileReader::State::Load() {
  INGOT_ASSIGN(const std::shared_ptr<arrow::io::RandomAccessFile> source, OpenSource());
  parquet::ReaderProperties properties = parquet::default_reader_properties();
  properties.set_page_checksum_verification(true);
  file = parquet::ParquetFileReader::Open(source, properties);
  footer = file->metadata();
  for (int i = 0; i < footer->num_columns(); ++i) {
    columns.push_back(FactsOf(*footer->schema()->Column(i)));
  }
  std::string digest_text;
  std::string hash_text;
  if (const auto& pairs = footer->key_value_metadata(); pairs != nullptr) {
    for (int64_t i = 0; i < pairs->size(); ++i) {
      if (pairs->key(i) == kValueDigestsKey) {
        digest_text = pairs->value(i);
      } else if (pairs->key(i) == kChunkHashesKey) {
        hash_text = pairs->value(i);
      } else {
        metadata.emplace_back(pairs->key(i), pairs->value(i));
      }
    }
  }
  schema = FromParquetSchema(*footer->schema()->group_node());
  INGOT_TRY(CheckLeaves());
  INGOT_TRY(LoadRowGroups());
  const size_t chunks = row_groups.size() * columns.size();
  digests = ParseDigests(digest_text, chunks).value_or(std::vector<ValueDigest>());
  hashes = ParseDigests(hash_text, chunks).value_or(std::vector<ChunkHash>());
  return {};
}

Result<void> ParquetFileReader::State::CheckLeaf(size_t row_group, size_t leaf) const {
  if (!schema) {
    return schema.error();
  }
  if (row_group >= row_groups.size() || leaf >= leaves.size()) {
    return Error(ErrorKind::kInternal,
                 "there is no row group " + std::to_string(row_group) + " with a column " + std::to_string(leaf));
  }
  return {};
}

std::vector<PageRecord> ParquetFileReader::State::ReadIndexedPages(size_t row_group, size_t leaf) {
  const std::lock_guard lock(index_mutex);
  auto& reader = index_readers[row_group];
  if (reader == nullptr) {
    const auto all = file->GetPageIndexReader();
    reader = all == nullptr ? nullptr : all->RowGroup(static_cast<int>(row_group));
  }
  return IndexedPages(static_cast<int>(leaf), row_groups[row_group].chunks[leaf].offset, reader.get());
}

Result<void> ParquetFileReader::State::CheckLeaves() {
  if (!schema) {
    return {};
  }
  leaves = EnumerateLeaves(*schema);
  bool equal = leaves.size() == columns.size();
  for (size_t i = 0; equal && i < leaves.size(); ++i) {
    equal =
        leaves[i].max_definition == columns[i].max_definition && leaves[i].max_repetition == columns[i].max_repetition;
  }
  if (!equal) {
    leaves.clear();
    schema =
        Error(ErrorKind::kUnsupported, "the schema nests its columns in a way that no column type of Ingot covers");
  }
  return {};
}

// Sizes are checked once, so that everything later may trust them to lie inside the file.
Result<void> ParquetFileReader::State::CheckExtent(const ChunkFacts& chunk) const {
  const uint64_t end = file_bytes - std::min(file_bytes, footer_bytes() + kTailBytes);
  if (chunk.offset < kMagicBytes || chunk.offset > end || chunk.compressed_bytes > end - chunk.offset) {
    return Error(ErrorKind::kCorrupt, "its pages are said to lie outside of the file");
  }
  return {};
}

Result<void> ParquetFileReader::State::LoadRowGroups() {
  for (int i = 0; i < footer->num_row_groups(); ++i) {
    const auto row_group = footer->RowGroup(i);
    RowGroupFacts facts;
    if (row_group->num_rows() < 0 || row_group->num_columns() != footer->num_columns()) {
      return Error(ErrorKind::kCorrupt, "row group " + std::to_string(i) + " makes no sense");
    }
    facts.rows = static_cast<uint64_t>(row_group->num_rows());
    facts.uncompressed_bytes = static_cast<uint64_t>(row_group->total_byte_size());
    for (int column = 0; column < row_group->num_columns(); ++column) {
      ChunkFacts chunk = FactsOf(*row_group->ColumnChunk(column));
      if (auto checked = CheckExtent(chunk); !checked) {
        return std::move(checked).error().In(Place(static_cast<size_t>(i), static_cast<size_t>(column)));
      }
      facts.chunks.push_back(std::move(chunk));
    }
    rows += facts.rows;
    row_groups.push_back(std::move(facts));
  }
  if (footer->num_rows() < 0 || rows != static_cast<uint64_t>(footer->num_rows())) {
    return Error(ErrorKind::kCorrupt, "the row groups have " + std::to_string(rows) + " rows, the footer says " +
                                          std::to_string(footer->num_rows()));
  }
  return {};
}

Result<ParquetFileReader::State::PageIndexes> ParquetFileReader::State::ReadPageIndexes() const {
  PageIndexes indexes;
  const auto reader = file->GetPageIndexReader();
  for (size_t group = 0; group < row_groups.size(); ++group) {
    const auto group_reader = reader == nullptr ? nullptr : reader->RowGroup(static_cast<int>(group));
    for (size_t column = 0; column < columns.size(); ++column) {
      std::vector<ChunkExtent::IndexedPage>& pages = indexes.emplace_back();
      if (group_reader == nullptr || !row_groups[group].chunks[column].has_page_index) {
        continue;
      }
      const auto offsets = group_reader->GetOffsetIndex(static_cast<int32_t>(column));
      if (offsets == nullptr) {
        return Error(ErrorKind::kCorrupt, Place(group, column) + ": its page index is missing");
      }
      for (const parquet::PageLocation& page : offsets->page_locations()) {
        pages.push_back({static_cast<uint64_t>(page.offset), static_cast<uint64_t>(page.compressed_page_size)});
      }
    }
  }
  return indexes;
}

Result<ChunkPages> ParquetFileReader::State::WalkChunk(size_t row_group, size_t column,
                                                       std::vector<ChunkExtent::IndexedPage> indexed) const {
  const ChunkFacts& facts = row_groups[row_group].chunks[column];
  ChunkExtent extent;
  extent.offset = facts.offset;
  extent.bytes = facts.compressed_bytes;
  extent.slots = facts.slots;
  extent.check_uncompressed = footer->created_by().rfind("ingot version ", 0) == 0;
  extent.uncompressed_bytes = facts.uncompressed_bytes;
  extent.indexed_pages = std::move(indexed);
  auto pages = WalkPages(bytes(), extent);
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
  auto loaded = CatchArrow(ErrorKind::kCorrupt, [&] { return state->Load(); });
  if (!loaded) {
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
const std::vector<Leaf>& ParquetFileReader::leaves() const { return state_->leaves; }
const std::vector<ColumnFacts>& ParquetFileReader::columns() const { return state_->columns; }
const std::vector<RowGroupFacts>& ParquetFileReader::row_groups() const { return state_->row_groups; }
uint64_t ParquetFileReader::rows() const { return state_->rows; }
uint64_t ParquetFileReader::file_bytes() const { return state_->file_bytes; }
uint64_t ParquetFileReader::footer_bytes() const { return state_->footer_bytes(); }
const std::string& ParquetFileReader::created_by() const { return state_->footer->created_by(); }
const KeyValues& ParquetFileReader::metadata() const { return state_->metadata; }

Result<FileDigest> ParquetFileReader::Digest() const {
  if (!state_->fd.valid()) {
    return FileDigest{state_->memory.size(), Sha256Hex({state_->memory.data(), state_->memory.size()})};
  }
  return DigestOpenFile(state_->fd.get(), state_->path);
}

Result<std::string> ParquetFileReader::TailSha256() const {
  uint64_t begin = kMagicBytes;
  for (const RowGroupFacts& group : state_->row_groups) {
    for (const ChunkFacts& chunk : group.chunks) {
      begin = std::max(begin, chunk.offset + chunk.compressed_bytes);
    }
  }
  Buffer<char> space;
  INGOT_ASSIGN(const std::span<const char> tail, state_->bytes().Read(begin, state_->file_bytes - begin, &space));
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
  INGOT_TRY(state_->CheckLeaf(row_group, leaf));
  auto scanned = CatchArrow(ErrorKind::kCorrupt, [&]() -> Result<void> {
    const auto group = state_->file->RowGroup(static_cast<int>(row_group));
    const auto reader = group->Column(static_cast<int>(leaf));
    return DecodeChunk(reader, state_->leaves[leaf], state_->row_groups[row_group].rows, visit);
  });
  if (!scanned) {
    return std::move(scanned).error().In(state_->Place(row_group, leaf));
  }
  return {};
}

Result<std::unique_ptr<LeafCursor>> ParquetFileReader::OpenLeaf(size_t row_group, size_t leaf) const {
  INGOT_TRY(state_->CheckLeaf(row_group, leaf));
  auto opened = CatchArrow(ErrorKind::kCorrupt, [&]() -> Result<std::unique_ptr<LeafCursor>> {
    const auto group = state_->file->RowGroup(static_cast<int>(row_group));
    INGOT_ASSIGN(std::unique_ptr<ChunkDecoder> decoder,
                 MakeChunkDecoder(group->Column(static_cast<int>(leaf)), state_->leaves[leaf],
                                  state_->row_groups[row_group].rows));
    return std::unique_ptr<LeafCursor>(
        std::make_unique<DecodingCursor>(std::move(decoder), state_->Place(row_group, leaf)));
  });
  if (!opened) {
    return std::move(opened).error().In(state_->Place(row_group, leaf));
  }
  return opened;
}

Result<LeafColumn> ParquetFileReader::ReadLeaf(size_t row_group, size_t leaf) const {
  LeafColumn whole;
  INGOT_TRY(ScanLeaf(row_group, leaf, [&](LeafColumn part) -> Result<void> {
    whole.layout = part.layout;
    if (whole.bytes.size() + part.bytes.size() > UINT32_MAX) {
      return Error(ErrorKind::kResourceLimit, "strings of more than 4 GiB in one row group");
    }
    const auto shift = static_cast<uint32_t>(whole.bytes.size());
    for (const uint32_t end : part.ends) {
      whole.ends.Append(end + shift);
    }
    for (const LevelRun& run : part.levels.runs()) {
      whole.levels.AppendRun(run.count, run.definition, run.repetition);
    }
    whole.bytes.AppendAll(part.bytes.data(), part.bytes.size());
    whole.bools.AppendAll(part.bools.data(), part.bools.size());
    whole.ints.AppendAll(part.ints.data(), part.ints.size());
    whole.doubles.AppendAll(part.doubles.data(), part.doubles.size());
    return {};
  }));
  return whole;
}

Result<std::optional<EncodedChunk>> ParquetFileReader::CopyChunk(size_t row_group, size_t leaf) const {
  if (state_->digests.empty()) {
    return std::optional<EncodedChunk>();
  }
  auto copied = CatchArrow(ErrorKind::kCorrupt, [&]() -> Result<std::optional<EncodedChunk>> {
    const auto metadata = state_->footer->RowGroup(static_cast<int>(row_group))->ColumnChunk(static_cast<int>(leaf));
    ChunkSource source;
    source.file = state_->bytes();
    source.facts = &state_->row_groups[row_group].chunks[leaf];
    source.metadata = metadata.get();
    source.pages = state_->ReadIndexedPages(row_group, leaf);
    source.rows = state_->row_groups[row_group].rows;
    source.hash = state_->hashes.empty() ? nullptr : &state_->hashes[row_group * state_->columns.size() + leaf];
    source.digest = state_->digests[row_group * state_->columns.size() + leaf];
    return CopyChunkOf(std::move(source));
  });
  if (!copied) {
    return std::move(copied).error().In(state_->Place(row_group, leaf));
  }
  return copied;
}

Result<PageReport> ParquetFileReader::VerifyPages(const RunAll& run_all) const {
  const size_t column_count = state_->columns.size();
  const size_t chunk_count = column_count * state_->row_groups.size();
  std::vector<Result<ChunkPages>> walked(chunk_count, Result<ChunkPages>(ChunkPages{}));
  INGOT_ASSIGN(State::PageIndexes indexes, CatchArrow(ErrorKind::kCorrupt, [&] { return state_->ReadPageIndexes(); }));
  (run_all ? run_all : RunInTurn)(chunk_count, [&](size_t i) {
    walked[i] = state_->WalkChunk(i / column_count, i % column_count, std::move(indexes[i]));
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
