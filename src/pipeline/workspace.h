// An opened project: its file, its lock file, and where they lie.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "base/utc.h"
#include "model/lock_file.h"
#include "model/partition_key.h"
#include "model/project_file.h"

namespace ingot {

// Where ingot.toml is looked for.
enum class ProjectSearch {
  kHere,     // in the named folder only
  kUpwards,  // in the current folder, then in each one above it
};

struct WorkspaceRequest {
  std::string folder;  // for kHere
  ProjectSearch search = ProjectSearch::kUpwards;
  VariableOverrides variables;
  std::span<const std::string_view> option_keys;  // see ProjectOptions
};

// Who changes ingot.lock, for the messages of others who wait.
struct LockWriter {
  std::string run_id;
  UtcInstant started;
  const Cancellation* cancellation = nullptr;
};

// One thread at a time. Pointers into the project stay valid as long as the workspace.
class Workspace {
 public:
  // The folder that holds ingot.toml; "" is the current one. Errors: kConfig when there is none.
  static Result<std::string> Find(const WorkspaceRequest& request);

  // Errors: kConfig with line and column; kUsage for a --set of an unknown variable; kNotFound, kPermission.
  static Result<std::unique_ptr<Workspace>> Open(const WorkspaceRequest& request);

  // "" is the current folder.
  const std::string& folder() const { return folder_; }
  // Relative places of datasets are already below the project's folder.
  const Project& project() const { return project_; }
  const LockFile& lock() const { return lock_; }
  // A path of the project file: relative ones start at its folder.
  std::string Placed(const std::string& path) const;
  // Replaces the store of every dataset. To be called before anything is resolved.
  void PlaceOutput(const std::string& folder);
  std::string project_path() const;
  std::string lock_path() const;

  // What a command line names: "tier3", or "tier3@2026-01-15". Without a name the only dataset of the project.
  struct Target {
    const DatasetSpec* dataset = nullptr;
    std::optional<PartitionKey> key;
  };
  // Errors: kUsage with the datasets there are.
  Result<Target> Resolve(std::string_view reference) const;

  // All that these datasets and models are made of: the models, each after those that it reads, and the datasets.
  SqlSourceSpec ClosureOf(const std::vector<std::string>& inputs) const;

  // Accepts the columns that a published partition has and the lock lacks: reads ingot.lock again under the project's
  // own lock, unites, and replaces the file. Columns that the project declares replace the locked ones. Does nothing
  // when it covers them already. Errors: kSchemaDrift when
  // another run accepted what does not fit; by errno.
  Result<void> RecordSchema(const std::string& dataset, const Schema& published, std::string_view key_text,
                            const LockWriter& writer);

 private:
  Workspace() = default;
  // The texts of models and datasets of SQL, and what they read.
  Result<void> LoadSql();

  std::string folder_;
  Project project_;
  LockFile lock_;
};

}  // namespace ingot
