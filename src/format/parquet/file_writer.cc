#include "format/parquet/file_writer.h"

#include <arrow/util/key_value_metadata.h>
#include <parquet/file_writer.h>
#include <parquet/index_location.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/properties.h>
#include <parquet/size_statistics.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/sha256.h"
#include "column/align.h"
#include "format/arrow/sink_stream.h"
#include "format/parquet/arrow_errors.h"
#include "format/parquet/arrow_schema.h"
#include "format/parquet/digest_list.h"

namespace ingot {
namespace {

constexpr std::string_view kMagic = "PAR1";

// Hashes what is written after the last row group, on its way to the next sink.
class TailSink final : public ByteSink {
 public:
  explicit TailSink(ByteSink& next) : next_(next) {}

  Result<void> Write(std::span<const char> bytes) override {
    INGOT_TRY(next_.Write(bytes));
    if (tail_) {
      tail_->Update(bytes);
    }
    return {};
  }
  void BeginTail() { tail_.emplace(); }
  std::string FinishTail() { return tail_->FinishHex(); }

 private:
  ByteSink& next_;
  std::optional<Sha256> tail_;
};

parquet::Compression::type CompressionOf(ParquetCodec codec) {
  switch (codec) {
    case ParquetCodec::kSnappy:
      return parquet::Compression::SNAPPY;
    case ParquetCodec::kZstd:
      return parquet::Compression::ZSTD;
    case ParquetCodec::kNone:
      break;
  }
  return parquet::Compression::UNCOMPRESSED;
}

parquet::EncodedStatistics PageStatistics(const PageRecord& page) {
  parquet::EncodedStatistics statistics;
  statistics.set_null_count(static_cast<int64_t>(page.nulls));
  statistics.all_null_value = page.all_null;
  if (page.min && page.max) {
    statistics.set_min(*page.min);
    statistics.set_max(*page.max);
  }
  return statistics;
}

parquet::EncodedStatistics ChunkStatistics(const ChunkRecord& chunk, TypeKind kind, size_t limit) {
  parquet::EncodedStatistics statistics;
  statistics.set_null_count(static_cast<int64_t>(chunk.nulls));
  statistics.all_null_value = chunk.nulls == chunk.slots;
  if (!chunk.bounds.present()) {
    return statistics;
  }
  std::string min = EncodeMin(chunk.bounds, kind);
  std::string max = EncodeMax(chunk.bounds, kind);
  if (min.size() <= limit && max.size() <= limit) {
    statistics.set_min(std::move(min));
    statistics.set_max(std::move(max));
    statistics.is_min_value_exact = true;
    statistics.is_max_value_exact = true;
  }
  return statistics;
}

Result<size_t> FindLeaf(const std::vector<Leaf>& leaves, const std::string& path, std::string_view purpose) {
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].DisplayPath() == path) {
      return i;
    }
  }
  return Error(ErrorKind::kConfig, std::string(purpose) + " names the column '" + path + "', which does not exist");
}

std::shared_ptr<parquet::WriterProperties> PropertiesOf(const ParquetOptions& options,
                                                        std::vector<parquet::SortingColumn> sorting) {
  parquet::WriterProperties::Builder builder;
  builder.version(parquet::ParquetVersion::PARQUET_2_6)
      ->created_by(options.created_by)
      ->compression(CompressionOf(options.codec))
      ->set_sorting_columns(std::move(sorting));
  return builder.build();
}

}  // namespace

struct ParquetFileWriter::State {
  // A schema does not move once leaves point into it.
  struct Version {
    explicit Version(const Schema& schema_in) : schema(schema_in), leaves(EnumerateLeaves(schema)) {}
    const Schema schema;
    const std::vector<Leaf> leaves;
  };

  State(ByteSink& sink, ParquetOptions options_in) : options(std::move(options_in)), tail(sink), stream(tail) {}

  Result<void> SetSchema(const Schema& schema);
  const std::vector<Leaf>& leaves() const { return versions.back()->leaves; }
  Result<void> BuildFooter(const KeyValues& metadata);
  void AddRowGroup(const RowGroupRecord& row_group, parquet::FileMetaDataBuilder* footer,
                   parquet::PageIndexBuilder* index);
  void AddChunk(const ChunkRecord& chunk, uint64_t offset, const Leaf& leaf,
                parquet::ColumnChunkMetaDataBuilder* builder);
  void AddPageIndex(const ChunkRecord& chunk, uint64_t offset, int leaf, parquet::PageIndexBuilder* index);
  void WriteBloomFilters(parquet::FileMetaDataBuilder* footer);
  FileSummary Summarize() const;

  const ParquetOptions options;
  TailSink tail;
  SinkStream stream;
  std::vector<std::unique_ptr<const Version>> versions;
  std::unique_ptr<parquet::SchemaDescriptor> descriptor;  // of the last version
  std::shared_ptr<parquet::WriterProperties> properties;
  std::vector<RowGroupRecord> row_groups;
  bool needs_rewrite = false;
};

Result<void> ParquetFileWriter::State::SetSchema(const Schema& schema) {
  INGOT_ASSIGN(const parquet::schema::NodePtr root, ToParquetSchema(schema));
  auto version = std::make_unique<const Version>(schema);
  for (const std::string& path : options.bloom_columns) {
    INGOT_TRY(FindLeaf(version->leaves, path, "bloom filter"));
  }
  std::vector<parquet::SortingColumn> sorting;
  for (const ParquetSortColumn& column : options.sorted_by) {
    INGOT_ASSIGN(const size_t leaf, FindLeaf(version->leaves, column.path, "sort order"));
    sorting.push_back({static_cast<int32_t>(leaf), column.descending, column.nulls_first});
  }
  properties = PropertiesOf(options, std::move(sorting));
  descriptor = std::make_unique<parquet::SchemaDescriptor>();
  descriptor->Init(root);
  versions.push_back(std::move(version));
  return {};
}

void ParquetFileWriter::State::AddChunk(const ChunkRecord& chunk, uint64_t offset, const Leaf& leaf,
                                        parquet::ColumnChunkMetaDataBuilder* builder) {
  builder->SetStatistics(ChunkStatistics(chunk, leaf.field->type.kind, options.statistics_bytes));
  const bool has_dictionary = chunk.dictionary_page_offset.has_value();
  const auto encoding = static_cast<parquet::Encoding::type>(chunk.encoding);
  std::map<parquet::Encoding::type, int32_t> dictionary_pages;
  if (has_dictionary) {
    dictionary_pages[parquet::Encoding::PLAIN] = 1;
  }
  builder->Finish(static_cast<int64_t>(chunk.slots),
                  has_dictionary ? static_cast<int64_t>(offset + *chunk.dictionary_page_offset) : 0, -1,
                  static_cast<int64_t>(offset + chunk.data_page_offset), static_cast<int64_t>(chunk.compressed_bytes),
                  static_cast<int64_t>(chunk.uncompressed_bytes), has_dictionary, false, dictionary_pages,
                  {{encoding, static_cast<int32_t>(chunk.pages.size())}});
}

void ParquetFileWriter::State::AddPageIndex(const ChunkRecord& chunk, uint64_t offset, int leaf,
                                            parquet::PageIndexBuilder* index) {
  parquet::OffsetIndexBuilder* offsets = index->GetOffsetIndexBuilder(leaf);
  // Values of the null type have no order, hence no column index.
  const bool has_order = leaves()[static_cast<size_t>(leaf)].field->type.kind != TypeKind::kNull;
  parquet::ColumnIndexBuilder* columns = has_order ? index->GetColumnIndexBuilder(leaf) : nullptr;
  for (const PageRecord& page : chunk.pages) {
    offsets->AddPage(static_cast<int64_t>(offset + page.offset), static_cast<int32_t>(page.bytes),
                     static_cast<int64_t>(page.first_row));
    if (columns != nullptr) {
      columns->AddPage(PageStatistics(page), parquet::SizeStatistics());
    }
  }
  offsets->Finish(0);
  if (columns != nullptr) {
    columns->Finish();
  }
}

void ParquetFileWriter::State::AddRowGroup(const RowGroupRecord& row_group, parquet::FileMetaDataBuilder* footer,
                                           parquet::PageIndexBuilder* index) {
  parquet::RowGroupMetaDataBuilder* builder = footer->AppendRowGroup();
  builder->set_num_rows(static_cast<int64_t>(row_group.rows));
  index->AppendRowGroup();
  uint64_t offset = row_group.offset;
  uint64_t uncompressed = 0;
  for (size_t leaf = 0; leaf < leaves().size(); ++leaf) {
    const ChunkRecord& chunk = row_group.chunks[leaf];
    AddChunk(chunk, offset, leaves()[leaf], builder->NextColumnChunk());
    AddPageIndex(chunk, offset, static_cast<int>(leaf), index);
    offset += chunk.compressed_bytes;
    uncompressed += chunk.uncompressed_bytes;
  }
  const auto ordinal = static_cast<size_t>(&row_group - row_groups.data());
  // The ordinal has 16 bits; files with more row groups do without.
  builder->Finish(static_cast<int64_t>(uncompressed),
                  ordinal <= INT16_MAX ? static_cast<int16_t>(ordinal) : int16_t{-1});
}

void ParquetFileWriter::State::WriteBloomFilters(parquet::FileMetaDataBuilder* footer) {
  parquet::IndexLocations locations;
  for (size_t i = 0; i < row_groups.size(); ++i) {
    for (size_t leaf = 0; leaf < leaves().size(); ++leaf) {
      const std::string& filter = row_groups[i].chunks[leaf].bloom_filter;
      if (filter.empty()) {
        continue;
      }
      locations.push_back({{static_cast<int32_t>(i), static_cast<int32_t>(leaf)},
                           {static_cast<int64_t>(stream.position()), static_cast<int32_t>(filter.size())}});
      PARQUET_THROW_NOT_OK(stream.Write(filter.data(), static_cast<int64_t>(filter.size())));
    }
  }
  footer->SetIndexLocations(parquet::IndexKind::kBloomFilter, locations);
}

Result<void> ParquetFileWriter::State::BuildFooter(const KeyValues& metadata) {
  const auto footer = parquet::FileMetaDataBuilder::Make(descriptor.get(), properties);
  const auto index = parquet::PageIndexBuilder::Make(descriptor.get());
  for (const RowGroupRecord& row_group : row_groups) {
    AddRowGroup(row_group, footer.get(), index.get());
  }
  WriteBloomFilters(footer.get());
  if (!row_groups.empty()) {
    index->Finish();
    const auto written = index->WriteTo(&stream);
    footer->SetIndexLocations(parquet::IndexKind::kColumnIndex, written.column_index_locations);
    footer->SetIndexLocations(parquet::IndexKind::kOffsetIndex, written.offset_index_locations);
  }
  std::vector<ValueDigest> digests;
  std::vector<ChunkHash> hashes;
  for (const RowGroupRecord& row_group : row_groups) {
    for (const ChunkRecord& chunk : row_group.chunks) {
      digests.push_back(chunk.digest);
      hashes.push_back(chunk.bytes_hash);
    }
  }
  std::shared_ptr<arrow::KeyValueMetadata> pairs;
  if (!metadata.empty() || !digests.empty()) {
    pairs = std::make_shared<arrow::KeyValueMetadata>();
  }
  for (const auto& [key, value] : metadata) {
    pairs->Append(key, value);
  }
  if (!digests.empty()) {
    pairs->Append(std::string(kValueDigestsKey), FormatDigests(digests));
    pairs->Append(std::string(kChunkHashesKey), FormatDigests(hashes));
  }
  parquet::WriteFileMetaData(*footer->Finish(pairs), &stream);
  return {};
}

FileSummary ParquetFileWriter::State::Summarize() const {
  FileSummary summary;
  summary.bytes = stream.position();
  summary.row_groups = row_groups.size();
  for (const RowGroupRecord& row_group : row_groups) {
    summary.rows += row_group.rows;
  }
  for (size_t leaf = 0; leaf < leaves().size(); ++leaf) {
    ColumnSummary column;
    column.path = leaves()[leaf].DisplayPath();
    std::vector<ValueDigest> digests;
    for (const RowGroupRecord& row_group : row_groups) {
      const ChunkRecord& chunk = row_group.chunks[leaf];
      column.slots += chunk.slots;
      column.nulls += chunk.nulls;
      column.bounds.Merge(chunk.bounds);
      digests.push_back(chunk.digest);
    }
    column.value_hash = ColumnValueHash(digests);
    summary.columns.push_back(std::move(column));
  }
  return summary;
}

ParquetFileWriter::ParquetFileWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ParquetFileWriter::ParquetFileWriter(ParquetFileWriter&&) noexcept = default;
ParquetFileWriter& ParquetFileWriter::operator=(ParquetFileWriter&&) noexcept = default;
ParquetFileWriter::~ParquetFileWriter() = default;

Result<ParquetFileWriter> ParquetFileWriter::Open(ByteSink& sink, const Schema& schema, ParquetOptions options) {
  auto state = std::make_unique<State>(sink, std::move(options));
  INGOT_TRY(CatchArrow(ErrorKind::kInternal, [&] { return state->SetSchema(schema); }));
  INGOT_TRY(state->stream.Put(kMagic));
  return ParquetFileWriter(std::move(state));
}

const Schema& ParquetFileWriter::schema() const { return state_->versions.back()->schema; }
const ParquetOptions& ParquetFileWriter::options() const { return state_->options; }
const std::vector<Leaf>& ParquetFileWriter::leaves() const { return state_->leaves(); }

Result<void> ParquetFileWriter::GrowSchema(const Schema& larger) {
  if (larger == schema()) {
    return {};
  }
  INGOT_ASSIGN(const SchemaAlignment alignment, SchemaAlignment::Between(schema(), larger));
  INGOT_TRY(CatchArrow(ErrorKind::kInternal, [&] { return state_->SetSchema(larger); }));
  state_->needs_rewrite = state_->needs_rewrite || (!state_->row_groups.empty() && !alignment.is_identity());
  return {};
}

bool ParquetFileWriter::needs_rewrite() const { return state_->needs_rewrite; }

std::vector<const Schema*> ParquetFileWriter::schemas() const {
  std::vector<const Schema*> schemas;
  for (const auto& version : state_->versions) {
    schemas.push_back(&version->schema);
  }
  return schemas;
}

uint64_t ParquetFileWriter::bytes() const { return state_->stream.position(); }
const std::vector<RowGroupRecord>& ParquetFileWriter::row_groups() const { return state_->row_groups; }

Result<void> ParquetFileWriter::AppendRowGroup(uint64_t rows, std::vector<EncodedChunk> chunks) {
  if (rows == 0 || chunks.size() != state_->leaves().size()) {
    return Error(ErrorKind::kInternal, "a row group of " + std::to_string(rows) + " rows has " +
                                           std::to_string(chunks.size()) + " chunks for " +
                                           std::to_string(state_->leaves().size()) + " columns");
  }
  RowGroupRecord row_group;
  row_group.rows = rows;
  row_group.offset = state_->stream.position();
  row_group.schema = state_->versions.size() - 1;
  for (size_t leaf = 0; leaf < chunks.size(); ++leaf) {
    EncodedChunk& chunk = chunks[leaf];
    if (chunk.record.rows != rows) {
      return Error(ErrorKind::kInternal, "column '" + state_->leaves()[leaf].DisplayPath() + "' has " +
                                             std::to_string(chunk.record.rows) + " rows in a row group of " +
                                             std::to_string(rows));
    }
    INGOT_TRY(state_->stream.Put(chunk.bytes));
    row_group.chunks.push_back(std::move(chunk.record));
    chunk.bytes = {};
  }
  state_->row_groups.push_back(std::move(row_group));
  return {};
}

Result<FileSummary> ParquetFileWriter::Finish(const KeyValues& metadata) {
  if (needs_rewrite()) {
    return Error(ErrorKind::kInternal, "the file holds row groups of an earlier schema");
  }
  state_->tail.BeginTail();
  Result<void> built = CatchArrow(ErrorKind::kInternal, [&] { return state_->BuildFooter(metadata); });
  if (!built) {
    if (state_->stream.failure()) {
      return *state_->stream.failure();
    }
    return std::move(built).error();
  }
  FileSummary summary = state_->Summarize();
  summary.tail_sha256 = state_->tail.FinishTail();
  return summary;
}

}  // namespace ingot
