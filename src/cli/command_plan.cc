#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/build_options.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "pipeline/exit_code.h"
#include "pipeline/run.h"
#include "request/settings.h"

namespace ingot {
namespace {

Table EmptyTable() {
  constexpr auto kPrograms = ColumnAudience::kPrograms;
  return Table({{"dataset", CellKind::kText, kPrograms},
                {"partition"},
                {"action"},
                {"reason"},
                {"inputs"},
                {"input_bytes", CellKind::kBytes},
                {"target"},
                {"checks", CellKind::kJson, kPrograms},
                {"missing", CellKind::kJson, kPrograms},
                {"error", CellKind::kJson, kPrograms}});
}

std::string ChecksAsJson(const std::vector<CheckResult>& checks) {
  JsonWriter json;
  json.BeginArray();
  for (const CheckResult& check : checks) {
    json.BeginObject().Key("name").String(check.name).Key("verdict").String(VerdictName(check.verdict));
    json.Key("detail").String(check.detail).EndObject();
  }
  return json.EndArray().text();
}

std::string MissingAsJson(const std::vector<PlannedInput>& inputs) {
  JsonWriter json;
  json.BeginArray();
  for (const PlannedInput& input : inputs) {
    if (!input.present) {
      json.String(input.path);
    }
  }
  return json.EndArray().text();
}

void AddRow(const DatasetSpec& dataset, const PartitionKey& key, const Result<BuildPlan>& plan, int code,
            Table& table) {
  if (!plan) {
    table.AddNamed({{"dataset", dataset.name},
                    {"partition", key.ToString()},
                    {"action", std::string("fail")},
                    {"reason", plan.error().message()},
                    {"error", ErrorAsJson(plan.error(), code)}});
    return;
  }
  const auto present =
      std::count_if(plan->inputs.begin(), plan->inputs.end(), [](const PlannedInput& input) { return input.present; });
  table.AddNamed({{"dataset", dataset.name},
                  {"partition", key.ToString()},
                  {"action", std::string(BuildActionName(plan->action))},
                  {"reason", plan->reason},
                  {"inputs", fmt::format("{} of {}", present, plan->inputs.size())},
                  {"input_bytes", plan->input_bytes},
                  {"target", plan->target},
                  {"checks", ChecksAsJson(plan->checks)},
                  {"missing", MissingAsJson(plan->inputs)}});
}

}  // namespace

Result<int> PlanCommand(const Invocation& invocation) {
  INGOT_ASSIGN(const RunRequest request, MakeRunRequest(invocation, ReasonQuestion::kNone));
  Talk& talk = invocation.program.talk;
  const Work work(invocation);
  Table table = EmptyTable();
  std::vector<int> codes;
  bool noop = true;
  const std::vector<Result<BuildPlan>> plans = PlanPartitions(request, work.context());
  for (size_t i = 0; i < plans.size(); ++i) {
    const Result<BuildPlan>& plan = plans[i];
    codes.push_back(plan ? kExitOk : ExitCodeOf(plan.error(), invocation.program.cancellation));
    AddRow(*request.dataset, request.keys[i], plan, codes.back(), table);
    if (!plan) {
      talk.Report(plan.error(), codes.back());
      continue;
    }
    noop = noop && plan->action != BuildAction::kBuild && plan->action != BuildAction::kRebuild;
    for (const CheckResult& check : plan->checks) {
      talk.Detail(fmt::format("{}: {} {}: {}", SubjectOf(*request.dataset, request.keys[i]), check.name,
                              VerdictName(check.verdict), check.detail));
    }
  }
  PrintTable(invocation, table);
  INGOT_TRY(WriteTableReport(invocation, table));
  const int code = CombineExitCodes(codes);
  return code == kExitOk && noop && invocation.settings.Flag(OptionId::kErrorOnNoop) ? kExitNoop : code;
}

}  // namespace ingot
