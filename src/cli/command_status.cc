#include "cli/commands.h"
#include "cli/output.h"
#include "cli/partition_choice.h"
#include "cli/work.h"
#include "pipeline/status.h"

namespace ingot {
namespace {

template <typename T>
Cell CellOf(const std::optional<T>& value) {
  return value ? Cell(*value) : Cell();
}

}  // namespace

Result<int> StatusCommand(const Invocation& invocation) {
  INGOT_ASSIGN(PartitionChoice choice, ChoosePartitions(invocation, WithoutChoice::kNothing));
  if (!choice.chosen) {
    INGOT_ASSIGN(choice.keys, KnownKeys(*choice.dataset, invocation.program.clock.Now().day()));
  }
  const Work work(invocation);
  Table table({{"dataset", CellKind::kText, ColumnAudience::kPrograms},
               {"partition"},
               {"state"},
               {"rows", CellKind::kCount},
               {"rejects", CellKind::kCount},
               {"bytes", CellKind::kBytes},
               {"built", CellKind::kInstant},
               {"generation", CellKind::kCount, ColumnAudience::kPrograms},
               {"reason"}});
  for (const PartitionKey& key : choice.keys) {
    INGOT_ASSIGN(const PartitionStatus status, StatusOf(*choice.dataset, key, work.context()));
    table.Add({choice.dataset->name, key.ToString(), std::string(StateName(status.state)), CellOf(status.rows),
               CellOf(status.rejects), CellOf(status.bytes), CellOf(status.built), CellOf(status.generation),
               status.reason});
  }
  PrintTable(invocation, table);
  INGOT_TRY(WriteTableReport(invocation, table));
  return kExitOk;
}

}  // namespace ingot
