#include "dataset/sql_rows.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/scratch_folder.h"
#include "column/arrow_import.h"
#include "dataset/partition_inputs.h"
#include "dataset/prove.h"
#include "dataset/relation.h"
#include "dataset/sql_periods.h"
#include "engine/duckdb/duckdb_engine.h"

namespace ingot {
namespace {

// Rows go to the writer when there are so many, or when their values have so many bytes, which is looked at after every
// step. Row groups end where batches do: a change changes files.
constexpr uint64_t kBatchRows = 65'536;
constexpr uint64_t kBatchBytes = uint64_t{4} << 20U;
constexpr uint64_t kStepRows = 1'024;

Result<UniqueFd> OpenAndProve(const PlannedInput& input) {
  Result<UniqueFd> fd = OpenFile(input.full_path, O_RDONLY);
  if (!fd) {
    const bool missing = fd.error().kind() == ErrorKind::kNotFound;
    return missing ? NotAsTheManifestSays(input.full_path, input.name, "is gone, and its manifest is there")
                   : std::move(fd).error();
  }
  INGOT_ASSIGN(const FileDigest digest, DigestOpenFile(fd->get(), input.full_path));
  if (digest.bytes != input.bytes || digest.sha256 != input.sha256) {
    return NotAsTheManifestSays(input.full_path, input.name, "is not what its manifest says");
  }
  return fd;
}

// A statement of a project is configuration.
Error OfStatement(Error error, const std::string& what) {
  if (error.kind() == ErrorKind::kUsage) {
    error = Error(ErrorKind::kConfig, error.message(), std::string(error.advice()));
  }
  return std::move(error).In(what);
}

// Gives rows to a writer, in batches that do not depend on how the rows come.
class RowPump {
 public:
  RowPump(const SqlRowsRequest& request, const BuildContext& context, const ArrowImporter& first,
          PartitionWriter& writer)
      : context_(context),
        writer_(writer),
        first_(first),
        batch_(first.Begin()),
        progress_{"write", request.subject, 0, 0, 0} {}

  // `importer` is that of the array.
  Result<void> Take(const ArrowImporter& importer, const ArrowArray& array, int64_t first, int64_t rows) {
    while (rows > 0) {
      const int64_t taken = std::min(rows, static_cast<int64_t>(kStepRows - batch_.rows % kStepRows));
      INGOT_TRY(importer.Append(array, first, taken, &batch_));
      first += taken;
      rows -= taken;
      const bool at_step = batch_.rows % kStepRows == 0;
      if (at_step && (batch_.rows == kBatchRows || batch_.ValueBytes() >= kBatchBytes)) {
        INGOT_TRY(Flush());
      }
    }
    return context_.cancellation->Check();
  }

  Result<void> Flush() {
    progress_.rows += batch_.rows;
    context_.progress->Update(progress_);
    INGOT_TRY(writer_.Add(std::exchange(batch_, first_.Begin()), {}, "the result", 0));
    // Two row groups are in memory, and half of it is the engine's.
    if (writer_.gathered_bytes() > context_.memory_limit_bytes / 4) {
      return Error(ErrorKind::kResourceLimit, "a row group of the result takes more than a quarter of the memory limit",
                   "raise --memory, or lower row_group in the dataset's [parquet] (which changes the file)");
    }
    return {};
  }

 private:
  const BuildContext& context_;
  PartitionWriter& writer_;
  const ArrowImporter& first_;
  ColumnBatch batch_;
  ProgressUpdate progress_;
};

Result<void> TakeAll(RecordStream& stream, const ArrowImporter& importer, RowPump& pump) {
  while (true) {
    INGOT_ASSIGN(const OwnedArrowArray batch, stream.Next());
    if (batch.empty()) {
      return {};
    }
    INGOT_TRY(pump.Take(importer, *batch, 0, batch->length));
  }
}

// The rows that stay, from the file of the earlier version.
class KeptStream {
 public:
  static Result<std::unique_ptr<KeptStream>> Open(const KeptRows& kept, const IncrementalSpec& incremental,
                                                  const BuildContext& context) {
    Result<UniqueFd> file = OpenFile(kept.path, O_RDONLY);
    if (!file && file.error().kind() == ErrorKind::kNotFound) {
      return Error(ErrorKind::kCorrupt, fmt::format("'{}' is gone, and its manifest is there", kept.path));
    }
    INGOT_ASSIGN(UniqueFd fd, std::move(file));
    INGOT_ASSIGN(const FileDigest digest, DigestOpenFile(fd.get(), kept.path));
    if (digest.bytes != kept.file.bytes || digest.sha256 != kept.file.sha256) {
      return Error(ErrorKind::kCorrupt, fmt::format("'{}' is not what its manifest says", kept.path),
                   "build it anew: --force");
    }
    auto opened = std::make_unique<KeptStream>();
    opened->file_ = std::move(fd);
    INGOT_ASSIGN(opened->engine_, OpenDuckdb({context.memory_limit_bytes / 4, 1, ""}));
    INGOT_TRY(
        opened->engine_->Register({"kept", kept.schema, {}, {kept.schema}, {{kept.path, opened->file_.get(), {}, 0}}}));
    INGOT_TRY(opened->engine_->Seal());
    INGOT_ASSIGN(auto stream, opened->engine_->Run({"FROM kept", {}}, {context.cancellation, {}, {}}));
    INGOT_ASSIGN(const OwnedArrowSchema schema, stream->Schema());
    INGOT_ASSIGN(ArrowImporter importer, ArrowImporter::Open(*schema));
    opened->importer_ = std::move(importer);
    INGOT_ASSIGN(PeriodRows rows, PeriodRows::Open(incremental, std::move(stream), *schema));
    opened->rows_ = std::move(rows);
    return opened;
  }

  const ArrowImporter& importer() const { return *importer_; }
  PeriodRows& rows() { return *rows_; }

 private:
  UniqueFd file_;
  std::unique_ptr<Engine> engine_;  // goes after the stream that it runs
  std::optional<ArrowImporter> importer_;
  std::optional<PeriodRows> rows_;
};

// Both are ordered by their period, and have no period in common but what is skipped of the kept ones.
Result<void> TakeInOrder(PeriodRows& computed, const ArrowImporter& importer, const KeptRows* kept, KeptStream* stream,
                         const IncrementalSpec& incremental, RowPump& pump) {
  INGOT_ASSIGN(std::optional<PeriodRows::Run> next, computed.Next());
  std::optional<PeriodRows::Run> old;
  if (stream != nullptr) {
    INGOT_ASSIGN(old, stream->rows().Next());
  }
  while (next || old) {
    if (old && kept->changed.contains(old->period)) {
      INGOT_ASSIGN(old, stream->rows().Next());
    } else if (old && (!next || old->period < next->period)) {
      INGOT_TRY(pump.Take(stream->importer(), *old->array, old->first, old->rows));
      INGOT_ASSIGN(old, stream->rows().Next());
    } else {
      if (kept != nullptr && !kept->changed.contains(next->period)) {
        return Error(ErrorKind::kConfig,
                     fmt::format("the {} of {} has rows of other inputs than its own", PeriodName(incremental.by),
                                 FormatUtcDay(next->period)),
                     "the statement is not incremental: take `incremental` out of ingot.toml");
      }
      INGOT_TRY(pump.Take(importer, *next->array, next->first, next->rows));
      INGOT_ASSIGN(next, computed.Next());
    }
  }
  return {};
}

std::vector<InputReport> ReportsOf(const PlannedInputs& inputs) {
  std::vector<InputReport> reports;
  for (const PlannedInput& input : inputs.files) {
    if (input.present) {
      InputReport& report = reports.emplace_back();
      report.path = input.path;
      report.digest.compressed_bytes = input.bytes;
      report.digest.sha256 = input.sha256;
      report.rows = input.rows;
    }
  }
  return reports;
}

}  // namespace

Result<SqlRelations> OpenSqlRelations(const SqlSourceSpec& source, const PlannedInputs& inputs,
                                      const std::vector<bool>& wanted, const BuildContext& context,
                                      const std::string& subject) {
  std::vector<size_t> chosen;
  ProgressUpdate progress{"prove inputs", subject, 0, 0, 0};
  for (size_t i = 0; i < inputs.files.size(); ++i) {
    if (inputs.files[i].present && wanted[i]) {
      chosen.push_back(i);
      progress.bytes_total += inputs.files[i].bytes;
    }
  }
  if (AllowOpenFiles(chosen.size()) < chosen.size()) {
    return Error(ErrorKind::kResourceLimit, fmt::format("{} files cannot be open at once", chosen.size()),
                 "raise the limit: ulimit -n");
  }
  std::vector<std::optional<Result<UniqueFd>>> proven(chosen.size());
  OnPool(context.pool)(chosen.size(), [&](size_t i) {
    const PlannedInput& input = inputs.files[chosen[i]];
    const Result<void> go_on = context.cancellation->Check();
    proven[i] = go_on ? OpenAndProve(input) : Result<UniqueFd>(go_on.error());
    context.pool->Locked([&] {
      progress.bytes_done += input.bytes;
      context.progress->Update(progress);
    });
  });
  SqlRelations opened;
  std::vector<RelationPart> parts(inputs.files.size(), {false, -1});
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (!*proven[i]) {
      return std::move(*proven[i]).error().In("input " + inputs.files[chosen[i]].name);
    }
    parts[chosen[i]] = {true, (*proven[i])->get()};
    opened.files.push_back(**std::move(proven[i]));
  }
  INGOT_ASSIGN(opened.relations, RelationsOf(source.datasets, inputs, parts));
  return opened;
}

Result<std::unique_ptr<Engine>> OpenSqlEngine(const SqlSourceSpec& source, const SqlRelations& relations,
                                              const BuildContext& context, const std::string& scratch) {
  // One thread: the order of groups and of sums would depend on more. Half of the memory is for the row groups.
  INGOT_ASSIGN(std::unique_ptr<Engine> engine, OpenDuckdb({context.memory_limit_bytes / 2, 1, scratch}));
  for (const EngineRelation& relation : relations.relations) {
    INGOT_TRY(engine->Register(relation));
  }
  INGOT_TRY(engine->Seal());
  for (const SqlModel& model : source.models) {
    Result<void> defined = engine->Define(model.name, model.sql);
    if (!defined) {
      return OfStatement(std::move(defined).error(), fmt::format("model {} ('{}')", model.name, model.file));
    }
  }
  return engine;
}

namespace {

// What is read of the inputs.
std::vector<bool> WantedInputs(const SqlRowsRequest& request) {
  std::vector<bool> wanted(request.inputs->files.size(), true);
  for (size_t i = 0; request.kept && i < wanted.size(); ++i) {
    wanted[i] = request.kept->changed.contains(PeriodOf(*request.source->incremental, request.inputs->files[i]));
  }
  return wanted;
}

// All rows of the statement, and those that stay.
Result<void> TakeRows(const SqlRowsRequest& request, const BuildContext& context, std::unique_ptr<RecordStream> stream,
                      const ArrowSchema& schema, const ArrowImporter& importer, RowPump& pump) {
  if (!request.source->incremental) {
    return TakeAll(*stream, importer, pump);
  }
  const IncrementalSpec& incremental = *request.source->incremental;
  INGOT_ASSIGN(PeriodRows computed, PeriodRows::Open(incremental, std::move(stream), schema));
  std::unique_ptr<KeptStream> kept;
  if (request.kept) {
    INGOT_ASSIGN(kept, KeptStream::Open(*request.kept, incremental, context));
    if (*kept->importer().schema() != *importer.schema()) {
      return Error(ErrorKind::kCorrupt, fmt::format("'{}' has other columns than the statement", request.kept->path));
    }
  }
  return TakeInOrder(computed, importer, request.kept ? &*request.kept : nullptr, kept.get(), incremental, pump);
}

Result<WriteRowsOutcome> RunAndWrite(const SqlRowsRequest& request, const BuildContext& context, Engine& engine,
                                     ByteSink* sink) {
  INGOT_ASSIGN(std::unique_ptr<RecordStream> stream,
               engine.Run({request.source->sql, {}}, {context.cancellation, {}, {}}));
  INGOT_ASSIGN(const OwnedArrowSchema schema, stream->Schema());
  INGOT_ASSIGN(const ArrowImporter importer, ArrowImporter::Open(*schema));
  WriteRowsOutcome outcome;
  // A result without rows has columns all the same.
  INGOT_ASSIGN(outcome.accepted, AcceptSchema(request.locked, *importer.schema(), ""));
  HashingSink hashing(*sink);
  PartitionWriter writer(&outcome.accepted, request.parquet, request.row_groups, &hashing, context.pool);
  RowPump pump(request, context, importer, writer);
  INGOT_TRY(TakeRows(request, context, std::move(stream), *schema, importer, pump));
  INGOT_TRY(pump.Flush());
  INGOT_ASSIGN(outcome.has_file, writer.Flush());
  INGOT_ASSIGN(outcome.summary, writer.Finish({}));
  outcome.digest = {hashing.bytes(), hashing.FinishHex()};
  outcome.inputs = ReportsOf(*request.inputs);
  return outcome;
}

}  // namespace

Result<WriteRowsOutcome> WriteSqlRows(const SqlRowsRequest& request, const BuildContext& context, ByteSink* sink) {
  const SqlSourceSpec& source = *request.source;
  const ScratchFolder scratch(context.scratch_folder, "ingot-sql");
  INGOT_ASSIGN(const SqlRelations relations,
               OpenSqlRelations(source, *request.inputs, WantedInputs(request), context, request.subject));
  INGOT_ASSIGN(const std::unique_ptr<Engine> engine, OpenSqlEngine(source, relations, context, scratch.path()));
  Result<WriteRowsOutcome> written = RunAndWrite(request, context, *engine, sink);
  if (!written) {
    return OfStatement(std::move(written).error(), fmt::format("'{}'", source.file));
  }
  return written;
}

}  // namespace ingot
