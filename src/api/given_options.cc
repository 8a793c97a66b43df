#include "api/given_options.h"

#include <array>
#include <string>
#include <vector>

namespace ingot {
namespace {

using enum OptionId;

constexpr std::array kRunOptions{kDate,
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
                                 kOutputDir,
                                 kThreads,
                                 kMemory};
constexpr std::array kVerifyOptions{kDate,         kFrom,  kTo,   kLast,      kEndDay,  kDays,
                                    kPreviousWeek, kQuick, kDeep, kOutputDir, kThreads, kMemory};
constexpr std::array kListOptions{kDate, kFrom, kTo, kLast, kEndDay, kDays, kPreviousWeek, kOutputDir};
constexpr std::array kQueryOptions{kParam, kLimit, kTimeout, kProve, kMemory, kThreads, kOutputDir};
constexpr std::array kGenerateOptions{kOutputDir, kRows,     kSeed,   kStart,   kEnd,   kCodec,
                                      kLevel,     kFileSize, kLayout, kThreads, kMemory};
constexpr std::array kIndexOptions{kTemplate, kBase,       kStrict,      kDuplicates,     kCodec,  kLevel,
                                   kForce,    kAllowEmpty, kAllowShrink, kReplaceForeign, kReason, kAllowIncomplete,
                                   kThreads,  kMemory};
constexpr std::array kLookupOptions{kTemplate, kMemory};
constexpr std::array kRefreshOptions{kForce, kThreads, kMemory};

class Giving {
 public:
  Giving& Text(OptionId id, const std::string& text) { return text.empty() ? *this : Texts(id, {text}); }
  Giving& Texts(OptionId id, const std::vector<std::string>& texts) {
    if (!texts.empty()) {
      given_[id] = texts;
    }
    return *this;
  }
  Giving& Count(OptionId id, std::optional<uint64_t> count) {
    return count ? Texts(id, {std::to_string(*count)}) : *this;
  }
  Giving& Flag(OptionId id, std::optional<bool> on) { return on ? Texts(id, {*on ? "true" : "false"}) : *this; }
  Giving& Work(const v1::WorkOptions& work) { return Count(kThreads, work.threads).Text(kMemory, work.memory); }
  Giving& Choice(const v1::PartitionChoice& choice) {
    Texts(kDate, choice.date).Text(kFrom, choice.from).Text(kTo, choice.to).Text(kLast, choice.last);
    return Texts(kEndDay, choice.end_day).Count(kDays, choice.days).Flag(kPreviousWeek, choice.previous_week);
  }
  GivenOptions Take() { return std::move(given_); }

 private:
  GivenOptions given_;
};

}  // namespace

GivenOptions GivenFrom(const v1::RunOptions& options) {
  Giving giving;
  giving.Choice(options.partitions).Work(options.work).Text(kOutputDir, options.output_dir);
  giving.Flag(kForce, options.force).Flag(kLocked, options.locked).Flag(kDryRun, options.dry_run);
  giving.Flag(kPublish, options.publish).Flag(kAllowIncomplete, options.allow_incomplete);
  giving.Flag(kAllowDrift, options.allow_drift).Text(kReason, options.reason);
  giving.Flag(kAllowEmpty, options.allow_empty).Flag(kAllowShrink, options.allow_shrink);
  giving.Flag(kReplaceForeign, options.replace_foreign);
  giving.Count(kMinInputs, options.min_inputs).Count(kMaxRejects, options.max_rejects);
  return giving.Take();
}

GivenOptions GivenFrom(const v1::VerifyOptions& options) {
  Giving giving;
  giving.Choice(options.partitions).Work(options.work).Text(kOutputDir, options.output_dir);
  return giving.Flag(kQuick, options.quick).Flag(kDeep, options.deep).Take();
}

GivenOptions GivenFrom(const v1::ListOptions& options) {
  return Giving().Choice(options.partitions).Text(kOutputDir, options.output_dir).Take();
}

GivenOptions GivenFrom(const v1::QueryOptions& options) {
  Giving giving;
  giving.Work(options.work).Text(kOutputDir, options.output_dir).Count(kLimit, options.limit);
  return giving.Text(kTimeout, options.timeout).Text(kProve, options.prove).Take();
}

GivenOptions GivenFrom(const v1::GenerateOptions& options) {
  Giving giving;
  giving.Work(options.work).Text(kOutputDir, options.output_dir).Count(kRows, options.rows);
  giving.Count(kSeed, options.seed).Text(kStart, options.start).Text(kEnd, options.end).Text(kCodec, options.codec);
  giving.Count(kLevel, options.level).Text(kFileSize, options.file_size).Text(kLayout, options.layout);
  return giving.Take();
}

GivenOptions GivenFrom(const v1::IndexOptions& options) {
  Giving giving;
  giving.Work(options.work).Text(kTemplate, options.path_template).Text(kBase, options.base);
  giving.Flag(kStrict, options.strict).Text(kDuplicates, options.duplicates).Text(kCodec, options.codec);
  giving.Count(kLevel, options.level).Flag(kForce, options.force).Flag(kAllowIncomplete, options.allow_incomplete);
  giving.Flag(kAllowEmpty, options.allow_empty).Flag(kAllowShrink, options.allow_shrink);
  return giving.Flag(kReplaceForeign, options.replace_foreign).Text(kReason, options.reason).Take();
}

GivenOptions GivenFrom(const v1::LookupOptions& options) {
  return Giving().Text(kMemory, options.work.memory).Text(kTemplate, options.path_template).Take();
}

GivenOptions GivenFrom(const v1::RefreshOptions& options) {
  return Giving().Work(options.work).Flag(kForce, options.force).Take();
}

OptionSet RunOptionSet() { return {kRunOptions}; }
OptionSet VerifyOptionSet() { return {kVerifyOptions}; }
OptionSet ListOptionSet() { return {kListOptions}; }
OptionSet QueryOptionSet() { return {kQueryOptions}; }
OptionSet GenerateOptionSet() { return {kGenerateOptions}; }
OptionSet IndexOptionSet() { return {kIndexOptions}; }
OptionSet LookupOptionSet() { return {kLookupOptions}; }
OptionSet RefreshOptionSet() { return {kRefreshOptions}; }

}  // namespace ingot
