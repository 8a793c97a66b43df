#include "dataset/derive_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "column/align.h"
#include "column/gathering_sink.h"
#include "dataset/partition_inputs.h"
#include "dataset/prove.h"
#include "format/json/number.h"
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

// Writes the chunks of one input after the other.
class Derivation {
 public:
  Derivation(const OpenInput& input, SchemaAlignment alignment, const ParquetFileWriter& writer)
      : input_(input), alignment_(std::move(alignment)), writer_(writer) {}

  Result<std::vector<EncodedChunk>> MakeRowGroup(size_t group, TaskPool* pool) const {
    const size_t count = alignment_.leaves().size();
    std::vector<std::optional<Result<EncodedChunk>>> made(count);
    OnPool(pool)(count, [&](size_t leaf) { made[leaf] = MakeChunk(group, leaf); });
    std::vector<EncodedChunk> chunks;
    for (auto& chunk : made) {
      if (!*chunk && chunk->error().kind() == ErrorKind::kCorrupt) {
        return NotAsTheManifestSays(input_.input->path, input_.input->name, "is damaged: " + chunk->error().ToString());
      }
      INGOT_ASSIGN(EncodedChunk taken, *std::move(chunk));
      chunks.push_back(std::move(taken));
    }
    return chunks;
  }

 private:
  uint64_t rows(size_t group) const { return input_.reader.row_groups()[group].rows; }

  Result<EncodedChunk> MakeChunk(size_t group, size_t leaf) const {
    const LeafAlignment& plan = alignment_.leaves()[leaf];
    if (plan.source == LeafAlignment::kNoSource) {
      return Encode(leaf, alignment_.AlignOne(nullptr, rows(group), leaf));
    }
    const size_t source = input_.projected.source_leaves[plan.source];
    if (plan.action == AlignAction::kSame && HasCodecOf(group, source) && !WantsBloomFilter(group, source, leaf)) {
      INGOT_ASSIGN(auto copied, input_.reader.CopyChunk(group, source));
      if (copied) {
        return *std::move(copied);
      }
    }
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
    const bool wants = std::find(wanted.begin(), wanted.end(), writer_.leaves()[leaf].DisplayPath()) != wanted.end();
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
  HashingSink hashing(*sink);
  GatheringSink gathering(hashing);
  INGOT_ASSIGN(ParquetFileWriter writer, ParquetFileWriter::Open(gathering, outcome.accepted.schema, request.parquet));
  ProgressUpdate progress{"write", request.subject, 0, 0, 0};
  for (const OpenInput& open : inputs) {
    INGOT_ASSIGN(SchemaAlignment alignment, SchemaAlignment::Between(open.projected.schema, writer.schema()));
    const Derivation derivation(open, std::move(alignment), writer);
    for (size_t group = 0; group < open.reader.row_groups().size(); ++group) {
      INGOT_TRY(context.cancellation->Check());
      auto made = derivation.MakeRowGroup(group, context.pool);
      if (!made) {
        return std::move(made).error().In("input " + open.input->name);
      }
      std::vector<EncodedChunk> chunks = *std::move(made);
      const uint64_t rows = open.reader.row_groups()[group].rows;
      INGOT_TRY(writer.AppendRowGroup(rows, std::move(chunks)));
      progress.rows += rows;
      context.progress->Update(progress);
    }
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
