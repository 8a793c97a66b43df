#include "format/json/json_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/result_matchers.h"
#include "format/json/decoded_file.h"

namespace ingot {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SurveyReport Survey(std::string_view text, const JsonOptions& options = {}) {
  JsonSurvey survey(std::make_shared<const JsonOptions>(options));
  const PaddedText padded(text);
  EXPECT_OK(survey.NewDecoder("f")->Decode(padded.span()));
  return survey.Report();
}

ColumnPathPattern Path(std::string_view text) { return ColumnPathPattern::Parse(text).value(); }

std::vector<std::string> Columns(const SurveyReport& report) {
  std::vector<std::string> columns;
  for (const SurveyedColumn& column : report.columns) {
    columns.push_back(fmt::format("{} {} {}", column.path, column.type, column.rows));
  }
  return columns;
}

std::vector<std::string> Problems(const SurveyReport& report) {
  std::vector<std::string> problems;
  for (const SurveyProblem& problem : report.problems) {
    std::string text = problem.path;
    for (const SurveyedKind& kind : problem.kinds) {
      text += fmt::format(", {} x{} @{}", NameOf(kind.kind), kind.rows, kind.first.line);
    }
    problems.push_back(std::move(text));
  }
  return problems;
}

TEST(JsonSurvey, NumbersOfBothKindsAreNoConflict) {
  const SurveyReport report = Survey("{\"a\":1}\n{\"a\":null,\"b\":{\"c\":[true]}}\n\n{\"a\":0.5}\n");
  EXPECT_EQ(report.rows, 3U);
  EXPECT_THAT(Columns(report), ElementsAre("a double 2", "b struct 1", "b.c list 1", "b.c[] bool 1"));
  EXPECT_THAT(Problems(report), IsEmpty());
}

TEST(JsonSurvey, AllConflictsAreFoundAndNoneBelowAnother) {
  const SurveyReport report = Survey(
      "{\"s\":{\"x\":1}}\n{\"s\":{\"x\":\"y\"}}\n{\"s\":\"t\"}\n{\"l\":[1,\"a\",1],\"d\":9007199254740993}\n{\"d\":0.5}"
      "\n");
  EXPECT_THAT(Problems(report),
              ElementsAre("s, a string x1 @3, an object x2 @1", "l[], an integer x1 @4, a string x1 @4",
                          "d, an integer x1 @4, a real number x1 @5"));
}

TEST(JsonSurvey, KeysBeyondTheLimitAreThoseOfAMap) {
  JsonOptions options;
  options.max_new_keys = 2;
  const SurveyReport report = Survey("{\"m\":{\"a\":1,\"b\":2}}\n{\"m\":{\"c\":\"x\",\"d\":1}}\n", options);
  EXPECT_THAT(Problems(report), ElementsAre("m, an object x1 @2", "m{}, an integer x2 @1, a string x1 @2"));
  EXPECT_THAT(Problems(Survey("{\"a\":1,\"b\":2}\n{\"c\":3}\n", options)), ElementsAre(", an object x1 @2"));
}

TEST(JsonSurvey, DeclaredColumnsCannotBeInConflict) {
  JsonOptions options;
  options.types.emplace_back(Path("a"), Scalar(TypeKind::kJson));
  options.drop.push_back(Path("b"));
  options.maps.push_back(Path("m"));
  const SurveyReport report =
      Survey("{\"a\":1,\"b\":1,\"m\":{\"x\":1}}\n{\"a\":\"x\",\"b\":\"x\",\"m\":{\"y\":\"t\"}}\n", options);
  EXPECT_THAT(Problems(report), ElementsAre("m{}, an integer x1 @1, a string x1 @2"));
}

TEST(JsonSurvey, AcceptedTypesDecide) {
  JsonOptions options;
  const auto locked = std::make_shared<Schema>();
  locked->fields.push_back({"a", Scalar(TypeKind::kInt64)});
  options.locked = locked;
  EXPECT_THAT(Problems(Survey("{\"a\":1,\"n\":1}\n{\"a\":\"x\",\"n\":\"x\"}\n", options)),
              ElementsAre("n, an integer x1 @1, a string x1 @2"));
}

TEST(JsonSurvey, EmptyObjectsAreAProblemWhereTheyAreStructs) {
  JsonOptions options;
  EXPECT_THAT(Problems(Survey("{\"e\":{},\"f\":{}}\n{\"f\":{\"x\":1}}\n", options)), ElementsAre("e, an object x1 @1"));
  options.empty_object = EmptyObject::kNullIfBare;
  EXPECT_THAT(Problems(Survey("{\"e\":{}}\n", options)), IsEmpty());
}

TEST(JsonSurvey, LinesThatAreNoRecordSayNothing) {
  const SurveyReport report = Survey("{\"a\":1}\n{\"a\":\"x\"} x\n[1]\n{\"a\":\n");
  EXPECT_EQ(report.rejects, 3U);
  EXPECT_THAT(Problems(report), IsEmpty());
}

}  // namespace
}  // namespace ingot
