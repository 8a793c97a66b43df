#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/partition_choice.h"
#include "cli/talk.h"
#include "dataset/stored_partition.h"
#include "pipeline/run.h"
#include "pipeline/status.h"
#include "pipeline/workspace.h"

namespace ingot {
namespace {

Result<int> ListDatasets(const Invocation& invocation) {
  Table table({{"dataset"},
               {"source"},
               {"partitions", CellKind::kCount},
               {"rows", CellKind::kCount},
               {"bytes", CellKind::kBytes},
               {"newest"},
               {"description"}});
  for (const DatasetSpec& dataset : invocation.workspace->project().datasets) {
    INGOT_ASSIGN(const DatasetSummary summary, Summarize(dataset));
    if (summary.unreadable > 0) {
      invocation.program.talk.Warn(
          dataset.name, fmt::format("{} of {} manifests cannot be read; `ingot status` shows which", summary.unreadable,
                                    summary.partitions));
    }
    table.Add({dataset.name, std::string(FormatSourceKind(dataset.source.kind)), summary.partitions, summary.rows,
               summary.bytes, summary.newest, dataset.description});
  }
  PrintTable(invocation, table);
  return kExitOk;
}

Result<int> ListPartitions(const Invocation& invocation) {
  INGOT_ASSIGN(const PartitionChoice choice, ChoosePartitions(invocation, WithoutChoice::kNothing));
  INGOT_ASSIGN(const std::vector<PartitionKey> keys, FindPartitions(*choice.dataset));
  Table table({{"dataset", CellKind::kText, ColumnAudience::kPrograms},
               {"partition"},
               {"rows", CellKind::kCount},
               {"bytes", CellKind::kBytes},
               {"generation", CellKind::kCount, ColumnAudience::kPrograms},
               {"built", CellKind::kInstant},
               {"content_id", CellKind::kText, ColumnAudience::kPrograms},
               {"path"}});
  for (const PartitionKey& key : keys) {
    if (choice.chosen && std::find(choice.keys.begin(), choice.keys.end(), key) == choice.keys.end()) {
      continue;
    }
    INGOT_ASSIGN(const PartitionPlace place, FindPlace(*choice.dataset, {}, key));
    const Result<Manifest> manifest = RequireManifest(*choice.dataset, key);
    if (!manifest) {
      invocation.program.talk.Warn(SubjectOf(*choice.dataset, key), manifest.error().ToString());
      table.Add({choice.dataset->name, key.ToString(), {}, {}, {}, {}, {}, place.primary_path()});
      continue;
    }
    table.Add({choice.dataset->name, key.ToString(), manifest->rows, BytesOf(*manifest), manifest->generation,
               manifest->run.finished, manifest->content_id, place.primary_path()});
  }
  PrintTable(invocation, table);
  return kExitOk;
}

}  // namespace

Result<int> LsCommand(const Invocation& invocation) {
  return invocation.arguments.empty() ? ListDatasets(invocation) : ListPartitions(invocation);
}

}  // namespace ingot
