// Every option, once. Verbs choose from this table; help, completions, environment variables, project defaults, the
// manual pages and the keywords of the Python package are all read from it.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ingot {

// In the order of the table.
enum class OptionId {
  kHelp,
  kQuiet,
  kVerbose,
  kColor,
  kProject,
  kSet,
  kOutput,
  kReport,
  kProgress,
  kThreads,
  kMemory,
  kDate,
  kFrom,
  kTo,
  kLast,
  kEndDay,
  kDays,
  kPreviousWeek,
  kLocked,
  kForce,
  kDryRun,
  kAllowIncomplete,
  kAllowDrift,
  kAllowEmpty,
  kAllowShrink,
  kReplaceForeign,
  kReason,
  kMinInputs,
  kMaxRejects,
  kPublish,
  kErrorOnNoop,
  kOutputDir,
  kQuick,
  kDeep,
  kMap,
  kType,
  kDrop,
  kRejects,
  kEmptyObject,
  kOnConflict,
  kMaxLine,
  kStrictOptions,
  kExplainSchema,
  kCodec,
  kLevel,
  kRowsPerHour,
  kSeed,
  kHazards,
  kShape,
  kSamples,
  kRows,
  kStart,
  kEnd,
  kFileSize,
  kLayout,
  kFile,
  kParam,
  kList,
  kExplain,
  kLimit,
  kTimeout,
  kProve,
  kTemplate,
  kBase,
  kStrict,
  kDuplicates,
  kUnique,
  kBatch,
};

// What a value must look like. Values are checked before a verb starts, wherever they came from.
enum class ValueShape {
  kFlag,      // no value, or =true / =false
  kText,      // anything
  kCount,     // a whole number, digits may be grouped by `_`
  kSize,      // 512MiB
  kDay,       // 2026-01-15, today, yesterday
  kDuration,  // 7d
  kTime,      // 30s
  kChoice,    // one of `choices`
  kFile,
  kFolder,
  kSetting,  // NAME=VALUE
};

enum class Repetition { kOnce, kMany };

// Whether `[defaults]` of a project may set the option for everybody who works in it.
enum class ConfigKey { kOffered, kNone };

struct OptionSpec {
  OptionId id;
  std::string_view name;   // "threads" for --threads, INGOT_THREADS and `threads` in [defaults]
  char letter;             // 'p' for -p; 0 without
  std::string_view alias;  // a second long name; empty without
  ValueShape shape;
  std::string_view value_name;  // "N" in --threads N; empty for flags
  Repetition repetition;
  ConfigKey config;
  std::span<const std::string_view> choices;  // kChoice only
  std::string_view help;                      // one sentence, lower case, without a full stop

  // "--threads", as messages name it.
  std::string flag() const;
  // "INGOT_THREADS".
  std::string environment_variable() const;
  // "min_inputs": the key in [defaults].
  std::string config_key() const;
};

// In the order of the enumeration.
std::span<const OptionSpec> Options();
const OptionSpec& Describe(OptionId id);

// What --output may ask for.
enum class OutputForms {
  kText,            // the forms that people and scripts read
  kTextAndColumns,  // and files of columns: parquet, arrow
};
// The words that a choice may be.
std::span<const std::string_view> ChoicesOf(const OptionSpec& option, OutputForms forms);

// The options that an operation understands.
struct OptionSet {
  std::span<const OptionId> own;
  std::span<const OptionId> common = {};  // what it shares with all others
  OutputForms forms = OutputForms::kText;

  bool Has(OptionId id) const;
};

// By long name, alias or letter, without dashes. nullptr when there is none.
const OptionSpec* FindOption(std::string_view name);

}  // namespace ingot
