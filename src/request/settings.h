// The options of one operation after all places that may set them were asked: flag > environment > project > default.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "request/option_table.h"

namespace ingot {

// The environment of the process as it was at the start, or as much of it as a caller hands in; nothing else reads it.
using Environment = std::map<std::string, std::string>;

// Values in the order in which they were given; a flag has "true" or what stood behind its `=`.
using GivenOptions = std::map<OptionId, std::vector<std::string>>;

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
  // Takes only the options of `offered`, --help aside, and checks every value against its shape.
  // Errors: kUsage for a flag, kConfig for the environment and the project, naming where the value came from.
  static Result<Settings> Resolve(const OptionSet& offered, const GivenOptions& given, const Environment& environment,
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
// Errors: as Settings::Resolve.
Result<void> CheckSetting(const OptionSpec& option, const Setting& setting, OutputForms forms = OutputForms::kText);

// "true", "yes", "on", "1" and their opposites, case ignored. Errors: kUsage.
Result<bool> ParseSwitch(std::string_view text);

// Errors: kUsage when the text does not have the option's shape.
Result<void> CheckShape(const OptionSpec& option, std::string_view text, OutputForms forms = OutputForms::kText);

}  // namespace ingot
