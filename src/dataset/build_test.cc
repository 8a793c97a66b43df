#include "dataset/build.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/result_matchers.h"
#include "commit/garbage.h"
#include "commit/local_root.h"
#include "format/input/gzip_sink.h"
#include "format/parquet/file_reader.h"
#include "model/project_file.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::string_view kProject = R"(
[project]
name = "test"
[dataset.daily]
key = "date"
store = "out"
path = "daily/{date}/data.parquet"
[dataset.daily.source]
type = "jsonl"
path = "archive/{date:%Y%m%d}/{hour:%H}.jsonl.gz"
expect = { hour = "00..02" }
drop = ["secret"]
maps = ["counts"]
event_time = "ts"
[dataset.daily.parquet]
row_group = "4kB"
[dataset.daily.manifest]
date_utc = { compute = "key" }
row_count = { compute = "rows" }
created = { compute = "now" }
rows_by_hour = { compute = "rows_by", field = "hour" }
missing = { compute = "inputs_missing", field = "hour" }
coverage = { compute = "inputs_coverage" }
versions = { compute = "distinct", column = "version" }
first = { compute = "min_instant", column = "ts" }
dropped = { compute = "dropped_columns" }
tier = "test"
)";

std::string Record(int hour, int i) {
  return fmt::format(
      R"({{"symbol":"S{}","ts":"2026-01-15T{:02}:{:02}:00Z","version":{},"price":{},"counts":{{"a{}":{}}},"secret":{}}})"
      "\n",
      i, hour, i % 60, 7 + i % 2, i / 4.0, i, i, i);
}

class BuildTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "ingot_build_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    for (int hour = 0; hour < 3; ++hour) {
      WriteHour(hour, 40);
    }
    Configure(kProject);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void Configure(std::string_view text) {
    auto project = ParseProject(text);
    ASSERT_OK(project);
    project_ = *std::move(project);
  }
  void WriteHour(int hour, int rows, const std::string& more = "") {
    std::string text;
    for (int i = 0; i < rows; ++i) {
      text += Record(hour, i);
    }
    WriteInput(hour, Gzip(text + more));
  }
  static std::string Gzip(const std::string& text) {
    StringSink out;
    auto sink = GzipSink::Open(out);
    EXPECT_OK(sink);
    EXPECT_OK((*sink)->Write(text));
    EXPECT_OK((*sink)->Finish());
    return out.text();
  }
  std::string InputPath(int hour) const { return fmt::format("{}/archive/20260115/{:02}.jsonl.gz", folder_, hour); }
  void WriteInput(int hour, const std::string& bytes) {
    fs::create_directories(folder_ + "/archive/20260115");
    std::ofstream(InputPath(hour), std::ios::binary) << bytes;
  }

  BuildRequest Request(std::string_view day = "2026-01-15") {
    BuildRequest request;
    request.dataset = &project_.datasets.at(0);
    request.project_folder = folder_;
    request.key = *request.dataset->key.Parse(day);
    request.run_id = "test-run";
    return request;
  }
  Result<BuildReport> Run(const BuildRequest& request, unsigned threads = 2, uint64_t memory = uint64_t{1} << 30U) {
    TaskPool pool(threads);
    auto report = BuildPartition(request, {&pool, &clock_, &cancellation_, &progress_, memory}, lock_);
    if (report && report->schema_change) {
      lock_.datasets["daily"] = *report->schema_change;
    }
    return report;
  }
  Result<BuildPlan> Plan(const BuildRequest& request) {
    TaskPool pool(1);
    return PlanPartition(request, {&pool, &clock_, &cancellation_, &progress_, 0});
  }
  std::string DataPath() const { return folder_ + "/out/daily/2026-01-15/data.parquet"; }
  Manifest ReadBack() const {
    auto text = ReadWholeFile(folder_ + "/out/daily/2026-01-15/manifest.json");
    EXPECT_OK(text);
    auto manifest = ParseManifest(*text);
    EXPECT_OK(manifest);
    return *std::move(manifest);
  }

  std::string folder_;
  Project project_;
  LockFile lock_;
  FixedClock clock_{*ParseUtcInstant("2026-01-16T00:05:00Z")};
  Cancellation cancellation_;
  SilentProgress progress_;
};

TEST_F(BuildTest, BuildsDescribesAndProves) {
  const auto report = Run(Request());
  ASSERT_OK(report);
  EXPECT_EQ(report->action, BuildAction::kBuild);
  EXPECT_EQ(report->rows, 120U);
  EXPECT_EQ(report->path, DataPath());
  const Manifest manifest = ReadBack();
  EXPECT_EQ(manifest.rows, 120U);
  EXPECT_EQ(manifest.files.at(0).sha256, DigestFile(DataPath())->sha256);
  EXPECT_GT(manifest.files.at(0).row_groups, 1U);
  ASSERT_EQ(manifest.inputs.size(), 3U);
  EXPECT_EQ(manifest.inputs[1].path, "20260115/01.jsonl.gz");
  EXPECT_EQ(manifest.inputs[1].sha256, DigestFile(InputPath(1))->sha256);
  EXPECT_EQ(manifest.inputs[1].rows, 40U);
  EXPECT_EQ(manifest.fields.at("date_utc"), JsonValue("2026-01-15"));
  EXPECT_EQ(manifest.fields.at("row_count"), JsonValue(120));
  EXPECT_EQ(manifest.fields.at("rows_by_hour"), JsonValue(JsonObject{{"00", 40}, {"01", 40}, {"02", 40}}));
  EXPECT_EQ(manifest.fields.at("missing"), JsonValue(JsonArray{}));
  EXPECT_EQ(manifest.fields.at("coverage"), JsonValue(1.0));
  EXPECT_EQ(manifest.fields.at("versions"), JsonValue(JsonArray{7, 8}));
  EXPECT_EQ(manifest.fields.at("first"), JsonValue("2026-01-15T00:00:00Z"));
  EXPECT_EQ(manifest.fields.at("dropped"), JsonValue(JsonArray{"secret"}));
  EXPECT_EQ(manifest.fields.at("tier"), JsonValue("test"));
  ASSERT_TRUE(manifest.late);
  EXPECT_EQ(manifest.late->rows, 0U);
  const auto reader = ParquetFileReader::Open(DataPath());
  ASSERT_OK(reader);
  EXPECT_EQ(reader->rows(), 120U);
  EXPECT_EQ(*reader->schema(), lock_.Find("daily")->schema);
}

TEST_F(BuildTest, BytesDependOnNeitherThreadsNorMemoryNorTheLock) {
  WriteHour(2, 40,
            "{\"symbol\":\"new\",\"price\":1,\"late_column\":{\"deep\":[1,2]}}\n{\"price\":2,\"version\":1.5}\n");
  ASSERT_OK(Run(Request()));
  const std::string first = DigestFile(DataPath())->sha256;
  const std::string content_id = ReadBack().content_id;
  for (const unsigned threads : {1U, 2U, 4U}) {
    for (const uint64_t memory : {uint64_t{128} << 20U, uint64_t{2} << 30U}) {
      BuildRequest request = Request();
      request.force = true;
      const auto again = Run(request, threads, memory);
      ASSERT_OK(again);
      EXPECT_EQ(again->action, BuildAction::kRebuild);
      EXPECT_EQ(DigestFile(DataPath())->sha256, first) << threads << " threads, " << memory << " bytes";
      EXPECT_EQ(ReadBack().content_id, content_id);
    }
  }
}

TEST_F(BuildTest, DoesNothingWhenNothingChanged) {
  ASSERT_OK(Run(Request()));
  const int64_t generation = ReadBack().generation;
  EXPECT_EQ(Plan(Request())->action, BuildAction::kUpToDate);
  const auto again = Run(Request());
  ASSERT_OK(again);
  EXPECT_EQ(again->action, BuildAction::kUpToDate);
  EXPECT_EQ(again->rows, 120U);
  EXPECT_EQ(ReadBack().generation, generation);

  WriteHour(1, 41);
  EXPECT_EQ(Plan(Request())->reason, "input 20260115/01.jsonl.gz changed");
  const auto changed = Run(Request());
  ASSERT_OK(changed);
  EXPECT_EQ(changed->action, BuildAction::kRebuild);
  EXPECT_EQ(changed->rows, 121U);
  EXPECT_EQ(ReadBack().generation, generation + 1);
}

TEST_F(BuildTest, RebuildsWhatWasDamaged) {
  ASSERT_OK(Run(Request()));
  fs::resize_file(DataPath(), 100);
  const auto report = Run(Request());
  ASSERT_OK(report);
  EXPECT_EQ(report->action, BuildAction::kRebuild);
  EXPECT_EQ(DigestFile(DataPath())->sha256, ReadBack().files.at(0).sha256);

  std::ofstream(folder_ + "/out/daily/2026-01-15/manifest.json") << "{";
  EXPECT_THAT(Plan(Request())->reason, HasSubstr("manifest cannot be used"));
  ASSERT_OK(Run(Request()));
  EXPECT_EQ(ReadBack().rows, 120U);
}

TEST_F(BuildTest, RefusesAnOpenWindow) {
  clock_.Set(*ParseUtcInstant("2026-01-15T20:00:00Z"));
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kCheckFailed, "Cannot export today's date"));
  EXPECT_FALSE(fs::exists(folder_ + "/out/daily"));
  BuildRequest request = Request();
  request.overrides.allow_incomplete = true;
  ASSERT_OK(Run(request));
  const Manifest manifest = ReadBack();
  ASSERT_EQ(manifest.overrides.size(), 1U);
  EXPECT_EQ(manifest.overrides[0].check, "window_closed");
  EXPECT_EQ(manifest.overrides[0].reason, std::nullopt);
  EXPECT_EQ(manifest.overrides[0].by, "--allow-incomplete");

  // Once the window has closed, the override can go.
  clock_.Set(*ParseUtcInstant("2026-01-16T00:05:00Z"));
  ASSERT_OK(Run(Request()));
  EXPECT_TRUE(ReadBack().overrides.empty());
}

TEST_F(BuildTest, RefusesMissingHours) {
  fs::remove(InputPath(1));
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kCheckFailed, "Incomplete day: missing hours 01 (2 of 3 inputs found)"));
  EXPECT_EQ(Plan(Request())->action, BuildAction::kRefuse);
  BuildRequest request = Request();
  request.overrides.allow_incomplete = true;
  request.overrides.reason = "lost";
  ASSERT_OK(Run(request));
  const Manifest manifest = ReadBack();
  EXPECT_EQ(manifest.overrides.at(0).reason, "lost");
  EXPECT_EQ(manifest.fields.at("missing"), JsonValue(JsonArray{"01"}));
  EXPECT_EQ(manifest.rows, 80U);
}

// Whatever hashes it bears: a reader that proves and a run that skips must not differ.
TEST_F(BuildTest, AManifestThatCannotBeTrueIsBuiltAnew) {
  ASSERT_OK(Run(Request()));
  Manifest forged = ReadBack();
  forged.rows = 119;
  std::ofstream(folder_ + "/out/daily/2026-01-15/manifest.json") << SealManifest(forged)->text;
  EXPECT_THAT(Plan(Request())->reason, HasSubstr("/ingot/rows is 119, and the files have more"));
  ASSERT_OK(Run(Request()));
  EXPECT_EQ(ReadBack().rows, 120U);
}

TEST_F(BuildTest, EnoughInputsAreEnough) {
  fs::remove(InputPath(1));
  BuildRequest request = Request();
  request.overrides.min_inputs = 3;
  EXPECT_THAT(Run(request), IsErr(ErrorKind::kCheckFailed));
  request.overrides.min_inputs = 2;
  ASSERT_OK(Run(request));
  EXPECT_EQ(ReadBack().overrides.at(0).by, "--min-inputs");
}

TEST_F(BuildTest, MissingDayIsMissingHoursAndMissingRootIsNotFound) {
  EXPECT_THAT(Run(Request("2026-01-14")), IsErr(ErrorKind::kCheckFailed, "missing hours 00, 01, 02"));
  fs::remove_all(folder_ + "/archive");
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kNotFound, "archive"));
}

TEST_F(BuildTest, RefusesADamagedHourAndNamesIt) {
  const std::string whole = *ReadWholeFile(InputPath(1));
  WriteInput(1, whole.substr(0, whole.size() - 4));
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kCheckFailed, "20260115/01.jsonl.gz"));
  EXPECT_FALSE(fs::exists(DataPath()));
  BuildRequest request = Request();
  request.overrides.allow_incomplete = true;
  ASSERT_OK(Run(request));
  const Manifest manifest = ReadBack();
  EXPECT_NE(manifest.inputs.at(1).damage, "");
  EXPECT_EQ(manifest.FindCheck("inputs_whole")->verdict, Verdict::kOverridden);
}

TEST_F(BuildTest, RejectsStayForTheirReader) {
  WriteHour(2, 40, "{\"symbol\":}\n");
  const auto refused = Run(Request());
  ASSERT_THAT(refused, IsErr(ErrorKind::kCheckFailed, "1 line was rejected, 0 are allowed"));
  EXPECT_THAT(std::string(refused.error().advice()), HasSubstr("rejects.jsonl.gz"));
  EXPECT_FALSE(fs::exists(DataPath()));

  BuildRequest request = Request();
  request.overrides.max_rejects = 1;
  const auto report = Run(request);
  ASSERT_OK(report);
  EXPECT_TRUE(fs::exists(report->rejects_path)) << report->rejects_path;
  const Manifest manifest = ReadBack();
  EXPECT_EQ(manifest.rejects.rows, 1U);
  EXPECT_EQ(manifest.rejects.file, "rejects.jsonl.gz");
  EXPECT_EQ(manifest.inputs.at(2).rejected, 1U);
  EXPECT_EQ(manifest.files.at(1).sha256, DigestFile(report->rejects_path)->sha256);
}

TEST_F(BuildTest, SchemaEvolvesUnlessItIsFrozen) {
  ASSERT_OK(Run(Request()));
  WriteHour(2, 40, "{\"symbol\":\"x\",\"extra\":true}\n");
  BuildRequest locked = Request();
  locked.locked = true;
  EXPECT_THAT(Run(locked), IsErr(ErrorKind::kSchemaDrift, "'extra' is new (bool)"));
  locked.overrides.allow_drift = true;
  ASSERT_OK(Run(locked));
  EXPECT_EQ(ReadBack().overrides.at(0).by, "--allow-drift");
  EXPECT_EQ(lock_.Find("daily")->schema.fields.back().name, "extra");
}

TEST_F(BuildTest, TypesThatDoNotFitAreDriftOrRejects) {
  WriteHour(2, 40, "{\"symbol\":5}\n");
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kSchemaDrift, "'symbol'"));
  WriteHour(2, 40);
  ASSERT_OK(Run(Request()));
  // Accepted now: the same line is a reject.
  WriteHour(2, 40, "{\"symbol\":5}\n");
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kCheckFailed, "column 'symbol' is string, this is a number"));
}

TEST_F(BuildTest, TypesThatDifferBetweenFilesNameTheSecond) {
  WriteInput(0, Gzip("{\"a\":1}\n"));
  WriteInput(1, Gzip("\n{\"a\":\"x\"}\n"));
  WriteInput(2, Gzip("{\"a\":1}\n"));
  const auto refused = Run(Request());
  ASSERT_THAT(refused, IsErr(ErrorKind::kSchemaDrift, "20260115/01.jsonl.gz"));
  EXPECT_THAT(refused.error().message(), HasSubstr("first on line 2"));
  EXPECT_THAT(std::string(refused.error().advice()), HasSubstr("\ntypes = { \"a\" = \"json\" }"));
}

TEST_F(BuildTest, IntegersThatDoublesCannotHoldAreRefusedAcrossFiles) {
  WriteInput(0, Gzip("{\"version\":9007199254740993}\n"));
  WriteInput(1, Gzip("{\"version\":0.5}\n"));
  WriteInput(2, Gzip(""));
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kSchemaDrift, "line 1 of '20260115/00.jsonl.gz'"));
}

TEST_F(BuildTest, EmptyObjectsNeedADecision) {
  WriteInput(0, Gzip("{\"a\":1,\"e\":{}}\n"));
  WriteInput(1, Gzip("{\"a\":1}\n"));
  WriteInput(2, Gzip("{\"a\":1}\n"));
  project_.datasets[0].manifest_fields.clear();
  project_.datasets[0].source.event_time.reset();
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kSchemaDrift, "column 'e' is {} in 1 of 3 rows"));
  // Another file shows a field: then the object is one, without values.
  WriteInput(2, Gzip("{\"a\":1,\"e\":{\"x\":1}}\n"));
  ASSERT_OK(Run(Request()));
}

TEST_F(BuildTest, NoRowsAndNoSchemaIsRefused) {
  for (int hour = 0; hour < 3; ++hour) {
    WriteInput(hour, Gzip("\n\n"));
  }
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kCheckFailed, "0 rows, at least 1 expected"));
  project_.datasets[0].checks.min_rows = 0;
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kCheckFailed, "the inputs hold no row"));
}

TEST_F(BuildTest, TooLittleMemoryForTheRowsIsSaid) {
  constexpr uint64_t kMemory = uint64_t{1} << 20U;
  project_.datasets[0].parquet.row_group_bytes = uint64_t{128} << 20U;
  ASSERT_OK(Run(Request(), 2, kMemory)) << "row groups that large never come";
  std::string text;
  while (text.size() < kMemory / 4) {
    text += Record(1, static_cast<int>(text.size() % 1000));
  }
  WriteInput(1, Gzip(text));
  EXPECT_THAT(Run(Request(), 2, kMemory), IsErr(ErrorKind::kResourceLimit, "row groups of 128.0 MiB"));
}

TEST_F(BuildTest, AnotherDatasetsSlotIsNotTaken) {
  ASSERT_OK(Run(Request()));
  project_.datasets[0].name = "other";
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kAlreadyExists, "dataset daily"));
}

TEST_F(BuildTest, CancelledBuildLeavesNothing) {
  cancellation_.Request();
  EXPECT_THAT(Run(Request()), IsErr(ErrorKind::kCancelled));
  EXPECT_FALSE(fs::exists(DataPath()));
  EXPECT_TRUE(fs::is_empty(folder_ + "/out/.ingot/staging"));
}

TEST_F(BuildTest, FlatLayoutKeepsTheManifestBesideTheFile) {
  std::string text(kProject);
  text.replace(text.find("daily/{date}/data.parquet"), 25, "daily/day_{date}.parquet");
  Configure(text);
  ASSERT_OK(Run(Request()));
  EXPECT_TRUE(fs::exists(folder_ + "/out/daily/day_2026-01-15.parquet"));
  EXPECT_TRUE(fs::exists(folder_ + "/out/daily/day_2026-01-15.parquet.manifest.json"));
  BuildRequest request = Request();
  request.force = true;
  ASSERT_OK(Run(request));
  EXPECT_EQ(Run(Request())->action, BuildAction::kUpToDate);
}

}  // namespace
}  // namespace ingot
