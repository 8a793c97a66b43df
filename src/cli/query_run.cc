#include "cli/query_run.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/size.h"
#include "cli/data_output.h"
#include "cli/output.h"
#include "cli/result_writer.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "pipeline/query.h"
#include "request/query_request.h"
#include "request/settings.h"

namespace ingot {
namespace {

Result<ResultFormat> FormatOfResult(const Invocation& invocation) {
  const ResultFormat format = ParseResultFormat(invocation.settings.Text(OptionId::kOutput).value_or("table"));
  const bool binary = format == ResultFormat::kParquet || format == ResultFormat::kArrow;
  if (binary && invocation.program.terminal.output_is_terminal) {
    return Error(ErrorKind::kUsage, "bytes for programs do not belong on a terminal",
                 "ingot query … -o parquet > FILE");
  }
  return format;
}

RunLimits LimitsOf(const Invocation& invocation, const Query& query) {
  RunLimits limits;
  limits.cancellation = &invocation.program.cancellation;
  limits.timeout = TimeoutOf(invocation.settings);
  uint64_t bytes = 0;
  for (const Query::Input& input : query.inputs()) {
    bytes += input.bytes;
  }
  limits.progress = [&talk = invocation.program.talk, bytes](std::optional<double> share) {
    if (share) {
      // An engine tells a share; people think in what there is to read.
      talk.Update({"query", "", static_cast<uint64_t>(*share * static_cast<double>(bytes)), bytes, 0});
    }
  };
  return limits;
}

void TellInputs(const Query& query, Talk& talk) {
  for (const Query::Input& input : query.inputs()) {
    talk.Detail(fmt::format("{}: {} of {} partitions, {}", input.dataset, input.partitions, input.found,
                            FormatByteSize(input.bytes)));
  }
}

}  // namespace

Result<int> RunQuery(const Invocation& invocation, EngineStatement statement) {
  const Program& program = invocation.program;
  const auto began = std::chrono::steady_clock::now();
  INGOT_ASSIGN(const ResultFormat format, FormatOfResult(invocation));
  const Work work(invocation);
  QueryRequest request = MakeQueryRequest(invocation.scope(), std::move(statement));
  INGOT_ASSIGN(const std::unique_ptr<Query> query,
               Query::Open(invocation.workspace, std::move(request), work.context()));
  TellInputs(*query, program.talk);
  if (invocation.settings.Flag(OptionId::kExplain)) {
    INGOT_ASSIGN(const std::string plan, query->Explain());
    program.out.Write(plan);
    return kExitOk;
  }
  INGOT_ASSIGN(std::unique_ptr<RecordStream> stream, query->Run(LimitsOf(invocation, *query)));
  if (const std::optional<uint64_t> rows = invocation.settings.Count(OptionId::kLimit)) {
    stream = LimitRows(std::move(stream), *rows);
  }
  INGOT_ASSIGN(const ResultSummary summary, WriteResult(*stream, format, WidthOf(program.terminal), program.out));
  program.talk.ClearBar();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  program.talk.Detail(
      fmt::format("{} rows of {} columns in {:.2f} s", FormatCount(summary.rows), summary.columns, took.count()));
  return kExitOk;
}

}  // namespace ingot
