#include "pipeline/index.h"

#include <fmt/format.h>

#include <utility>

#include "pipeline/run.h"

namespace ingot {
namespace {

Result<BuildReport> Build(Workspace* workspace, const IndexRequest& index, const BuildContext& context) {
  INGOT_ASSIGN(const PartitionKey key, index.dataset.key.MakeKey({}));
  if (!index.is_of_project) {
    BuildRequest request;
    request.dataset = &index.dataset;
    request.key = key;
    request.overrides = index.overrides;
    request.force = index.force;
    request.stream = index.stream;
    request.run_id = index.run_id;
    return BuildPartition(request, context, LockFile());
  }
  RunRequest request;
  request.dataset = &index.dataset;
  request.keys = {key};
  request.overrides = index.overrides;
  request.force = index.force;
  request.stream = index.stream;
  request.run_id = index.run_id;
  RunReport report = RunPartitions(*workspace, request, context, [](const PartitionResult&) {});
  for (const std::string& warning : report.warnings) {
    context.progress->Warn("", warning);
  }
  return std::move(report.partitions.at(0).outcome);
}

}  // namespace

Result<IndexReport> IndexListing(Workspace* workspace, const IndexRequest& request, const BuildContext& context) {
  IndexReport report;
  INGOT_ASSIGN(report.build, Build(workspace, request, context));
  // The Parquet file and its manifest are published and proven by now.
  const std::string& manifest = report.build.path;
  Result<LookupIndexReport> built =
      BuildLookupIndex(manifest, {}, {context.cancellation, context.progress, context.memory_limit_bytes});
  if (built) {
    report.lookup = *std::move(built);
  } else if (built.error().kind() == ErrorKind::kCancelled) {
    return built.error();
  } else {
    context.progress->Warn(manifest, fmt::format("there is no lookup index next to it: {}", built.error().message()));
  }
  return report;
}

}  // namespace ingot
