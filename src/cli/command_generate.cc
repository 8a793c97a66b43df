#include <fmt/format.h>

#include <limits>

#include "base/similar_name.h"
#include "cli/commands.h"
#include "cli/dates.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "source/synthetic/archive_generator.h"

namespace ingot {
namespace {

constexpr std::string_view kDefaultFolder = "archive";

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

}  // namespace

Result<int> GenerateCommand(const Invocation& invocation) {
  const std::string& what = invocation.arguments[0];
  const std::span<const std::string_view> known = invocation.command.arguments[0].words;
  if (what != known[0]) {
    return Error(ErrorKind::kUsage, fmt::format("cannot generate '{}'{}", what, DidYouMean(what, known)),
                 fmt::format("one of: {}", fmt::join(known, ", ")));
  }
  const Program& program = invocation.program;
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

}  // namespace ingot
