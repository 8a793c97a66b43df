#include "pipeline/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/similar_name.h"
#include "engine/duckdb/duckdb_engine.h"

namespace ingot {
namespace {

std::string LowerCased(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

}  // namespace

Result<std::unique_ptr<Query>> Query::Open(const Workspace* workspace, QueryRequest request,
                                           const BuildContext& context) {
  std::unique_ptr<Query> query(new Query());
  query->request_ = std::move(request);
  // Without a place to spill, only large sorts and joins are refused.
  query->scratch_ = ScratchFolder(context.scratch_folder, "ingot-query");
  query->request_.limits.scratch_folder = query->scratch_.path();
  INGOT_ASSIGN(query->engine_, OpenDuckdb(query->request_.limits));
  const EngineStatement& statement = query->request_.statement;
  INGOT_ASSIGN(const std::vector<std::string> tables, query->engine_->MentionedTables(statement.sql));
  SqlSourceSpec closure;
  if (workspace != nullptr) {
    INGOT_ASSIGN(closure, query->OpenTables(*workspace, tables, context));
  }
  INGOT_TRY(query->engine_->Seal());
  INGOT_TRY(query->DefineModels(closure.models));
  return query;
}

// Of a dataset that a model reads the statement's conditions say nothing.
Result<SqlSourceSpec> Query::OpenTables(const Workspace& workspace, const std::vector<std::string>& names,
                                        const BuildContext& context) {
  const Project& project = workspace.project();
  for (const DatasetSpec& dataset : project.datasets) {
    tables_.push_back(dataset.name);
  }
  for (const SqlModel& model : project.models) {
    tables_.push_back(model.name);
  }
  std::vector<std::string> models;
  std::vector<const DatasetSpec*> datasets;
  for (const std::string& name : names) {
    // SQL does not tell letter cases apart, and our names have no capitals.
    const std::string lower = LowerCased(name);
    if (project.FindModel(lower) != nullptr) {
      models.push_back(lower);
    } else if (const DatasetSpec* dataset = project.Find(lower)) {
      datasets.push_back(dataset);
    }  // else a WITH of the statement, or an error that the engine tells
  }
  SqlSourceSpec closure = workspace.ClosureOf(models);
  for (const std::shared_ptr<const DatasetSpec>& dataset : closure.datasets) {
    INGOT_TRY(OpenDataset(workspace, *project.Find(dataset->name), nullptr, context));
  }
  for (const DatasetSpec* dataset : datasets) {
    const bool known = std::any_of(closure.datasets.begin(), closure.datasets.end(),
                                   [dataset](const auto& other) { return other->name == dataset->name; });
    if (!known) {
      INGOT_TRY(OpenDataset(workspace, *dataset, &request_.statement, context));
    }
  }
  return closure;
}

Result<void> Query::DefineModels(const std::vector<SqlModel>& models) {
  for (const SqlModel& model : models) {
    Result<void> defined = engine_->Define(model.name, model.sql);
    if (!defined) {
      const Error error = Explained(std::move(defined).error());
      return error.kind() == ErrorKind::kUsage ? Error(ErrorKind::kConfig, error.message(), std::string(error.advice()))
                                                     .In(fmt::format("model {} ('{}')", model.name, model.file))
                                               : error;
    }
  }
  return {};
}

Result<void> Query::OpenDataset(const Workspace& workspace, const DatasetSpec& dataset,
                                const EngineStatement* statement, const BuildContext& context) {
  Result<QueryInputs> inputs =
      OpenQueryInputs(*engine_, statement, dataset, workspace.lock().Find(dataset.name), request_.proof, context);
  if (!inputs && inputs.error().kind() == ErrorKind::kNotFound) {
    // A WITH may have the dataset's name; if none has, the engine finds no table.
    unknown_ = std::move(inputs).error();
    return {};
  }
  INGOT_TRY(Result<void>(inputs ? Result<void>() : Result<void>(inputs.error())));
  INGOT_TRY(engine_->Register(inputs->relation));
  inputs_.push_back({dataset.name, inputs->partitions, inputs->found, inputs->bytes});
  std::move(inputs->files.begin(), inputs->files.end(), std::back_inserter(files_));
  return {};
}

Error Query::Explained(Error error) const {
  constexpr std::string_view kTable = "Table with name ";
  if (error.kind() != ErrorKind::kUsage || !error.message().starts_with(kTable)) {
    return error;
  }
  if (unknown_) {
    return *unknown_;
  }
  const std::string name =
      error.message().substr(kTable.size(), error.message().find(' ', kTable.size()) - kTable.size());
  const std::vector<std::string_view> known(tables_.begin(), tables_.end());
  return Error(ErrorKind::kUsage, fmt::format("there is no table '{}'{}", name, DidYouMean(name, known)),
               tables_.empty()
                   ? std::string("tables are the datasets and models of a project: -p DIR")
                   : fmt::format("tables are the project's datasets and models: {}", fmt::join(tables_, ", ")));
}

Result<std::unique_ptr<RecordStream>> Query::Run(const RunLimits& limits) {
  Result<std::unique_ptr<RecordStream>> stream = engine_->Run(request_.statement, limits);
  if (!stream) {
    return Explained(std::move(stream).error());
  }
  return stream;
}

Result<std::string> Query::Explain() {
  Result<std::string> plan = engine_->Explain(request_.statement);
  if (!plan) {
    return Explained(std::move(plan).error());
  }
  return plan;
}

Result<EngineParameters> BindSavedQuery(const SavedQuery& query, const std::map<std::string, std::string>& given) {
  EngineParameters parameters;
  const auto bind = [&parameters](const std::string& name, const QueryValue& value) {
    parameters.emplace(name, std::visit([](const auto& typed) { return EngineValue(typed); }, value));
  };
  std::vector<std::string_view> known;
  for (const QueryParameter& parameter : query.parameters) {
    known.push_back(parameter.name);
    const auto text = given.find(parameter.name);
    if (text != given.end()) {
      Result<QueryValue> value = ParseQueryValue(parameter.type, text->second);
      if (!value) {
        return std::move(value).error().In(fmt::format("parameter {}", parameter.name));
      }
      bind(parameter.name, *value);
    } else if (parameter.default_value) {
      bind(parameter.name, *parameter.default_value);
    } else {
      return Error(ErrorKind::kUsage,
                   fmt::format("query {} needs its parameter '{}' of type {}", query.name, parameter.name,
                               QueryTypeName(parameter.type)),
                   fmt::format("--param {}=VALUE", parameter.name));
    }
  }
  for (const auto& [name, text] : given) {
    if (query.Find(name) == nullptr) {
      return Error(
          ErrorKind::kUsage, fmt::format("query {} has no parameter '{}'{}", query.name, name, DidYouMean(name, known)),
          known.empty() ? std::string("it has none") : fmt::format("its parameters are: {}", fmt::join(known, ", ")));
    }
  }
  return parameters;
}

EngineParameters BindUntyped(const std::map<std::string, std::string>& given) {
  EngineParameters parameters;
  for (const auto& [name, text] : given) {
    parameters.emplace(name, UntypedText{text});
  }
  return parameters;
}

}  // namespace ingot
