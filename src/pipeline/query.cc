#include "pipeline/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
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

Result<std::unique_ptr<Query>> Query::Open(const Workspace* workspace, QueryRequest request, const std::string& scratch,
                                           const BuildContext& context) {
  std::unique_ptr<Query> query(new Query());
  query->request_ = std::move(request);
  if (!scratch.empty()) {
    std::string folder = scratch + "/ingot-query-XXXXXX";
    // Without a place to spill, only large sorts and joins are refused.
    query->scratch_folder_ = ::mkdtemp(folder.data()) == nullptr ? std::string() : folder;
  }
  query->request_.limits.scratch_folder = query->scratch_folder_;
  INGOT_ASSIGN(query->engine_, OpenDuckdb(query->request_.limits));
  const EngineStatement& statement = query->request_.statement;
  INGOT_ASSIGN(const std::vector<std::string> tables, query->engine_->MentionedTables(statement.sql));
  if (workspace != nullptr) {
    for (const DatasetSpec& dataset : workspace->project().datasets) {
      query->datasets_.push_back(dataset.name);
    }
  }
  for (const std::string& table : tables) {
    // SQL does not tell letter cases apart, and dataset names have no capitals.
    const DatasetSpec* dataset = workspace == nullptr ? nullptr : workspace->project().Find(LowerCased(table));
    if (dataset == nullptr) {
      continue;  // a WITH of the statement, or an error that the engine tells
    }
    Result<QueryInputs> inputs = OpenQueryInputs(*query->engine_, statement, *dataset,
                                                 workspace->lock().Find(dataset->name), query->request_.proof, context);
    if (!inputs && inputs.error().kind() == ErrorKind::kNotFound) {
      // A WITH may have the dataset's name; if none has, the engine finds no table.
      query->unknown_ = std::move(inputs).error();
      continue;
    }
    INGOT_TRY(Result<void>(inputs ? Result<void>() : Result<void>(inputs.error())));
    INGOT_TRY(query->engine_->Register(inputs->relation));
    query->inputs_.push_back({dataset->name, inputs->partitions, inputs->found, inputs->bytes});
    std::move(inputs->files.begin(), inputs->files.end(), std::back_inserter(query->files_));
  }
  INGOT_TRY(query->engine_->Seal());
  return query;
}

Query::~Query() {
  engine_.reset();
  if (!scratch_folder_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(scratch_folder_, ignored);
  }
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
  const std::vector<std::string_view> known(datasets_.begin(), datasets_.end());
  return Error(ErrorKind::kUsage, fmt::format("there is no table '{}'{}", name, DidYouMean(name, known)),
               datasets_.empty() ? std::string("tables are the datasets of a project: -p DIR")
                                 : fmt::format("tables are the project's datasets: {}", fmt::join(datasets_, ", ")));
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
