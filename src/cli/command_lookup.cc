#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/size.h"
#include "cli/commands.h"
#include "cli/data_output.h"
#include "cli/lookup_batch.h"
#include "cli/output.h"
#include "cli/result_writer.h"
#include "cli/talk.h"
#include "cli/unicode_text.h"
#include "cli/work.h"
#include "lookup/lookup.h"
#include "lookup/lookup_arrow.h"
#include "request/settings.h"

namespace ingot {
namespace {

// The form that was asked for; nothing for plain lines.
Result<std::optional<ResultFormat>> FormatOfAnswer(const Invocation& invocation) {
  const std::optional<std::string> name = invocation.settings.Text(OptionId::kOutput);
  if (!name) {
    return std::optional<ResultFormat>();
  }
  const ResultFormat format = ParseResultFormat(*name);
  const bool binary = format == ResultFormat::kParquet || format == ResultFormat::kArrow;
  if (binary && invocation.program.terminal.output_is_terminal) {
    return Error(ErrorKind::kUsage, "bytes for programs do not belong on a terminal",
                 "ingot lookup … -o parquet > FILE");
  }
  return std::optional(format);
}

Result<ResultSummary> Write(const Invocation& invocation, RecordStream& stream, ResultFormat format) {
  return WriteResult(stream, format, WidthOf(invocation.program.terminal), invocation.program.out);
}

void PrintLine(const Program& program, std::string_view text) {
  if (program.terminal.output_is_terminal) {
    program.out.Line(PrintableText(text));
  } else {
    program.out.Line(text);
  }
}

void PrintValues(const Program& program, const ColumnValues& values) {
  for (uint64_t i = 0; i < values.size() && program.out.has_reader(); ++i) {
    PrintLine(program,
              values.kind == KeyKind::kString ? std::string(values.TextAt(i)) : std::to_string(values.numbers[i]));
  }
}

// `lookup m.parquet x 1` names no fields: they are those of the key, in its order.
Error NotFieldAndValue(const Invocation& invocation, std::string_view text, const std::vector<KeyColumn>& columns) {
  std::string meant;
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool given =
        i + 1 < invocation.arguments.size() && invocation.arguments[i + 1].find('=') == std::string::npos;
    meant += fmt::format(" {}={}", columns[i].name, given ? PrintableText(invocation.arguments[i + 1]) : "VALUE");
  }
  return Error(ErrorKind::kUsage, fmt::format("'{}' is not FIELD=VALUE", PrintableText(text)),
               fmt::format("ingot lookup '{}'{}", invocation.arguments[0], meant));
}

// The arguments after the manifest. The views point into the arguments.
Result<std::vector<ColumnCondition>> ConditionsOf(const Invocation& invocation, const std::vector<KeyColumn>& columns) {
  std::vector<ColumnCondition> conditions;
  for (size_t i = 1; i < invocation.arguments.size(); ++i) {
    const std::string_view text = invocation.arguments[i];
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return NotFieldAndValue(invocation, text, columns);
    }
    conditions.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return conditions;
}

Error NothingFound(const Invocation& invocation) {
  std::string key;
  for (size_t i = 1; i < invocation.arguments.size(); ++i) {
    key += (key.empty() ? "" : ", ") + PrintableText(invocation.arguments[i]);
  }
  return Error(ErrorKind::kNotFound, fmt::format("'{}' has no file for {}", invocation.arguments[0], key),
               fmt::format("ingot lookup '{}' --unique FIELD lists what there is", invocation.arguments[0]));
}

Result<int> PrintRecords(const Invocation& invocation, const Lookup& lookup) {
  INGOT_ASSIGN(const auto format, FormatOfAnswer(invocation));
  INGOT_ASSIGN(const std::vector<ColumnCondition> conditions, ConditionsOf(invocation, lookup.columns()));
  if (conditions.empty()) {
    return Error(ErrorKind::kUsage, "no key given",
                 fmt::format("ingot lookup '{}' {}=VALUE …, --unique FIELD, or --batch FILE", invocation.arguments[0],
                             lookup.columns()[0].name));
  }
  if (conditions.size() == lookup.columns().size() && !format) {
    INGOT_ASSIGN(const std::vector<KeyPart> key, lookup.KeyOf(conditions));
    INGOT_ASSIGN(const std::vector<std::string> paths, lookup.GetAll(key));
    if (paths.empty()) {
      return NothingFound(invocation);
    }
    PrintLine(invocation.program, paths[0]);
    if (paths.size() > 1) {
      invocation.program.talk.Say(fmt::format("the first of {} files; -o table shows all", paths.size()));
    }
    return kExitOk;
  }
  INGOT_ASSIGN(LookupRecords records, lookup.Records(conditions));
  if (records.rows() == 0) {
    return NothingFound(invocation);
  }
  if (!format) {
    PrintValues(invocation.program, records.paths);
    return kExitOk;
  }
  const auto stream = StreamOf(AnswerColumns(lookup.columns(), std::move(records)));
  INGOT_TRY(Write(invocation, *stream, *format));
  return kExitOk;
}

Result<int> PrintUnique(const Invocation& invocation, const Lookup& lookup, const std::string& field) {
  INGOT_ASSIGN(const auto format, FormatOfAnswer(invocation));
  INGOT_ASSIGN(ColumnValues values, lookup.Unique(field));
  if (!format) {
    PrintValues(invocation.program, values);
    return kExitOk;
  }
  std::vector<AnswerColumn> columns;
  columns.push_back({field, std::move(values), {}});
  const auto stream = StreamOf(std::move(columns));
  INGOT_TRY(Write(invocation, *stream, *format));
  return kExitOk;
}

Result<int> PrintBatch(const Invocation& invocation, const Lookup& lookup, const std::string& file) {
  INGOT_ASSIGN(const auto format, FormatOfAnswer(invocation));
  BatchCounts counts;
  INGOT_ASSIGN(const std::unique_ptr<RecordStream> stream, OpenLookupBatch(lookup, file, &counts));
  INGOT_TRY(Write(invocation, *stream, format.value_or(ResultFormat::kCsv)));
  invocation.program.talk.Say(fmt::format("{} of {} keys found", FormatCount(counts.found), FormatCount(counts.keys)));
  return kExitOk;
}

void TellIndex(const Lookup& lookup, Talk& talk) {
  const LookupIndexReport report = lookup.report();
  talk.ClearBar();
  const std::string_view how = report.origin == IndexOrigin::kOpened ? "opened" : "made";
  talk.Detail(fmt::format("index {} {}: {} keys, {} rows, {}", how, report.path.empty() ? "in memory" : report.path,
                          FormatCount(report.keys), FormatCount(report.rows), FormatByteSize(report.bytes)));
}

}  // namespace

Result<int> LookupCommand(const Invocation& invocation) {
  const Settings& settings = invocation.settings;
  const std::optional<std::string> unique = settings.Text(OptionId::kUnique);
  const std::optional<std::string> batch = settings.Text(OptionId::kBatch);
  const bool has_key = invocation.arguments.size() > 1;
  if ((unique ? 1 : 0) + (batch ? 1 : 0) + (has_key ? 1 : 0) > 1) {
    return Error(ErrorKind::kUsage, "a key, --unique and --batch exclude each other", "choose one of them");
  }
  LookupContext context;
  context.cancellation = &invocation.program.cancellation;
  context.progress = &invocation.program.talk;
  context.memory_limit_bytes = MemoryOf(settings);
  INGOT_ASSIGN(const Lookup lookup,
               Lookup::Open(invocation.arguments[0], {settings.Text(OptionId::kTemplate).value_or("")}, context));
  TellIndex(lookup, invocation.program.talk);
  if (unique) {
    return PrintUnique(invocation, lookup, *unique);
  }
  return batch ? PrintBatch(invocation, lookup, *batch) : PrintRecords(invocation, lookup);
}

}  // namespace ingot
