#include "request/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/local_path.h"
#include "base/similar_name.h"
#include "base/size.h"
#include "request/dates.h"

namespace ingot {
namespace {

// Types hold commas of their own: decimal(18,4), map<string,int64>.
std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool quoted = false;
  for (const char c : text) {
    quoted = quoted != (c == '"');
    depth += (c == '(' || c == '<' || c == '[' || c == '{') ? 1 : 0;
    depth -= (c == ')' || c == '>' || c == ']' || c == '}') ? 1 : 0;
    if (c == ',' && depth == 0 && !quoted) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

std::vector<std::string> ValuesOf(const OptionSpec& option, const std::string& text) {
  return option.repetition == Repetition::kMany ? SplitList(text) : std::vector<std::string>{text};
}

Error BadChoice(std::span<const std::string_view> choices, std::string_view text) {
  return Error(ErrorKind::kUsage,
               fmt::format("'{}' is not one of {}{}", text, fmt::join(choices, ", "), DidYouMean(text, choices)));
}

Result<void> CheckDuration(std::string_view text) {
  INGOT_ASSIGN([[maybe_unused]] const auto days, ParseDayCount(text));
  return {};
}

}  // namespace

Result<bool> ParseSwitch(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "true" || lower == "yes" || lower == "on" || lower == "1") {
    return true;
  }
  if (lower == "false" || lower == "no" || lower == "off" || lower == "0") {
    return false;
  }
  return Error(ErrorKind::kUsage, fmt::format("'{}' is neither true nor false", text));
}

Result<void> CheckShape(const OptionSpec& option, std::string_view text, OutputForms forms) {
  switch (option.shape) {
    case ValueShape::kFlag: {
      INGOT_ASSIGN([[maybe_unused]] const bool on, ParseSwitch(text));
      return {};
    }
    case ValueShape::kCount: {
      INGOT_ASSIGN([[maybe_unused]] const uint64_t count, ParseCount(text));
      return {};
    }
    case ValueShape::kSize: {
      INGOT_ASSIGN([[maybe_unused]] const uint64_t size, ParseByteSize(text));
      return {};
    }
    case ValueShape::kDay: {
      INGOT_ASSIGN([[maybe_unused]] const UtcDay day, ParseDayWord(text, UtcDay{}));
      return {};
    }
    case ValueShape::kDuration:
      return CheckDuration(text);
    case ValueShape::kTime: {
      INGOT_ASSIGN([[maybe_unused]] const auto time, ParseDuration(text));
      return {};
    }
    case ValueShape::kChoice: {
      const std::span<const std::string_view> choices = ChoicesOf(option, forms);
      if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
        return BadChoice(choices, text);
      }
      return {};
    }
    case ValueShape::kSetting:
      if (const size_t equals = text.find('='); equals == std::string_view::npos || equals == 0) {
        return Error(ErrorKind::kUsage, fmt::format("'{}' is not {}", text, option.value_name));
      }
      return {};
    case ValueShape::kFile:
    case ValueShape::kFolder:
      if (text.empty()) {
        return Error(ErrorKind::kUsage, "the path is empty");
      }
      return CheckLocalPath(text);
    case ValueShape::kText:
      return {};
  }
  return {};
}

Result<void> CheckSetting(const OptionSpec& option, const Setting& setting, OutputForms forms) {
  for (const std::string& value : setting.values) {
    Result<void> checked = CheckShape(option, value, forms);
    if (!checked) {
      const bool flag = setting.origin == SettingOrigin::kFlag;
      // The advice of a shape, when it has its own, is the value that was probably meant.
      const Error& error = checked.error();
      const bool meant = error.advice() != Describe(error.kind()).advice;
      std::string advice = flag ? fmt::format("{} {}", option.flag(), meant ? error.advice() : option.value_name)
                                : fmt::format("correct {}", setting.source);
      return Error(flag ? ErrorKind::kUsage : ErrorKind::kConfig, checked.error().message(), std::move(advice))
          .In(setting.source);
    }
  }
  return {};
}

std::optional<Setting> StrongestSetting(const OptionSpec& option, const GivenOptions& given,
                                        const Environment& environment, const ProjectDefaults& defaults) {
  if (const auto found = given.find(option.id); found != given.end()) {
    return Setting{found->second, SettingOrigin::kFlag, option.flag()};
  }
  // INGOT_VAR_NAME is the environment's form of --set. An empty variable is one that is not set.
  const std::string variable = option.environment_variable();
  const auto found = environment.find(variable);
  if (found != environment.end() && !found->second.empty() && option.id != OptionId::kSet) {
    return Setting{ValuesOf(option, found->second), SettingOrigin::kEnvironment, variable};
  }
  const auto project = defaults.find(option.config_key());
  if (project != defaults.end() && !project->second.empty() && option.config == ConfigKey::kOffered) {
    return Setting{project->second, SettingOrigin::kProject, fmt::format("{} in [defaults]", option.config_key())};
  }
  return std::nullopt;
}

Result<Settings> Settings::Resolve(const OptionSet& offered, const GivenOptions& given, const Environment& environment,
                                   const ProjectDefaults& defaults) {
  Settings settings;
  for (const OptionSpec& option : Options()) {
    if (!offered.Has(option.id) || option.id == OptionId::kHelp) {
      continue;
    }
    if (std::optional<Setting> setting = StrongestSetting(option, given, environment, defaults)) {
      INGOT_TRY(CheckSetting(option, *setting, offered.forms));
      settings.settings_.emplace(option.id, *std::move(setting));
    }
  }
  return settings;
}

const Setting* Settings::Find(OptionId id) const {
  const auto found = settings_.find(id);
  return found == settings_.end() ? nullptr : &found->second;
}

bool Settings::Flag(OptionId id) const {
  const Setting* setting = Find(id);
  return setting != nullptr && ParseSwitch(setting->values.back()).value();
}

std::optional<std::string> Settings::Text(OptionId id) const {
  const Setting* setting = Find(id);
  return setting == nullptr ? std::nullopt : std::optional(setting->values.back());
}

std::vector<std::string> Settings::Texts(OptionId id) const {
  const Setting* setting = Find(id);
  return setting == nullptr ? std::vector<std::string>() : setting->values;
}

std::optional<uint64_t> Settings::Count(OptionId id) const {
  const Setting* setting = Find(id);
  return setting == nullptr ? std::nullopt : std::optional(ParseCount(setting->values.back()).value());
}

std::optional<uint64_t> Settings::Size(OptionId id) const {
  const Setting* setting = Find(id);
  return setting == nullptr ? std::nullopt : std::optional(ParseByteSize(setting->values.back()).value());
}

}  // namespace ingot
