// A query over the datasets of a project.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/scratch_folder.h"
#include "dataset/build_context.h"
#include "engine/engine.h"
#include "pipeline/query_inputs.h"
#include "pipeline/workspace.h"

namespace ingot {

struct QueryRequest {
  EngineStatement statement;
  QueryProof proof = QueryProof::kFooter;
  EngineLimits limits;
};

// One statement, ready to run. It holds its files open; what comes out of it must not outlive it.
class Query {
 public:
  // What is read of one dataset.
  struct Input {
    std::string dataset;
    uint64_t partitions = 0;
    uint64_t found = 0;
    uint64_t bytes = 0;
  };

  // Opens the engine and the partitions that the statement needs. `workspace` may be null: then there are no tables.
  // The engine spills into a folder of its own in the context's, which goes with the query.
  // Errors: as Engine and OpenQueryInputs.
  static Result<std::unique_ptr<Query>> Open(const Workspace* workspace, QueryRequest request,
                                             const BuildContext& context);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() = default;

  const std::vector<Input>& inputs() const { return inputs_; }

  // Once. Errors: as Engine::Run.
  Result<std::unique_ptr<RecordStream>> Run(const RunLimits& limits);
  Result<std::string> Explain();

 private:
  Query() = default;
  // What the statement's models read, each after what it reads itself; the models wait for the seal.
  Result<SqlSourceSpec> OpenTables(const Workspace& workspace, const std::vector<std::string>& names,
                                   const BuildContext& context);
  Result<void> DefineModels(const std::vector<SqlModel>& models);
  Result<void> OpenDataset(const Workspace& workspace, const DatasetSpec& dataset, const EngineStatement* statement,
                           const BuildContext& context);
  Error Explained(Error error) const;

  ScratchFolder scratch_;
  QueryRequest request_;
  std::vector<std::string> tables_;  // that there are
  std::vector<Input> inputs_;
  std::vector<UniqueFd> files_;
  std::optional<Error> unknown_;    // why a dataset that may be meant is no table
  std::unique_ptr<Engine> engine_;  // goes before the files that it reads, and the folder
};

// The values of a saved query's parameters: what was given as text, else the defaults. Errors: kUsage, naming the
// parameter.
Result<EngineParameters> BindSavedQuery(const SavedQuery& query, const std::map<std::string, std::string>& given);
// Of SQL that nobody declared: the engine finds out what they must be.
EngineParameters BindUntyped(const std::map<std::string, std::string>& given);

}  // namespace ingot
