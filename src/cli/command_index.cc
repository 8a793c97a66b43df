#include <fmt/format.h>

#include <utility>

#include "base/size.h"
#include "cli/build_talk.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "lookup/lookup.h"
#include "pipeline/run.h"
#include "pipeline/workspace.h"
#include "request/index_request.h"
#include "request/settings.h"
#include "request/work_settings.h"

namespace ingot {
namespace {

// A dataset of the project is run like any other, with its line in the journal and its columns in the lock file.
Result<BuildReport> Build(const Invocation& invocation, const IndexRequest& index, const BuildContext& context) {
  const std::string run_id = NewRunId(invocation.program);
  const bool force = invocation.settings.Flag(OptionId::kForce) || !index.stream.empty();
  INGOT_ASSIGN(const PartitionKey key, index.dataset.key.MakeKey({}));
  BuildOverrides overrides;
  overrides.allow_incomplete = invocation.settings.Flag(OptionId::kAllowIncomplete);
  overrides.reason = invocation.settings.Text(OptionId::kReason);
  if (!index.is_of_project) {
    BuildRequest request;
    request.dataset = &index.dataset;
    request.key = key;
    request.overrides = std::move(overrides);
    request.force = force;
    request.stream = index.stream;
    request.run_id = run_id;
    return BuildPartition(request, context, LockFile());
  }
  RunRequest request;
  request.dataset = &index.dataset;
  request.keys = {key};
  request.overrides = std::move(overrides);
  request.force = force;
  request.stream = index.stream;
  request.run_id = run_id;
  RunReport report = RunPartitions(*invocation.workspace, request, context, [](const PartitionResult&) {});
  for (const std::string& warning : report.warnings) {
    invocation.program.talk.Warn("", warning);
  }
  return std::move(report.partitions.at(0).outcome);
}

// The Parquet file and its manifest are published and proven by now. Without the index lookups make their own. Errors:
// kCancelled.
Result<void> BuildSidecar(const Invocation& invocation, const std::string& manifest) {
  Talk& talk = invocation.program.talk;
  const LookupContext context{&invocation.program.cancellation, &talk, MemoryOf(invocation.settings)};
  const Result<LookupIndexReport> built = BuildLookupIndex(manifest, {}, context);
  talk.ClearBar();
  if (!built && built.error().kind() == ErrorKind::kCancelled) {
    return built.error();
  }
  if (!built) {
    talk.Warn(manifest, fmt::format("there is no lookup index beside it: {}", built.error().message()));
    return {};
  }
  talk.Detail(fmt::format("lookup index '{}': {} keys, {}", built->path, FormatCount(built->keys),
                          FormatByteSize(built->bytes)));
  return {};
}

}  // namespace

Result<int> IndexCommand(const Invocation& invocation) {
  INGOT_ASSIGN(const IndexRequest index,
               MakeIndexRequest(invocation.scope(), invocation.arguments[0], invocation.arguments[1]));
  const Work work(invocation);
  INGOT_ASSIGN(const BuildReport report, Build(invocation, index, work.context()));
  INGOT_TRY(BuildSidecar(invocation, report.path));
  invocation.program.talk.ClearBar();
  TellBuild(invocation.program.talk, invocation.arguments[1], report);
  constexpr auto kPrograms = ColumnAudience::kPrograms;
  Table table({{"output"},
               {"result"},
               {"rows", CellKind::kCount},
               {"rejects", CellKind::kCount},
               {"duplicates", CellKind::kCount},
               {"input_bytes", CellKind::kBytes, kPrograms},
               {"bytes", CellKind::kBytes},
               {"manifest_path", CellKind::kText, kPrograms},
               {"content_id", CellKind::kText, kPrograms}});
  table.Add({invocation.arguments[1], std::string(ResultName(report.action)), report.rows, report.rejects,
             report.duplicates, report.input_bytes, report.bytes, report.manifest_path, report.content_id});
  PrintTable(invocation, table);
  return kExitOk;
}

}  // namespace ingot
