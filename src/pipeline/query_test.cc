#include "pipeline/query.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "engine/result_fixture.h"
#include "pipeline/project_fixture.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;

class QueryTest : public ProjectFixture {
 protected:
  // Rows as JSON, or the error.
  Result<std::string> Ask(const Workspace& workspace, const EngineStatement& statement,
                          QueryProof proof = QueryProof::kFooter) {
    INGOT_ASSIGN(const std::unique_ptr<Query> query,
                 Query::Open(&workspace, {statement, proof, {uint64_t{256} << 20U, 2, ""}}, Context()));
    partitions_ = query->inputs().empty() ? 0 : query->inputs()[0].partitions;
    INGOT_ASSIGN(const std::unique_ptr<RecordStream> stream, query->Run({}));
    return RowsAsJson(*stream, "");
  }

  // The same for comparisons: a failure is its text.
  std::string Rows(const Workspace& workspace, const EngineStatement& statement) {
    const Result<std::string> rows = Ask(workspace, statement);
    return rows ? *rows : "error: " + rows.error().ToString();
  }

  std::unique_ptr<Workspace> Built() {
    auto workspace = Open();
    EXPECT_EQ(Run(*workspace, {"2026-01-13", "2026-01-15"}).partitions.size(), 2U);
    return workspace;
  }

  uint64_t partitions_ = 0;
};

TEST_F(QueryTest, ColumnsOfTheLockAreThereWhateverIsRead) {
  const auto workspace = Built();
  // Only the later day has `gust`.
  EXPECT_EQ(Rows(*workspace, {"SELECT count(gust) AS n FROM daily WHERE date = '2026-01-13'", {}}), "{\"n\":0}");
  EXPECT_EQ(partitions_, 1U);
  EXPECT_EQ(Rows(*workspace, {"SELECT count(gust) AS n FROM daily WHERE false", {}}), "{\"n\":0}");
  EXPECT_EQ(partitions_, 0U);
}

// No rows would look like an answer.
TEST_F(QueryTest, AQueryOverNoPartitionIsNone) {
  const auto workspace = Built();
  EXPECT_THAT(Ask(*workspace, {"SELECT count(gust) AS n FROM daily WHERE date < '2000-01-01'", {}}),
              IsErr(ErrorKind::kNotFound, "dataset daily has no partition that the query asks for"));
  EXPECT_EQ(Rows(*workspace, {"SELECT count(*) AS n FROM daily WHERE date = '2026-01-15' AND temp > 99", {}}),
            "{\"n\":0}");
  // The lock knows its columns all the same.
  fs::remove_all(PathOf("output"));
  EXPECT_THAT(Ask(*workspace, {"SELECT count(gust) AS n FROM daily", {}}),
              IsErr(ErrorKind::kNotFound, "dataset daily has no partition yet"));
}

TEST_F(QueryTest, APartitionUnderTheNameOfAnotherIsRefused) {
  const auto workspace = Built();
  fs::copy(PathOf("output/daily/2026-01-15"), PathOf("output/daily/2026-01-14"), fs::copy_options::recursive);
  EXPECT_THAT(Ask(*workspace, {"SELECT count(*) AS n FROM daily", {}}),
              IsErr(ErrorKind::kCorrupt, "is the manifest of daily@2026-01-15"));
}

TEST_F(QueryTest, AFileWithAnotherFooterIsRefusedAndToldApartByWhatIsCompared) {
  const auto workspace = Built();
  const std::string data = PathOf("output/daily/2026-01-15/data.parquet");
  std::string bytes = ReadWholeFile(data).value();
  bytes[30] = static_cast<char>(bytes[30] ^ 0x40);
  Write("output/daily/2026-01-15/data.parquet", bytes);
  const EngineStatement statement{"SELECT count(*) AS n FROM daily", {}};
  EXPECT_THAT(Ask(*workspace, statement, QueryProof::kWhole), IsErr(ErrorKind::kCorrupt, "has sha256"));
  bytes.replace(bytes.size() - 12, 2, "zz");
  Write("output/daily/2026-01-15/data.parquet", bytes);
  EXPECT_THAT(Ask(*workspace, statement), IsErr(ErrorKind::kCorrupt, data));
  EXPECT_EQ(Rows(*workspace, {"SELECT count(*) AS n FROM daily WHERE date <> '2026-01-15'", {}}), "{\"n\":8}");
}

TEST_F(QueryTest, WhatIsLeftOfAQueryGoesWithIt) {
  const auto workspace = Built();
  EXPECT_OK(Ask(*workspace, {"SELECT * FROM daily ORDER BY ALL", {}}));
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_NE(entry.path().filename().string().rfind("ingot-query-", 0), 0U) << entry.path();
  }
}

TEST_F(QueryTest, AReplacedPartitionIsReadAsItWasOpened) {
  const auto workspace = Built();
  Result<std::unique_ptr<Query>> query =
      Query::Open(workspace.get(), {{"SELECT count(*) AS n FROM daily", {}}, QueryProof::kFooter, {}}, Context());
  ASSERT_OK(query);
  fs::rename(PathOf("output/daily/2026-01-15"), PathOf("output/old"));
  // Its old version, moved away, or nothing: never what stands there now.
  fs::copy(PathOf("output/daily/2026-01-13"), PathOf("output/daily/2026-01-15"), fs::copy_options::recursive);
  const auto stream = (*query)->Run({});
  if (!stream) {
    EXPECT_THAT(stream, IsErr(ErrorKind::kUnavailable, "was replaced"));
  }
}

TEST(BindSavedQuery, TakesDefaultsAndRefusesWhatItDoesNotKnow) {
  const SavedQuery query{
      "q",
      "",
      "select 1",
      "",
      {{"a", QueryType::kInt64, QueryValue(int64_t{5}), ""}, {"b", QueryType::kDate, std::nullopt, ""}}};
  const EngineValue day = ParseUtcDay("2026-01-15").value();
  EXPECT_EQ(BindSavedQuery(query, {{"b", "2026-01-15"}}).value(), (EngineParameters{{"a", int64_t{5}}, {"b", day}}));
  EXPECT_THAT(BindSavedQuery(query, {}), IsErr(ErrorKind::kUsage, "needs its parameter 'b' of type date"));
  EXPECT_THAT(BindSavedQuery(query, {{"b", "x"}}), IsErr(ErrorKind::kUsage, "parameter b: 'x' is not of type date"));
  EXPECT_THAT(BindSavedQuery(query, {{"b", "2026-01-15"}, {"c", "1"}}), IsErr(ErrorKind::kUsage, "no parameter 'c'"));
}

}  // namespace
}  // namespace ingot
