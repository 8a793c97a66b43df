#include "cli/commands.h"
#include "cli/output.h"
#include "cli/talk.h"
#include "pipeline/cleanup.h"
#include "request/settings.h"

namespace ingot {
namespace {

void AddItems(const std::string& root, const std::vector<GarbageItem>& items, std::string_view action, Table& table) {
  for (const GarbageItem& item : items) {
    table.Add({root, std::string(action), std::string(NameOf(item.kind)), item.bytes, item.path, item.note});
  }
}

}  // namespace

Result<int> GcCommand(const Invocation& invocation) {
  const bool dry_run = invocation.settings.Flag(OptionId::kDryRun);
  INGOT_ASSIGN(const std::vector<StoreCleanup> cleanups,
               CleanStores(*invocation.workspace, invocation.program.clock.Now(),
                           dry_run ? GarbageMode::kDryRun : GarbageMode::kRemove));
  Table table({{"store"}, {"action"}, {"kind"}, {"bytes", CellKind::kBytes}, {"path"}, {"note"}});
  uint64_t removed = 0;
  uint64_t kept = 0;
  for (const StoreCleanup& cleanup : cleanups) {
    AddItems(cleanup.root, cleanup.report.removed, dry_run ? "would_remove" : "removed", table);
    AddItems(cleanup.root, cleanup.report.kept, "kept", table);
    removed += cleanup.report.removed.size();
    kept += cleanup.report.kept.size();
  }
  if (removed == 0) {
    invocation.program.talk.Say(kept == 0 ? "nothing to remove" : "nothing to remove yet");
  }
  PrintTable(invocation, table);
  return removed == 0 && invocation.settings.Flag(OptionId::kErrorOnNoop) ? kExitNoop : kExitOk;
}

}  // namespace ingot
