#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "pipeline/refresh.h"
#include "pipeline/run.h"

namespace ingot {
namespace {

Cell CellOf(const std::optional<uint64_t>& count) { return count ? Cell(*count) : Cell(); }
Cell TextOrNull(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

Table TableOf(const RefreshReport& report) {
  Table table({{"layer"},
               {"result"},
               {"rows_in", CellKind::kCount},
               {"rows_out", CellKind::kCount},
               {"rows_rejected", CellKind::kCount},
               {"path"},
               {"sha256", CellKind::kText, ColumnAudience::kPrograms}});
  for (const RefreshedLayer& layer : report.layers) {
    table.Add({layer.name, std::string(layer.action ? ResultName(*layer.action) : "view"), CellOf(layer.rows_in),
               CellOf(layer.rows_out), CellOf(layer.rows_rejected), TextOrNull(layer.path), TextOrNull(layer.sha256)});
  }
  return table;
}

}  // namespace

Result<int> RefreshCommand(const Invocation& invocation) {
  const Work work(invocation);
  Talk& talk = invocation.program.talk;
  const RefreshRequest request{NewRunId(invocation.program), invocation.settings.Flag(OptionId::kForce)};
  INGOT_ASSIGN(const RefreshReport report, RefreshWarehouse(*invocation.workspace, request, work.context()));
  talk.ClearBar();
  for (const std::string& warning : report.warnings) {
    talk.Warn("", warning);
  }
  if (report.nothing_new) {
    talk.Say(fmt::format("nothing new: '{}' is up to date", report.database));
    PrintTable(invocation, TableOf(report));
    return invocation.settings.Flag(OptionId::kErrorOnNoop) ? kExitNoop : kExitOk;
  }
  const Table table = TableOf(report);
  PrintTable(invocation, table);
  INGOT_TRY(WriteTableReport(invocation, table));
  return kExitOk;
}

}  // namespace ingot
