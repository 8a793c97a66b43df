#include "pipeline/refresh.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "base/file.h"
#include "base/scratch_folder.h"
#include "base/sha256.h"
#include "commit/atomic_file.h"
#include "commit/partition_lock.h"
#include "commit/relative_path.h"
#include "dataset/partition_inputs.h"
#include "dataset/stored_partition.h"
#include "engine/duckdb/duckdb_warehouse.h"
#include "pipeline/run.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;

// A dataset that is built by a refresh: one partition, made by a statement.
bool IsBuilt(const DatasetSpec& dataset) {
  return dataset.source.kind == SourceKind::kSql && dataset.key.fields().empty();
}

// Everything that models and datasets of SQL read and are, each after what it reads itself.
class Layers {
 public:
  explicit Layers(const Project& project) : project_(project) {
    for (const SqlModel& model : project.models) {
      Visit(model.name);
    }
    for (const DatasetSpec& dataset : project.datasets) {
      if (IsBuilt(dataset)) {
        Visit(dataset.name);
      }
    }
  }

  const std::vector<std::string>& names() const { return names_; }

 private:
  void Visit(const std::string& name) {
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
      return;
    }
    const SqlModel* model = project_.FindModel(name);
    const DatasetSpec* dataset = project_.Find(name);
    if (model != nullptr || IsBuilt(*dataset)) {
      for (const std::string& input : model != nullptr ? model->inputs : dataset->source.sql.inputs) {
        Visit(input);
      }
    }
    names_.push_back(name);
  }

  const Project& project_;
  std::vector<std::string> names_;
};

class Refresh {
 public:
  Refresh(Workspace& workspace, const RefreshRequest& request, const BuildContext& context)
      : workspace_(workspace),
        project_(workspace.project()),
        request_(request),
        context_(context),
        layers_(workspace.project()),
        started_(context.clock->Now()) {}

  Result<RefreshReport> Run() {
    if (!project_.warehouse || layers_.names().empty()) {
      return Error(ErrorKind::kConfig, "the project has no [warehouse], or nothing to put into it",
                   "declare [warehouse] with a database, and [model.NAME] or datasets of type \"sql\"");
    }
    std::error_code failure;
    const fs::path database = fs::absolute(workspace_.Placed(project_.warehouse->database), failure);
    report_.database = workspace_.Placed(project_.warehouse->database);
    path_ = database.lexically_normal().string();
    // What is missing is said before anything is created.
    INGOT_TRY(RequireBases());
    INGOT_ASSIGN(const LocalRoot root, LocalRoot::Open(database.parent_path().string()));
    INGOT_ASSIGN(const PartitionLock lock,
                 PartitionLock::Acquire(root, {database.filename().string(), request_.run_id, started_,
                                               WhenHeld::kRefuse, context_.cancellation}));
    const ScratchFolder scratch(context_.scratch_folder, "ingot-refresh");
    limits_ = {context_.memory_limit_bytes, context_.pool->threads(), scratch.path()};
    Result<void> done = Bring();
    if (!done) {
      Error error = std::move(done).error();
      LogFailure(error);
      return error;
    }
    return std::move(report_);
  }

 private:
  // Datasets that are read and not built here. What they hold is looked at under the lock.
  Result<void> RequireBases() const {
    for (const std::string& name : layers_.names()) {
      const DatasetSpec* dataset = project_.Find(name);
      if (dataset != nullptr && !IsBuilt(*dataset)) {
        INGOT_TRY(RequirePartitions(*dataset));
      }
    }
    return {};
  }

  Result<void> Find(const DatasetSpec& dataset) {
    const auto shared = std::make_shared<const DatasetSpec>(dataset);
    INGOT_ASSIGN(PlannedInputs inputs, FindPartitionInputs({&shared, 1}, {}, {}));
    std::error_code failure;
    uint64_t rows = 0;
    for (PlannedInput& input : inputs.files) {
      input.full_path = fs::absolute(input.full_path, failure).lexically_normal().string();
      rows += input.rows;
      const std::string& content = input.content_id.empty() ? input.sha256 : input.content_id;
      identity_ += fmt::format("{}\n{}\n{}\n", dataset.name, input.full_path, content);
    }
    const std::vector<RelationPart> parts(inputs.files.size());
    INGOT_ASSIGN(std::vector<EngineRelation> relations, RelationsOf({&shared, 1}, inputs, parts));
    relations_.emplace(dataset.name, std::move(relations[0]));
    rows_.emplace(dataset.name, rows);
    return {};
  }

  Result<void> Bring() {
    for (const std::string& name : layers_.names()) {
      const DatasetSpec* dataset = project_.Find(name);
      if (dataset == nullptr) {
        const SqlModel& model = *project_.FindModel(name);
        identity_ += fmt::format("{}\n{}\n{}\n", name, model.sql.size(), model.sql);
      } else {
        INGOT_TRY(IsBuilt(*dataset) ? Build(*dataset) : Result<void>());
        INGOT_TRY(Find(*dataset));
      }
    }
    const std::string inputs_id = Sha256Hex(identity_);
    INGOT_ASSIGN(const std::optional<std::string> last, DuckdbWarehouse::LastInputsId(path_, limits_));
    report_.nothing_new = last == inputs_id && !request_.force;
    return report_.nothing_new ? Result<void>() : Write(inputs_id);
  }

  Result<void> Build(const DatasetSpec& dataset) {
    failing_ = dataset.name;
    RunRequest run;
    run.dataset = &dataset;
    INGOT_ASSIGN(PartitionKey only, dataset.key.MakeKey({}));
    run.keys.push_back(std::move(only));
    run.run_id = request_.run_id;
    run.force = request_.force;
    RunReport built = RunPartitions(workspace_, run, context_, [](const PartitionResult&) {});
    report_.warnings.insert(report_.warnings.end(), built.warnings.begin(), built.warnings.end());
    Result<BuildReport>& outcome = built.partitions.at(0).outcome;
    if (!outcome) {
      return std::move(outcome).error();
    }
    for (const std::string& warning : outcome->warnings) {
      report_.warnings.push_back(fmt::format("{}: {}", dataset.name, warning));
    }
    RefreshedLayer layer{dataset.name, outcome->action, {}, outcome->rows, {}, outcome->path, {}};
    INGOT_ASSIGN(const Manifest manifest, RequireManifest(dataset, run.keys[0]));
    layer.sha256 = manifest.files.at(0).sha256;
    built_.emplace(dataset.name, std::move(layer));
    failing_.clear();
    return {};
  }

  // Sum over the inputs, where all are known.
  std::optional<uint64_t> RowsInto(const std::vector<std::string>& inputs) const {
    uint64_t sum = 0;
    for (const std::string& input : inputs) {
      const auto rows = rows_.find(input);
      if (rows == rows_.end()) {
        return std::nullopt;
      }
      sum += rows->second;
    }
    return sum;
  }

  // DuckDB makes a file in steps, and what a death leaves between them is no database, which no later refresh could
  // open. So an empty one is made elsewhere and put in place whole.
  Result<std::unique_ptr<DuckdbWarehouse>> Begin() const {
    std::error_code failure;
    if (!fs::exists(path_, failure)) {
      if (limits_.scratch_folder.empty()) {
        return Error(ErrorKind::kPermission, fmt::format("'{}' takes no files", context_.scratch_folder),
                     "set TMPDIR to a folder that does");
      }
      const std::string made = limits_.scratch_folder + "/new.duckdb";
      INGOT_TRY(DuckdbWarehouse::MakeEmpty(made, limits_));
      INGOT_ASSIGN(AtomicFile file, AtomicFile::Create(path_));
      INGOT_TRY(CopyBytes(made, file.sink()));
      INGOT_TRY(file.SyncData());
      INGOT_TRY(file.Commit());
    }
    return DuckdbWarehouse::Begin(path_, limits_);
  }

  Result<void> Write(const std::string& inputs_id) {
    INGOT_ASSIGN(const auto warehouse, Begin());
    for (const auto& [name, relation] : relations_) {
      failing_ = name;
      INGOT_TRY(warehouse->PutRelation(relation));
    }
    INGOT_TRY(warehouse->Seal());
    for (const std::string& name : layers_.names()) {
      INGOT_TRY(context_.cancellation->Check());
      failing_ = name;
      if (const SqlModel* model = project_.FindModel(name)) {
        INGOT_TRY(PutModel(*model, *warehouse));
        continue;
      }
      if (const auto built = built_.find(name); built != built_.end()) {
        RefreshedLayer layer = built->second;
        layer.rows_in = RowsInto(project_.Find(name)->source.sql.inputs);
        report_.layers.push_back(std::move(layer));
      }
    }
    failing_.clear();
    return warehouse->Commit(LogEntry(inputs_id));
  }

  Result<void> PutModel(const SqlModel& model, DuckdbWarehouse& warehouse) {
    Result<void> put = warehouse.PutModel(model.name, model.sql);
    if (!put) {
      Error error = std::move(put).error();
      error = error.kind() == ErrorKind::kUsage
                  ? Error(ErrorKind::kConfig, error.message(), std::string(error.advice()))
                  : std::move(error);
      return std::move(error).In(fmt::format("model {} ('{}')", model.name, model.file));
    }
    RefreshedLayer layer{model.name, std::nullopt, RowsInto(model.inputs), {}, {}, {}, {}};
    if (model.per_row) {
      context_.progress->Update({"count", model.name, 0, 0, 0});
      INGOT_ASSIGN(layer.rows_out, warehouse.CountRows(model.name));
      rows_.emplace(model.name, *layer.rows_out);
      if (layer.rows_in && *layer.rows_in >= *layer.rows_out) {
        layer.rows_rejected = *layer.rows_in - *layer.rows_out;
      }
    }
    report_.layers.push_back(std::move(layer));
    return {};
  }

  WarehouseRefresh LogEntry(const std::string& inputs_id) const {
    WarehouseRefresh entry{request_.run_id, started_, context_.clock->Now(), true, inputs_id, {}};
    std::error_code failure;
    for (const RefreshedLayer& layer : report_.layers) {
      const std::string path = layer.path.empty() ? "" : fs::absolute(layer.path, failure).lexically_normal().string();
      entry.layers.push_back({layer.name, layer.rows_in, layer.rows_out, layer.rows_rejected, path, layer.sha256, {}});
    }
    return entry;
  }

  // Where the database itself is what failed there is no log.
  void LogFailure(const Error& error) {
    if (error.kind() == ErrorKind::kCancelled || error.kind() == ErrorKind::kConflict) {
      return;
    }
    WarehouseRefresh entry{request_.run_id, started_, context_.clock->Now(), false, {}, {}};
    entry.layers.push_back({failing_.empty() ? "refresh" : failing_, {}, {}, {}, {}, {}, error.ToString()});
    const auto warehouse = Begin();
    const Result<void> logged = warehouse ? (*warehouse)->CommitFailure(entry) : Result<void>();
    if (!logged) {
      context_.progress->Warn("refresh", fmt::format("the log in '{}': {}", path_, logged.error().message()));
    }
  }

  Workspace& workspace_;
  const Project& project_;
  const RefreshRequest& request_;
  const BuildContext& context_;
  const Layers layers_;
  const UtcInstant started_;
  std::string path_;  // of the database, absolute
  EngineLimits limits_;
  std::string identity_;  // of everything that the views are made of
  std::string failing_;   // the layer at work
  std::map<std::string, EngineRelation> relations_;
  std::map<std::string, uint64_t> rows_;
  std::map<std::string, RefreshedLayer> built_;
  RefreshReport report_;
};

}  // namespace

Result<RefreshReport> RefreshWarehouse(Workspace& workspace, const RefreshRequest& request,
                                       const BuildContext& context) {
  return Refresh(workspace, request, context).Run();
}

}  // namespace ingot
