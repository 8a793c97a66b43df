#include <fmt/format.h>
#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "dataset/convert.h"
#include "request/settings.h"

namespace ingot {
namespace {

constexpr int kBestZstdLevel = 22;

bool HasPattern(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

// The files that a pattern in quotes means, in the order of their names' bytes, which no locale changes. A file that
// exists is taken as it is, whatever its name holds.
Result<std::vector<std::string>> ExpandPattern(const std::string& pattern) {
  std::vector<std::string> paths;
  glob_t found{};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread exists yet
  const int outcome = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  for (size_t i = 0; outcome == 0 && i < found.gl_pathc; ++i) {
    paths.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  if (outcome == GLOB_NOSPACE || outcome == GLOB_ABORTED) {
    return Error(ErrorKind::kUnavailable, fmt::format("cannot list the files of '{}'", pattern));
  }
  if (paths.empty()) {
    return Error(ErrorKind::kNotFound, fmt::format("no file matches '{}'", pattern));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<std::vector<std::string>> InputsOf(std::span<const std::string> arguments) {
  std::vector<std::string> inputs;
  for (const std::string& argument : arguments) {
    if (argument == "-" || !HasPattern(argument) || ::access(argument.c_str(), F_OK) == 0) {
      inputs.push_back(argument);
      continue;
    }
    INGOT_ASSIGN(const std::vector<std::string> paths, ExpandPattern(argument));
    inputs.insert(inputs.end(), paths.begin(), paths.end());
  }
  if (std::count(inputs.begin(), inputs.end(), "-") > 1) {
    return Error(ErrorKind::kUsage, "standard input can be read only once");
  }
  return inputs;
}

Result<std::vector<ColumnPathPattern>> PatternsOf(const Settings& settings, OptionId id) {
  std::vector<ColumnPathPattern> patterns;
  for (const std::string& text : settings.Texts(id)) {
    Result<ColumnPathPattern> pattern = ColumnPathPattern::Parse(text);
    if (!pattern) {
      return Error(ErrorKind::kUsage, pattern.error().message()).In(settings.Find(id)->source);
    }
    patterns.push_back(*std::move(pattern));
  }
  return patterns;
}

Result<void> AddTypes(const Settings& settings, JsonOptions& json) {
  for (const std::string& text : settings.Texts(OptionId::kType)) {
    // A quoted name may hold an `=`; a type holds none outside quotes, so the last one separates.
    const size_t equals = text.rfind('=');
    Result<ColumnPathPattern> path = ColumnPathPattern::Parse(text.substr(0, equals));
    if (!path) {
      return Error(ErrorKind::kUsage, path.error().message()).In("--type");
    }
    Result<DataType> type = ParseType(text.substr(equals + 1));
    if (!type) {
      return Error(ErrorKind::kUsage, type.error().message(), std::string(type.error().advice())).In("--type");
    }
    json.types.emplace_back(*std::move(path), *std::move(type));
  }
  return {};
}

Result<ParquetOptions> ParquetOf(const Settings& settings) {
  ParquetOptions parquet;
  const std::string codec = settings.Text(OptionId::kCodec).value_or("zstd");
  parquet.codec = codec == "zstd"     ? ParquetCodec::kZstd
                  : codec == "snappy" ? ParquetCodec::kSnappy
                                      : ParquetCodec::kNone;
  if (const std::optional<uint64_t> level = settings.Count(OptionId::kLevel)) {
    if (*level < 1 || *level > kBestZstdLevel) {
      return Error(ErrorKind::kUsage, fmt::format("--level {}: zstd has levels 1 to {}", *level, kBestZstdLevel));
    }
    parquet.level = static_cast<int>(*level);
  }
  return parquet;
}

Result<ConvertRequest> RequestOf(const Invocation& invocation) {
  const Settings& settings = invocation.settings;
  ConvertRequest request;
  std::span<const std::string> arguments(invocation.arguments);
  if (!settings.Flag(OptionId::kExplainSchema)) {
    if (arguments.size() < 2) {
      return Error(ErrorKind::kUsage, "ingot convert: OUTPUT is missing", "ingot convert INPUT… OUTPUT [options]");
    }
    request.output = arguments.back();
    arguments = arguments.first(arguments.size() - 1);
    if (request.output == "-") {
      return Error(ErrorKind::kUsage, "a Parquet file cannot be written to standard output", "name a file");
    }
  }
  INGOT_ASSIGN(request.inputs, InputsOf(arguments));
  INGOT_ASSIGN(request.json.maps, PatternsOf(settings, OptionId::kMap));
  INGOT_ASSIGN(request.json.drop, PatternsOf(settings, OptionId::kDrop));
  INGOT_TRY(AddTypes(settings, request.json));
  const std::optional<std::string> empty_object = settings.Text(OptionId::kEmptyObject);
  request.json.empty_object = !empty_object             ? EmptyObject::kNullIfBare
                              : *empty_object == "null" ? EmptyObject::kNull
                                                        : EmptyObject::kStruct;
  request.on_conflict =
      settings.Text(OptionId::kOnConflict).value_or("refuse") == "json" ? OnConflict::kJson : OnConflict::kRefuse;
  request.strict_options = settings.Flag(OptionId::kStrictOptions);
  request.limits.max_line_bytes = settings.Size(OptionId::kMaxLine).value_or(request.limits.max_line_bytes);
  INGOT_ASSIGN(request.parquet, ParquetOf(settings));
  request.rejects_path = settings.Text(OptionId::kRejects).value_or("");
  request.max_rejects = settings.Count(OptionId::kMaxRejects).value_or(0);
  request.overwrite = settings.Flag(OptionId::kForce);
  request.keep_damaged = settings.Flag(OptionId::kAllowIncomplete);
  return request;
}

// The columns that the inputs show, and what keeps them from one schema.
Result<int> ExplainSchema(const Invocation& invocation, const ConvertRequest& request, const BuildContext& context) {
  INGOT_ASSIGN(const SurveyReport report, SurveyFiles(request, context));
  Talk& talk = invocation.program.talk;
  talk.ClearBar();
  Table table({{"column"}, {"type"}, {"nulls", CellKind::kRatio}, {"keys", CellKind::kCount}, {"example"}});
  for (const SurveyedColumn& column : report.columns) {
    const double nulls =
        report.rows == 0 ? 0 : static_cast<double>(report.rows - column.rows) / static_cast<double>(report.rows);
    table.Add({column.path, column.type, nulls, column.keys == 0 ? Cell() : Cell(column.keys), column.example});
  }
  PrintTable(invocation, table);
  if (report.rejects > 0) {
    talk.Warn(request.inputs[0], fmt::format("{} lines hold no JSON object and are left out", report.rejects));
  }
  if (!report.problems.empty()) {
    const Error conflicts = DescribeConflicts(report, Remedy::kOptions);
    talk.Warn(request.inputs[0], fmt::format("{}\ntry: {}", conflicts.message(), conflicts.advice()));
  }
  return kExitOk;
}

}  // namespace

Result<int> ConvertCommand(const Invocation& invocation) {
  INGOT_ASSIGN(const ConvertRequest request, RequestOf(invocation));
  const Work work(invocation);
  if (invocation.settings.Flag(OptionId::kExplainSchema)) {
    return ExplainSchema(invocation, request, work.context());
  }
  INGOT_ASSIGN(const ConvertReport report, ConvertFiles(request, work.context()));
  Talk& talk = invocation.program.talk;
  talk.ClearBar();
  for (const std::string& warning : report.warnings) {
    talk.Warn(request.output, warning);
  }
  constexpr auto kPrograms = ColumnAudience::kPrograms;
  Table table({{"output"},
               {"rows", CellKind::kCount},
               {"rejects", CellKind::kCount},
               {"blanks", CellKind::kCount, kPrograms},
               {"columns", CellKind::kCount},
               {"row_groups", CellKind::kCount, kPrograms},
               {"input_bytes", CellKind::kBytes},
               {"bytes", CellKind::kBytes},
               {"sha256", CellKind::kText, kPrograms},
               {"rejects_path", CellKind::kText, kPrograms}});
  table.Add({request.output, report.rows, report.rejects, report.blanks, report.columns, report.row_groups,
             report.input_bytes, report.output_bytes, report.sha256,
             report.rejects_path.empty() ? Cell() : Cell(report.rejects_path)});
  PrintTable(invocation, table);
  return kExitOk;
}

}  // namespace ingot
