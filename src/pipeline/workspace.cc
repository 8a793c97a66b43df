#include "pipeline/workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "base/file.h"
#include "commit/atomic_file.h"
#include "commit/local_root.h"
#include "commit/partition_lock.h"
#include "commit/relative_path.h"

namespace ingot {
namespace {

bool IsFile(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

Result<LockFile> ReadLockFile(const std::string& path) {
  Result<std::string> text = ReadWholeFile(path, kMaxLockFileBytes);
  if (!text) {
    if (text.error().kind() == ErrorKind::kNotFound) {
      return LockFile{};
    }
    return text.error();
  }
  return ParseLockFile(*text, path);
}

// The statement in a project's file. Where an engine needs words of its own, they stand in a file beside it.
Result<std::string> ReadStatement(const std::string& path) {
  constexpr size_t kMaxStatementBytes = size_t{16} << 20U;
  constexpr std::string_view kEnding = ".sql";
  if (path.ends_with(kEnding)) {
    const std::string own = path.substr(0, path.size() - kEnding.size()) + ".duckdb.sql";
    if (IsFile(own)) {
      return ReadWholeFile(own, kMaxStatementBytes);
    }
  }
  return ReadWholeFile(path, kMaxStatementBytes);
}

Result<std::string> ReadStatementOf(const Workspace& workspace, std::string_view owner, const std::string& file) {
  Result<std::string> sql = ReadStatement(workspace.Placed(file));
  if (!sql && sql.error().kind() == ErrorKind::kNotFound) {
    return Error(ErrorKind::kConfig, fmt::format("{}: {}", owner, sql.error().message()),
                 "'file' in ingot.toml is a path from the project's folder");
  }
  if (!sql) {
    return std::move(sql).error().In(std::string(owner));
  }
  return sql;
}

// Adds all that `inputs` name, directly or by models, each once and after what it reads itself.
void AddInputs(const Project& project, const std::vector<std::string>& inputs, SqlSourceSpec& closure) {
  for (const std::string& input : inputs) {
    const SqlModel* model = project.FindModel(input);
    if (model != nullptr) {
      const bool known = std::any_of(closure.models.begin(), closure.models.end(),
                                     [model](const SqlModel& other) { return other.name == model->name; });
      if (!known) {
        AddInputs(project, model->inputs, closure);
        closure.models.push_back(*model);
      }
      continue;
    }
    const bool known = std::any_of(closure.datasets.begin(), closure.datasets.end(),
                                   [&input](const auto& other) { return other->name == input; });
    if (!known) {
      closure.datasets.push_back(std::make_shared<const DatasetSpec>(*project.Find(input)));
    }
  }
}

Result<void> WriteWholeFile(const std::string& path, std::string_view text) {
  INGOT_ASSIGN(AtomicFile file, AtomicFile::Create(path));
  INGOT_TRY(file.sink().Write(text));
  INGOT_TRY(file.SyncData());
  return file.Commit();
}

}  // namespace

Result<std::string> Workspace::Find(const WorkspaceRequest& request) {
  if (request.search == ProjectSearch::kHere) {
    if (!IsFile(JoinPath(request.folder, kProjectFileName))) {
      return Error(ErrorKind::kConfig, fmt::format("there is no {} in '{}'", kProjectFileName, request.folder),
                   "name the project's folder: -p DIR");
    }
    return request.folder;
  }
  std::error_code failure;
  const std::filesystem::path current = std::filesystem::current_path(failure);
  // Below the current folder paths stay relative, so that messages read as the user thinks.
  std::string folder;
  for (std::filesystem::path path = current; !failure; path = path.parent_path()) {
    if (IsFile(path / kProjectFileName)) {
      return folder;
    }
    if (path == path.parent_path()) {
      break;
    }
    folder = JoinPath("..", folder);
  }
  return Error(ErrorKind::kConfig, fmt::format("there is no {} here or in a folder above", kProjectFileName),
               "go to the project's folder, or name it: -p DIR");
}

Result<std::unique_ptr<Workspace>> Workspace::Open(const WorkspaceRequest& request) {
  std::unique_ptr<Workspace> workspace(new Workspace());
  INGOT_ASSIGN(workspace->folder_, Find(request));
  const std::string path = workspace->project_path();
  INGOT_ASSIGN(const std::string text, ReadWholeFile(path, kMaxProjectFileBytes));
  INGOT_ASSIGN(workspace->project_, ParseProject(text, {request.variables, request.option_keys, path}));
  for (DatasetSpec& dataset : workspace->project_.datasets) {
    dataset.store_root = workspace->Placed(dataset.store_root);
    dataset.source.inputs.root = workspace->Placed(dataset.source.inputs.root);
  }
  for (DatasetSpec& dataset : workspace->project_.datasets) {
    if (dataset.source.kind == SourceKind::kDerive) {
      dataset.source.input = std::make_shared<const DatasetSpec>(*workspace->project_.Find(dataset.source.from));
    }
  }
  INGOT_TRY(workspace->LoadSql());
  INGOT_ASSIGN(workspace->lock_, ReadLockFile(workspace->lock_path()));
  return workspace;
}

SqlSourceSpec Workspace::ClosureOf(const std::vector<std::string>& inputs) const {
  SqlSourceSpec closure;
  closure.inputs = inputs;
  AddInputs(project_, inputs, closure);
  return closure;
}

Result<void> Workspace::LoadSql() {
  for (SqlModel& model : project_.models) {
    INGOT_ASSIGN(model.sql, ReadStatementOf(*this, "model " + model.name, model.file));
  }
  for (DatasetSpec& dataset : project_.datasets) {
    SqlSourceSpec& source = dataset.source.sql;
    if (dataset.source.kind == SourceKind::kSql) {
      INGOT_ASSIGN(source.sql, ReadStatementOf(*this, "dataset " + dataset.name, source.file));
      AddInputs(project_, source.inputs, source);
    }
  }
  return {};
}

std::string Workspace::Placed(const std::string& path) const {
  if (path.starts_with('/') || folder_.empty()) {
    return path;
  }
  return path == "." ? folder_ : JoinPath(folder_, path);
}

void Workspace::PlaceOutput(const std::string& folder) {
  for (DatasetSpec& dataset : project_.datasets) {
    dataset.store_root = folder;
  }
}

std::string Workspace::project_path() const { return JoinPath(folder_, kProjectFileName); }
std::string Workspace::lock_path() const { return JoinPath(folder_, kLockFileName); }

Result<Workspace::Target> Workspace::Resolve(std::string_view reference) const {
  Target target;
  if (reference.empty()) {
    if (project_.datasets.size() == 1) {
      target.dataset = &project_.datasets[0];
      return target;
    }
    std::string names;
    for (const DatasetSpec& dataset : project_.datasets) {
      names += (names.empty() ? "" : ", ") + dataset.name;
    }
    return Error(ErrorKind::kUsage, "which dataset?", fmt::format("one of: {}", names));
  }
  INGOT_ASSIGN(const PartitionReference parsed, ParsePartitionReference(reference));
  INGOT_ASSIGN(target.dataset, project_.Require(parsed.dataset));
  if (parsed.key_text) {
    Result<PartitionKey> key = target.dataset->key.Parse(*parsed.key_text);
    if (!key) {
      return std::move(key).error().In(fmt::format("dataset {}", parsed.dataset));
    }
    target.key = *std::move(key);
  }
  return target;
}

Result<void> Workspace::RecordSchema(const std::string& dataset, const Schema& published, std::string_view key_text,
                                     const LockWriter& writer) {
  const DatasetSpec* declared = project().Find(dataset);
  const SchemaOrigin origin = declared == nullptr ? SchemaOrigin::kObserved : declared->source.schema_origin();
  {
    const LockedSchema* locked = lock_.Find(dataset);
    INGOT_ASSIGN(const LockedSchema accepted, AcceptSchema(locked, published, key_text, origin));
    if (locked != nullptr && accepted == *locked) {
      return {};
    }
  }
  INGOT_ASSIGN(const LocalRoot root, LocalRoot::Open(folder_.empty() ? "." : folder_));
  INGOT_ASSIGN(const PartitionLock held,
               PartitionLock::Acquire(root, {std::string(kLockFileName), writer.run_id, writer.started, WhenHeld::kWait,
                                             writer.cancellation}));
  // Another run may have accepted columns since this one began.
  INGOT_ASSIGN(LockFile current, ReadLockFile(lock_path()));
  INGOT_ASSIGN(LockedSchema accepted, AcceptSchema(current.Find(dataset), published, key_text, origin));
  current.datasets.insert_or_assign(dataset, std::move(accepted));
  INGOT_TRY(WriteWholeFile(lock_path(), WriteLockFile(current)));
  lock_ = std::move(current);
  return {};
}

}  // namespace ingot
