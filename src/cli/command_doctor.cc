#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/similar_name.h"
#include "base/size.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/project_opening.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "pipeline/workspace.h"
#include "request/settings.h"

namespace ingot {
namespace {

// Variables of the environment that are no options.
constexpr std::string_view kClockVariable = "INGOT_NOW";
constexpr std::string_view kVariablePrefix = "INGOT_VAR_";
// No clock that is right shows less.
constexpr int kEarliestYear = 2024;

// One line of the report: a setting and its origin, or a check and its outcome.
class Diagnosis {
 public:
  void Setting(std::string name, std::string value, std::string origin) {
    table_.Add({std::string("setting"), std::move(name), std::move(value), std::move(origin), Cell(), Cell()});
  }
  void Variable(std::string name, std::string value, std::string origin) {
    table_.Add({std::string("variable"), std::move(name), std::move(value), std::move(origin), Cell(), Cell()});
  }
  void Fine(std::string name, std::string value) {
    table_.Add({std::string("check"), std::move(name), std::move(value), Cell(), std::string("ok"), Cell()});
  }
  void Wrong(std::string name, std::string what, std::string advice) {
    table_.Add(
        {std::string("check"), std::move(name), std::move(what), Cell(), std::string("wrong"), std::move(advice)});
    healthy_ = false;
  }

  const Table& table() const { return table_; }
  bool healthy() const { return healthy_; }

 private:
  Table table_{{{"topic"}, {"name"}, {"value"}, {"origin"}, {"state"}, {"advice"}}};
  bool healthy_ = true;
};

std::string Joined(const std::vector<std::string>& values) { return fmt::format("{}", fmt::join(values, ", ")); }

void ListSettings(const Invocation& invocation, const ProjectDefaults& defaults, Diagnosis& diagnosis) {
  for (const OptionSpec& option : Options()) {
    const std::optional<Setting> setting = StrongestSetting(option, {}, invocation.program.environment, defaults);
    if (!setting) {
      continue;
    }
    diagnosis.Setting(std::string(option.name), Joined(setting->values), setting->source);
    if (const Result<void> checked = CheckSetting(option, *setting); !checked) {
      diagnosis.Wrong(std::string(option.name), checked.error().ToString(), "correct " + setting->source);
    }
  }
  if (!StrongestSetting(Describe(OptionId::kThreads), {}, invocation.program.environment, defaults)) {
    diagnosis.Setting("threads", std::to_string(ThreadsOf(invocation.settings)), "default: processors");
  }
  if (!StrongestSetting(Describe(OptionId::kMemory), {}, invocation.program.environment, defaults)) {
    diagnosis.Setting("memory", FormatByteSize(MemoryOf(invocation.settings)), "default");
  }
}

// A misspelled variable would do nothing, silently.
void FindStrayVariables(const Environment& environment, Diagnosis& diagnosis) {
  std::vector<std::string> names{std::string(kClockVariable)};
  for (const OptionSpec& option : Options()) {
    names.push_back(option.environment_variable());
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  for (const auto& [name, value] : environment) {
    const bool ours = name.starts_with("INGOT_") && !name.starts_with(kVariablePrefix);
    if (ours && std::find(known.begin(), known.end(), name) == known.end()) {
      diagnosis.Wrong(name, "is not an option" + DidYouMean(name, known), "unset " + name);
    }
  }
}

void CheckClock(const Program& program, Diagnosis& diagnosis) {
  const UtcInstant now = program.clock.Now();
  const bool fixed = program.environment.contains(std::string(kClockVariable));
  const std::string shown = FormatUtcInstant(now) + (fixed ? ", fixed by INGOT_NOW" : "");
  if (ToCivil(now.day()).year < kEarliestYear) {
    diagnosis.Wrong("clock", shown, "set the clock of the machine");
  } else {
    diagnosis.Fine("clock", shown);
  }
}

// Of the folder itself, or of the deepest one above it that exists.
std::filesystem::path ExistingAncestor(const std::string& folder) {
  std::error_code ignored;
  std::filesystem::path path = std::filesystem::absolute(folder, ignored);
  while (!std::filesystem::exists(path, ignored) && path != path.parent_path()) {
    path = path.parent_path();
  }
  return path;
}

void CheckPlaces(const DatasetSpec& dataset, Diagnosis& diagnosis) {
  const std::string& source = dataset.source.inputs.root;
  if (dataset.source.kind == SourceKind::kSynthetic) {
    diagnosis.Fine("source of " + dataset.name, "generated");
  } else if (dataset.source.kind == SourceKind::kDerive) {
    diagnosis.Fine("source of " + dataset.name, "dataset " + dataset.source.from);
  } else if (dataset.source.kind == SourceKind::kSql) {
    diagnosis.Fine("source of " + dataset.name, "statement " + dataset.source.sql.file);
  } else if (::access(source.c_str(), R_OK | X_OK) == 0) {
    diagnosis.Fine("source of " + dataset.name, source);
  } else {
    diagnosis.Wrong("source of " + dataset.name, fmt::format("'{}' cannot be read", source),
                    "correct the path or a variable, or mount the disk");
  }
  const std::filesystem::path writable = ExistingAncestor(dataset.store_root);
  if (::access(writable.c_str(), W_OK | X_OK) == 0) {
    diagnosis.Fine("store of " + dataset.name, dataset.store_root);
  } else {
    diagnosis.Wrong("store of " + dataset.name, fmt::format("'{}' cannot be written", writable.string()),
                    "check its owner and mode");
  }
}

// The letter case of an environment variable does not matter; it is shown as it stands there.
std::string OriginOfVariable(const std::string& name, const VariableOverrides& overrides,
                             const Environment& environment) {
  if (overrides.set.contains(name)) {
    return "--set";
  }
  for (const auto& [variable, value] : environment) {
    if (variable.starts_with(kVariablePrefix) && LowerCase(variable.substr(kVariablePrefix.size())) == name) {
      return variable;
    }
  }
  return "[vars]";
}

void DescribeProject(const Workspace& workspace, const WorkspaceRequest& request, const Environment& environment,
                     Diagnosis& diagnosis) {
  diagnosis.Fine("project", workspace.project_path());
  for (const auto& [name, value] : workspace.project().variables) {
    diagnosis.Variable(name, value, OriginOfVariable(name, request.variables, environment));
  }
  diagnosis.Fine("lock file",
                 fmt::format("{}, schemas of {} datasets", workspace.lock_path(), workspace.lock().datasets.size()));
  for (const DatasetSpec& dataset : workspace.project().datasets) {
    CheckPlaces(dataset, diagnosis);
  }
}

}  // namespace

Result<int> DoctorCommand(const Invocation& invocation) {
  const Program& program = invocation.program;
  GivenOptions given;
  for (const OptionId id : {OptionId::kProject, OptionId::kSet}) {
    if (const Setting* setting = invocation.settings.Find(id);
        setting != nullptr && setting->origin == SettingOrigin::kFlag) {
      given.emplace(id, setting->values);
    }
  }
  INGOT_ASSIGN(const WorkspaceRequest request, ProjectRequest(given, program.environment));
  const Result<std::unique_ptr<Workspace>> workspace = Workspace::Open(request);
  Diagnosis diagnosis;
  ListSettings(invocation, workspace ? DefaultsOf(**workspace) : ProjectDefaults(), diagnosis);
  const bool nowhere = request.search == ProjectSearch::kUpwards && !Workspace::Find(request);
  if (workspace) {
    DescribeProject(**workspace, request, program.environment, diagnosis);
  } else if (nowhere) {
    diagnosis.Fine("project", "none here");
  } else {
    diagnosis.Wrong("project", workspace.error().ToString(), std::string(workspace.error().advice()));
  }
  CheckClock(program, diagnosis);
  FindStrayVariables(program.environment, diagnosis);
  PrintTable(invocation, diagnosis.table());
  return diagnosis.healthy() ? kExitOk : Describe(ErrorKind::kConfig).exit_code;
}

}  // namespace ingot
