#include "dataset/conflicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/quoted_name.h"

namespace ingot {
namespace {

constexpr size_t kMostShown = 20;

// As a shell takes it: nothing inside is special.
std::string ShellWord(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return word + "'";
}

std::string Subject(const SurveyProblem& problem) {
  return problem.path.empty() ? "the record itself" : fmt::format("column '{}'", problem.path);
}

// "an integer in 3 of 4 rows (first on line 1 of 'a.jsonl')".
std::string DescribeKind(const SurveyedKind& kind, std::string_view what, uint64_t rows) {
  return fmt::format("{} in {} of {} rows (first on line {} of '{}')", what, kind.rows, rows, kind.first.line,
                     kind.first.file);
}

std::string DescribeProblem(const SurveyProblem& problem, uint64_t rows) {
  switch (problem.kind) {
    case SurveyProblemKind::kManyKeys:
      return fmt::format("{} has too many distinct keys to be columns (from line {} of '{}' on)", Subject(problem),
                         problem.kinds[0].first.line, problem.kinds[0].first.file);
    case SurveyProblemKind::kEmptyObject:
      return fmt::format("{} is {}, and no record shows a field", Subject(problem),
                         DescribeKind(problem.kinds[0], "{}", rows));
    case SurveyProblemKind::kDigits:
      return fmt::format("{} is {} and {}", Subject(problem),
                         DescribeKind(problem.kinds[0], "an integer that a double cannot hold exactly", rows),
                         DescribeKind(problem.kinds[1], NameOf(problem.kinds[1].kind), rows));
    case SurveyProblemKind::kTypes:
      break;
  }
  std::vector<std::string> kinds;
  for (const SurveyedKind& kind : problem.kinds) {
    kinds.push_back(DescribeKind(kind, NameOf(kind.kind), rows));
  }
  return fmt::format("{} is {}", Subject(problem), fmt::join(kinds, " and "));
}

// The paths that each kind of declaration would settle.
struct Remedies {
  std::vector<std::string> types;  // as JSON text
  std::vector<std::string> maps;
  bool empty_objects = false;
  bool record = false;  // what no declaration settles
};

Remedies RemediesOf(const SurveyReport& report) {
  Remedies remedies;
  for (const SurveyProblem& problem : report.problems) {
    if (problem.kind == SurveyProblemKind::kEmptyObject) {
      remedies.empty_objects = true;
    } else if (problem.path.empty()) {
      remedies.record = true;
    } else if (problem.kind == SurveyProblemKind::kManyKeys) {
      remedies.maps.push_back(problem.path);
    } else {
      remedies.types.push_back(problem.path);
    }
  }
  return remedies;
}

std::string OptionsFor(const Remedies& remedies) {
  std::vector<std::string> words;
  for (const std::string& path : remedies.types) {
    words.push_back("--type " + ShellWord(path + "=json"));
  }
  for (const std::string& path : remedies.maps) {
    words.push_back("--map " + ShellWord(path));
  }
  if (remedies.empty_objects) {
    words.emplace_back("--empty-object null");
  }
  const std::string options = fmt::format("{}", fmt::join(words, " "));
  return remedies.types.empty() && remedies.maps.empty()
             ? options
             : fmt::format("--on-conflict json keeps all of it as JSON text; or column by column:\n{}", options);
}

std::string KeysFor(const Remedies& remedies) {
  std::string text = "add to the source of the dataset in ingot.toml:";
  std::vector<std::string> types;
  for (const std::string& path : remedies.types) {
    types.push_back(JsonQuoted(path) + " = \"json\"");
  }
  std::vector<std::string> maps;
  for (const std::string& path : remedies.maps) {
    maps.push_back(JsonQuoted(path));
  }
  text += types.empty() ? "" : fmt::format("\ntypes = {{ {} }}", fmt::join(types, ", "));
  text += maps.empty() ? "" : fmt::format("\nmaps = [{}]", fmt::join(maps, ", "));
  text += remedies.empty_objects ? "\nempty_object = \"null\"" : "";
  return text;
}

}  // namespace

Result<SurveyReport> SurveyInputs(const std::vector<std::string>& paths, const JsonlSource::Opener& open,
                                  const std::shared_ptr<const JsonOptions>& json, const JsonlLimits& limits,
                                  const std::string& subject, const BuildContext& context) {
  JsonSurvey survey(json);
  ProgressUpdate progress{"survey", subject, 0, 0, 0};
  for (const std::string& path : paths) {
    INGOT_ASSIGN(auto bytes, open(path));
    JsonlReader reader(path, std::move(bytes), survey.NewDecoder(path), limits);
    while (true) {
      INGOT_TRY(context.cancellation->Check());
      INGOT_ASSIGN(const auto block, reader.Next());
      if (!block) {
        break;
      }
      progress.rows += block->batch.rows;
      context.progress->Update(progress);
    }
  }
  return survey.Report();
}

Error DescribeConflicts(const SurveyReport& report, Remedy remedy) {
  const size_t count = report.problems.size();
  std::string message = count == 1 ? "" : fmt::format("{} columns do not fit into one schema:", count);
  for (size_t i = 0; i < std::min(count, kMostShown); ++i) {
    message += (count == 1 ? "" : "\n") + DescribeProblem(report.problems[i], report.rows);
  }
  if (count > kMostShown) {
    message += fmt::format("\nand {} more", count - kMostShown);
  }
  const Remedies remedies = RemediesOf(report);
  const bool is_settled = !remedies.types.empty() || !remedies.maps.empty() || remedies.empty_objects;
  std::string advice = !is_settled ? "" : remedy == Remedy::kOptions ? OptionsFor(remedies) : KeysFor(remedies);
  if (remedies.record) {
    advice = "is each line really one record? drop or declare what is data, not structure" +
             (advice.empty() ? "" : "\n" + advice);
  }
  return Error(ErrorKind::kSchemaDrift, std::move(message), std::move(advice));
}

Result<std::vector<std::string>> KeepConflictsAsJson(const SurveyReport& report, JsonOptions* json) {
  std::vector<std::string> warnings;
  for (const SurveyProblem& problem : report.problems) {
    if (problem.kind == SurveyProblemKind::kEmptyObject) {
      continue;
    }
    if (problem.path.empty()) {
      return DescribeConflicts(report, Remedy::kOptions);
    }
    INGOT_ASSIGN(ColumnPathPattern path, ColumnPathPattern::Parse(problem.path));
    json->types.emplace_back(std::move(path), Scalar(TypeKind::kJson));
    warnings.push_back(DescribeProblem(problem, report.rows) + ": kept as JSON text");
  }
  return warnings;
}

std::string HowToKeep(const std::string& column, Remedy remedy) {
  return remedy == Remedy::kOptions
             ? fmt::format("--type {} keeps the value as JSON text", ShellWord(column + "=json"))
             : fmt::format("types = {{ {} = \"json\" }} in the source keeps the value as JSON text",
                           JsonQuoted(column));
}

}  // namespace ingot
