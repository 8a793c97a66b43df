#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "cli/build_options.h"
#include "cli/build_talk.h"
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
                {"result"},
                {"rows", CellKind::kCount},
                {"rejects", CellKind::kCount},
                {"bytes", CellKind::kBytes},
                {"input_bytes", CellKind::kBytes, kPrograms},
                {"seconds", CellKind::kSeconds},
                {"path"},
                {"manifest_path", CellKind::kText, kPrograms},
                {"rejects_path", CellKind::kText, kPrograms},
                {"content_id", CellKind::kText, kPrograms},
                {"warnings", CellKind::kJson, kPrograms},
                {"error", CellKind::kJson, kPrograms}});
}

std::string AsJsonArray(const std::vector<std::string>& texts) {
  JsonWriter json;
  json.BeginArray();
  for (const std::string& text : texts) {
    json.String(text);
  }
  return json.EndArray().text();
}

Cell TextOrNull(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

void AddRow(const DatasetSpec& dataset, const PartitionResult& result, int code, Table& table) {
  const std::string key = result.key.ToString();
  if (!result.outcome) {
    const Error& error = result.outcome.error();
    table.AddNamed({{"dataset", dataset.name},
                    {"partition", key},
                    {"result", std::string(Describe(error.kind()).name)},
                    {"seconds", result.seconds},
                    {"warnings", std::string("[]")},
                    {"error", ErrorAsJson(error, code)}});
    return;
  }
  const BuildReport& report = *result.outcome;
  table.AddNamed({{"dataset", dataset.name},
                  {"partition", key},
                  {"result", std::string(ResultName(report.action))},
                  {"rows", report.rows},
                  {"rejects", report.rejects},
                  {"bytes", report.bytes},
                  {"input_bytes", report.input_bytes},
                  {"seconds", result.seconds},
                  {"path", report.path},
                  {"manifest_path", report.manifest_path},
                  {"rejects_path", TextOrNull(report.rejects_path)},
                  {"content_id", report.content_id},
                  {"warnings", AsJsonArray(report.warnings)}});
}

// Reports one cause once: the first partition at once, with its message, the others by their names at the end.
class FailureReports {
 public:
  explicit FailureReports(Talk& talk) : talk_(talk) {}

  void Add(const std::string& subject, const Error& error, int code) {
    // The subject is part of the message, where the failure has one.
    std::string cause = error.ToString();
    if (const size_t at = cause.find(subject); at != std::string::npos) {
      cause.erase(at, subject.size());
    }
    const auto [found, is_new] = subjects_.try_emplace(std::move(cause));
    found->second.push_back(subject);
    if (is_new) {
      talk_.Report(error, code);
    } else {
      talk_.Event("error", [&](JsonWriter& json) {
        json.Key("error");
        WriteError(json, error, code);
      });
    }
  }

  void ReportRepeats() {
    constexpr size_t kMostNamed = 10;
    for (const auto& [cause, subjects] : subjects_) {
      const size_t others = subjects.size() - 1;
      if (others > 0) {
        const auto first = subjects.begin() + 1;
        const auto named = static_cast<ptrdiff_t>(std::min(others, kMostNamed));
        talk_.ReportRepeats(fmt::format("the same for {}{}", fmt::join(first, first + named, ", "),
                                        others > kMostNamed ? fmt::format(" and {} more", others - kMostNamed) : ""));
      }
    }
  }

 private:
  Talk& talk_;
  std::map<std::string, std::vector<std::string>> subjects_;
};

bool WasNoop(const RunReport& report) {
  for (const PartitionResult& result : report.partitions) {
    if (!result.outcome || result.outcome->action != BuildAction::kUpToDate) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<int> RunCommand(const Invocation& invocation) {
  INGOT_ASSIGN(const RunRequest request, MakeRunRequest(invocation, ReasonQuestion::kAsk));
  Talk& talk = invocation.program.talk;
  if (invocation.settings.Flag(OptionId::kDryRun)) {
    talk.Say("dry run: local files are built as always; nothing is written to a remote store");
  }
  const Work work(invocation);
  Table table = EmptyTable();
  std::vector<int> codes;
  FailureReports failures(talk);
  const RunReport report =
      RunPartitions(*invocation.workspace, request, work.context(), [&](const PartitionResult& result) {
        codes.push_back(result.outcome ? kExitOk : ExitCodeOf(result.outcome.error(), invocation.program.cancellation));
        talk.ClearBar();
        if (const std::string subject = SubjectOf(*request.dataset, result.key); result.outcome) {
          TellBuild(talk, subject, *result.outcome);
        } else {
          failures.Add(subject, result.outcome.error(), codes.back());
        }
        AddRow(*request.dataset, result, codes.back(), table);
      });
  failures.ReportRepeats();
  for (const std::string& warning : report.warnings) {
    talk.Warn("", warning);
  }
  PrintTable(invocation, table);
  INGOT_TRY(WriteTableReport(invocation, table));
  const int code = CombineExitCodes(codes);
  const bool fail_on_noop = invocation.settings.Flag(OptionId::kErrorOnNoop);
  return code == kExitOk && fail_on_noop && WasNoop(report) ? kExitNoop : code;
}

}  // namespace ingot
