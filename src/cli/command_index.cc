#include <fmt/format.h>

#include "base/size.h"
#include "cli/build_talk.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "pipeline/index.h"
#include "pipeline/run.h"
#include "request/index_request.h"

namespace ingot {

Result<int> IndexCommand(const Invocation& invocation) {
  INGOT_ASSIGN(IndexRequest request,
               MakeIndexRequest(invocation.scope(), invocation.arguments[0], invocation.arguments[1]));
  request.run_id = NewRunId(invocation.program);
  const Work work(invocation);
  INGOT_ASSIGN(const IndexReport indexed, IndexListing(invocation.workspace, request, work.context()));
  const BuildReport& report = indexed.build;
  Talk& talk = invocation.program.talk;
  talk.ClearBar();
  if (indexed.lookup) {
    talk.Detail(fmt::format("lookup index '{}': {} keys, {}", indexed.lookup->path, FormatCount(indexed.lookup->keys),
                            FormatByteSize(indexed.lookup->bytes)));
  }
  TellBuild(talk, invocation.arguments[1], report);
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
