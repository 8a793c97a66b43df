#include "cli/verb_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/similar_name.h"
#include "cli/commands.h"

namespace ingot {
namespace {

using enum OptionId;

constexpr std::array kCommon{kHelp, kQuiet, kVerbose, kColor};

// What the arguments of the verbs are.
constexpr std::array<std::string_view, 3> kShells{"bash", "zsh", "fish"};
constexpr std::array<std::string_view, 2> kGenerators{"archive", "events"};
constexpr std::string_view kDatasetHelp =
    "a dataset, or one partition as tier3@2026-01-15; may be left out when the project has one dataset";

constexpr std::array kFolder{ArgumentSpec{
    "FOLDER", ArgumentShape::kPath, ArgumentCount::kOptional, {}, "the project's folder; made when missing"}};
constexpr std::array kDataset{
    ArgumentSpec{"DATASET", ArgumentShape::kDataset, ArgumentCount::kOptional, {}, kDatasetHelp}};
constexpr std::array kDatasetOrPath{
    ArgumentSpec{"DATASET|PATH",
                 ArgumentShape::kDataset,
                 ArgumentCount::kAny,
                 {},
                 "a dataset, one partition as tier3@2026-01-15, or the folder of any partition"}};
constexpr std::array kFiles{
    ArgumentSpec{"INPUT",
                 ArgumentShape::kPath,
                 ArgumentCount::kAtLeastOne,
                 {},
                 "a .jsonl file, plain, .gz or .zst; a pattern in quotes; or - for standard input"},
    ArgumentSpec{"OUTPUT", ArgumentShape::kPath, ArgumentCount::kOptional, {}, "the Parquet file to write"}};
constexpr std::array kListing{
    ArgumentSpec{"SOURCE",
                 ArgumentShape::kPath,
                 ArgumentCount::kOne,
                 {},
                 "a file of paths, one a line, plain, .gz or .zst; or - for standard input"},
    ArgumentSpec{"OUTPUT", ArgumentShape::kPath, ArgumentCount::kOne, {}, "the Parquet file to write"}};
constexpr std::array kInspected{ArgumentSpec{
    "FILE", ArgumentShape::kPath, ArgumentCount::kOne, {}, "a Parquet file, a manifest, or the folder of a partition"}};
constexpr std::array kWhat{
    ArgumentSpec{"WHAT", ArgumentShape::kWord, ArgumentCount::kOne, kGenerators,
                 "archive: a day of hourly .jsonl.gz; events, or a generated dataset of the project: Parquet files"}};
constexpr std::array kShell{
    ArgumentSpec{"SHELL", ArgumentShape::kWord, ArgumentCount::kOne, kShells, "bash, zsh or fish"}};
constexpr std::array kQuery{ArgumentSpec{"SQL|NAME|-",
                                         ArgumentShape::kQuery,
                                         ArgumentCount::kOptional,
                                         {},
                                         "a statement in quotes, the name of a saved query, or - for standard input"}};
constexpr std::array kManifestAndKey{
    ArgumentSpec{"MANIFEST", ArgumentShape::kPath, ArgumentCount::kOne, {}, "a key manifest: a Parquet file"},
    ArgumentSpec{"FIELD=VALUE",
                 ArgumentShape::kWord,
                 ArgumentCount::kAny,
                 {},
                 "a field of the key and its value; all fields for one key, some for all records that have them"}};
constexpr std::array kVerb{
    ArgumentSpec{"VERB", ArgumentShape::kVerb, ArgumentCount::kOptional, {}, "the verb to describe"}};

// What the verbs understand, besides the common options.
constexpr std::array kInitOptions{kTemplate, kThreads, kProgress};
constexpr std::array kRunOptions{kProject,
                                 kSet,
                                 kDate,
                                 kFrom,
                                 kTo,
                                 kLast,
                                 kEndDay,
                                 kDays,
                                 kPreviousWeek,
                                 kForce,
                                 kLocked,
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
                                 kThreads,
                                 kMemory,
                                 kProgress,
                                 kOutput,
                                 kReport};
constexpr std::array kPlanOptions{kProject,    kSet,         kDate,         kFrom,           kTo,     kLast,
                                  kEndDay,     kDays,        kPreviousWeek, kForce,          kLocked, kAllowIncomplete,
                                  kAllowDrift, kAllowEmpty,  kAllowShrink,  kReplaceForeign, kReason, kMinInputs,
                                  kMaxRejects, kErrorOnNoop, kOutputDir,    kOutput,         kReport};
constexpr std::array kVerifyOptions{kProject, kSet,    kDate,         kFrom,   kTo,    kLast,
                                    kEndDay,  kDays,   kPreviousWeek, kQuick,  kDeep,  kOutputDir,
                                    kThreads, kMemory, kProgress,     kOutput, kReport};
constexpr std::array kStatusOptions{kProject, kSet,  kDate,         kFrom,      kTo,     kLast,
                                    kEndDay,  kDays, kPreviousWeek, kOutputDir, kOutput, kReport};
constexpr std::array kExplainOptions{kProject, kSet, kDate, kOutputDir, kOutput};
constexpr std::array kSchemaOptions{kProject, kSet, kOutputDir, kOutput, kReport};
constexpr std::array kLsOptions{kProject, kSet,  kDate,         kFrom,      kTo,    kLast,
                                kEndDay,  kDays, kPreviousWeek, kOutputDir, kOutput};
constexpr std::array kQueryOptions{kProject, kSet,   kFile,   kParam,  kList,    kExplain,  kLimit,
                                   kTimeout, kProve, kOutput, kMemory, kThreads, kProgress, kOutputDir};
constexpr std::array kRefreshOptions{kProject, kSet,      kForce,  kErrorOnNoop, kThreads,
                                     kMemory,  kProgress, kOutput, kReport};
constexpr std::array kLookupOptions{kUnique, kBatch, kTemplate, kOutput, kMemory, kProgress};
constexpr std::array kGcOptions{kProject, kSet, kDryRun, kErrorOnNoop, kOutputDir, kOutput};
constexpr std::array kConvertOptions{kMap,     kType,       kDrop,    kEmptyObject,   kOnConflict,      kExplainSchema,
                                     kRejects, kMaxRejects, kMaxLine, kStrictOptions, kCodec,           kLevel,
                                     kForce,   kThreads,    kMemory,  kProgress,      kAllowIncomplete, kOutput};
constexpr std::array kInspectOptions{kOutput};
constexpr std::array kGenerateOptions{kProject,     kSet,      kOutputDir, kRows,    kSeed,   kStart,    kEnd,   kCodec,
                                      kLevel,       kFileSize, kLayout,    kDate,    kFrom,   kTo,       kLast,  kShape,
                                      kRowsPerHour, kSamples,  kHazards,   kThreads, kMemory, kProgress, kOutput};
constexpr std::array kIndexOptions{
    kTemplate,    kBase,           kStrict, kDuplicates, kCodec, kLevel,   kForce,  kAllowIncomplete, kAllowEmpty,
    kAllowShrink, kReplaceForeign, kReason, kProject,    kSet,   kThreads, kMemory, kProgress,        kOutput};
constexpr std::array kDoctorOptions{kProject, kSet, kOutput};
constexpr std::array kHelpOptions{kOutput};

// What some options do in one verb.
constexpr std::array kInitHelp{
    OptionHelp{kTemplate, "what the project is like: instrumetriq, events or genes"},
};
constexpr std::array kConvertHelp{
    OptionHelp{kForce, "overwrite OUTPUT when it exists"},
    OptionHelp{kAllowIncomplete, "keep what can be read of a damaged input"},
};
constexpr std::array kIndexHelp{
    OptionHelp{kForce, "overwrite OUTPUT when it exists"},
    OptionHelp{kAllowIncomplete, "keep what can be read of a damaged listing"},
    OptionHelp{kTemplate, "what the paths look like, as 'v1/{gene_id}/{tissue_id:int32}.tl'"},
};
constexpr std::array kLookupHelp{
    OptionHelp{kTemplate, "the path template, when the manifest does not hold it"},
};
constexpr std::array kQueryHelp{
    OptionHelp{kOutputDir, "read the datasets below this folder instead of their own roots"},
};

constexpr std::array kCommands{
    CommandSpec{"init", "begin a project from a template, with a sample of its input", ProjectNeed::kNone, kFolder,
                kInitOptions, InitCommand, OutputForms::kText, kInitHelp},
    CommandSpec{"run", "build partitions that are missing or out of date, prove them, and commit them",
                ProjectNeed::kRequired, kDataset, kRunOptions, RunCommand},
    CommandSpec{"plan", "show what run would do and why, without touching anything", ProjectNeed::kRequired, kDataset,
                kPlanOptions, PlanCommand},
    CommandSpec{"verify", "prove that partitions are what their manifests say", ProjectNeed::kOptional, kDatasetOrPath,
                kVerifyOptions, VerifyCommand},
    CommandSpec{"status", "show which partitions are built, missing, incomplete or out of date", ProjectNeed::kRequired,
                kDataset, kStatusOptions, StatusCommand},
    CommandSpec{"explain", "show how one partition came about, and how to check it without Ingot",
                ProjectNeed::kRequired, kDataset, kExplainOptions, ExplainCommand},
    CommandSpec{"schema", "show the columns of a dataset, since when, and how days differ", ProjectNeed::kRequired,
                kDataset, kSchemaOptions, SchemaCommand},
    CommandSpec{"ls", "list datasets, or the partitions of one", ProjectNeed::kRequired, kDataset, kLsOptions,
                LsCommand},
    CommandSpec{"query", "ask a question in SQL; datasets are tables", ProjectNeed::kOptional, kQuery, kQueryOptions,
                QueryCommand, OutputForms::kTextAndColumns, kQueryHelp},
    CommandSpec{"refresh",
                "build datasets of SQL that are out of date, and bring the warehouse's views up to date",
                ProjectNeed::kRequired,
                {},
                kRefreshOptions,
                RefreshCommand},
    CommandSpec{"lookup", "find the file of a key in a key manifest", ProjectNeed::kNone, kManifestAndKey,
                kLookupOptions, LookupCommand, OutputForms::kTextAndColumns, kLookupHelp},
    CommandSpec{"gc",
                "remove replaced versions and what interrupted runs left",
                ProjectNeed::kRequired,
                {},
                kGcOptions,
                GcCommand},
    CommandSpec{"convert", "turn JSON lines into a Parquet file, without a project", ProjectNeed::kNone, kFiles,
                kConvertOptions, ConvertCommand, OutputForms::kText, kConvertHelp},
    CommandSpec{"index", "turn a listing of paths into a sorted key manifest", ProjectNeed::kOptional, kListing,
                kIndexOptions, IndexCommand, OutputForms::kText, kIndexHelp},
    CommandSpec{"inspect", "show what a Parquet file or a manifest holds", ProjectNeed::kNone, kInspected,
                kInspectOptions, InspectCommand},
    CommandSpec{"generate", "write synthetic data to try things with", ProjectNeed::kOptional, kWhat, kGenerateOptions,
                GenerateCommand},
    CommandSpec{"doctor",
                "show which settings are in force, and where they come from",
                ProjectNeed::kOwn,
                {},
                kDoctorOptions,
                DoctorCommand},
    CommandSpec{
        "completions", "print a completion script for a shell", ProjectNeed::kNone, kShell, {}, CompletionsCommand},
    CommandSpec{"version", "print the version", ProjectNeed::kNone, {}, kHelpOptions, VersionCommand},
    CommandSpec{"help", "print help", ProjectNeed::kNone, kVerb, kHelpOptions, HelpCommand},
};

// What other programs call our verbs. They are not aliases: one name for one thing.
struct Synonym {
  std::string_view word;
  std::string_view verb;
};
constexpr std::array kSynonyms{
    Synonym{"new", "init"},      Synonym{"create", "init"},     Synonym{"build", "run"},
    Synonym{"make", "run"},      Synonym{"rebuild", "run"},     Synonym{"dry-run", "plan"},
    Synonym{"check", "verify"},  Synonym{"validate", "verify"}, Synonym{"test", "verify"},
    Synonym{"state", "status"},  Synonym{"history", "explain"}, Synonym{"log", "explain"},
    Synonym{"why", "explain"},   Synonym{"describe", "schema"}, Synonym{"columns", "schema"},
    Synonym{"list", "ls"},       Synonym{"dir", "ls"},          Synonym{"sql", "query"},
    Synonym{"select", "query"},  Synonym{"update", "refresh"},  Synonym{"find", "lookup"},
    Synonym{"get", "lookup"},    Synonym{"clean", "gc"},        Synonym{"prune", "gc"},
    Synonym{"vacuum", "gc"},     Synonym{"import", "convert"},  Synonym{"cat", "inspect"},
    Synonym{"show", "inspect"},  Synonym{"info", "inspect"},    Synonym{"gen", "generate"},
    Synonym{"config", "doctor"}, Synonym{"env", "doctor"},      Synonym{"completion", "completions"},
    Synonym{"man", "help"},
};

}  // namespace

std::span<const CommandSpec> Commands() { return kCommands; }

const CommandSpec* FindCommand(std::string_view name) {
  const auto found = std::find_if(kCommands.begin(), kCommands.end(),
                                  [name](const CommandSpec& command) { return command.name == name; });
  return found == kCommands.end() ? nullptr : &*found;
}

Result<const CommandSpec*> RequireCommand(std::string_view name) {
  if (const CommandSpec* command = FindCommand(name)) {
    return command;
  }
  const auto synonym =
      std::find_if(kSynonyms.begin(), kSynonyms.end(), [name](const Synonym& entry) { return entry.word == name; });
  if (synonym != kSynonyms.end()) {
    return Error(ErrorKind::kUsage, fmt::format("unknown verb '{}'; did you mean '{}'?", name, synonym->verb),
                 fmt::format("ingot help {}", synonym->verb));
  }
  std::array<std::string_view, kCommands.size()> names;
  std::transform(kCommands.begin(), kCommands.end(), names.begin(),
                 [](const CommandSpec& command) { return command.name; });
  return Error(ErrorKind::kUsage, fmt::format("unknown verb '{}'{}", name, DidYouMean(name, names)), "ingot help");
}

std::span<const OptionId> CommonOptions() { return kCommon; }

OptionSet OfferedBy(const CommandSpec& command) { return {command.options, kCommon, command.forms}; }

std::string_view HelpText(const CommandSpec& command, const OptionSpec& option) {
  const auto own = std::find_if(command.option_help.begin(), command.option_help.end(),
                                [&option](const OptionHelp& help) { return help.id == option.id; });
  return own == command.option_help.end() ? option.help : own->text;
}

bool HasOption(const CommandSpec& command, OptionId id) { return OfferedBy(command).Has(id); }

std::string UsageOf(const CommandSpec& command) {
  std::string usage(command.name);
  for (const ArgumentSpec& argument : command.arguments) {
    switch (argument.count) {
      case ArgumentCount::kOne:
        usage += fmt::format(" {}", argument.name);
        break;
      case ArgumentCount::kOptional:
        usage += fmt::format(" [{}]", argument.name);
        break;
      case ArgumentCount::kAtLeastOne:
        usage += fmt::format(" {}…", argument.name);
        break;
      case ArgumentCount::kAny:
        usage += fmt::format(" [{}…]", argument.name);
        break;
    }
  }
  return usage + " [options]";
}

}  // namespace ingot
