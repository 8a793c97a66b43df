#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/partition_choice.h"
#include "cli/talk.h"
#include "pipeline/schema_document.h"
#include "pipeline/schema_report.h"
#include "pipeline/workspace.h"
#include "request/settings.h"

namespace ingot {
namespace {

// "absent in 3 of 30 (2026-01-01 …)", "int64 in 2 of 30 (2026-01-04 …)".
std::string DriftOf(const ColumnReport& column, size_t partitions) {
  std::string text;
  const auto add = [&](std::string_view what, const std::vector<std::string>& keys) {
    text += fmt::format("{}{} in {} of {} ({}{})", text.empty() ? "" : "; ", what, keys.size(), partitions, keys[0],
                        keys.size() > 1 ? " …" : "");
  };
  if (!column.absent.empty()) {
    add("absent", column.absent);
  }
  for (const auto& [type, keys] : column.other_types) {
    add(type, keys);
  }
  return text;
}

void WriteTexts(JsonWriter& json, const std::vector<std::string>& texts) {
  json.BeginArray();
  for (const std::string& text : texts) {
    json.String(text);
  }
  json.EndArray();
}

std::string AbsentAsJson(const ColumnReport& column) {
  JsonWriter json;
  WriteTexts(json, column.absent);
  return json.text();
}

std::string OtherTypesAsJson(const ColumnReport& column) {
  JsonWriter json;
  json.BeginObject();
  for (const auto& [type, keys] : column.other_types) {
    json.Key(type);
    WriteTexts(json, keys);
  }
  return json.EndObject().text();
}

Table TableOf(const SchemaReport& report) {
  constexpr auto kPrograms = ColumnAudience::kPrograms;
  Table table({{"column"},
               {"type"},
               {"nullable", CellKind::kBool, kPrograms},
               {"id", CellKind::kCount, kPrograms},
               {"since"},
               {"nulls", CellKind::kRatio},
               {"drift"},
               {"absent", CellKind::kJson, kPrograms},
               {"other_types", CellKind::kJson, kPrograms}});
  for (const ColumnReport& column : report.columns) {
    table.Add({column.line.path, column.line.type, column.line.nullable, int64_t{column.line.id}, column.since,
               column.null_share ? Cell(*column.null_share) : Cell(), DriftOf(column, report.partitions.size()),
               AbsentAsJson(column), OtherTypesAsJson(column)});
  }
  return table;
}

// Markdown is the description for readers of the data; every other form is the table of columns.
Result<std::string> Render(const Invocation& invocation, const DatasetSpec& dataset, OutputFormat format,
                           size_t width) {
  const LockedSchema* locked = invocation.workspace->lock().Find(dataset.name);
  if (format == OutputFormat::kMarkdown) {
    return SchemaDocument(dataset, locked);
  }
  INGOT_ASSIGN(const SchemaReport report, ReportSchema(dataset, locked));
  for (const std::string& key : report.unreadable) {
    invocation.program.talk.Warn(dataset.name + "@" + key, "its manifest cannot be read and is left out");
  }
  if (locked == nullptr) {
    invocation.program.talk.Say(
        fmt::format("no schema is accepted for {} yet: the first partition brings it", dataset.name));
  }
  return TableOf(report).Render(format, width);
}

}  // namespace

Result<int> SchemaCommand(const Invocation& invocation) {
  INGOT_ASSIGN(const Workspace::Target target, invocation.workspace->Resolve(DatasetArgument(invocation)));
  INGOT_ASSIGN(const std::string shown,
               Render(invocation, *target.dataset, FormatOf(invocation), WidthOf(invocation.program.terminal)));
  PrintText(invocation, shown);
  if (const std::optional<std::string> path = invocation.settings.Text(OptionId::kReport)) {
    INGOT_ASSIGN(const std::string report, Render(invocation, *target.dataset, FormatOfPath(*path), 0));
    INGOT_TRY(WriteReport(*path, report));
  }
  return kExitOk;
}

}  // namespace ingot
