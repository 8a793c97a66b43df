#include "request/option_table.h"

#include <algorithm>
#include <array>

namespace ingot {
namespace {

constexpr std::array<std::string_view, 3> kWhen{"auto", "always", "never"};
// The last two only where a verb has columns to give (ChoicesOf).
constexpr std::array<std::string_view, 7> kFormats{"table", "json", "jsonl", "csv", "markdown", "parquet", "arrow"};
constexpr std::array<std::string_view, 3> kProofs{"quick", "footer", "whole"};
constexpr std::array<std::string_view, 5> kProgressModes{"auto", "bar", "plain", "json", "none"};
constexpr std::array<std::string_view, 2> kEmptyObjects{"null", "struct"};
constexpr std::array<std::string_view, 2> kConflictRules{"refuse", "json"};
constexpr std::array<std::string_view, 2> kShapes{"nested", "flat"};
constexpr std::array<std::string_view, 2> kLayouts{"hive", "flat"};
constexpr std::array<std::string_view, 4> kDuplicateRules{"keep-first", "keep-last", "keep-all", "refuse"};
constexpr std::array<std::string_view, 3> kCodecs{"zstd", "snappy", "none"};

constexpr auto kOnce = Repetition::kOnce;
constexpr auto kMany = Repetition::kMany;
constexpr auto kOffered = ConfigKey::kOffered;
constexpr auto kNotOffered = ConfigKey::kNone;

constexpr OptionSpec Flag(OptionId id, std::string_view name, char letter, ConfigKey config, std::string_view help) {
  return {id, name, letter, "", ValueShape::kFlag, "", kOnce, config, {}, help};
}

constexpr OptionSpec Valued(OptionId id, std::string_view name, ValueShape shape, std::string_view value_name,
                            Repetition repetition, ConfigKey config, std::string_view help) {
  return {id, name, 0, "", shape, value_name, repetition, config, {}, help};
}

constexpr OptionSpec Choice(OptionId id, std::string_view name, char letter, std::string_view value_name,
                            std::span<const std::string_view> choices, std::string_view help) {
  return {id, name, letter, "", ValueShape::kChoice, value_name, kOnce, kOffered, choices, help};
}

constexpr OptionSpec Named(OptionSpec option, char letter, std::string_view alias) {
  option.letter = letter;
  option.alias = alias;
  return option;
}

// A project may give any option a default, except those that find the project and its variables.
constexpr std::array kOptions{
    Flag(OptionId::kHelp, "help", 'h', kNotOffered, "show the help of the command and leave"),
    Flag(OptionId::kQuiet, "quiet", 'q', kOffered, "say nothing but errors, and print no summary"),
    Flag(OptionId::kVerbose, "verbose", 'v', kOffered, "say more: timings and each step"),
    Choice(OptionId::kColor, "color", 0, "WHEN", kWhen, "when to use colour on standard error"),
    Named(Valued(OptionId::kProject, "project", ValueShape::kFolder, "DIR", kOnce, kNotOffered,
                 "the project's folder; without it, ingot.toml is searched upwards"),
          'p', ""),
    Valued(OptionId::kSet, "set", ValueShape::kSetting, "NAME=VALUE", kMany, kNotOffered,
           "set a variable of the project"),
    Choice(OptionId::kOutput, "output", 'o', "FORMAT", kFormats, "the form of the data on standard output"),
    Valued(OptionId::kReport, "report", ValueShape::kFile, "FILE", kOnce, kOffered,
           "also write the result there; .md and .csv by suffix, else JSON"),
    Choice(OptionId::kProgress, "progress", 0, "MODE", kProgressModes, "how progress is shown on standard error"),
    Valued(OptionId::kThreads, "threads", ValueShape::kCount, "N", kOnce, kOffered,
           "threads to work with; all processors without it"),
    Valued(OptionId::kMemory, "memory", ValueShape::kSize, "SIZE", kOnce, kOffered,
           "bound of the working memory; 1GiB without it"),
    Valued(OptionId::kDate, "date", ValueShape::kDay, "DAY", kMany, kOffered,
           "a UTC day, also 'today' or 'yesterday'; may be repeated"),
    Valued(OptionId::kFrom, "from", ValueShape::kDay, "DAY", kOnce, kOffered, "the first day of a range"),
    Valued(OptionId::kTo, "to", ValueShape::kDay, "DAY", kOnce, kOffered, "the day after the last day of a range"),
    Valued(OptionId::kLast, "last", ValueShape::kDuration, "SPAN", kOnce, kOffered,
           "the last whole days up to yesterday, as 7d"),
    Valued(OptionId::kEndDay, "end-day", ValueShape::kDay, "DAY", kMany, kOffered,
           "the last day of a span of days; may be repeated"),
    Valued(OptionId::kDays, "days", ValueShape::kCount, "N", kOnce, kOffered,
           "how many days a span has; without it as the dataset says, else 1"),
    Flag(OptionId::kPreviousWeek, "previous-week", 0, kOffered, "the last whole week, Monday to Sunday"),
    Flag(OptionId::kLocked, "locked", 0, kOffered, "refuse any change of the schema"),
    Flag(OptionId::kForce, "force", 0, kOffered, "rebuild what is up to date"),
    Flag(OptionId::kDryRun, "dry-run", 0, kOffered, "delete nothing and publish nothing"),
    Flag(OptionId::kAllowIncomplete, "allow-incomplete", 0, kOffered,
         "override the checks for an open window and for missing or damaged inputs"),
    Flag(OptionId::kAllowDrift, "allow-drift", 0, kOffered, "override the check for changes of a frozen schema"),
    Flag(OptionId::kAllowEmpty, "allow-empty", 0, kOffered, "publish a partition with fewer rows than min_rows"),
    Flag(OptionId::kAllowShrink, "allow-shrink", 0, kOffered,
         "replace a partition by one with many fewer rows, beyond max_shrink"),
    Flag(OptionId::kReplaceForeign, "replace-foreign", 0, kOffered,
         "replace a file in the partition's place that Ingot did not write"),
    Valued(OptionId::kReason, "reason", ValueShape::kText, "TEXT", kOnce, kOffered,
           "why a check is overridden; recorded in the manifest"),
    Named(Valued(OptionId::kMinInputs, "min-inputs", ValueShape::kCount, "N", kOnce, kOffered,
                 "minimum number of inputs for a partial day or week"),
          0, "min-days"),
    Valued(OptionId::kMaxRejects, "max-rejects", ValueShape::kCount, "N", kOnce, kOffered,
           "maximum number of rejected rows"),
    Named(Flag(OptionId::kPublish, "publish", 0, kOffered, "publish after the commit; not offered yet"), 0, "upload"),
    Flag(OptionId::kErrorOnNoop, "error-on-noop", 0, kOffered, "exit 9 when there was nothing to do"),
    Named(Valued(OptionId::kOutputDir, "output-dir", ValueShape::kFolder, "DIR", kOnce, kOffered,
                 "write below this folder"),
          0, "out"),
    Flag(OptionId::kQuick, "quick", 0, kOffered, "compare manifests and sizes only"),
    Flag(OptionId::kDeep, "deep", 0, kOffered, "also decode every page and compare every value hash"),
    Valued(OptionId::kMap, "map", ValueShape::kText, "PATH", kMany, kOffered,
           "objects at this path have keys that are data"),
    Valued(OptionId::kType, "type", ValueShape::kSetting, "PATH=TYPE", kMany, kOffered,
           "the type of the column at this path"),
    Valued(OptionId::kDrop, "drop", ValueShape::kText, "PATH", kMany, kOffered, "leave this column out"),
    Valued(OptionId::kRejects, "rejects", ValueShape::kFile, "FILE", kOnce, kOffered,
           "where rejected rows are kept; next to the output without it"),
    Choice(OptionId::kEmptyObject, "empty-object", 0, "AS", kEmptyObjects,
           "what {} becomes; without it a struct, or null where no row shows a field"),
    Choice(OptionId::kOnConflict, "on-conflict", 0, "RULE", kConflictRules,
           "what becomes of columns whose values fit no one type: refuse, or json (JSON text)"),
    Valued(OptionId::kMaxLine, "max-line", ValueShape::kSize, "SIZE", kOnce, kOffered,
           "longer lines are rejected; 16MiB without it"),
    Flag(OptionId::kStrictOptions, "strict-options", 0, kOffered,
         "refuse --map, --type and --drop that match no column"),
    Flag(OptionId::kExplainSchema, "explain-schema", 0, kNotOffered,
         "show columns, types, nulls and examples, and write nothing"),
    Choice(OptionId::kCodec, "codec", 0, "NAME", kCodecs, "compression of the pages"),
    Valued(OptionId::kLevel, "level", ValueShape::kCount, "N", kOnce, kOffered, "level of the zstd compression"),
    Valued(OptionId::kRowsPerHour, "rows-per-hour", ValueShape::kCount, "N", kOnce, kOffered,
           "number of rows in each hour"),
    Valued(OptionId::kSeed, "seed", ValueShape::kCount, "N", kOnce, kOffered, "the same seed gives the same bytes"),
    Valued(OptionId::kHazards, "hazards", ValueShape::kText, "LIST", kOnce, kOffered,
           "all, none, or a list of anomalies of real data"),
    Choice(OptionId::kShape, "shape", 0, "NAME", kShapes, "the kind of rows"),
    Valued(OptionId::kSamples, "samples", ValueShape::kCount, "N", kOnce, kOffered,
           "price samples of each nested row; few make small rows"),
    Valued(OptionId::kRows, "rows", ValueShape::kCount, "N", kOnce, kOffered, "number of rows in all"),
    Valued(OptionId::kStart, "start", ValueShape::kDay, "DAY", kOnce, kOffered, "the first day of the rows"),
    Valued(OptionId::kEnd, "end", ValueShape::kDay, "DAY", kOnce, kOffered, "the last day of the rows, included whole"),
    Valued(OptionId::kFileSize, "file-size", ValueShape::kSize, "SIZE", kOnce, kOffered,
           "close a file at the first row group that reaches this size"),
    Choice(OptionId::kLayout, "layout", 0, "NAME", kLayouts, "hive (a folder for each day) or flat"),
    Valued(OptionId::kFile, "file", ValueShape::kFile, "FILE", kOnce, kNotOffered, "read the statement from this file"),
    Valued(OptionId::kParam, "param", ValueShape::kSetting, "NAME=VALUE", kMany, kNotOffered,
           "the value of a parameter; bound, never inserted as text"),
    Flag(OptionId::kList, "list", 0, kNotOffered, "list the project's saved queries"),
    Flag(OptionId::kExplain, "explain", 0, kNotOffered, "show the plan, and run nothing"),
    Valued(OptionId::kLimit, "limit", ValueShape::kCount, "N", kOnce, kOffered, "stop after N rows"),
    Valued(OptionId::kTimeout, "timeout", ValueShape::kTime, "TIME", kOnce, kOffered,
           "stop after this time, as 30s or 5m"),
    Choice(OptionId::kProve, "prove", 0, "LEVEL", kProofs, "what is compared before a partition is read"),
    Valued(OptionId::kTemplate, "template", ValueShape::kText, "TEMPLATE", kOnce, kOffered,
           "a template of a project or of paths"),
    Valued(OptionId::kBase, "base", ValueShape::kText, "PREFIX", kOnce, kOffered,
           "prefix of every path, as s3://bucket/"),
    Flag(OptionId::kStrict, "strict", 0, kOffered, "refuse a listing in which a line does not match"),
    Choice(OptionId::kDuplicates, "duplicates", 0, "RULE", kDuplicateRules,
           "what to do with lines that have equal keys"),
    Valued(OptionId::kUnique, "unique", ValueShape::kText, "FIELD", kOnce, kNotOffered,
           "list the distinct values of a key field, sorted"),
    Valued(OptionId::kBatch, "batch", ValueShape::kFile, "FILE", kOnce, kNotOffered,
           "look up every key of this CSV file, or - for standard input"),
};

char AsVariable(char letter) {
  return letter == '-' ? '_' : static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
}

}  // namespace

std::string OptionSpec::flag() const { return "--" + std::string(name); }

std::string OptionSpec::environment_variable() const {
  std::string variable = "INGOT_";
  std::transform(name.begin(), name.end(), std::back_inserter(variable), AsVariable);
  return variable;
}

std::string OptionSpec::config_key() const {
  std::string key(name);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

std::span<const OptionSpec> Options() { return kOptions; }

const OptionSpec& Describe(OptionId id) { return kOptions.at(static_cast<size_t>(id)); }

std::span<const std::string_view> ChoicesOf(const OptionSpec& option, OutputForms forms) {
  constexpr size_t kTextForms = 5;
  const bool all = option.id != OptionId::kOutput || forms == OutputForms::kTextAndColumns;
  return all ? option.choices : option.choices.first(kTextForms);
}

bool OptionSet::Has(OptionId id) const {
  return std::find(own.begin(), own.end(), id) != own.end() ||
         std::find(common.begin(), common.end(), id) != common.end();
}

const OptionSpec* FindOption(std::string_view name) {
  const auto found = std::find_if(kOptions.begin(), kOptions.end(), [name](const OptionSpec& option) {
    return option.name == name || (!option.alias.empty() && option.alias == name) ||
           (option.letter != 0 && name.size() == 1 && option.letter == name[0]);
  });
  return found == kOptions.end() ? nullptr : &*found;
}

}  // namespace ingot
