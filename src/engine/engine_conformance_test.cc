// What every engine must do, on files that Ingot wrote. An engine joins by a row in kEngines.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/file.h"
#include "base/result_matchers.h"
#include "engine/duckdb/duckdb_engine.h"
#include "engine/engine.h"
#include "engine/result_fixture.h"
#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

struct EngineUnderTest {
  const char* name;
  Result<std::unique_ptr<Engine>> (*open)(const EngineLimits& limits);
};

constexpr EngineUnderTest kEngines[] = {{"duckdb", OpenDuckdb}};

using R = RowValue;

KeyFieldSpec DateField() { return {"date", FieldKind::kDate}; }

FieldValues OnDay(std::string_view day) { return {{"date", ParseUtcDay(day).value()}}; }

class EngineConformance : public testing::TestWithParam<EngineUnderTest> {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<Engine>> engine = GetParam().open(EngineLimits{uint64_t{256} << 20U, 2, ""});
    if (!engine && engine.error().kind() == ErrorKind::kUnsupported) {
      GTEST_SKIP() << engine.error().ToString();
    }
    ASSERT_OK(engine);
    engine_ = *std::move(engine);
  }

  // A file of one row group, named by the test's folder, kept open.
  RelationFile WriteFile(const Schema& schema, const TestRows& rows, FieldValues values, size_t schema_index = 0) {
    files_.push_back(std::make_unique<ScratchFile>(WriteParquet(schema, {rows}).bytes));
    fds_.push_back(OpenFile(files_.back()->path(), O_RDONLY).value());
    return {files_.back()->path(), fds_.back().get(), std::move(values), schema_index};
  }

  // Three days of "readings": station and temp.
  EngineRelation Readings() {
    const Schema schema = SchemaOfType("struct<station:string,temp:double>");
    EngineRelation relation{"readings", schema, {DateField()}, {schema}, {}};
    const std::vector<std::pair<const char*, double>> days = {
        {"2026-01-13", 1.5}, {"2026-01-14", 2.5}, {"2026-01-15", -3}};
    for (const auto& [day, temp] : days) {
      relation.files.push_back(
          WriteFile(schema, {{R::Text("oslo"), R::Double(temp)}, {R::Text("rome"), R::Null()}}, OnDay(day)));
    }
    return relation;
  }

  RelationKeys ReadingKeys() {
    return {"readings", {DateField()}, {OnDay("2026-01-13"), OnDay("2026-01-14"), OnDay("2026-01-15")}};
  }

  // Rows as JSON, one a line, or the error.
  Result<std::string> Ask(const EngineStatement& statement, const RunLimits& limits = {}) {
    INGOT_ASSIGN(const std::unique_ptr<RecordStream> stream, engine_->Run(statement, limits));
    return RowsAsJson(*stream, "\n");
  }
  Result<std::string> Ask(const std::string& sql) { return Ask(EngineStatement{sql, {}}); }

  // The same for comparisons: a failure is its text.
  template <typename Statement>
  std::string Rows(const Statement& statement) {
    const Result<std::string> rows = Ask(statement);
    return rows ? *rows : "error: " + rows.error().ToString();
  }
  std::string Rows(const EngineStatement& statement) { return Rows<EngineStatement>(statement); }

  std::vector<size_t> Chosen(const std::string& sql, const EngineParameters& parameters = {}) {
    const Result<KeyChoice> choice = engine_->ChooseKeys({sql, parameters}, ReadingKeys());
    EXPECT_OK(choice) << sql;
    if (!choice) {
      return {};
    }
    EXPECT_TRUE(engine_->traits().prunes || choice->rows.size() == 3);
    return choice->rows;
  }

  std::unique_ptr<Engine> engine_;
  std::vector<std::unique_ptr<ScratchFile>> files_;
  std::vector<UniqueFd> fds_;
};

using Indices = std::vector<size_t>;

TEST_P(EngineConformance, RelationsAreTablesWithTheirKeys) {
  ASSERT_OK(engine_->Register(Readings()));
  ASSERT_OK(engine_->Seal());
  EXPECT_EQ(Rows("SELECT station, temp, date FROM readings WHERE date >= '2026-01-14' ORDER BY date, station"),
            "{\"station\":\"oslo\",\"temp\":2.5,\"date\":\"2026-01-14\"}\n"
            "{\"station\":\"rome\",\"temp\":null,\"date\":\"2026-01-14\"}\n"
            "{\"station\":\"oslo\",\"temp\":-3.0,\"date\":\"2026-01-15\"}\n"
            "{\"station\":\"rome\",\"temp\":null,\"date\":\"2026-01-15\"}\n");
  EXPECT_EQ(Rows("SELECT count(*) AS n, sum(temp) AS s FROM readings"), "{\"n\":6,\"s\":1.0}\n");
}

// A file that is replaced after it was opened is read as it was, or not at all.
TEST_P(EngineConformance, ReplacedFilesAreNeverReadInsteadOfTheOpenOnes) {
  EngineRelation relation = Readings();
  if (!engine_->traits().reads_open_files) {
    GTEST_SKIP() << "the engine opens files by their paths";
  }
  ASSERT_OK(engine_->Register(relation));
  ASSERT_OK(engine_->Seal());
  for (const RelationFile& file : relation.files) {
    ASSERT_EQ(::unlink(file.path.c_str()), 0);
    std::ofstream(file.path) << WriteParquet(relation.schema, {{{R::Text("new"), R::Double(9)}}}).bytes;
  }
  const Result<std::string> rows = Ask("SELECT count(*) AS n, max(temp) AS t FROM readings");
  if (rows) {
    EXPECT_EQ(*rows, "{\"n\":6,\"t\":2.5}\n");
  } else {
    EXPECT_THAT(rows, IsErr(ErrorKind::kUnavailable, relation.files[0].path));
  }
}

TEST_P(EngineConformance, SchemasThatDifferAreUnited) {
  const Schema old_schema = SchemaOfType("struct<a:int32,s:struct<x:int64>,t:struct<p:int64>,l:list<struct<u:int64>>>");
  const Schema new_schema = SchemaOfType(
      "struct<s:struct<x:double,y:string>,a:int64,t:struct<q:string>,l:list<struct<v:int64>>,m:map<string,int64>>");
  const Schema all = UniteSchemas(old_schema, new_schema).value();
  EngineRelation relation{"mixed", all, {DateField()}, {old_schema, new_schema}, {}};
  relation.files.push_back(WriteFile(
      old_schema, {{R::Int(1), R::Group({R::Int(7)}), R::Group({R::Int(5)}), R::Group({R::Group({R::Int(2)})})}},
      OnDay("2026-01-13"), 0));
  relation.files.push_back(WriteFile(new_schema,
                                     {{R::Group({R::Double(0.5), R::Text("y")}), R::Int(2), R::Group({R::Text("q")}),
                                       R::Group({R::Group({R::Int(3)})}), R::Group({R::Text("k"), R::Int(4)})},
                                      {R::Null(), R::Null(), R::Null(), R::Null(), R::Null()}},
                                     OnDay("2026-01-14"), 1));
  ASSERT_OK(engine_->Register(relation));
  ASSERT_OK(engine_->Seal());
  EXPECT_EQ(Rows("SELECT a, s, t, l, m, date FROM mixed ORDER BY date, a"),
            "{\"a\":1,\"s\":{\"x\":7.0,\"y\":null},\"t\":{\"p\":5,\"q\":null},\"l\":[{\"u\":2,\"v\":null}],\"m\":null,"
            "\"date\":\"2026-01-13\"}\n"
            "{\"a\":2,\"s\":{\"x\":0.5,\"y\":\"y\"},\"t\":{\"p\":null,\"q\":\"q\"},\"l\":[{\"u\":null,\"v\":3}],"
            "\"m\":{\"k\":4},\"date\":\"2026-01-14\"}\n"
            "{\"a\":null,\"s\":null,\"t\":null,\"l\":null,\"m\":null,\"date\":\"2026-01-14\"}\n");
  EXPECT_EQ(Rows("SELECT sum(m['k']) AS k, max(s.x) AS x FROM mixed"), "{\"k\":4,\"x\":7.0}\n");
}

TEST_P(EngineConformance, EveryTypeOfOursArrives) {
  const Schema schema = SchemaOfType(
      "struct<b:bool,i:int16,j:json,z:binary,d:date,t:timestamp[us],n:timestamp[ns],c:decimal(9,2),u:null,"
      "l:list<int32>,m:map<string,struct<x:double>>>");
  EngineRelation relation{"types", schema, {}, {schema}, {}};
  relation.files.push_back(
      WriteFile(schema,
                {{R::Int(1), R::Int(-5), R::Text("{\"a\":1}"), R::Text(std::string("\x00\xff", 2)), R::Int(20468),
                  R::Int(1'500'000), R::Int(1'000'001'001), R::Int(-1234), R::Null(), R::Group({R::Int(1), R::Null()}),
                  R::Group({R::Text("é\""), R::Group({R::Double(1e300)})})}},
                {}));
  ASSERT_OK(engine_->Register(relation));
  ASSERT_OK(engine_->Seal());
  EXPECT_EQ(Rows("SELECT * FROM types"),
            "{\"b\":true,\"i\":-5,\"j\":\"{\\\"a\\\":1}\",\"z\":\"00ff\",\"d\":\"2026-01-15\","
            "\"t\":\"1970-01-01T00:00:01.500000Z\",\"n\":\"1970-01-01T00:00:01.000001Z\",\"c\":-12.34,\"u\":null,"
            "\"l\":[1,null],\"m\":{\"é\\\"\":{\"x\":1e+300}}}\n");
}

TEST_P(EngineConformance, ARelationWithoutFilesHasItsColumns) {
  EngineRelation relation = Readings();
  relation.files.clear();
  ASSERT_OK(engine_->Register(relation));
  ASSERT_OK(engine_->Seal());
  EXPECT_EQ(Rows("SELECT count(*) AS n, max(date) AS d, max(temp) AS t FROM readings"),
            "{\"n\":0,\"d\":null,\"t\":null}\n");
}

TEST_P(EngineConformance, NamesAreAnyText) {
  EngineRelation relation = Readings();
  relation.name = "my \"own\"-data; drop";
  relation.key_fields[0].name = "end";
  for (RelationFile& file : relation.files) {
    file.values[0].name = "end";
  }
  ASSERT_OK(engine_->Register(relation));
  ASSERT_OK(engine_->Seal());
  EXPECT_EQ(Rows("SELECT count(*) AS n FROM \"my \"\"own\"\"-data; drop\" WHERE \"end\" = DATE '2026-01-13'"),
            "{\"n\":2}\n");
}

TEST_P(EngineConformance, ValuesAreBoundWhateverTheyHold) {
  ASSERT_OK(engine_->Seal());
  const std::vector<std::string> hostile = {
      "'; DROP TABLE readings; --", "\" OR 1=1",        "$x", "\\", "'", "", "%s", "🤝\n\t",
      std::string("a\0b", 3),       "'||pg_sleep(9)||'"};
  for (const std::string& text : hostile) {
    const Result<std::string> length = Ask({"SELECT strlen($v) AS n, $v = $w AS same", {{"v", text}, {"w", text}}});
    ASSERT_OK(length) << text;
    EXPECT_EQ(*length, "{\"n\":" + std::to_string(text.size()) + ",\"same\":true}\n") << text;
  }
}

TEST_P(EngineConformance, ParametersHaveTypes) {
  ASSERT_OK(engine_->Register(Readings()));
  ASSERT_OK(engine_->Seal());
  const EngineValue day = ParseUtcDay("2026-01-14").value();
  EXPECT_EQ(Rows({"SELECT count(*) AS n FROM readings WHERE date > $d", {{"d", day}}}), "{\"n\":2}\n");
  EXPECT_EQ(Rows({"SELECT count(*) AS n FROM readings WHERE date > $d", {{"d", UntypedText{"2026-01-13"}}}}),
            "{\"n\":4}\n");
  EXPECT_EQ(Rows({"SELECT count(*) AS n FROM readings WHERE temp > $t", {{"t", UntypedText{"1.75"}}}}), "{\"n\":1}\n");
  EXPECT_EQ(Rows({"SELECT $i + 1 AS i, NOT $b AS b, $n IS NULL AS n, $t AS t",
                  {{"i", int64_t{41}},
                   {"b", false},
                   {"n", std::monostate()},
                   {"t", ParseUtcInstant("2026-01-15T00:00:00.5Z").value()}}}),
            "{\"i\":42,\"b\":true,\"n\":true,\"t\":\"2026-01-15T00:00:00.500000Z\"}\n");
}

TEST_P(EngineConformance, ParametersMustBeAllThere) {
  ASSERT_OK(engine_->Seal());
  EXPECT_THAT(Ask(EngineStatement{"SELECT $a AS a", {}}), IsErr(ErrorKind::kUsage, "parameter 'a' has no value"));
  EXPECT_THAT(Ask({"SELECT 1 AS a", {{"b", int64_t{1}}}}), IsErr(ErrorKind::kUsage, "no parameter 'b'"));
}

TEST_P(EngineConformance, OnlyTheFilesOfRelationsCanBeRead) {
  const ScratchFile secret("a,b\n1,2\n");
  const EngineRelation relation = Readings();
  ASSERT_OK(engine_->Register(relation));
  ASSERT_OK(engine_->Seal());
  for (const std::string& source :
       {"read_csv('" + secret.path() + "')", "read_text('" + secret.path() + "')", "'" + secret.path() + "'",
        "read_parquet('" + secret.path() + "')", std::string("glob('/*')"), std::string("read_blob('/etc/passwd')"),
        std::string("sniff_csv('/etc/passwd')"), std::string("read_csv('/dev/stdin')"),
        std::string("read_parquet('https://example.com/x.parquet')")}) {
    EXPECT_FALSE(Ask("SELECT * FROM " + source).ok()) << source;
  }
}

TEST_P(EngineConformance, StatementsOnlyRead) {
  const EngineRelation relation = Readings();
  ASSERT_OK(engine_->Register(relation));
  ASSERT_OK(engine_->Seal());
  const std::string target = testing::TempDir() + "ingot-engine-copy";
  for (const std::string& sql :
       {"COPY (SELECT 1) TO '" + target + "'", "EXPORT DATABASE '" + target + "'",
        std::string("CREATE TABLE t (a INT)"), std::string("DROP VIEW readings"), std::string("SET threads = 1"),
        std::string("ATTACH ':memory:' AS other"), std::string("INSTALL httpfs"), std::string("LOAD httpfs"),
        std::string("PRAGMA memory_limit = '1GB'"), std::string("CALL pragma_version()"),
        std::string("EXPLAIN ANALYZE COPY (SELECT 1) TO 'x'"), std::string("SELECT 1; SELECT 2"), std::string("BEGIN"),
        std::string(""), std::string("-- nothing")}) {
    const Result<std::string> outcome = Ask(sql);
    ASSERT_FALSE(outcome.ok()) << sql;
    EXPECT_NE(outcome.error().kind(), ErrorKind::kInternal) << sql << ": " << outcome.error().ToString();
  }
  EXPECT_FALSE(std::filesystem::exists(target));
  for (const RelationFile& file : relation.files) {
    for (const std::string& path : {file.path, "/proc/self/fd/" + std::to_string(file.fd)}) {
      EXPECT_FALSE(Ask("COPY (SELECT 1) TO '" + path + "'").ok()) << path;
    }
  }
  EXPECT_EQ(Rows("SELECT count(*) AS n FROM readings"), "{\"n\":6}\n");
}

// Extracting and binding such statements opens files; so it must not happen before the seal, nor get past it.
TEST_P(EngineConformance, StatementsThatNobodyRanOpenAndMakeNothing) {
  const std::string folder = testing::TempDir() + "ingot-import";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  std::ofstream(folder + "/schema.sql") << "\"AKIA-SECRET\nmore\n";
  ASSERT_EQ(::mkfifo((folder + "/load.sql").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((folder + "/fifo.csv").c_str(), 0600), 0);
  const std::vector<std::string> statements = {"IMPORT DATABASE '" + folder + "'",
                                               "EXPORT DATABASE '" + folder + "/made'",
                                               "DROP TABLE readings",
                                               "COPY (SELECT 1) TO '" + folder + "/made'",
                                               "EXPLAIN ANALYZE SELECT 1",
                                               "INSTALL httpfs",
                                               "FROM read_csv('" + folder + "/fifo.csv')"};
  for (const std::string& sql : statements) {
    const Result<std::vector<std::string>> tables = engine_->MentionedTables(sql);
    EXPECT_TRUE(tables.ok()) << sql << ": " << tables.error().ToString();
    EXPECT_OK(engine_->ChooseKeys({sql, {}}, ReadingKeys())) << sql;
  }
  ASSERT_OK(engine_->Register(Readings()));
  ASSERT_OK(engine_->Seal());
  for (const std::string& sql : statements) {
    const bool reads = sql.starts_with("FROM");
    for (const Result<std::string>& refused : {Ask(sql), engine_->Explain({sql, {}}), [&]() -> Result<std::string> {
                                                 INGOT_TRY(engine_->Define("x", sql));
                                                 return std::string();
                                               }()}) {
      EXPECT_THAT(refused, IsErr(reads ? ErrorKind::kPermission : ErrorKind::kUsage, "")) << sql;
      EXPECT_EQ(refused.error().ToString().find("SECRET"), std::string::npos) << refused.error().ToString();
    }
  }
  EXPECT_FALSE(std::filesystem::exists(folder + "/made"));
  std::filesystem::remove_all(folder);
}

TEST_P(EngineConformance, WrongStatementsSayWhatIsWrong) {
  ASSERT_OK(engine_->Register(Readings()));
  ASSERT_OK(engine_->Seal());
  EXPECT_THAT(Ask("SELCT 1"), IsErr(ErrorKind::kUsage, "SELCT"));
  EXPECT_THAT(Ask("SELECT humidity FROM readings"), IsErr(ErrorKind::kUsage, "humidity"));
  EXPECT_THAT(Ask("SELECT * FROM reading"), IsErr(ErrorKind::kUsage, "reading"));
  EXPECT_THAT(Ask("SELECT CAST(station AS INTEGER) AS i FROM readings"), IsErr(ErrorKind::kInvalidData, "oslo"));
}

TEST_P(EngineConformance, MentionedTablesAreFound) {
  const auto tables = [this](const std::string& sql) {
    const Result<std::vector<std::string>> names = engine_->MentionedTables(sql);
    return names ? *names : std::vector<std::string>{names.error().ToString()};
  };
  EXPECT_EQ(tables("SELECT * FROM a JOIN \"b-c\" x USING (i) WHERE i IN (SELECT i FROM d)"),
            (std::vector<std::string>{"a", "b-c", "d"}));
  EXPECT_EQ(tables("WITH q AS (SELECT * FROM a) FROM A, a AS b"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(tables("SELECT 1"), std::vector<std::string>());
  EXPECT_EQ(tables("SELECT * FROM a WHERE i = 340282366920938463463374607431768211455"),
            (std::vector<std::string>{"a"}));
  EXPECT_THAT(engine_->MentionedTables("SELECT FROM WHERE"), IsErr(ErrorKind::kUsage, ""));
}

TEST_P(EngineConformance, ConditionsOnKeysChooseThem) {
  if (!engine_->traits().prunes) {
    GTEST_SKIP() << "the engine chooses all keys";
  }
  EXPECT_EQ(Chosen("SELECT * FROM readings WHERE date = '2026-01-14'"), (Indices{1}));
  EXPECT_EQ(Chosen("SELECT * FROM Readings r WHERE r.DATE BETWEEN '2026-01-14' AND '2026-01-31' AND temp > 0"),
            (Indices{1, 2}));
  EXPECT_EQ(Chosen("SELECT * FROM readings WHERE date IN ('2026-01-13', '2026-01-15') OR date < '2000-01-01'"),
            (Indices{0, 2}));
  EXPECT_EQ(Chosen("SELECT * FROM readings WHERE date_trunc('month', date) = DATE '2025-12-01'"), Indices());
  EXPECT_EQ(Chosen("SELECT * FROM readings WHERE date >= $d", {{"d", UntypedText{"2026-01-15"}}}), (Indices{2}));
  EXPECT_EQ(Chosen("SELECT * FROM readings a, other b WHERE a.date = '2026-01-13' AND a.station = b.station"),
            (Indices{0}));
  EXPECT_EQ(Chosen("SELECT * FROM readings a LEFT JOIN other b USING (x) WHERE a.date = '2026-01-13'"), (Indices{0}));
  EXPECT_EQ(Chosen("SELECT * FROM readings WHERE date = '2026-01-13' UNION ALL "
                   "SELECT * FROM readings WHERE date = '2026-01-15'"),
            (Indices{0, 2}));
  EXPECT_EQ(Chosen("SELECT (SELECT max(temp) FROM readings WHERE date = '2026-01-13') FROM other"), (Indices{0}));
}

TEST_P(EngineConformance, WhatCouldChangeTheAnswerChoosesAll) {
  const Indices all{0, 1, 2};
  for (const char* sql : {
           "SELECT * FROM readings",
           "SELECT * FROM readings WHERE date = '2026-01-13' OR temp > 0",
           "SELECT * FROM readings WHERE random() < 2 AND temp > 1",
           "SELECT * FROM readings WHERE date > CAST(random() * 20000 AS INTEGER) + DATE '1970-01-01'",
           "SELECT * FROM readings WHERE date IN (SELECT date FROM other)",
           // The mention without a condition needs every row.
           "SELECT * FROM readings WHERE date = (SELECT max(date) FROM readings)",
           "SELECT * FROM readings WHERE date = '2026-01-13' AND temp < (SELECT max(temp) FROM readings)",
           // A row of the right side that is missing becomes nulls.
           "SELECT * FROM other b LEFT JOIN readings a USING (x) WHERE a.date = '2026-01-13' OR a.date IS NULL",
           "SELECT * FROM other b FULL JOIN readings a USING (x) WHERE a.date = '2026-01-13'",
           // The nearest row is looked for among all.
           "SELECT * FROM other b ASOF JOIN readings a ON b.x >= a.temp WHERE a.date = '2026-01-13'",
           // Names that may mean something else.
           "SELECT * FROM readings, other WHERE date = '2026-01-13'",
           "SELECT * FROM readings AS r(date, b, c) WHERE date = '2026-01-13'",
           // A sample is taken before the condition.
           "SELECT * FROM readings TABLESAMPLE 50% WHERE date = '2026-01-13'",
           // A window looks at rows that the outer condition drops.
           "SELECT * FROM (SELECT *, row_number() OVER () AS i FROM readings) WHERE date = '2026-01-13'",
           "SELECT * FROM readings WHERE date = 'no day'",
       }) {
    EXPECT_EQ(Chosen(sql), all) << sql;
  }
}

TEST_P(EngineConformance, AFilterOnEveryMentionIsTold) {
  const auto filtered = [this](const std::string& sql) {
    return engine_->ChooseKeys({sql, {}}, ReadingKeys())->filtered;
  };
  EXPECT_FALSE(filtered("SELECT * FROM readings"));
  EXPECT_FALSE(filtered("SELECT * FROM readings WHERE temp > 1"));
  EXPECT_EQ(filtered("SELECT * FROM readings WHERE date > '2026-01-01'"), engine_->traits().prunes);
  EXPECT_FALSE(filtered("SELECT * FROM readings WHERE date > '2026-01-01' UNION ALL FROM readings"));
}

TEST_P(EngineConformance, CancellationAndTimeStopAStatement) {
  ASSERT_OK(engine_->Seal());
  const EngineStatement endless{
      "SELECT count(*) AS n FROM range(100000000000) a, range(1000) b WHERE a.range % 7 = b.range % 5", {}};
  EXPECT_THAT(Ask(endless, {nullptr, std::chrono::milliseconds(50), {}}), IsErr(ErrorKind::kTimeout, "0.05 s"));
  Cancellation cancellation;
  RunLimits limits;
  limits.cancellation = &cancellation;
  // The first tick cancels it: the statement is under way then.
  limits.progress = [&cancellation](std::optional<double>) { cancellation.Request(2); };
  EXPECT_THAT(Ask(endless, limits), IsErr(ErrorKind::kCancelled, "interrupted"));
  EXPECT_EQ(Rows("SELECT 1 AS still_here"), "{\"still_here\":1}\n");
}

TEST_P(EngineConformance, MemoryIsBounded) {
  ASSERT_OK(engine_->Seal());
  EXPECT_THAT(Ask("SELECT max(length(x)) AS n FROM (SELECT list(range || repeat('x', 100)) AS x FROM range(9000000))"),
              IsErr(ErrorKind::kResourceLimit, ""));
}

TEST_P(EngineConformance, LongResultsComeInBatches) {
  ASSERT_OK(engine_->Seal());
  const auto stream = engine_->Run({"SELECT range AS i FROM range(1000000)", {}}, {});
  ASSERT_OK(stream);
  int64_t rows = 0;
  int batches = 0;
  for (auto batch = (*stream)->Next(); batch.ok() && !batch->empty(); batch = (*stream)->Next()) {
    rows += (*batch)->length;
    ++batches;
  }
  EXPECT_EQ(rows, 1'000'000);
  EXPECT_GT(batches, 1);
}

TEST_P(EngineConformance, AResultMayBeLeftBeforeItsEnd) {
  ASSERT_OK(engine_->Seal());
  {
    auto stream = engine_->Run({"SELECT range AS i FROM range(100000000000)", {}}, {});
    ASSERT_OK(stream);
    auto limited = LimitRows(*std::move(stream), 5);
    const auto first = limited->Next();
    ASSERT_OK(first);
    EXPECT_EQ((*first)->length, 5);
    EXPECT_TRUE(limited->Next()->empty());
  }
  EXPECT_EQ(Rows("SELECT 1 AS a"), "{\"a\":1}\n");
}

TEST_P(EngineConformance, TheCStreamCarriesRowsAndFailures) {
  ASSERT_OK(engine_->Seal());
  auto stream = engine_->Run(
      {"SELECT CAST(CASE WHEN range < 2000000 THEN '1' ELSE 'x' END AS INTEGER) AS i FROM range(3000000)", {}}, {});
  ASSERT_OK(stream);
  std::optional<Error> failure;
  OwnedArrowStream exported = ExportStream(**stream, failure);
  OwnedArrowSchema schema;
  ASSERT_EQ(exported->get_schema(exported.get(), schema.Fill()), 0);
  EXPECT_STREQ(schema->children[0]->name, "i");
  int64_t rows = 0;
  int status = 0;
  while (status == 0 && rows < 3000000) {
    OwnedArrowArray batch;
    status = exported->get_next(exported.get(), batch.Fill());
    rows += batch.empty() ? 0 : batch->length;
  }
  EXPECT_NE(status, 0);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind(), ErrorKind::kInvalidData);
  EXPECT_NE(exported->get_last_error(exported.get()), nullptr);
}

TEST_P(EngineConformance, DefinitionsAreTables) {
  ASSERT_OK(engine_->Register(Readings()));
  ASSERT_OK(engine_->Seal());
  ASSERT_OK(engine_->Define("warm", "-- a comment\nSELECT station, date FROM readings WHERE temp > 0;\n"));
  ASSERT_OK(engine_->Define("days", "SELECT date, count(*) AS n FROM warm GROUP BY date"));
  EXPECT_EQ(Rows("SELECT * FROM days ORDER BY date"),
            "{\"date\":\"2026-01-13\",\"n\":1}\n{\"date\":\"2026-01-14\",\"n\":1}\n");
}

TEST_P(EngineConformance, DefinitionsAreOneStatementThatReads) {
  ASSERT_OK(engine_->Seal());
  for (const char* sql :
       {"", "SELECT 1; SELECT 2", "CREATE TABLE t (a INTEGER)", "SELEC 1", "SELECT $a", "FROM nowhere"}) {
    const Result<void> defined = engine_->Define("x", sql);
    ASSERT_FALSE(defined.ok()) << sql;
    EXPECT_EQ(defined.error().kind(), ErrorKind::kUsage) << sql;
  }
}

TEST_P(EngineConformance, ThePlanIsText) {
  ASSERT_OK(engine_->Register(Readings()));
  ASSERT_OK(engine_->Seal());
  const Result<std::string> plan = engine_->Explain({"SELECT * FROM readings WHERE temp > $t", {{"t", 1.0}}});
  ASSERT_OK(plan);
  EXPECT_NE(plan->find("temp"), std::string::npos);
  EXPECT_FALSE(engine_->Explain({"COPY (SELECT 1) TO 'x'", {}}).ok());
}

INSTANTIATE_TEST_SUITE_P(All, EngineConformance, testing::ValuesIn(kEngines),
                         [](const auto& engine) { return std::string(engine.param.name); });

}  // namespace
}  // namespace ingot
