// ingot.toml: the project as a value. docs/project-file.md is the reference.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/dataset_spec.h"
#include "model/saved_query.h"
#include "model/sql_model.h"

namespace ingot {

inline constexpr std::string_view kProjectFileName = "ingot.toml";
inline constexpr size_t kMaxProjectFileBytes = size_t{4} << 20U;

// A value of `[defaults]`, as text; the command line checks it against the option it stands for.
struct ProjectDefault {
  std::string key;
  std::vector<std::string> values;  // one, or the elements of a list

  bool operator==(const ProjectDefault&) const = default;
};

// `[warehouse]`: a database file in which every dataset and model is a view.
struct WarehouseSpec {
  std::string database;  // relative ones start at the project's folder

  bool operator==(const WarehouseSpec&) const = default;
};

struct Project {
  std::string name;
  std::string description;
  std::map<std::string, std::string> variables;  // after the overrides
  std::vector<ProjectDefault> defaults;
  std::vector<DatasetSpec> datasets;  // in the order of the file
  std::vector<SqlModel> models;       // likewise
  std::vector<SavedQuery> queries;    // likewise
  std::optional<WarehouseSpec> warehouse;

  // Null when there is no such dataset.
  const DatasetSpec* Find(std::string_view dataset) const;
  // Null when there is no such model.
  const SqlModel* FindModel(std::string_view model) const;
  // Errors: kUsage, with the names there are and the one that was probably meant.
  Result<const DatasetSpec*> Require(std::string_view dataset) const;
  // Errors: as Require.
  Result<const SavedQuery*> RequireQuery(std::string_view query) const;

  bool operator==(const Project&) const = default;
};

// Values that replace those of `[vars]`.
struct VariableOverrides {
  std::map<std::string, std::string> set;  // of --set NAME=VALUE: an unknown name is an error
  // Of INGOT_VAR_NAME, by NAME in lower case: unknown names are somebody else's.
  std::map<std::string, std::string> environment;
};

struct ProjectOptions {
  VariableOverrides overrides;
  // Keys that `[defaults]` may hold; empty: any.
  std::span<const std::string_view> option_keys;
  std::string_view file_name = kProjectFileName;
};

// Errors: kConfig, up to ten problems at once, each as "ingot.toml:12:5: what", with "did you mean" for unknown keys;
// kUsage for an override of an unknown variable.
Result<Project> ParseProject(std::string_view text, const ProjectOptions& options = {});

}  // namespace ingot
