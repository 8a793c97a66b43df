// A project: the folder with ingot.toml, and what can be done with its datasets.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ingot/generate.h"
#include "ingot/index.h"
#include "ingot/partition.h"
#include "ingot/query.h"
#include "ingot/refresh.h"
#include "ingot/result.h"
#include "ingot/run.h"
#include "ingot/verify.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  struct OpenOptions {
    std::string folder;                      // that holds ingot.toml; empty: the current folder, or the next above it
    std::map<std::string, std::string> set;  // variables of the project
    // What the library may know of the environment; it reads none itself. INGOT_<OPTION> gives an option that a call
    // does not set, INGOT_VAR_<NAME> a variable; TMPDIR says where a query may spill; INGOT_NOW stops the clock.
    std::map<std::string, std::string> environment;
  };

  struct Dataset {
    std::string name;
    std::string source;  // "jsonl", "derive", "synthetic", …
    std::string description;
    uint64_t partitions = 0;  // published
    uint64_t unreadable = 0;  // manifests that cannot be read; they are in no sum
    uint64_t rows = 0;
    uint64_t bytes = 0;
    std::string newest;  // key; empty without partitions
  };

  // Each call reads ingot.toml and ingot.lock as they stand, so that calls may run in many threads at once, and changes
  // of these files are seen. A reference is "tier3", "tier3@2026-01-15", or "" for the only dataset. Every call can
  // fail with kUsage for options that do not fit and unknown datasets, kConfig, kPermission, kCancelled.
  class INGOT_API Project {
   public:
    // Errors: kConfig with file, line and column; kUsage for an unknown variable.
    static Result<Project> Open(OpenOptions options);

    // Absolute.
    const std::string& folder() const;

    Result<std::vector<Dataset>> Datasets() const;

    // Touches nothing. What is wrong with one partition is in its plan.
    Result<std::vector<PartitionPlan>> Plan(const std::string& reference, const RunOptions& options) const;

    // Builds, proves and commits. Every partition is attempted; what failed is in the result.
    Result<RunResult> Run(const std::string& reference, const RunOptions& options) const;

    // What does not hold is in the proofs.
    Result<std::vector<PartitionProof>> Verify(const std::string& reference, const VerifyOptions& options) const;

    // Published partitions by key, ascending. Reads manifests only.
    Result<std::vector<Partition>> Partitions(const std::string& reference, const ListOptions& options) const;
    Result<std::vector<PartitionStatus>> Status(const std::string& reference, const ListOptions& options) const;

    // `sql` is one statement that reads, over datasets as tables, or the name of a saved query. Errors: kUsage where
    // the statement is wrong, kInvalidData where a value is, kCorrupt naming the partition, kTimeout, kResourceLimit.
    Result<QueryResult> Query(const std::string& sql, const QueryOptions& options) const;

    // A generated dataset of the project, or a built-in one. Errors as Generate.
    Result<PartitionRun> Generate(const std::string& name, const GenerateOptions& options) const;

    // `output` may be the place of a listing of the project, which then says what `options` leave out; for another
    // output the settings of the project's only listing hold. Errors as Index.
    Result<PartitionRun> Index(const std::string& source, const std::string& output, const IndexOptions& options) const;

    // Builds datasets of SQL that are out of date, and writes the warehouse's views. Errors: kConfig without models;
    // kNotFound for a dataset without a partition; kConflict while another refresh or program has the database.
    Result<RefreshResult> Refresh(const RefreshOptions& options) const;

   private:
    struct State;
    explicit Project(std::shared_ptr<const State> state);
    std::shared_ptr<const State> state_;
  };

}  // namespace v1
}  // namespace ingot
