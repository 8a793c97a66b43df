// Datasets and models of SQL, through everything between the project file and the committed partition.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/result_matchers.h"
#include "dataset/stored_partition.h"
#include "engine/result_fixture.h"
#include "pipeline/project_fixture.h"
#include "pipeline/query.h"

namespace ingot {
namespace {

using testing::HasSubstr;

constexpr std::string_view kProject = R"(
[project]
name = "test"
[dataset.day]
key = "date"
store = "out"
path = "day/{date}/data.parquet"
[dataset.day.source]
type = "jsonl"
path = "in/{date}.jsonl"
[model.good]
file = "sql/good.sql"
inputs = ["day"]
[dataset.total]
store = "out"
path = "total.parquet"
[dataset.total.source]
type = "sql"
file = "sql/total.sql"
inputs = ["good"]
[dataset.span]
key = ["end_day", "days=2"]
store = "out"
path = "span/{end_day}/rows_{days}d.parquet"
[dataset.span.source]
type = "sql"
file = "sql/span.sql"
inputs = ["day"]
)";

class SqlTest : public ProjectFixture {
 protected:
  SqlTest() {
    Write("ingot.toml", std::string(kProject));
    Write("sql/good.sql", "SELECT id, name, date FROM day WHERE id >= 0");
    Write("sql/total.sql",
          "-- how many\nSELECT name, count(*) AS n, sum(id) AS ids FROM good GROUP BY name ORDER BY name;\n");
    Write("sql/span.sql", "SELECT date, max(id) AS most FROM day GROUP BY date ORDER BY date");
    for (const std::string_view day : {"2026-01-13", "2026-01-14", "2026-01-15"}) {
      WriteDay(day, 3);
      EXPECT_OK(Build("day", day));
    }
  }

  void WriteDay(std::string_view day, int rows) {
    std::string lines = "{\"id\":-1,\"name\":\"bad\"}\n";
    for (int i = 0; i < rows; ++i) {
      lines += fmt::format("{{\"id\":{},\"name\":\"n{}\"}}\n", i, i % 2);
    }
    Write(fmt::format("in/{}.jsonl", day), lines);
  }

  RunRequest RequestFor(const Workspace& workspace, const std::string& dataset, std::string_view key) {
    RunRequest request;
    request.dataset = workspace.project().Find(dataset);
    request.keys = {key.empty() ? *request.dataset->key.MakeKey({}) : *request.dataset->key.Parse(key)};
    request.run_id = "sql-run";
    return request;
  }
  Result<BuildReport> Build(const std::string& dataset, std::string_view key = {}) {
    const auto workspace = Open();
    return RunPartitions(*workspace, RequestFor(*workspace, dataset, key), Context(), [](const PartitionResult&) {})
        .partitions.at(0)
        .outcome;
  }
  BuildPlan Plan(const std::string& dataset, std::string_view key = {}) {
    const auto workspace = Open();
    auto plan = PlanPartitions(RequestFor(*workspace, dataset, key), Context()).at(0);
    EXPECT_OK(plan);
    return plan ? *std::move(plan) : BuildPlan();
  }
  Result<std::string> AskIn(const Workspace& workspace, const std::string& sql) {
    INGOT_ASSIGN(const auto query, Query::Open(&workspace, {{sql, {}}, QueryProof::kFooter, {}}, Context()));
    INGOT_ASSIGN(const auto stream, query->Run({}));
    return RowsAsJson(*stream, "\n");
  }
  std::string Ask(const std::string& sql) {
    const auto workspace = Open();
    const Result<std::string> rows = AskIn(*workspace, sql);
    return rows ? *rows : rows.error().ToString();
  }
};

TEST_F(SqlTest, TheResultOfAStatementIsADataset) {
  const Result<BuildReport> built = Build("total");
  ASSERT_OK(built);
  EXPECT_EQ(built->rows, 2U);
  EXPECT_EQ(Ask("FROM total"), "{\"name\":\"n0\",\"n\":6,\"ids\":6}\n{\"name\":\"n1\",\"n\":3,\"ids\":3}\n");
  const auto workspace = Open();
  const auto manifest = RequireManifest(*workspace->project().Find("total"), {});
  ASSERT_OK(manifest);
  ASSERT_EQ(manifest->inputs.size(), 3U);
  const auto day =
      RequireManifest(*workspace->project().Find("day"), Key(*workspace->project().Find("day"), "2026-01-14"));
  ASSERT_OK(day);
  EXPECT_EQ(manifest->inputs[1].content_id, day->content_id);
  EXPECT_EQ(manifest->inputs[1].rows, 4U);
}

TEST_F(SqlTest, AWindowTakesItsDays) {
  ASSERT_OK(Build("span", "2026-01-15"));
  EXPECT_EQ(Ask("FROM span WHERE end_day = '2026-01-15'"),
            "{\"date\":\"2026-01-14\",\"most\":2,\"end_day\":\"2026-01-15\",\"days\":2}\n"
            "{\"date\":\"2026-01-15\",\"most\":2,\"end_day\":\"2026-01-15\",\"days\":2}\n");
  const Result<BuildReport> missing = Build("span", "2026-01-13");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind(), ErrorKind::kCheckFailed);
  EXPECT_THAT(missing.error().message(), HasSubstr("day@2026-01-12"));
}

TEST_F(SqlTest, OnlyNewContentOrAnotherStatementMakesItStale) {
  EXPECT_EQ(Plan("total").reason, "no manifest yet");
  const Result<BuildReport> first = Build("total");
  ASSERT_OK(first);
  EXPECT_EQ(Plan("total").action, BuildAction::kUpToDate);
  ASSERT_OK(Build("day", "2026-01-14"));
  EXPECT_EQ(Plan("total").action, BuildAction::kUpToDate);
  WriteDay("2026-01-14", 4);
  ASSERT_OK(Build("day", "2026-01-14"));
  EXPECT_EQ(Plan("total").reason, "input day@2026-01-14 changed");
  const Result<BuildReport> second = Build("total");
  ASSERT_OK(second);
  EXPECT_NE(first->content_id, second->content_id);
  Write("sql/good.sql", "SELECT id, name, date FROM day WHERE id > 0");
  EXPECT_EQ(Plan("total").reason, "the statement or settings in ingot.toml changed");
}

TEST_F(SqlTest, DamagedInputsAreNamedAndNothingIsMade) {
  const std::string path = PathOf("out/day/2026-01-14/data.parquet");
  auto bytes = ReadWholeFile(path, 1 << 20);
  ASSERT_OK(bytes);
  (*bytes)[bytes->size() / 2] ^= 1;
  Write("out/day/2026-01-14/data.parquet", *bytes);
  const Result<BuildReport> built = Build("total");
  ASSERT_FALSE(built.ok());
  EXPECT_EQ(built.error().kind(), ErrorKind::kCorrupt);
  EXPECT_THAT(built.error().ToString(), HasSubstr("day@2026-01-14"));
  EXPECT_FALSE(std::filesystem::exists(PathOf("out/total.parquet")));
}

TEST_F(SqlTest, AWrongStatementIsConfiguration) {
  Write("sql/total.sql", "SELECT nonsense FROM good");
  const Result<BuildReport> built = Build("total");
  ASSERT_FALSE(built.ok());
  EXPECT_EQ(built.error().kind(), ErrorKind::kConfig);
  EXPECT_THAT(built.error().ToString(), HasSubstr("sql/total.sql"));
  // A table that was not declared is none, even where the project has it.
  Write("sql/total.sql", "SELECT count(*) AS n FROM span");
  EXPECT_EQ(Build("total").error().kind(), ErrorKind::kConfig);
  Write("sql/good.sql", "SELECT 1; SELECT 2");
  EXPECT_THAT(Build("total").error().ToString(), HasSubstr("model good"));
  Write("sql/total.sql", "COPY (SELECT 1) TO 'x'");
  EXPECT_EQ(Build("total").error().kind(), ErrorKind::kConfig);
}

TEST_F(SqlTest, ThreadsAndMemoryChangeNoByte) {
  Write("sql/total.sql", "SELECT id + i AS id, name FROM good, range(30000) AS r(i)");
  ASSERT_OK(Build("total"));
  const auto first = ReadWholeFile(PathOf("out/total.parquet"), 64 << 20);
  ASSERT_OK(first);
  const auto workspace = Open();
  RunRequest request = RequestFor(*workspace, "total", {});
  request.force = true;
  TaskPool one(1);
  BuildContext context = Context();
  context.pool = &one;
  context.memory_limit_bytes = uint64_t{300} << 20U;
  ASSERT_OK(RunPartitions(*workspace, request, context, [](const PartitionResult&) {}).partitions.at(0).outcome);
  const auto second = ReadWholeFile(PathOf("out/total.parquet"), 64 << 20);
  ASSERT_OK(second);
  EXPECT_TRUE(*first == *second);
}

TEST_F(SqlTest, AResultWithoutRowsHasItsColumns) {
  Write("sql/total.sql", "SELECT name, id FROM good WHERE id > 1000");
  EXPECT_THAT(Build("total"), IsErr(ErrorKind::kCheckFailed, "0 rows, at least 1 expected"));
  Write("ingot.toml", std::string(kProject) + "\n[dataset.total.checks]\nempty = \"ok\"\n");
  const Result<BuildReport> built = Build("total");
  ASSERT_OK(built);
  EXPECT_EQ(built->rows, 0U);
  EXPECT_EQ(Ask("SELECT count(name) AS n FROM total"), "{\"n\":0}\n");
}

// By week: 2026-01-12 is a Monday.
class IncrementalSqlTest : public SqlTest {
 protected:
  IncrementalSqlTest() {
    Write("ingot.toml", std::string(kProject) + R"(
[dataset.weekly]
store = "out"
path = "weekly.parquet"
[dataset.weekly.source]
type = "sql"
file = "sql/weekly.sql"
inputs = ["good"]
incremental = { column = "week", by = "week" }
)");
    Write("sql/weekly.sql",
          "SELECT CAST(date_trunc('week', date) AS DATE) AS week, name, sum(id) AS ids FROM good "
          "GROUP BY ALL ORDER BY week, name");
    for (const std::string_view day : {"2026-01-05", "2025-12-30"}) {
      WriteDay(day, 3);
      EXPECT_OK(SqlTest::Build("day", day));
    }
  }

  std::string Bytes() {
    const auto bytes = ReadWholeFile(PathOf("out/weekly.parquet"), 1 << 20);
    EXPECT_OK(bytes);
    return bytes ? *bytes : std::string();
  }

  // What a build that computes everything gives.
  std::string WholeBytes() {
    std::filesystem::remove_all(PathOf("out/weekly.parquet"));
    std::filesystem::remove_all(PathOf("out/weekly.parquet.manifest.json"));
    EXPECT_OK(Build("weekly"));
    return Bytes();
  }

  // Flips a bit, or flips it back: who reads the day finds out.
  void Spoil(std::string_view day) {
    const std::string name = fmt::format("out/day/{}/data.parquet", day);
    auto bytes = ReadWholeFile(PathOf(name), 1 << 20);
    ASSERT_OK(bytes);
    (*bytes)[10] = static_cast<char>((*bytes)[10] ^ 1);
    Write(name, *bytes);
  }
};

TEST_F(IncrementalSqlTest, OnlyPeriodsWithNewInputsAreComputed) {
  ASSERT_OK(Build("weekly"));
  EXPECT_EQ(Ask("SELECT week, sum(ids)::BIGINT AS ids FROM weekly GROUP BY ALL ORDER BY week"),
            "{\"week\":\"2025-12-29\",\"ids\":3}\n{\"week\":\"2026-01-05\",\"ids\":3}\n"
            "{\"week\":\"2026-01-12\",\"ids\":9}\n");
  WriteDay("2026-01-14", 5);
  ASSERT_OK(Build("day", "2026-01-14"));
  // Inputs of other weeks are not read: damage there would be found.
  Spoil("2026-01-05");
  ASSERT_OK(Build("weekly"));
  Spoil("2026-01-05");
  const std::string incremental = Bytes();
  EXPECT_EQ(incremental, WholeBytes());
  EXPECT_EQ(Ask("SELECT week, sum(ids)::BIGINT AS ids FROM weekly GROUP BY ALL ORDER BY week"),
            "{\"week\":\"2025-12-29\",\"ids\":3}\n{\"week\":\"2026-01-05\",\"ids\":3}\n"
            "{\"week\":\"2026-01-12\",\"ids\":16}\n");
}

TEST_F(IncrementalSqlTest, NewAndLostInputsChangeTheirPeriods) {
  ASSERT_OK(Build("weekly"));
  WriteDay("2026-01-07", 4);
  ASSERT_OK(Build("day", "2026-01-07"));
  std::filesystem::remove_all(PathOf("out/day/2025-12-30"));
  Spoil("2026-01-14");
  ASSERT_OK(Build("weekly"));
  Spoil("2026-01-14");
  const std::string incremental = Bytes();
  EXPECT_EQ(incremental, WholeBytes());
  EXPECT_EQ(Ask("SELECT min(week) AS first, max(ids)::BIGINT AS ids FROM weekly"),
            "{\"first\":\"2026-01-05\",\"ids\":6}\n");
}

TEST_F(IncrementalSqlTest, ADamagedOrOlderVersionIsComputedAnew) {
  ASSERT_OK(Build("weekly"));
  std::string bytes = Bytes();
  bytes[10] = static_cast<char>(bytes[10] ^ 1);
  Write("out/weekly.parquet", bytes);
  WriteDay("2026-01-14", 5);
  ASSERT_OK(Build("day", "2026-01-14"));
  ASSERT_OK(Build("weekly"));
  const std::string repaired = Bytes();
  EXPECT_EQ(repaired, WholeBytes());
  std::filesystem::remove(PathOf("out/weekly.parquet"));
  WriteDay("2026-01-14", 6);
  ASSERT_OK(Build("day", "2026-01-14"));
  ASSERT_OK(Build("weekly"));
  // Another statement makes all rows anew.
  Write("sql/good.sql", "SELECT id * 2 AS id, name, date FROM day WHERE id >= 0");
  ASSERT_OK(Build("weekly"));
  EXPECT_EQ(Ask("SELECT sum(ids)::BIGINT AS ids FROM weekly WHERE week = '2026-01-05'"), "{\"ids\":6}\n");
}

TEST_F(IncrementalSqlTest, StatementsThatAreNotIncrementalAreRefused) {
  const auto refused = [this](const std::string& sql, std::string_view why) {
    Write("sql/weekly.sql", sql);
    const Result<BuildReport> built = Build("weekly");
    ASSERT_FALSE(built.ok()) << sql;
    EXPECT_EQ(built.error().kind(), ErrorKind::kConfig) << sql;
    EXPECT_THAT(built.error().message(), HasSubstr(why));
  };
  refused("SELECT CAST(date_trunc('week', date) AS DATE) AS week FROM good ORDER BY week DESC",
          "not ordered by 'week'");
  refused("SELECT date AS week FROM good ORDER BY week", "not the first moment of a week");
  refused("SELECT CAST(NULL AS DATE) AS week FROM good", "null");
  refused("SELECT name AS week FROM good", "neither a date nor a timestamp");
  refused("SELECT name FROM good", "no column 'week'");
  // A window over all weeks: found as soon as only some are read.
  Write("sql/weekly.sql",
        "SELECT CAST(date_trunc('week', date) AS DATE) AS week, count(*) AS n FROM good GROUP BY week "
        "UNION ALL SELECT DATE '2025-01-06' AS week, count(*) FROM good ORDER BY week");
  ASSERT_OK(Build("weekly"));
  WriteDay("2026-01-14", 5);
  ASSERT_OK(Build("day", "2026-01-14"));
  const Result<BuildReport> built = Build("weekly");
  ASSERT_FALSE(built.ok());
  EXPECT_THAT(built.error().message(), HasSubstr("has rows of other inputs"));
}

TEST_F(SqlTest, ModelsAreTablesOfQueries) {
  EXPECT_EQ(Ask("SELECT count(*) AS n FROM good"), "{\"n\":9}\n");
  // A condition of the statement is about the dataset as the statement names it, not about what the model reads.
  EXPECT_EQ(Ask("SELECT count(*) AS n, (SELECT count(*) FROM good) AS g FROM day WHERE date = '2026-01-15'"),
            "{\"n\":4,\"g\":9}\n");
  EXPECT_THAT(Ask("FROM god"), HasSubstr("did you mean 'good'?"));
  Write("sql/good.sql", "SELECT nonsense FROM day");
  EXPECT_THAT(Ask("FROM good"), HasSubstr("sql/good.sql"));
}

TEST_F(SqlTest, AMissingFileIsNamed) {
  std::filesystem::remove(PathOf("sql/good.sql"));
  const auto workspace = Workspace::Open({folder_, ProjectSearch::kHere, {}, {}});
  ASSERT_FALSE(workspace.ok());
  EXPECT_EQ(workspace.error().kind(), ErrorKind::kConfig);
  EXPECT_THAT(workspace.error().message(), HasSubstr("good.sql"));
}

TEST_F(SqlTest, AnEngineMayHaveAFileOfItsOwn) {
  Write("sql/total.duckdb.sql", "SELECT 42 AS answer FROM good LIMIT 1");
  ASSERT_OK(Build("total"));
  EXPECT_EQ(Ask("FROM total"), "{\"answer\":42}\n");
}

}  // namespace
}  // namespace ingot
