// All that keeps JSON lines from one schema, told at once, with what to paste to settle it.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "dataset/build_context.h"
#include "format/json/json_survey.h"
#include "source/jsonl/jsonl_source.h"

namespace ingot {

// Reads the inputs from their beginning and makes no column. Damaged inputs count up to their damage. Errors: those of
// reading; kCancelled.
Result<SurveyReport> SurveyInputs(const std::vector<std::string>& paths, const JsonlSource::Opener& open,
                                  const std::shared_ptr<const JsonOptions>& json, const JsonlLimits& limits,
                                  const std::string& subject, const BuildContext& context);

// Where what settles a conflict is written.
enum class Remedy {
  kOptions,  // of ingot convert
  kProject,  // the dataset's source in ingot.toml
};

// One error of kind kSchemaDrift for all problems of the report. Requires: it has some.
Error DescribeConflicts(const SurveyReport& report, Remedy remedy);

// Declares every column in conflict as JSON text, and returns a warning for each. Errors: kSchemaDrift where that is no
// way out.
Result<std::vector<std::string>> KeepConflictsAsJson(const SurveyReport& report, JsonOptions* json);

// What keeps a value that its column cannot take: "--type 'id=json' keeps it as text".
std::string HowToKeep(const std::string& column, Remedy remedy);

}  // namespace ingot
