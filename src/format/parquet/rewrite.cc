#include "format/parquet/rewrite.h"

#include <fcntl.h>

#include <utility>
#include <vector>

#include "base/file.h"
#include "column/align.h"
#include "format/parquet/file_reader.h"

namespace ingot {
namespace {

size_t CountLeaves(const Field& field) {
  if (!field.type.is_nested()) {
    return 1;
  }
  size_t count = 0;
  for (const Field& child : field.type.fields) {
    count += CountLeaves(child);
  }
  return count;
}

// The field with one leaf of it alone, at the same levels. A map becomes a list of its key or value: the same levels
// too.
Field KeepLeaf(const Field& field, size_t leaf) {
  if (!field.type.is_nested()) {
    return field;
  }
  Field kept = field;
  kept.type.fields.clear();
  for (const Field& child : field.type.fields) {
    const size_t count = CountLeaves(child);
    if (leaf < count) {
      kept.type.fields.push_back(KeepLeaf(child, leaf));
      break;
    }
    leaf -= count;
  }
  if (field.type.kind == TypeKind::kMap) {
    kept.type.kind = TypeKind::kList;
  }
  return kept;
}

Schema SchemaOfLeaf(const Schema& schema, size_t leaf) {
  for (const Field& field : schema.fields) {
    const size_t count = CountLeaves(field);
    if (leaf < count) {
      return Schema{{KeepLeaf(field, leaf)}};
    }
    leaf -= count;
  }
  return {};
}

// Decodes a chunk that is in memory, by giving it the footer of a file of its own.
Result<std::vector<LeafColumn>> DecodeInMemory(const Schema& schema, size_t leaf, EncodedChunk chunk,
                                               const ParquetOptions& options) {
  const Schema single = SchemaOfLeaf(schema, leaf);
  ParquetOptions plain = options;
  plain.bloom_columns.clear();
  plain.sorted_by.clear();
  StringSink file;
  INGOT_ASSIGN(ParquetFileWriter writer, ParquetFileWriter::Open(file, single, plain));
  const uint64_t rows = chunk.record.rows;
  chunk.record.bloom_filter.clear();
  std::vector<EncodedChunk> chunks;
  chunks.push_back(std::move(chunk));
  INGOT_TRY(writer.AppendRowGroup(rows, std::move(chunks)));
  INGOT_TRY(writer.Finish({}));

  Buffer<char> bytes;
  bytes.AppendAll(file.text().data(), file.text().size());
  INGOT_ASSIGN(const ParquetFileReader reader, ParquetFileReader::OpenBytes("column chunk", std::move(bytes)));
  std::vector<LeafColumn> parts;
  INGOT_TRY(reader.ScanLeaf(0, 0, [&parts](LeafColumn part) -> Result<void> {
    parts.push_back(std::move(part));
    return {};
  }));
  return parts;
}

class Rewriter {
 public:
  Rewriter(const ParquetFileWriter& part, const std::string& part_path, UniqueFd fd)
      : part_(part), path_(part_path), fd_(std::move(fd)) {}

  Result<void> Align() {
    for (const Schema* schema : part_.schemas()) {
      INGOT_ASSIGN(SchemaAlignment alignment, SchemaAlignment::Between(*schema, part_.schema()));
      alignments_.push_back(std::move(alignment));
    }
    return {};
  }

  Result<std::vector<EncodedChunk>> MakeRowGroup(const RowGroupRecord& row_group, const RunAll& run_all) const {
    const SchemaAlignment& alignment = alignments_[row_group.schema];
    const size_t count = alignment.leaves().size();
    std::vector<Result<EncodedChunk>> made;
    for (size_t leaf = 0; leaf < count; ++leaf) {
      made.emplace_back(EncodedChunk{});
    }
    const auto make = [&](size_t leaf) { made[leaf] = MakeChunk(row_group, alignment, leaf); };
    if (run_all) {
      run_all(count, make);
    } else {
      for (size_t leaf = 0; leaf < count; ++leaf) {
        make(leaf);
      }
    }
    std::vector<EncodedChunk> chunks;
    for (Result<EncodedChunk>& chunk : made) {
      INGOT_ASSIGN(EncodedChunk taken, std::move(chunk));
      chunks.push_back(std::move(taken));
    }
    return chunks;
  }

 private:
  Result<EncodedChunk> Load(const RowGroupRecord& row_group, size_t source) const {
    uint64_t offset = row_group.offset;
    for (size_t i = 0; i < source; ++i) {
      offset += row_group.chunks[i].compressed_bytes;
    }
    EncodedChunk chunk;
    chunk.record = row_group.chunks[source];
    chunk.bytes.Reserve(chunk.record.compressed_bytes);
    chunk.bytes.SetSize(chunk.record.compressed_bytes);
    INGOT_TRY(ReadExactlyAt(fd_.get(), offset, {chunk.bytes.data(), chunk.bytes.size()}, path_));
    return chunk;
  }

  Result<EncodedChunk> MakeChunk(const RowGroupRecord& row_group, const SchemaAlignment& alignment, size_t leaf) const {
    const LeafAlignment& plan = alignment.leaves()[leaf];
    if (plan.action == AlignAction::kSame) {
      return Load(row_group, plan.source);
    }
    std::vector<AlignedLeaf> aligned;
    if (plan.source == LeafAlignment::kNoSource) {
      aligned.push_back(alignment.AlignOne(nullptr, row_group.rows, leaf));
    } else {
      INGOT_ASSIGN(EncodedChunk source, Load(row_group, plan.source));
      INGOT_ASSIGN(const std::vector<LeafColumn> parts,
                   DecodeInMemory(*part_.schemas()[row_group.schema], plan.source, std::move(source), part_.options()));
      for (const LeafColumn& part : parts) {
        aligned.push_back(alignment.AlignOne(&part, 0, leaf));
      }
    }
    std::vector<const LeafColumn*> fragments;
    for (const AlignedLeaf& fragment : aligned) {
      fragments.push_back(&fragment.column());
    }
    return EncodeChunk(part_.leaves()[leaf], fragments, part_.options());
  }

  const ParquetFileWriter& part_;
  const std::string& path_;
  const UniqueFd fd_;
  std::vector<SchemaAlignment> alignments_;  // by schema of the part
};

}  // namespace

Result<FileSummary> RewriteParquet(const ParquetFileWriter& part, const std::string& part_path, ByteSink& sink,
                                   const KeyValues& metadata, const RunAll& run_all) {
  INGOT_ASSIGN(UniqueFd fd, OpenFile(part_path, O_RDONLY));
  Rewriter rewriter(part, part_path, std::move(fd));
  INGOT_TRY(rewriter.Align());
  INGOT_ASSIGN(ParquetFileWriter writer, ParquetFileWriter::Open(sink, part.schema(), part.options()));
  for (const RowGroupRecord& row_group : part.row_groups()) {
    INGOT_ASSIGN(std::vector<EncodedChunk> chunks, rewriter.MakeRowGroup(row_group, run_all));
    INGOT_TRY(writer.AppendRowGroup(row_group.rows, std::move(chunks)));
  }
  return writer.Finish(metadata);
}

}  // namespace ingot
