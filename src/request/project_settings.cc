#include "request/project_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

namespace ingot {
namespace {

constexpr std::string_view kVariablePrefix = "INGOT_VAR_";

// What `[defaults]` may hold. Made once: the views live as long as the program.
std::span<const std::string_view> DefaultKeys() {
  static const std::vector<std::string> kTexts = [] {
    std::vector<std::string> texts;
    for (const OptionSpec& option : Options()) {
      if (option.config == ConfigKey::kOffered) {
        texts.push_back(option.config_key());
      }
    }
    return texts;
  }();
  static const std::vector<std::string_view> kKeys(kTexts.begin(), kTexts.end());
  return kKeys;
}

// The flag, else the environment; the project cannot say where it is itself.
std::string FolderOf(const GivenOptions& given, const Environment& environment) {
  if (const auto found = given.find(OptionId::kProject); found != given.end()) {
    return found->second.back();
  }
  const auto found = environment.find(Describe(OptionId::kProject).environment_variable());
  return found == environment.end() ? std::string() : found->second;
}

}  // namespace

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

Result<WorkspaceRequest> ProjectRequest(const GivenOptions& given, const Environment& environment) {
  WorkspaceRequest request;
  request.folder = FolderOf(given, environment);
  request.search = request.folder.empty() ? ProjectSearch::kUpwards : ProjectSearch::kHere;
  request.option_keys = DefaultKeys();
  if (const auto found = given.find(OptionId::kSet); found != given.end()) {
    for (const std::string& assignment : found->second) {
      const size_t equals = assignment.find('=');
      if (equals == std::string::npos || equals == 0) {
        return Error(ErrorKind::kUsage, fmt::format("--set: '{}' is not NAME=VALUE", assignment));
      }
      request.variables.set.insert_or_assign(assignment.substr(0, equals), assignment.substr(equals + 1));
    }
  }
  for (const auto& [name, value] : environment) {
    if (name.starts_with(kVariablePrefix)) {
      request.variables.environment.insert_or_assign(LowerCase(name.substr(kVariablePrefix.size())), value);
    }
  }
  return request;
}

ProjectDefaults DefaultsOf(const Workspace& workspace) {
  ProjectDefaults defaults;
  for (const ProjectDefault& entry : workspace.project().defaults) {
    defaults.emplace(entry.key, entry.values);
  }
  return defaults;
}

void PlaceOutputOf(const Settings& settings, Workspace& workspace) {
  if (const Setting* folder = settings.Find(OptionId::kOutputDir)) {
    const std::string& path = folder->values.back();
    workspace.PlaceOutput(folder->origin == SettingOrigin::kProject ? workspace.Placed(path) : path);
  }
}

}  // namespace ingot
