#include "format/parquet/file_writer.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "base/sha256.h"
#include "column/align.h"
#include "format/parquet/digest_list.h"
#include "format/parquet/footer.h"
#include "format/parquet/schema_elements.h"

namespace ingot {
namespace {

constexpr int32_t kDataPage = 0;
constexpr int32_t kDictionaryPage = 2;

// Counts what is written, and hashes what comes after the last row group, on its way to the next sink.
class TailSink final : public ByteSink {
 public:
  explicit TailSink(ByteSink& next) : next_(next) {}

  Result<void> Write(std::span<const char> bytes) override {
    INGOT_TRY(next_.Write(bytes));
    position_ += bytes.size();
    if (tail_) {
      tail_->Update(bytes);
    }
    return {};
  }
  uint64_t position() const { return position_; }
  void BeginTail() { tail_.emplace(); }
  std::string FinishTail() { return tail_->FinishHex(); }

 private:
  ByteSink& next_;
  uint64_t position_ = 0;
  std::optional<Sha256> tail_;
};

// Parquet's numbers.
int32_t CodecNumber(ParquetCodec codec) {
  switch (codec) {
    case ParquetCodec::kSnappy:
      return 1;
    case ParquetCodec::kZstd:
      return 6;
    case ParquetCodec::kNone:
      break;
  }
  return 0;
}

Result<size_t> FindLeaf(const std::vector<Leaf>& leaves, const std::string& path, std::string_view purpose) {
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].DisplayPath() == path) {
      return i;
    }
  }
  return Error(ErrorKind::kConfig, std::string(purpose) + " names the column '" + path + "', which does not exist");
}

FooterChunk FooterChunkOf(const ChunkRecord& chunk, uint64_t offset, PhysicalType type, ParquetCodec codec) {
  FooterChunk footer;
  const auto encoding = static_cast<uint32_t>(chunk.encoding);
  footer.type = type;
  footer.encodings = uint32_t{1} << static_cast<uint32_t>(ParquetEncoding::kRle) | uint32_t{1} << encoding;
  footer.codec = CodecNumber(codec);
  footer.slots = static_cast<int64_t>(chunk.slots);
  footer.uncompressed_bytes = static_cast<int64_t>(chunk.uncompressed_bytes);
  footer.compressed_bytes = static_cast<int64_t>(chunk.compressed_bytes);
  footer.data_page_offset = static_cast<int64_t>(offset + chunk.data_page_offset);
  if (chunk.dictionary_page_offset) {
    footer.dictionary_page_offset = static_cast<int64_t>(offset + *chunk.dictionary_page_offset);
    footer.encodings |= uint32_t{1} << static_cast<uint32_t>(ParquetEncoding::kPlain);
    footer.encoding_counts.push_back({kDictionaryPage, static_cast<int32_t>(ParquetEncoding::kPlain), 1});
  }
  footer.encoding_counts.push_back(
      {kDataPage, static_cast<int32_t>(encoding), static_cast<int32_t>(chunk.pages.size())});
  return footer;
}

// Nothing where a page with values has no bounds: they are NaNs alone.
std::optional<ColumnIndex> ColumnIndexOf(const std::vector<PageRecord>& pages) {
  ColumnIndex index;
  for (const PageRecord& page : pages) {
    if (!page.all_null && !(page.min && page.max)) {
      return std::nullopt;
    }
    index.null_pages.push_back(page.all_null);
    index.min.emplace_back(page.all_null ? std::string_view() : std::string_view(*page.min));
    index.max.emplace_back(page.all_null ? std::string_view() : std::string_view(*page.max));
    index.nulls.push_back(static_cast<int64_t>(page.nulls));
  }
  return index;
}

// Whether no page's bounds lie before those of the page before it, seen in the direction of `sign`.
bool IsOrdered(const ColumnIndex& index, TypeKind kind, int sign) {
  const auto is_before = [&](std::string_view a, std::string_view b) {
    return sign > 0 ? IsBoundLess(a, b, kind) : IsBoundLess(b, a, kind);
  };
  std::optional<size_t> previous;
  for (size_t i = 0; i < index.min.size(); ++i) {
    if (index.null_pages[i]) {
      continue;
    }
    if (previous && (is_before(index.min[i], index.min[*previous]) || is_before(index.max[i], index.max[*previous]))) {
      return false;
    }
    previous = i;
  }
  return previous.has_value();
}

BoundaryOrder OrderOf(const ColumnIndex& index, TypeKind kind) {
  if (IsOrdered(index, kind, 1)) {
    return BoundaryOrder::kAscending;
  }
  return IsOrdered(index, kind, -1) ? BoundaryOrder::kDescending : BoundaryOrder::kUnordered;
}

}  // namespace

struct ParquetFileWriter::State {
  // A schema does not move once leaves point into it.
  struct Version {
    explicit Version(const Schema& schema_in) : schema(schema_in), leaves(EnumerateLeaves(schema)) {}
    const Schema schema;
    const std::vector<Leaf> leaves;
  };

  State(ByteSink& sink, ParquetOptions options_in) : options(std::move(options_in)), tail(sink) {}

  Result<void> SetSchema(const Schema& schema);
  const std::vector<Leaf>& leaves() const { return versions.back()->leaves; }
  Result<RowGroupRecord> BeginRowGroup(uint64_t rows, size_t chunks) const;
  Result<void> AddChunk(ChunkRecord record, RowGroupRecord* row_group) const;
  Result<void> WriteTail(const KeyValues& metadata);
  void AddRowGroup(const RowGroupRecord& row_group, Footer* out);
  FooterStatistics StatisticsOf(const ChunkRecord& chunk, TypeKind kind);
  Result<void> WriteBloomFilters(Footer* out);
  void AppendPageIndexes(Footer* out, Buffer<char>* bytes) const;
  void AddMetadata(const KeyValues& metadata, Footer* out);
  std::string_view Keep(std::string text) { return texts.emplace_back(std::move(text)); }
  FileSummary Summarize() const;

  const ParquetOptions options;
  TailSink tail;
  std::vector<std::unique_ptr<const Version>> versions;
  std::vector<SchemaElement> elements;    // of the last version
  std::vector<PhysicalType> types;        // of its leaves
  std::vector<FooterSortColumn> sorting;  // by its leaves
  std::vector<RowGroupRecord> row_groups;
  std::deque<std::string> texts;  // what the footer points to
  bool needs_rewrite = false;
};

Result<void> ParquetFileWriter::State::SetSchema(const Schema& schema) {
  INGOT_ASSIGN(std::vector<SchemaElement> tree, ToSchemaElements(schema));
  auto version = std::make_unique<const Version>(schema);
  for (const std::string& path : options.bloom_columns) {
    INGOT_TRY(FindLeaf(version->leaves, path, "bloom filter"));
  }
  sorting.clear();
  for (const ParquetSortColumn& column : options.sorted_by) {
    INGOT_ASSIGN(const size_t leaf, FindLeaf(version->leaves, column.path, "sort order"));
    sorting.push_back({static_cast<int32_t>(leaf), column.descending, column.nulls_first});
  }
  elements = std::move(tree);
  types.clear();
  for (const SchemaElement& element : elements) {
    if (element.type) {
      types.push_back(*element.type);
    }
  }
  versions.push_back(std::move(version));
  return {};
}

FooterStatistics ParquetFileWriter::State::StatisticsOf(const ChunkRecord& chunk, TypeKind kind) {
  FooterStatistics statistics;
  statistics.nulls = static_cast<int64_t>(chunk.nulls);
  if (chunk.bounds.present()) {
    std::string min = EncodeMin(chunk.bounds, kind);
    std::string max = EncodeMax(chunk.bounds, kind);
    if (min.size() <= options.statistics_bytes && max.size() <= options.statistics_bytes) {
      statistics.min = Keep(std::move(min));
      statistics.max = Keep(std::move(max));
    }
  }
  return statistics;
}

void ParquetFileWriter::State::AddRowGroup(const RowGroupRecord& row_group, Footer* out) {
  FooterRowGroup& group = out->row_groups.emplace_back();
  group.rows = static_cast<int64_t>(row_group.rows);
  group.chunks.reserve(row_group.chunks.size());
  uint64_t offset = row_group.offset;
  for (size_t leaf = 0; leaf < row_group.chunks.size(); ++leaf) {
    const ChunkRecord& chunk = row_group.chunks[leaf];
    FooterChunk& added = group.chunks.emplace_back(FooterChunkOf(chunk, offset, types[leaf], options.codec));
    added.statistics = StatisticsOf(chunk, leaves()[leaf].field->type.kind);
    group.uncompressed_bytes += added.uncompressed_bytes;
    offset += chunk.compressed_bytes;
  }
  out->rows += group.rows;
}

Result<void> ParquetFileWriter::State::WriteBloomFilters(Footer* out) {
  for (size_t i = 0; i < row_groups.size(); ++i) {
    for (size_t leaf = 0; leaf < row_groups[i].chunks.size(); ++leaf) {
      const std::string& filter = row_groups[i].chunks[leaf].bloom_filter;
      if (filter.empty()) {
        continue;
      }
      out->row_groups[i].chunks[leaf].bloom_filter = {static_cast<int64_t>(tail.position()),
                                                      static_cast<int32_t>(filter.size())};
      INGOT_TRY(tail.Write(filter));
    }
  }
  return {};
}

// All column indexes, then all offset indexes, as they follow what is written.
void ParquetFileWriter::State::AppendPageIndexes(Footer* out, Buffer<char>* bytes) const {
  const auto append = [&](const auto& write) -> FooterLocation {
    const size_t begin = bytes->size();
    write();
    return {static_cast<int64_t>(tail.position() + begin), static_cast<int32_t>(bytes->size() - begin)};
  };
  for (size_t i = 0; i < row_groups.size(); ++i) {
    for (size_t leaf = 0; leaf < row_groups[i].chunks.size(); ++leaf) {
      const TypeKind kind = leaves()[leaf].field->type.kind;
      // Values of the null type have no order, hence no column index.
      const auto index = kind == TypeKind::kNull ? std::nullopt : ColumnIndexOf(row_groups[i].chunks[leaf].pages);
      if (index) {
        out->row_groups[i].chunks[leaf].column_index =
            append([&] { WriteColumnIndex(*index, OrderOf(*index, kind), bytes); });
      }
    }
  }
  for (size_t i = 0; i < row_groups.size(); ++i) {
    const RowGroupRecord& row_group = row_groups[i];
    uint64_t offset = row_group.offset;
    for (size_t leaf = 0; leaf < row_group.chunks.size(); ++leaf) {
      OffsetIndex index;
      for (const PageRecord& page : row_group.chunks[leaf].pages) {
        index.push_back({static_cast<int64_t>(offset + page.offset), static_cast<int32_t>(page.bytes),
                         static_cast<int64_t>(page.first_row)});
      }
      out->row_groups[i].chunks[leaf].offset_index = append([&] { WriteOffsetIndex(index, bytes); });
      offset += row_group.chunks[leaf].compressed_bytes;
    }
  }
}

void ParquetFileWriter::State::AddMetadata(const KeyValues& metadata, Footer* out) {
  for (const auto& [key, value] : metadata) {
    out->metadata.emplace_back(key, value);
  }
  if (std::string null_leaves = FormatNullLeaves(leaves()); !null_leaves.empty()) {
    out->metadata.emplace_back(kNullLeavesKey, Keep(std::move(null_leaves)));
  }
  std::vector<ValueDigest> digests;
  std::vector<ChunkHash> hashes;
  for (const RowGroupRecord& row_group : row_groups) {
    for (const ChunkRecord& chunk : row_group.chunks) {
      digests.push_back(chunk.digest);
      hashes.push_back(chunk.bytes_hash);
    }
  }
  if (!digests.empty()) {
    out->metadata.emplace_back(kValueDigestsKey, Keep(FormatDigests(digests)));
    out->metadata.emplace_back(kChunkHashesKey, Keep(FormatDigests(hashes)));
  }
}

Result<void> ParquetFileWriter::State::WriteTail(const KeyValues& metadata) {
  Footer footer;
  footer.schema = elements;
  footer.created_by = options.created_by;
  for (const RowGroupRecord& row_group : row_groups) {
    AddRowGroup(row_group, &footer);
  }
  INGOT_TRY(WriteBloomFilters(&footer));
  Buffer<char> bytes;
  AppendPageIndexes(&footer, &bytes);
  AddMetadata(metadata, &footer);
  const size_t footer_begin = bytes.size();
  WriteFooter(footer, sorting, &bytes);
  const auto footer_bytes = static_cast<uint32_t>(bytes.size() - footer_begin);
  bytes.AppendAll(reinterpret_cast<const char*>(&footer_bytes), sizeof(footer_bytes));
  bytes.AppendAll(kParquetMagic.data(), kParquetMagic.size());
  return tail.Write(bytes);
}

FileSummary ParquetFileWriter::State::Summarize() const {
  FileSummary summary;
  summary.bytes = tail.position();
  summary.row_groups = row_groups.size();
  for (const RowGroupRecord& row_group : row_groups) {
    summary.rows += row_group.rows;
    for (const ChunkRecord& chunk : row_group.chunks) {
      summary.chunks.push_back({chunk.compressed_bytes, chunk.bytes_hash});
    }
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
  INGOT_TRY(state->SetSchema(schema));
  INGOT_TRY(state->tail.Write(kParquetMagic));
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
  INGOT_TRY(state_->SetSchema(larger));
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

uint64_t ParquetFileWriter::bytes() const { return state_->tail.position(); }
const std::vector<RowGroupRecord>& ParquetFileWriter::row_groups() const { return state_->row_groups; }

Result<RowGroupRecord> ParquetFileWriter::State::BeginRowGroup(uint64_t rows, size_t chunks) const {
  if (rows == 0 || chunks != leaves().size()) {
    return Error(ErrorKind::kInternal, "a row group of " + std::to_string(rows) + " rows has " +
                                           std::to_string(chunks) + " chunks for " + std::to_string(leaves().size()) +
                                           " columns");
  }
  RowGroupRecord row_group;
  row_group.rows = rows;
  row_group.offset = tail.position();
  row_group.schema = versions.size() - 1;
  row_group.chunks.reserve(chunks);
  return row_group;
}

Result<void> ParquetFileWriter::State::AddChunk(ChunkRecord record, RowGroupRecord* row_group) const {
  if (record.rows != row_group->rows) {
    return Error(ErrorKind::kInternal, "column '" + leaves()[row_group->chunks.size()].DisplayPath() + "' has " +
                                           std::to_string(record.rows) + " rows in a row group of " +
                                           std::to_string(row_group->rows));
  }
  row_group->chunks.push_back(std::move(record));
  return {};
}

Result<void> ParquetFileWriter::AppendRowGroup(uint64_t rows, std::vector<EncodedChunk> chunks) {
  INGOT_ASSIGN(RowGroupRecord row_group, state_->BeginRowGroup(rows, chunks.size()));
  for (EncodedChunk& chunk : chunks) {
    INGOT_TRY(state_->AddChunk(std::move(chunk.record), &row_group));
    INGOT_TRY(state_->tail.Write(chunk.bytes));
    chunk.bytes = {};
  }
  state_->row_groups.push_back(std::move(row_group));
  return {};
}

Result<void> ParquetFileWriter::AppendCopies(uint64_t rows, std::vector<ChunkView> chunks) {
  INGOT_ASSIGN(RowGroupRecord row_group, state_->BeginRowGroup(rows, chunks.size()));
  std::span<const char> run;
  for (ChunkView& chunk : chunks) {
    INGOT_TRY(state_->AddChunk(std::move(chunk.record), &row_group));
    if (run.data() + run.size() == chunk.bytes.data()) {
      run = {run.data(), run.size() + chunk.bytes.size()};
      continue;
    }
    INGOT_TRY(state_->tail.Write(run));
    run = chunk.bytes;
  }
  INGOT_TRY(state_->tail.Write(run));
  state_->row_groups.push_back(std::move(row_group));
  return {};
}

Result<FileSummary> ParquetFileWriter::Finish(const KeyValues& metadata) {
  if (needs_rewrite()) {
    return Error(ErrorKind::kInternal, "the file holds row groups of an earlier schema");
  }
  state_->tail.BeginTail();
  INGOT_TRY(state_->WriteTail(metadata));
  FileSummary summary = state_->Summarize();
  summary.tail_sha256 = state_->tail.FinishTail();
  return summary;
}

}  // namespace ingot
