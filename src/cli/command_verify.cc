#include <fmt/format.h>

#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "dataset/verify.h"
#include "pipeline/exit_code.h"
#include "request/settings.h"
#include "request/verify_request.h"

namespace ingot {
namespace {

// Everything that was found, as tables: partitions, findings, and the columns with the most nulls.
class VerifyTables {
 public:
  void Add(const std::string& subject, const Result<VerifyReport>& outcome, int code) {
    if (!outcome) {
      const Error& error = outcome.error();
      summary_.AddNamed({{"partition", subject},
                         {"verdict", std::string("failed")},
                         {"errors", std::string("[]")},
                         {"warnings", std::string("[]")},
                         {"error", ErrorAsJson(error, code)}});
      findings_.Add({subject, std::string("error"), std::string(Describe(error.kind()).name), error.ToString()});
      return;
    }
    const VerifyReport& report = *outcome;
    const std::string verdict = !report.passed() ? "failed" : report.warnings.empty() ? "passed" : "warned";
    // Without a manifest that can be read nothing is known of rows and bytes.
    const bool known = !report.content_id.empty();
    summary_.AddNamed({{"partition", subject},
                       {"verdict", verdict},
                       {"rows", known ? Cell(report.rows) : Cell()},
                       {"bytes", known ? Cell(report.bytes) : Cell()},
                       {"level", std::string(VerifyLevelName(report.level))},
                       {"dataset", report.dataset},
                       {"key", report.key},
                       {"manifest_path", report.manifest_path},
                       {"content_id", report.content_id},
                       {"sha256", report.sha256},
                       {"proven", TextsAsJson(report.proven)},
                       {"errors", FindingsAsJson(report.errors)},
                       {"warnings", FindingsAsJson(report.warnings)},
                       {"top_nulls", NullsAsJson(report.top_nulls)}});
    AddFindings(subject, "error", report.errors);
    AddFindings(subject, "warning", report.warnings);
    for (const NullRatio& column : report.top_nulls) {
      nulls_.Add({subject, column.column, column.nulls, column.slots, column.ratio()});
    }
  }

  // For people three tables below each other, for programs one with everything in it.
  std::string Render(OutputFormat format, size_t width, bool with_nulls) const {
    std::string text = summary_.Render(format, width);
    if (format != OutputFormat::kTable && format != OutputFormat::kMarkdown) {
      return text;
    }
    if (!findings_.empty()) {
      text += '\n' + findings_.Render(format, width);
    }
    if (with_nulls && !nulls_.empty()) {
      text += '\n' + nulls_.Render(format, width);
    }
    return text;
  }

  size_t partitions() const { return summary_.rows().size(); }

 private:
  static std::string TextsAsJson(const std::vector<std::string>& texts) {
    JsonWriter json;
    json.BeginArray();
    for (const std::string& text : texts) {
      json.String(text);
    }
    return json.EndArray().text();
  }

  static std::string FindingsAsJson(const std::vector<VerifyFinding>& findings) {
    JsonWriter json;
    json.BeginArray();
    for (const VerifyFinding& finding : findings) {
      json.BeginObject().Key("check").String(finding.check).Key("message").String(finding.message).EndObject();
    }
    return json.EndArray().text();
  }

  static std::string NullsAsJson(const std::vector<NullRatio>& columns) {
    JsonWriter json;
    json.BeginArray();
    for (const NullRatio& column : columns) {
      json.BeginObject().Key("column").String(column.column).Key("nulls").Unsigned(column.nulls);
      json.Key("values").Unsigned(column.slots).Key("ratio").Double(column.ratio()).EndObject();
    }
    return json.EndArray().text();
  }

  void AddFindings(const std::string& subject, std::string_view severity, const std::vector<VerifyFinding>& findings) {
    for (const VerifyFinding& finding : findings) {
      findings_.Add({subject, std::string(severity), finding.check, finding.message});
    }
  }

  static constexpr auto kPrograms = ColumnAudience::kPrograms;
  Table summary_{{{"partition"},
                  {"verdict"},
                  {"rows", CellKind::kCount},
                  {"bytes", CellKind::kBytes},
                  {"level"},
                  {"dataset", CellKind::kText, kPrograms},
                  {"key", CellKind::kText, kPrograms},
                  {"manifest_path", CellKind::kText, kPrograms},
                  {"content_id", CellKind::kText, kPrograms},
                  {"sha256", CellKind::kText, kPrograms},
                  {"proven", CellKind::kJson, kPrograms},
                  {"errors", CellKind::kJson, kPrograms},
                  {"warnings", CellKind::kJson, kPrograms},
                  {"top_nulls", CellKind::kJson, kPrograms},
                  {"error", CellKind::kJson, kPrograms}}};
  Table findings_{{{"partition"}, {"severity"}, {"check"}, {"message"}}};
  Table nulls_{{{"partition"},
                {"column"},
                {"nulls", CellKind::kCount},
                {"values", CellKind::kCount},
                {"null_share", CellKind::kRatio}}};
};

int TellOutcome(const Invocation& invocation, const VerifySubject& subject, const Result<VerifyReport>& outcome) {
  const Program& program = invocation.program;
  program.talk.ClearBar();
  if (outcome && outcome->passed()) {
    for (const std::string& line : outcome->proven) {
      program.talk.Detail(fmt::format("{}: {}", subject.name, line));
    }
    program.talk.Event("partition", [&](JsonWriter& json) {
      json.Key("subject").String(subject.name).Key("result").String("passed");
      json.Key("rows").Unsigned(outcome->rows).Key("warnings").Unsigned(outcome->warnings.size());
    });
    return kExitOk;
  }
  const Error error = outcome ? VerifyFailure(subject, *outcome) : outcome.error();
  const int code = ExitCodeOf(error, program.cancellation);
  program.talk.Report(error, code);
  return code;
}

}  // namespace

Result<int> VerifyCommand(const Invocation& invocation) {
  INGOT_ASSIGN(const std::vector<VerifySubject> subjects, VerifySubjects(invocation.scope(), invocation.arguments));
  const Work work(invocation);
  VerifyTables tables;
  std::vector<int> codes;
  for (const VerifySubject& subject : subjects) {
    INGOT_TRY(invocation.program.cancellation.Check());
    Result<VerifyReport> outcome = VerifyPartition(subject.request, work.context());
    if (!outcome) {
      outcome.error().In(subject.name);
    }
    codes.push_back(TellOutcome(invocation, subject, outcome));
    tables.Add(subject.name, outcome, codes.back());
  }
  const bool with_nulls = tables.partitions() == 1 || invocation.settings.Flag(OptionId::kVerbose);
  PrintText(invocation, tables.Render(FormatOf(invocation), WidthOf(invocation.program.terminal), with_nulls));
  if (const std::optional<std::string> path = invocation.settings.Text(OptionId::kReport)) {
    INGOT_TRY(WriteReport(*path, tables.Render(FormatOfPath(*path), 0, true)));
  }
  return CombineExitCodes(codes);
}

}  // namespace ingot
