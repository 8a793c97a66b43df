#include "model/project_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/similar_name.h"
#include "base/utc.h"
#include "model/dataset_reader.h"
#include "model/project_tables.h"
#include "model/query_reader.h"
#include "model/sql_reader.h"

namespace ingot {
namespace {

bool IsVariableName(std::string_view name) {
  const auto is_start = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !name.empty() && is_start(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_start(c) || (c >= '0' && c <= '9'); });
}

class ProjectReader {
 public:
  ProjectReader(const ProjectOptions& options, TomlProblems& problems) : options_(options), problems_(problems) {}

  Result<Project> Read(const toml::table& document) {
    TableReader top(document, "", "", problems_);
    if (const toml::table* project = top.Table("project")) {
      TableReader reader(*project, "project", "project", problems_);
      result_.name = reader.String("name");
      result_.description = reader.String("description");
    }
    if (const toml::table* variables = top.Table("vars")) {
      ReadVariables(*variables);
    }
    INGOT_TRY(ApplyOverrides());
    if (const toml::table* defaults = top.Table("defaults")) {
      ReadDefaults(*defaults);
    }
    if (const toml::table* datasets = top.Table("dataset")) {
      ReadDatasets(*datasets);
    }
    if (const toml::table* models = top.Table("model")) {
      ReadModels(*models);
    }
    CheckInputs(document);
    if (const toml::table* warehouse = top.Table("warehouse")) {
      TableReader reader(*warehouse, "warehouse", "warehouse", problems_);
      result_.warehouse = WarehouseSpec{ReadFilePath(reader, "database")};
    }
    if (const toml::table* queries = top.Table("query")) {
      ReadQueries(*queries);
    }
    return std::move(result_);
  }

 private:
  void ReadVariables(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const auto value = node.value_exact<std::string>();
      if (!IsVariableName(key.str())) {
        problems_.Add(key.source(),
                      fmt::format("'{}' is not a variable name (lower-case letters, digits, _)", key.str()));
      } else if (!value) {
        problems_.Add(node.source(),
                      fmt::format("variable '{}' must be a string, but is {}", key.str(), TomlTypeName(node)));
      } else {
        result_.variables.emplace(key.str(), *value);
      }
    }
  }

  // --set wins over the environment, which wins over the file.
  Result<void> ApplyOverrides() {
    for (const auto& [name, value] : options_.overrides.environment) {
      if (const auto variable = result_.variables.find(name); variable != result_.variables.end()) {
        variable->second = value;
      }
    }
    for (const auto& [name, value] : options_.overrides.set) {
      const auto variable = result_.variables.find(name);
      if (variable == result_.variables.end()) {
        std::vector<std::string_view> known;
        for (const auto& [candidate, unused] : result_.variables) {
          known.push_back(candidate);
        }
        return Error(ErrorKind::kUsage,
                     fmt::format("the project has no variable '{}'{}", name, DidYouMean(name, known)),
                     fmt::format("[vars] in {} lists them", options_.file_name));
      }
      variable->second = value;
    }
    return {};
  }

  // Values stay text: the command line knows the shapes of its options.
  void ReadDefaults(const toml::table& table) {
    for (const auto& [key, node] : InFileOrder(table)) {
      const auto& known = options_.option_keys;
      if (!known.empty() && std::find(known.begin(), known.end(), key->str()) == known.end()) {
        problems_.Add(key->source(), fmt::format("[defaults]: there is not an option '{}'{}", key->str(),
                                                 DidYouMean(key->str(), known)));
        continue;
      }
      ProjectDefault value{std::string(key->str()), {}};
      bool fits = true;
      if (const toml::array* list = node->as_array()) {
        for (const toml::node& element : *list) {
          fits = AddScalar(element, value.values) && fits;
        }
      } else {
        fits = AddScalar(*node, value.values);
      }
      if (!fits || value.values.empty()) {
        problems_.Add(node->source(),
                      fmt::format("[defaults]: '{}' must be a text, a number, true, false, or a list of "
                                  "those",
                                  key->str()));
        continue;
      }
      result_.defaults.push_back(std::move(value));
    }
  }

  static bool AddScalar(const toml::node& node, std::vector<std::string>& out) {
    if (const auto text = node.value_exact<std::string>()) {
      out.push_back(*text);
    } else if (const auto number = node.value_exact<int64_t>()) {
      out.push_back(fmt::format("{}", *number));
    } else if (const auto flag = node.value_exact<bool>()) {
      out.emplace_back(*flag ? "true" : "false");
    } else {
      return false;
    }
    return true;
  }

  // After the variables, which their paths use.
  void ReadDatasets(const toml::table& table) {
    for (const auto& [key, node] : InFileOrder(table)) {
      if (!IsDatasetName(key->str())) {
        problems_.Add(
            key->source(),
            fmt::format("'{}' is not a dataset name (lower-case letters, digits, _ and -, at most 64)", key->str()));
      } else if (!node->is_table()) {
        problems_.Add(node->source(),
                      fmt::format("dataset '{}' must be a table, but is {}", key->str(), TomlTypeName(*node)));
      } else {
        result_.datasets.push_back(ReadDataset(*node->as_table(), key->str(), result_.variables, problems_));
        CheckCollision(key->source());
      }
    }
    for (const DatasetSpec& dataset : result_.datasets) {
      const toml::node* from = table[dataset.name]["source"]["from"].node();
      if (dataset.source.kind == SourceKind::kDerive && from != nullptr) {
        CheckDerived(dataset, from->source());
      }
    }
  }

  // Inputs of derived datasets are days; so nothing can derive from itself, not even around a corner, but daily
  // datasets can: those are followed.
  void CheckDerived(const DatasetSpec& dataset, const toml::source_region& where) {
    const SourceSpec& source = dataset.source;
    const auto input = result_.Require(source.from);
    if (!input) {
      problems_.Add(where, fmt::format("'from': {}", input.error().message()));
      return;
    }
    if (!(*input)->key.is_daily()) {
      problems_.Add(where, fmt::format("'from': the key of dataset '{}' is not [\"date\"]", source.from));
    }
    const DatasetSpec* at = *input;
    for (size_t steps = 0; at != nullptr && at->source.kind == SourceKind::kDerive; ++steps) {
      if (at == &dataset || steps > result_.datasets.size()) {
        problems_.Add(where, fmt::format("'from': dataset '{}' derives from itself", dataset.name));
        return;
      }
      at = result_.Find(at->source.from);
    }
  }

  // A path with variables, and nothing else in braces.
  std::string ReadFilePath(TableReader& reader, std::string_view name) {
    const std::string text = reader.String(name);
    auto place = SplitRoot(ExpandVariables(text, result_.variables));
    auto file = place ? place->path.Format({}) : Result<std::string>(place.error());
    if (!file && reader.Has(name)) {
      reader.Problem(name, file.error());
    }
    return file ? (place->root == "." ? *file : place->root + "/" + *file) : std::string();
  }

  void ReadModels(const toml::table& table) {
    for (const auto& [key, node] : InFileOrder(table)) {
      if (!IsDatasetName(key->str())) {
        problems_.Add(key->source(),
                      fmt::format("'{}' is not a model's name (lower-case letters, digits, _ and -)", key->str()));
      } else if (!node->is_table()) {
        problems_.Add(node->source(),
                      fmt::format("model '{}' must be a table, but is {}", key->str(), TomlTypeName(*node)));
      } else if (result_.Find(key->str()) != nullptr) {
        problems_.Add(key->source(), fmt::format("'{}' is the name of a dataset too", key->str()));
      } else {
        result_.models.push_back(ReadModel(*node->as_table(), key->str(), problems_));
      }
    }
  }

  void CheckInputs(const toml::table& document) {
    SqlReaders readers;
    const auto add = [&](const std::string& name, const std::vector<std::string>& inputs, const toml::node* node) {
      readers.tables.push_back(name);
      readers.readers.push_back({name, &inputs, node == nullptr ? document.source() : node->source()});
    };
    for (const DatasetSpec& dataset : result_.datasets) {
      add(dataset.name, dataset.source.sql.inputs, document["dataset"][dataset.name]["source"]["inputs"].node());
    }
    for (const SqlModel& model : result_.models) {
      add(model.name, model.inputs, document["model"][model.name]["inputs"].node());
    }
    CheckSqlInputs(readers, problems_);
  }

  void ReadQueries(const toml::table& table) {
    for (const auto& [key, node] : InFileOrder(table)) {
      if (!IsFieldName(key->str())) {
        problems_.Add(key->source(), fmt::format("'{}' is not a query's name (letters, digits, _)", key->str()));
      } else if (!node->is_table()) {
        problems_.Add(node->source(),
                      fmt::format("query '{}' must be a table, but is {}", key->str(), TomlTypeName(*node)));
      } else {
        result_.queries.push_back(ReadQuery(*node->as_table(), key->str(), problems_));
      }
    }
  }

  // Two datasets of one store must not write the same files.
  void CheckCollision(const toml::source_region& where) {
    const DatasetSpec& added = result_.datasets.back();
    for (size_t i = 0; i + 1 < result_.datasets.size(); ++i) {
      const DatasetSpec& other = result_.datasets[i];
      const bool collides = added.path == other.path || added.manifest_path == other.manifest_path;
      if (!added.path.empty() && added.store_root == other.store_root && collides) {
        problems_.Add(where, fmt::format("datasets '{}' and '{}' would write the same files", other.name, added.name));
      }
    }
  }

  const ProjectOptions& options_;
  TomlProblems& problems_;
  Project result_;
};

}  // namespace

const DatasetSpec* Project::Find(std::string_view dataset) const {
  const auto found = std::find_if(datasets.begin(), datasets.end(),
                                  [&](const DatasetSpec& candidate) { return candidate.name == dataset; });
  return found == datasets.end() ? nullptr : &*found;
}

const SqlModel* Project::FindModel(std::string_view model) const {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [model](const SqlModel& candidate) { return candidate.name == model; });
  return found == models.end() ? nullptr : &*found;
}

Result<const DatasetSpec*> Project::Require(std::string_view dataset) const {
  if (const DatasetSpec* found = Find(dataset)) {
    return found;
  }
  std::vector<std::string_view> known;
  for (const DatasetSpec& candidate : datasets) {
    known.push_back(candidate.name);
  }
  if (ParseUtcDay(dataset)) {
    return Error(ErrorKind::kUsage, fmt::format("the project has no dataset '{}'; it is a day", dataset),
                 fmt::format("a day is written --date {}, or after the dataset's name: {}@{}", dataset,
                             known.empty() ? "DATASET" : known.front(), dataset));
  }
  return Error(ErrorKind::kUsage, fmt::format("the project has no dataset '{}'{}", dataset, DidYouMean(dataset, known)),
               fmt::format("its datasets are: {}", fmt::join(known, ", ")));
}

Result<const SavedQuery*> Project::RequireQuery(std::string_view query) const {
  std::vector<std::string_view> known;
  for (const SavedQuery& candidate : queries) {
    if (candidate.name == query) {
      return &candidate;
    }
    known.push_back(candidate.name);
  }
  return Error(ErrorKind::kUsage, fmt::format("the project has no query '{}'{}", query, DidYouMean(query, known)),
               known.empty() ? fmt::format("ingot query \"SELECT …\", or declare [query.{}] in ingot.toml", query)
                             : fmt::format("its queries are: {}", fmt::join(known, ", ")));
}

Result<Project> ParseProject(std::string_view text, const ProjectOptions& options) {
  INGOT_ASSIGN(const toml::table document, ParseToml(text, options.file_name, kMaxProjectFileBytes));
  TomlProblems problems(options.file_name);
  INGOT_ASSIGN(Project project, ProjectReader(options, problems).Read(document));
  if (!problems.empty()) {
    return problems.ToError();
  }
  return project;
}

}  // namespace ingot
