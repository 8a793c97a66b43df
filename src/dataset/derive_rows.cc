#include "dataset/derive_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "column/align.h"
#include "column/gathering_sink.h"
#include "dataset/chunk_hashing_sink.h"
#include "dataset/partition_inputs.h"
#include "dataset/prove.h"
#include "format/json/number.h"
#include "format/parquet/chunk_copy.h"
#include "format/parquet/file_reader.h"

namespace ingot {
namespace {

// An input with what is taken of it.
struct OpenInput {
  const DerivedInput* input;
  ParquetFileReader reader;
  ProjectedSchema projected;
};

// As far as it can be told without the chunks, where they have hashes of their own.
Result<bool> IsWhatTheManifestSays(const DerivedInput& input, const ParquetFileReader& reader) {
  if (reader.file_bytes() != input.file.bytes || reader.rows() != input.rows) {
    return false;
  }
  if (reader.has_chunk_hashes() && !input.tail_sha256.empty()) {
    INGOT_ASSIGN(const std::string tail, reader.TailSha256());
    return tail == input.tail_sha256;
  }
  INGOT_ASSIGN(const FileDigest found, reader.Digest());
  return found.sha256 == input.file.sha256;
}

Result<OpenInput> ProveInput(const DerivedInput& input, const ColumnPolicy& policy) {
  auto opened = ParquetFileReader::Open(input.path);
  if (!opened && opened.error().kind() == ErrorKind::kNotFound) {
    return NotAsTheManifestSays(input.path, input.name, "is gone, and its manifest is there");
  }
  if (!opened && opened.error().kind() == ErrorKind::kCorrupt) {
    return NotAsTheManifestSays(input.path, input.name, fmt::format("is damaged: {}", opened.error().message()));
  }
  INGOT_ASSIGN(ParquetFileReader reader, std::move(opened));
  INGOT_ASSIGN(const bool is_it, IsWhatTheManifestSays(input, reader));
  if (!is_it) {
    return NotAsTheManifestSays(input.path, input.name, "is not what its manifest says");
  }
  INGOT_ASSIGN(const Schema schema, reader.schema());
  ProjectedSchema projected = ProjectSchema(schema, policy);
  return OpenInput{&input, std::move(reader), std::move(projected)};
}

// All of them, on all threads; the error is that of the first input in order.
Result<std::vector<OpenInput>> ProveInputs(const DeriveRowsRequest& request, const BuildContext& context) {
  std::vector<std::optional<Result<OpenInput>>> proven(request.inputs.size());
  ProgressUpdate progress{"prove inputs", request.subject, 0, 0, 0};
  for (const DerivedInput& input : request.inputs) {
    progress.bytes_total += input.file.bytes;
  }
  OnPool(context.pool)(request.inputs.size(), [&](size_t i) {
    const Result<void> go_on = context.cancellation->Check();
    proven[i] = go_on ? ProveInput(request.inputs[i], request.policy) : Result<OpenInput>(go_on.error());
    context.pool->Locked([&] {
      progress.bytes_done += request.inputs[i].file.bytes;
      context.progress->Update(progress);
    });
  });
  std::vector<OpenInput> inputs;
  for (size_t i = 0; i < proven.size(); ++i) {
    if (!*proven[i]) {
      return std::move(*proven[i]).error().In("input " + request.inputs[i].name);
    }
    inputs.push_back(**std::move(proven[i]));
  }
  return inputs;
}

// Neighbouring columns of a row group of the output, made by one thread.
struct Piece {
  size_t begin = 0;  // of its leaves
  size_t end = 0;
  std::vector<ChunkView> chunks;      // into the two below
  Buffer<char> copied;                // chunks as they lie in the input
  std::vector<Buffer<char>> encoded;  // each of the others
  Result<void> outcome;
};

// Makes the row groups of one input. May be used by many threads at once.
class Derivation {
 public:
  Derivation(const OpenInput& input, SchemaAlignment alignment, const ParquetFileWriter& writer)
      : input_(input), alignment_(std::move(alignment)), writer_(writer) {}

  uint64_t rows(size_t group) const { return input_.reader.row_groups()[group].rows; }

  // The leaves of a row group in stretches of about one size; a column that must be encoded is one of its own.
  std::vector<Piece> Split(size_t group) const {
    std::vector<Piece> pieces;
    uint64_t bytes = kPieceBytes;
    for (size_t leaf = 0; leaf < alignment_.leaves().size(); ++leaf) {
      const uint64_t copied = MayCopy(group, leaf) ? BytesOf(group, leaf) : kPieceBytes;
      if (bytes + copied > kPieceBytes) {
        pieces.emplace_back().begin = leaf;
        bytes = 0;
      }
      bytes += copied;
      pieces.back().end = leaf + 1;
    }
    return pieces;
  }

  // What the chunks of a row group have in the input.
  uint64_t BytesOf(size_t group) const {
    uint64_t bytes = 0;
    for (size_t leaf = 0; leaf < alignment_.leaves().size(); ++leaf) {
      bytes += alignment_.leaves()[leaf].source == LeafAlignment::kNoSource ? 0 : BytesOf(group, leaf);
    }
    return bytes;
  }

  Result<void> Make(size_t group, Piece* piece) const {
    std::vector<size_t> sources;
    std::vector<size_t> places;  // of their chunks
    piece->chunks.resize(piece->end - piece->begin);
    for (size_t leaf = piece->begin; leaf < piece->end; ++leaf) {
      ChunkView& chunk = piece->chunks[leaf - piece->begin];
      if (MayCopy(group, leaf)) {
        INGOT_ASSIGN(auto record, input_.reader.DescribeChunk(group, SourceOf(leaf)));
        if (record) {
          chunk.record = *std::move(record);
          sources.push_back(SourceOf(leaf));
          places.push_back(leaf - piece->begin);
          continue;
        }
      }
      INGOT_ASSIGN(EncodedChunk encoded, MakeChunk(group, leaf));
      chunk.record = std::move(encoded.record);
      piece->encoded.push_back(std::move(encoded.bytes));
      chunk.bytes = piece->encoded.back();
    }
    INGOT_TRY(input_.reader.ReadChunks(group, sources, &piece->copied));
    std::span<const char> left = piece->copied;
    for (const size_t place : places) {
      ChunkView& chunk = piece->chunks[place];
      chunk.bytes = left.first(chunk.record.compressed_bytes);
      left = left.subspan(chunk.bytes.size());
    }
    return {};
  }

  // Hashes a chunk on its way to the file, and compares it with what the input says of it.
  Result<void> Prove(size_t group, size_t leaf, ChunkHashingSink* hashing, ChunkView* chunk) const {
    const ChunkHash expected = std::exchange(chunk->record.bytes_hash, hashing->HashAhead(chunk->bytes));
    const bool has_hash = MayCopy(group, leaf) && input_.reader.has_chunk_hashes();
    if (has_hash && chunk->record.bytes_hash != expected) {
      return ChunkDiffersError().In(input_.reader.PlaceOf(group, SourceOf(leaf)));
    }
    return {};
  }

  Error Explain(Error error) const {
    if (error.kind() == ErrorKind::kCorrupt) {
      error = NotAsTheManifestSays(input_.input->path, input_.input->name, "is damaged: " + error.ToString());
    }
    return std::move(error).In("input " + input_.input->name);
  }

 private:
  static constexpr uint64_t kPieceBytes = uint64_t{1} << 20U;

  // Requires: the leaf has a source.
  size_t SourceOf(size_t leaf) const { return input_.projected.source_leaves[alignment_.leaves()[leaf].source]; }
  uint64_t BytesOf(size_t group, size_t leaf) const {
    return input_.reader.row_groups()[group].chunks[SourceOf(leaf)].compressed_bytes;
  }

  // As long as the file says all that a writer must know.
  bool MayCopy(size_t group, size_t leaf) const {
    const LeafAlignment& plan = alignment_.leaves()[leaf];
    return plan.source != LeafAlignment::kNoSource && plan.action == AlignAction::kSame &&
           HasCodecOf(group, SourceOf(leaf)) && !WantsBloomFilter(group, SourceOf(leaf), leaf);
  }

  Result<EncodedChunk> MakeChunk(size_t group, size_t leaf) const {
    const LeafAlignment& plan = alignment_.leaves()[leaf];
    if (plan.source == LeafAlignment::kNoSource) {
      return Encode(leaf, alignment_.AlignOne(nullptr, rows(group), leaf));
    }
    const size_t source = SourceOf(leaf);
    if (input_.reader.has_chunk_hashes()) {
      INGOT_TRY(input_.reader.CheckChunk(group, source));
    }
    INGOT_ASSIGN(const LeafColumn column, input_.reader.ReadLeaf(group, source));
    if (plan.action == AlignAction::kWiden) {
      INGOT_TRY(CheckExact(column, leaf));
    }
    return Encode(leaf, alignment_.AlignOne(&column, rows(group), leaf));
  }

  Result<EncodedChunk> Encode(size_t leaf, const AlignedLeaf& aligned) const {
    const LeafColumn* fragment = &aligned.column();
    return EncodeChunk(writer_.leaves()[leaf], {&fragment, 1}, writer_.options());
  }

  bool HasCodecOf(size_t group, size_t source) const {
    const std::string_view codec = input_.reader.row_groups()[group].chunks[source].codec;
    switch (writer_.options().codec) {
      case ParquetCodec::kZstd:
        return codec == "zstd";
      case ParquetCodec::kSnappy:
        return codec == "snappy";
      case ParquetCodec::kNone:
        return codec == "uncompressed";
    }
    return false;
  }

  // A filter is asked for here and not there, or the other way round.
  bool WantsBloomFilter(size_t group, size_t source, size_t leaf) const {
    const auto& wanted = writer_.options().bloom_columns;
    const bool wants = !wanted.empty() &&
                       std::find(wanted.begin(), wanted.end(), writer_.leaves()[leaf].DisplayPath()) != wanted.end();
    return wants != input_.reader.row_groups()[group].chunks[source].has_bloom_filter;
  }

  Result<void> CheckExact(const LeafColumn& column, size_t leaf) const {
    for (const int64_t value : column.ints) {
      if (!IsExactAsDouble(value)) {
        return Error(ErrorKind::kSchemaDrift,
                     fmt::format("column '{}' is double in another input, and {} holds {}, which a double cannot hold "
                                 "exactly",
                                 writer_.leaves()[leaf].DisplayPath(), input_.input->name, value),
                     "declare the column's type in the dataset that the inputs belong to, or drop it here");
      }
    }
    return {};
  }

  const OpenInput& input_;
  SchemaAlignment alignment_;
  const ParquetFileWriter& writer_;
};

// A row group that is being made by the pool's threads. Ends with the last of its tasks.
class GroupInWork {
 public:
  // `spare` are buffers that nobody needs any more. All but them outlive this.
  GroupInWork(const Derivation& derivation, size_t group, TaskPool* pool, std::vector<Buffer<char>>* spare)
      : derivation_(derivation), group_(group), pool_(pool), pieces_(derivation.Split(group)), left_(pieces_.size()) {
    for (Piece& piece : pieces_) {
      if (!spare->empty()) {
        piece.copied = std::move(spare->back());
        spare->pop_back();
      }
      pool_->Submit(TaskPriority::kEncode, [this, &piece] {
        piece.outcome = derivation_.Make(group_, &piece);
        pool_->Locked([this] { --left_; });
      });
    }
  }
  GroupInWork(const GroupInWork&) = delete;
  GroupInWork& operator=(const GroupInWork&) = delete;
  ~GroupInWork() { Wait(); }

  uint64_t rows() const { return derivation_.rows(group_); }

  // Helps until all tasks have ended.
  void Wait() {
    pool_->HelpUntil([this] { return left_ == 0; });
  }
  // Proves the chunks and writes them. Then the buffers are spare. Requires: Wait().
  Result<void> WriteTo(ParquetFileWriter* writer, ChunkHashingSink* hashing, std::vector<Buffer<char>>* spare) {
    auto written = Write(writer, hashing);
    for (Piece& piece : pieces_) {
      if (piece.copied.capacity() <= kMostSpareBytes) {
        spare->push_back(std::move(piece.copied));
      }
    }
    return written ? std::move(written) : derivation_.Explain(std::move(written).error());
  }

 private:
  static constexpr uint64_t kMostSpareBytes = uint64_t{4} << 20U;

  Result<void> Write(ParquetFileWriter* writer, ChunkHashingSink* hashing) {
    std::vector<ChunkView> chunks;
    for (Piece& piece : pieces_) {
      INGOT_TRY(std::move(piece.outcome));
      for (ChunkView& chunk : piece.chunks) {
        INGOT_TRY(derivation_.Prove(group_, chunks.size(), hashing, &chunk));
        chunks.push_back(std::move(chunk));
      }
    }
    return writer->AppendCopies(rows(), std::move(chunks));
  }

  const Derivation& derivation_;
  const size_t group_;
  TaskPool* const pool_;
  std::vector<Piece> pieces_;
  size_t left_;  // tasks, under the pool's lock
};

Result<Schema> UniteInputs(const std::vector<OpenInput>& inputs, const LockedSchema* locked) {
  Schema united = locked == nullptr ? Schema() : locked->schema;
  for (const OpenInput& open : inputs) {
    auto next = UniteSchemas(united, open.projected.schema);
    if (!next) {
      return std::move(next).error().In("input " + open.input->name);
    }
    united = *std::move(next);
  }
  if (united.fields.empty()) {
    return Error(ErrorKind::kConfig, "keep and drop leave no column", "correct them in the source of ingot.toml");
  }
  return united;
}

// One row group is read while the one before it is hashed and written, as long as both are small.
Result<void> WriteGroups(const std::vector<OpenInput>& inputs, const std::string& subject, const BuildContext& context,
                         ChunkHashingSink* hashing, ParquetFileWriter* writer) {
  constexpr uint64_t kTwoGroupsBytes = uint64_t{64} << 20U;
  std::vector<Derivation> derivations;
  derivations.reserve(inputs.size());
  std::vector<std::pair<const Derivation*, size_t>> groups;
  for (const OpenInput& open : inputs) {
    INGOT_ASSIGN(SchemaAlignment alignment, SchemaAlignment::Between(open.projected.schema, writer->schema()));
    const Derivation& derivation = derivations.emplace_back(open, std::move(alignment), *writer);
    for (size_t group = 0; group < open.reader.row_groups().size(); ++group) {
      groups.emplace_back(&derivation, group);
    }
  }
  ProgressUpdate progress{"write", subject, 0, 0, 0};
  std::vector<Buffer<char>> spare;
  std::unique_ptr<GroupInWork> next;
  const auto begin = [&](size_t i) {
    return std::make_unique<GroupInWork>(*groups[i].first, groups[i].second, context.pool, &spare);
  };
  const auto bytes = [&](size_t i) { return groups[i].first->BytesOf(groups[i].second); };
  for (size_t i = 0; i < groups.size(); ++i) {
    INGOT_TRY(context.cancellation->Check());
    const std::unique_ptr<GroupInWork> group = next == nullptr ? begin(i) : std::move(next);
    group->Wait();
    if (i + 1 < groups.size() && bytes(i) + bytes(i + 1) <= kTwoGroupsBytes) {
      next = begin(i + 1);
    }
    INGOT_TRY(group->WriteTo(writer, hashing, &spare));
    progress.rows += group->rows();
    context.progress->Update(progress);
  }
  return {};
}

InputReport ReportOf(const DerivedInput& input) {
  InputReport report;
  report.path = input.name;
  report.digest.compressed_bytes = input.file.bytes;
  report.rows = input.rows;
  return report;
}

}  // namespace

Result<WriteRowsOutcome> DeriveRows(const DeriveRowsRequest& request, const BuildContext& context, ByteSink* sink) {
  INGOT_ASSIGN(const std::vector<OpenInput> inputs, ProveInputs(request, context));
  INGOT_ASSIGN(const Schema united, UniteInputs(inputs, request.locked));
  WriteRowsOutcome outcome;
  INGOT_ASSIGN(outcome.accepted, AcceptSchema(request.locked, united, ""));
  GatheringSink gathering(*sink);
  ChunkHashingSink hashing(gathering);
  INGOT_ASSIGN(ParquetFileWriter writer, ParquetFileWriter::Open(hashing, outcome.accepted.schema, request.parquet));
  INGOT_TRY(WriteGroups(inputs, request.subject, context, &hashing, &writer));
  for (const OpenInput& open : inputs) {
    for (const std::string& name : open.projected.dropped) {
      outcome.NoteDropped(name);
    }
    outcome.inputs.push_back(ReportOf(*open.input));
  }
  INGOT_ASSIGN(outcome.summary, writer.Finish({}));
  INGOT_TRY(gathering.Flush());
  outcome.digest = {hashing.bytes(), hashing.FinishHex()};
  return outcome;
}

}  // namespace ingot
