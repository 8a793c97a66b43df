#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "base/similar_name.h"
#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "pipeline/run.h"
#include "pipeline/workspace.h"
#include "request/dates.h"
#include "request/generate_request.h"
#include "request/settings.h"
#include "source/synthetic/archive_generator.h"

namespace ingot {
namespace {

constexpr std::string_view kDefaultFolder = "archive";

// What means something to one of the two kinds only.
constexpr std::array kOfArchives{OptionId::kDate,  OptionId::kFrom,        OptionId::kTo,      OptionId::kLast,
                                 OptionId::kShape, OptionId::kRowsPerHour, OptionId::kSamples, OptionId::kHazards};
constexpr std::array kOfDatasets{OptionId::kRows,  OptionId::kStart,    OptionId::kEnd,   OptionId::kCodec,
                                 OptionId::kLevel, OptionId::kFileSize, OptionId::kLayout};

// An option of the command line that would be passed over is a misunderstanding.
Result<void> RefuseFlags(const Settings& settings, std::span<const OptionId> options, std::string_view what) {
  for (const OptionId id : options) {
    const Setting* setting = settings.Find(id);
    if (setting != nullptr && setting->origin == SettingOrigin::kFlag) {
      return Error(ErrorKind::kUsage, fmt::format("{} has no effect for {}", Describe(id).flag(), what),
                   "ingot help generate");
    }
  }
  return {};
}

Result<uint32_t> SmallCount(const Settings& settings, OptionId id, uint32_t otherwise) {
  const uint64_t count = settings.Count(id).value_or(otherwise);
  if (count > std::numeric_limits<uint32_t>::max()) {
    return Error(ErrorKind::kUsage, fmt::format("{} {} is too large", Describe(id).flag(), count));
  }
  return static_cast<uint32_t>(count);
}

Result<ArchiveSpec> SpecOf(const Settings& settings) {
  ArchiveSpec spec;
  spec.folder = settings.Text(OptionId::kOutputDir).value_or(std::string(kDefaultFolder));
  spec.seed = settings.Count(OptionId::kSeed).value_or(spec.seed);
  INGOT_ASSIGN(spec.shape, ParseArchiveShape(settings.Text(OptionId::kShape).value_or("nested")));
  INGOT_ASSIGN(spec.rows_per_hour, SmallCount(settings, OptionId::kRowsPerHour, 0));
  INGOT_ASSIGN(spec.hazards, HazardSet::Parse(settings.Text(OptionId::kHazards).value_or("all")));
  if (settings.Count(OptionId::kSamples)) {
    INGOT_ASSIGN(spec.min_samples, SmallCount(settings, OptionId::kSamples, 0));
    spec.max_samples = spec.min_samples;
  }
  return spec;
}

Result<int> GenerateArchives(const Invocation& invocation) {
  const Program& program = invocation.program;
  INGOT_TRY(RefuseFlags(invocation.settings, kOfDatasets, "an archive"));
  INGOT_ASSIGN(ArchiveSpec spec, SpecOf(invocation.settings));
  INGOT_ASSIGN(const DaySelection days, SelectDays(invocation.settings, program.clock.Now().day()));
  Table table({{"date"},
               {"files", CellKind::kCount},
               {"rows", CellKind::kCount},
               {"bad_lines", CellKind::kCount},
               {"raw_bytes", CellKind::kBytes},
               {"bytes", CellKind::kBytes},
               {"folder"}});
  for (const UtcDay day : days.days) {
    spec.day = day;
    INGOT_ASSIGN(const GeneratedArchive archive,
                 GenerateArchive(spec, ThreadsOf(invocation.settings), program.cancellation, program.talk));
    const GeneratedFile total = archive.Total();
    table.Add({FormatUtcDay(day), uint64_t{archive.files.size()}, total.rows, total.bad_lines, total.raw_bytes,
               total.bytes, spec.folder});
  }
  program.talk.ClearBar();
  PrintTable(invocation, table);
  return kExitOk;
}

// Encoded chunks of some MiB come and go. By default such blocks are given back to the system at once, and each of
// their pages costs a fault when it is taken again. For the program alone: a library leaves its host's memory be.
void KeepFreedMemory() {
#if defined(__GLIBC__)
  // NOLINTBEGIN(concurrency-mt-unsafe): glibc takes its lock for both
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  // NOLINTEND(concurrency-mt-unsafe)
#endif
}

Result<int> GenerateDataset(const Invocation& invocation) {
  KeepFreedMemory();
  INGOT_TRY(RefuseFlags(invocation.settings, kOfArchives, "a dataset"));
  INGOT_ASSIGN(const DatasetSpec dataset, GeneratedDataset(invocation.scope(), invocation.arguments[0]));
  const Work work(invocation);
  Talk& talk = invocation.program.talk;
  INGOT_ASSIGN(const BuildReport report,
               RunGenerated(invocation.workspace, dataset, NewRunId(invocation.program), work.context()));
  talk.ClearBar();
  const BuildTimings& timings = report.timings;
  talk.Detail(fmt::format("{}: {}; checks {:.3f} s, write {:.3f} s, prove {:.3f} s, sync {:.3f} s", dataset.name,
                          ResultName(report.action), timings.check_seconds, timings.write_seconds,
                          timings.prove_seconds, timings.sync_seconds));
  talk.Event("partition", [&](JsonWriter& json) {
    json.Key("subject").String(dataset.name).Key("result").String(ResultName(report.action));
    json.Key("rows").Unsigned(report.rows).Key("bytes").Unsigned(report.bytes);
    json.Key("content_id").String(report.content_id);
    json.Key("check_seconds").Double(timings.check_seconds).Key("write_seconds").Double(timings.write_seconds);
    json.Key("prove_seconds").Double(timings.prove_seconds).Key("sync_seconds").Double(timings.sync_seconds);
  });
  Table table({{"dataset"},
               {"result"},
               {"files", CellKind::kCount},
               {"rows", CellKind::kCount},
               {"bytes", CellKind::kBytes},
               {"folder"},
               {"manifest_path", CellKind::kText, ColumnAudience::kPrograms},
               {"content_id", CellKind::kText, ColumnAudience::kPrograms}});
  table.Add({dataset.name, std::string(ResultName(report.action)), report.files, report.rows, report.bytes, report.path,
             report.manifest_path, report.content_id});
  PrintTable(invocation, table);
  return kExitOk;
}

}  // namespace

Result<int> GenerateCommand(const Invocation& invocation) {
  const std::string& what = invocation.arguments[0];
  const std::span<const std::string_view> builtin = invocation.command.arguments[0].words;
  if (what == builtin[0]) {
    return GenerateArchives(invocation);
  }
  std::vector<std::string_view> known(builtin.begin(), builtin.end());
  if (invocation.workspace != nullptr) {
    for (const DatasetSpec& dataset : invocation.workspace->project().datasets) {
      known.push_back(dataset.name);
    }
  }
  if (std::find(known.begin(), known.end(), what) == known.end()) {
    return Error(ErrorKind::kUsage, fmt::format("cannot generate '{}'{}", what, DidYouMean(what, known)),
                 fmt::format("one of: {}", fmt::join(builtin, ", ")));
  }
  return GenerateDataset(invocation);
}

}  // namespace ingot
