// The options of one verb after all places that may set them were asked: flag > environment > project > default.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/option_table.h"

namespace ingot {

// Later ones win.
enum class SettingOrigin { kProject, kEnvironment, kFlag };

struct Setting {
  std::vector<std::string> values;  // at least one
  SettingOrigin origin = SettingOrigin::kFlag;
  std::string source;  // "--threads", "INGOT_THREADS", "threads in [defaults]"
};

// Values of `[defaults]`, by key.
using ProjectDefaults = std::map<std::string, std::vector<std::string>>;

class Settings {
 public:
  // Takes only the options that `command` has, and checks every value against its shape.
  // Errors: kUsage for a flag, kConfig for the environment and the project, naming where the value came from.
  static Result<Settings> Resolve(const CommandSpec& command, const GivenOptions& given, const Environment& environment,
                                  const ProjectDefaults& defaults);

  // Null when nobody set it: the verb's own default holds.
  const Setting* Find(OptionId id) const;

  bool Flag(OptionId id) const;
  std::optional<std::string> Text(OptionId id) const;
  std::vector<std::string> Texts(OptionId id) const;
  std::optional<uint64_t> Count(OptionId id) const;
  std::optional<uint64_t> Size(OptionId id) const;

 private:
  std::map<OptionId, Setting> settings_;
};

// The strongest place that sets one option, unchecked; nothing when none does. In the environment the values of a
// repeatable option are separated by commas; commas inside brackets or quotes do not separate.
std::optional<Setting> StrongestSetting(const OptionSpec& option, const GivenOptions& given,
                                        const Environment& environment, const ProjectDefaults& defaults);
// `command` may be null: then what any verb takes is right. Errors: as Settings::Resolve.
Result<void> CheckSetting(const OptionSpec& option, const Setting& setting, const CommandSpec* command = nullptr);

// "true", "yes", "on", "1" and their opposites, case ignored. Errors: kUsage.
Result<bool> ParseSwitch(std::string_view text);

// Errors: kUsage when the text does not have the option's shape.
Result<void> CheckShape(const OptionSpec& option, std::string_view text, const CommandSpec* command = nullptr);

}  // namespace ingot
