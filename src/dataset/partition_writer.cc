#include "dataset/partition_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "dataset/prove.h"
#include "format/parquet/rewrite.h"
#include "model/quoted_name.h"

namespace ingot {
namespace {

// The kind of every field below `fields`, by the path that evidence uses.
void CollectKinds(const std::vector<Field>& fields, const std::string& above, TypeKind parent,
                  std::map<std::string, TypeKind>* kinds) {
  for (const Field& field : fields) {
    std::string path = above;
    if (parent == TypeKind::kList) {
      path += "[]";
    } else if (parent == TypeKind::kMap) {
      path += "{}";
    } else {
      path += (above.empty() ? "" : ".") + QuotePathSegment(field.name);
    }
    (*kinds)[path] = field.type.kind;
    CollectKinds(field.type.fields, path, field.type.kind, kinds);
  }
}

// Adds the line of the column that a conflict names in quotes.
Error WithEvidence(Error error, const std::vector<FieldEvidence>& evidence, const std::string& origin) {
  for (const FieldEvidence& field : evidence) {
    if (field.first_line > 0 && error.message().find("'" + field.path + "'") != std::string::npos) {
      error.WithAdvice(fmt::format(
          "look at line {} of '{}'; types = {{ '{}' = \"json\" }} in the source of ingot.toml keeps all of it as text",
          field.first_line, origin, field.path));
    }
  }
  return std::move(error).In("file '" + origin + "'");
}

Error BareObject(const std::string& path) {
  return Error(ErrorKind::kSchemaDrift,
               fmt::format("column '{}' holds `{{}}`, and no record shows it as an object with fields", path),
               fmt::format("set empty_object = \"null\" in the source of ingot.toml (--empty-object null), or drop the "
                           "column, or declare it: maps = [{}]",
                           JsonQuoted(path)));
}

// The same slots with null for every value.
Levels WithoutValues(const Levels& levels, uint8_t max_definition) {
  Levels nulls;
  for (const LevelRun& run : levels.runs()) {
    const uint8_t definition = run.definition == max_definition ? max_definition - 1 : run.definition;
    nulls.AppendRun(run.count, definition, run.repetition);
  }
  return nulls;
}

}  // namespace

// A row group between gathering and writing.
struct PartitionWriter::Group {
  std::shared_ptr<const Schema> schema;
  std::vector<Leaf> leaves;
  std::vector<ColumnBatch> batches;
  std::vector<std::shared_ptr<const SchemaAlignment>> alignments;  // one for each batch
  uint64_t rows = 0;
  std::vector<EncodedChunk> chunks;
  std::optional<Error> error;  // guarded by the pool's lock, as `left`
  size_t left = 0;

  // Brings leaf `index` of all batches to the group's schema and encodes it.
  Result<EncodedChunk> Encode(size_t index, const ParquetOptions& options) const {
    std::vector<AlignedLeaf> aligned;
    aligned.reserve(batches.size());
    for (size_t i = 0; i < batches.size(); ++i) {
      aligned.push_back(alignments[i]->Align(batches[i].leaves, batches[i].rows, index));
    }
    std::vector<const LeafColumn*> fragments;
    fragments.reserve(aligned.size());
    for (const AlignedLeaf& leaf : aligned) {
      fragments.push_back(&leaf.column());
    }
    return EncodeChunk(leaves[index], fragments, options);
  }
};

PartitionWriter::PartitionWriter(const LockedSchema* locked, ParquetOptions options, RowGroupLimits limits,
                                 ByteSink* sink, TaskPool* pool)
    : locked_(locked),
      options_(std::move(options)),
      limits_(limits),
      sink_(sink),
      pool_(pool),
      schema_(std::make_shared<const Schema>(locked == nullptr ? Schema() : locked->schema)) {}

PartitionWriter::~PartitionWriter() {
  if (encoding_ != nullptr) {
    pool_->HelpUntil([&] { return encoding_->left == 0; });
  }
}

Result<void> PartitionWriter::Add(ColumnBatch batch, const std::vector<FieldEvidence>& evidence,
                                  const std::string& origin, uint64_t input_bytes) {
  gathered_bytes_ += input_bytes;
  if (batch.rows > 0) {
    if (batch.schema != united_) {
      INGOT_TRY(Unite(*batch.schema, evidence, origin));
      united_ = batch.schema;
    }
    gathered_rows_ += batch.rows;
    gathered_value_bytes_ += batch.ValueBytes();
    rows_ += batch.rows;
    gathered_.push_back(std::move(batch));
  }
  const bool full = gathered_bytes_ >= limits_.input_bytes || gathered_value_bytes_ >= limits_.value_bytes ||
                    gathered_rows_ >= limits_.rows;
  return full && gathered_rows_ > 0 ? CloseGroup() : Result<void>();
}

Result<void> PartitionWriter::Unite(const Schema& schema, const std::vector<FieldEvidence>& evidence,
                                    const std::string& origin) {
  auto united = UniteSchemas(*schema_, schema);
  if (!united) {
    return WithEvidence(std::move(united).error(), evidence, origin);
  }
  if (!(*united == *schema_)) {
    schema_ = std::make_shared<const Schema>(*std::move(united));
  }
  return CheckWidening(evidence, origin);
}

// A column of doubles must not have had an integer, anywhere, that a double cannot hold.
Result<void> PartitionWriter::CheckWidening(const std::vector<FieldEvidence>& evidence, const std::string& origin) {
  for (const FieldEvidence& field : evidence) {
    if (field.inexact_line > 0) {
      inexact_.emplace(field.path, fmt::format("line {} of '{}'", field.inexact_line, origin));
    }
  }
  if (inexact_.empty()) {
    return {};
  }
  std::map<std::string, TypeKind> kinds;
  CollectKinds(schema_->fields, "", TypeKind::kStruct, &kinds);
  for (const auto& [path, where] : inexact_) {
    if (kinds[path] == TypeKind::kDouble) {
      return Error(
          ErrorKind::kSchemaDrift,
          fmt::format("column '{}' has real numbers, and on {} an integer that a double cannot hold exactly", path,
                      where),
          fmt::format("types = {{ '{}' = \"json\" }} in the source of ingot.toml keeps the digits as text", path));
    }
  }
  return {};
}

// A placeholder that holds `{}` can only become a struct: as anything else, and as nothing, it has no place in Parquet.
Result<void> PartitionWriter::SettlePlaceholders(Group* group) {
  for (size_t i = 0; i < group->batches.size(); ++i) {
    const std::vector<Leaf> sources = EnumerateLeaves(*group->batches[i].schema);
    for (size_t leaf = 0; leaf < group->leaves.size(); ++leaf) {
      const LeafAlignment& plan = group->alignments[i]->leaves()[leaf];
      const std::vector<std::string>& path = group->leaves[leaf].path;
      if (plan.source == LeafAlignment::kNoSource || sources[plan.source].field->type.kind != TypeKind::kNull) {
        continue;
      }
      const Leaf& source = sources[plan.source];
      const bool is_its_own =
          source.path.size() <= path.size() && std::equal(source.path.begin(), source.path.end(), path.begin());
      const bool becomes_struct =
          plan.action == AlignAction::kNullLevels && plan.definitions.size() > source.max_definition;
      Levels& levels = group->batches[i].leaves[plan.source].levels;
      const uint64_t bare = is_its_own && !becomes_struct ? levels.CountDefined(source.max_definition) : 0;
      if (bare == 0) {
        continue;
      }
      const std::string name = source.DisplayPath();
      if (!bare_objects_as_null_ || group->leaves[leaf].field->type.kind != TypeKind::kNull) {
        return BareObject(name);
      }
      levels = WithoutValues(levels, source.max_definition);
      bare_objects_[name] += bare;
    }
  }
  return {};
}

Result<void> PartitionWriter::CloseGroup() {
  INGOT_TRY(FinishGroup());
  auto group = std::make_shared<Group>();
  group->schema = schema_;
  group->leaves = EnumerateLeaves(*schema_);
  group->batches = std::exchange(gathered_, {});
  group->rows = std::exchange(gathered_rows_, 0);
  gathered_bytes_ = 0;
  gathered_value_bytes_ = 0;
  std::map<const Schema*, std::shared_ptr<const SchemaAlignment>> alignments;
  for (const ColumnBatch& batch : group->batches) {
    auto& alignment = alignments[batch.schema.get()];
    if (alignment == nullptr) {
      INGOT_ASSIGN(auto made, SchemaAlignment::Between(*batch.schema, *schema_));
      alignment = std::make_shared<const SchemaAlignment>(std::move(made));
    }
    group->alignments.push_back(alignment);
  }
  INGOT_TRY(SettlePlaceholders(group.get()));
  group->chunks.resize(group->leaves.size());
  group->left = group->leaves.size();
  encoding_ = group;
  // The largest leaves first: the last tasks are then small ones, and no thread waits long for another.
  std::vector<size_t> order(group->leaves.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::vector<size_t> sizes(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    for (size_t batch = 0; batch < group->batches.size(); ++batch) {
      const size_t source = group->alignments[batch]->leaves()[i].source;
      sizes[i] += source == LeafAlignment::kNoSource ? 0 : group->batches[batch].leaves[source].MemoryBytes();
    }
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return sizes[a] > sizes[b]; });
  for (const size_t index : order) {
    pool_->Submit(TaskPriority::kEncode, [this, group, index] {
      auto chunk = group->Encode(index, options_);
      pool_->Locked([&] {
        if (chunk) {
          group->chunks[index] = *std::move(chunk);
        } else if (!group->error) {
          group->error = std::move(chunk).error().In("column '" + group->leaves[index].DisplayPath() + "'");
        }
        --group->left;
      });
    });
  }
  return {};
}

// Waits for the group that is being encoded and writes it.
Result<void> PartitionWriter::FinishGroup() {
  if (encoding_ == nullptr) {
    return {};
  }
  pool_->HelpUntil([&] { return encoding_->left == 0; });
  const std::shared_ptr<Group> group = std::exchange(encoding_, nullptr);
  if (group->error) {
    return *std::move(group->error);
  }
  INGOT_TRY(UseSchema(group->schema));
  return file_->AppendRowGroup(group->rows, std::move(group->chunks));
}

// Row groups that come next follow `schema`. The field ids of a file are those that the lock will give.
Result<void> PartitionWriter::UseSchema(std::shared_ptr<const Schema> schema) {
  if (file_ && *file_schema_ == *schema) {
    return {};
  }
  INGOT_ASSIGN(const LockedSchema accepted, AcceptSchema(locked_, *schema, ""));
  file_schema_ = std::move(schema);
  if (file_) {
    return file_->GrowSchema(accepted.schema);
  }
  INGOT_ASSIGN(file_, ParquetFileWriter::Open(*sink_, accepted.schema, options_));
  return {};
}

Result<bool> PartitionWriter::Flush() {
  if (gathered_rows_ > 0) {
    INGOT_TRY(CloseGroup());
  }
  INGOT_TRY(FinishGroup());
  if (schema_->fields.empty()) {
    return false;
  }
  INGOT_TRY(UseSchema(schema_));
  return true;
}

Result<FileSummary> PartitionWriter::Rewrite(const std::string& path, ByteSink& sink, const KeyValues& metadata) {
  return RewriteParquet(*file_, path, sink, metadata, OnPool(pool_));
}

}  // namespace ingot
