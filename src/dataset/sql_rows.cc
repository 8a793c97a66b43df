#include "dataset/sql_rows.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/scratch_folder.h"
#include "column/arrow_import.h"
#include "dataset/prove.h"
#include "dataset/relation.h"
#include "engine/duckdb/duckdb_engine.h"
#include "format/parquet/file_reader.h"

namespace ingot {
namespace {

// Rows that go to the writer at once. A part of the format of row groups: a change changes files.
constexpr uint64_t kBatchRows = 65'536;

struct ProvenFile {
  UniqueFd fd;
  Schema schema;
};

Error NotAsTheManifestSays(const PlannedInput& input, std::string_view what) {
  return Error(ErrorKind::kCorrupt, fmt::format("'{}' {}", input.full_path, what),
               fmt::format("look with `ingot verify {}`, rebuild it, then run again", input.name));
}

Result<ProvenFile> OpenAndProve(const PlannedInput& input) {
  Result<UniqueFd> fd = OpenFile(input.full_path, O_RDONLY);
  if (!fd) {
    const bool missing = fd.error().kind() == ErrorKind::kNotFound;
    return missing ? NotAsTheManifestSays(input, "is gone, and its manifest is there") : std::move(fd).error();
  }
  INGOT_ASSIGN(const FileDigest digest, DigestOpenFile(fd->get(), input.full_path));
  if (digest.bytes != input.bytes || digest.sha256 != input.sha256) {
    return NotAsTheManifestSays(input, "is not what its manifest says");
  }
  // The file that is held, whatever stands at its path by now.
  INGOT_ASSIGN(const ParquetFileReader reader, ParquetFileReader::Open(fmt::format("/proc/self/fd/{}", fd->get())));
  INGOT_ASSIGN(const Schema schema, reader.schema());
  return ProvenFile{*std::move(fd), WithoutIds(schema)};
}

// A statement of a project is configuration.
Error OfStatement(Error error, const std::string& what) {
  if (error.kind() == ErrorKind::kUsage) {
    error = Error(ErrorKind::kConfig, error.message(), std::string(error.advice()));
  }
  return std::move(error).In(what);
}

// Gives the rows of a stream to a writer, in batches of kBatchRows.
class RowPump {
 public:
  RowPump(const SqlRowsRequest& request, const BuildContext& context, ArrowImporter importer, PartitionWriter& writer)
      : context_(context),
        importer_(std::move(importer)),
        writer_(writer),
        progress_{"write", request.subject, 0, 0, 0} {}

  Result<void> Take(RecordStream& stream) {
    while (true) {
      INGOT_TRY(context_.cancellation->Check());
      INGOT_ASSIGN(const OwnedArrowArray batch, stream.Next());
      if (batch.empty()) {
        return {};
      }
      INGOT_TRY(Take(*batch, 0, batch->length));
    }
  }

  Result<void> Take(const ArrowArray& batch, int64_t first, int64_t rows) {
    while (rows > 0) {
      const int64_t taken = std::min(rows, static_cast<int64_t>(kBatchRows - importer_.batch().rows));
      INGOT_TRY(importer_.Append(batch, first, taken));
      first += taken;
      rows -= taken;
      if (importer_.batch().rows == kBatchRows) {
        INGOT_TRY(Flush());
      }
    }
    return {};
  }

  Result<void> Flush() {
    progress_.rows += importer_.batch().rows;
    context_.progress->Update(progress_);
    return writer_.Add(importer_.Take(), {}, "the result", 0);
  }

 private:
  const BuildContext& context_;
  ArrowImporter importer_;
  PartitionWriter& writer_;
  ProgressUpdate progress_;
};

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
  std::vector<bool> known(source.datasets.size(), false);
  ProgressUpdate progress{"prove inputs", subject, 0, 0, 0};
  for (size_t i = 0; i < inputs.files.size(); ++i) {
    const PlannedInput& input = inputs.files[i];
    if (input.present && (wanted[i] || !known[input.relation])) {
      known[input.relation] = true;
      chosen.push_back(i);
      progress.bytes_total += input.bytes;
    }
  }
  if (AllowOpenFiles(chosen.size()) < chosen.size()) {
    return Error(ErrorKind::kResourceLimit, fmt::format("{} files cannot be open at once", chosen.size()),
                 "raise the limit: ulimit -n");
  }
  std::vector<std::optional<Result<ProvenFile>>> proven(chosen.size());
  OnPool(context.pool)(chosen.size(), [&](size_t i) {
    const PlannedInput& input = inputs.files[chosen[i]];
    const Result<void> go_on = context.cancellation->Check();
    proven[i] = go_on ? OpenAndProve(input) : Result<ProvenFile>(go_on.error());
    context.pool->Locked([&] {
      progress.bytes_done += input.bytes;
      context.progress->Update(progress);
    });
  });
  SqlRelations opened;
  for (const auto& dataset : source.datasets) {
    opened.relations.push_back({dataset->name, {}, {}, {}, {}});
  }
  for (size_t i = 0; i < chosen.size(); ++i) {
    const PlannedInput& input = inputs.files[chosen[i]];
    EngineRelation& relation = opened.relations[input.relation];
    if (!*proven[i]) {
      return std::move(*proven[i]).error().In("input " + input.name);
    }
    ProvenFile file = **std::move(proven[i]);
    Result<size_t> schema = AddFileSchema(file.schema, relation);
    if (!schema) {
      return std::move(schema).error().In("input " + input.name);
    }
    if (wanted[chosen[i]]) {
      relation.files.push_back({input.full_path, file.fd.get(), input.values, *schema});
      opened.files.push_back(std::move(file.fd));
    }
  }
  for (size_t i = 0; i < source.datasets.size(); ++i) {
    const DatasetSpec& dataset = *source.datasets[i];
    const KeySpec names = FieldsOfNames(dataset);
    opened.relations[i].key_fields =
        KeyColumns(names.fields().empty() ? dataset.key : names, opened.relations[i].schema);
  }
  return opened;
}

Result<std::unique_ptr<Engine>> OpenSqlEngine(const SqlSourceSpec& source, const SqlRelations& relations,
                                              const BuildContext& context, const std::string& scratch) {
  // One thread: the order of groups and of sums would depend on more. Half of the memory is for the row groups.
  INGOT_ASSIGN(std::unique_ptr<Engine> engine, OpenDuckdb({context.memory_limit_bytes / 2, 1, scratch}));
  for (const EngineRelation& relation : relations.relations) {
    INGOT_TRY(engine->Register(relation));
  }
  for (const SqlModel& model : source.models) {
    Result<void> defined = engine->Define(model.name, model.sql);
    if (!defined) {
      return OfStatement(std::move(defined).error(), fmt::format("model {} ('{}')", model.name, model.file));
    }
  }
  INGOT_TRY(engine->Seal());
  return engine;
}

Result<WriteRowsOutcome> WriteSqlRows(const SqlRowsRequest& request, const BuildContext& context, ByteSink* sink) {
  const SqlSourceSpec& source = *request.source;
  const ScratchFolder scratch(context.scratch_folder, "ingot-sql");
  const std::vector<bool> all(request.inputs->files.size(), true);
  INGOT_ASSIGN(const SqlRelations relations, OpenSqlRelations(source, *request.inputs, all, context, request.subject));
  INGOT_ASSIGN(const std::unique_ptr<Engine> engine, OpenSqlEngine(source, relations, context, scratch.path()));
  Result<std::unique_ptr<RecordStream>> stream = engine->Run({source.sql, {}}, {context.cancellation, {}, {}});
  if (!stream) {
    return OfStatement(std::move(stream).error(), fmt::format("'{}'", source.file));
  }
  INGOT_ASSIGN(const OwnedArrowSchema arrow_schema, (*stream)->Schema());
  Result<ArrowImporter> importer = ArrowImporter::Open(*arrow_schema);
  if (!importer) {
    return OfStatement(std::move(importer).error(), fmt::format("'{}'", source.file));
  }
  WriteRowsOutcome outcome;
  // A result without rows has columns all the same.
  INGOT_ASSIGN(outcome.accepted, AcceptSchema(request.locked, *importer->schema(), ""));
  HashingSink hashing(*sink);
  PartitionWriter writer(&outcome.accepted, request.parquet, request.row_groups, &hashing, context.pool);
  RowPump pump(request, context, *std::move(importer), writer);
  Result<void> taken = pump.Take(**stream);
  if (!taken) {
    return OfStatement(std::move(taken).error(), fmt::format("'{}'", source.file));
  }
  INGOT_TRY(pump.Flush());
  INGOT_ASSIGN(outcome.has_file, writer.Flush());
  INGOT_ASSIGN(outcome.summary, writer.Finish({}));
  outcome.digest = {hashing.bytes(), hashing.FinishHex()};
  outcome.inputs = ReportsOf(*request.inputs);
  return outcome;
}

}  // namespace ingot
