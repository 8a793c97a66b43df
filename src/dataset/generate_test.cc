#include "dataset/generate.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/file.h"
#include "base/result_matchers.h"
#include "commit/garbage.h"
#include "commit/local_root.h"
#include "dataset/verify.h"
#include "format/parquet/file_reader.h"
#include "model/project_file.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kProject = R"(
[project]
name = "test"
[dataset.events]
store = "out"
path = "events/date={date}/events-{part:int32}.parquet"
[dataset.events.source]
type = "synthetic"
rows = 20_000
start = "2024-01-01"
end = "2024-01-10"
[dataset.events.parquet]
codec = "snappy"
[dataset.events.manifest]
row_count = { compute = "rows" }
columns = { compute = "columns" }
)";

class GenerateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "ingot_generate_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto project = ParseProject(kProject);
    ASSERT_OK(project);
    dataset_ = project->datasets.at(0);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Result<BuildReport> Run(const DatasetSpec& dataset, const std::string& below = "", unsigned threads = 2,
                          bool force = true, uint64_t memory = uint64_t{1} << 30U) {
    TaskPool pool(threads);
    BuildRequest request = Request(dataset, below);
    request.force = force;
    return BuildPartition(request, {&pool, &clock_, &cancellation_, &progress_, memory}, LockFile());
  }
  BuildRequest Request(const DatasetSpec& dataset, const std::string& below = "") const {
    BuildRequest request;
    request.dataset = &dataset;
    request.project_folder = folder_ + below;
    request.run_id = "test-run";
    return request;
  }
  VerifyReport Verify(const DatasetSpec& dataset, VerifyLevel level = VerifyLevel::kDeep) {
    TaskPool pool(2);
    auto report = VerifyPartition({ManifestPath(), level, &dataset, PartitionKey()},
                                  {&pool, &clock_, &cancellation_, &progress_, 0});
    EXPECT_OK(report);
    return report ? *std::move(report) : VerifyReport();
  }
  std::string ManifestPath() const { return folder_ + "/out/events.manifest.json"; }
  Manifest ReadManifestBack() const {
    const auto text = ReadWholeFile(ManifestPath());
    EXPECT_OK(text);
    auto manifest = ParseManifest(*text);
    EXPECT_OK(manifest);
    return *std::move(manifest);
  }
  std::string PathOf(std::string_view day, int part = 0) const {
    return fmt::format("{}/out/events/date={}/events-{}.parquet", folder_, day, part);
  }
  // Path below the store → sha256, of everything that is published but the manifest.
  std::map<std::string, std::string> Published(const std::string& below = "") const {
    std::map<std::string, std::string> files;
    const fs::path top = folder_ + below + "/out/events";
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
      if (entry.is_regular_file()) {
        files[entry.path().lexically_relative(top).string()] = DigestFile(entry.path().string()).value().sha256;
      }
    }
    return files;
  }
  // Every row of a file as text.
  static void AddRows(const std::string& path, std::multiset<std::string>* rows) {
    const auto reader = ParquetFileReader::Open(path);
    ASSERT_OK(reader);
    for (size_t group = 0; group < reader->row_groups().size(); ++group) {
      const LeafColumn time = reader->ReadLeaf(group, 0).value();
      const LeafColumn user = reader->ReadLeaf(group, 1).value();
      const LeafColumn properties = reader->ReadLeaf(group, 4).value();
      for (size_t i = 0; i < time.ints.size(); ++i) {
        rows->insert(fmt::format("{} {} {}", time.ints[i], user.ints[i], properties.BytesAt(i)));
      }
    }
  }

  std::string folder_;
  DatasetSpec dataset_;
  FixedClock clock_{*ParseUtcInstant("2026-01-16T00:05:00Z")};
  Cancellation cancellation_;
  SilentProgress progress_;
};

TEST_F(GenerateTest, WritesProvesAndDescribes) {
  const auto report = Run(dataset_);
  ASSERT_OK(report);
  EXPECT_EQ(report->action, BuildAction::kBuild);
  EXPECT_EQ(report->rows, 20'000U);
  EXPECT_EQ(report->files, 10U);
  const Manifest manifest = ReadManifestBack();
  EXPECT_EQ(manifest.rows, 20'000U);
  ASSERT_THAT(manifest.files, SizeIs(10));
  EXPECT_EQ(manifest.files[0].path, "events/date=2024-01-01/events-0.parquet");
  uint64_t rows = 0;
  for (const ManifestFile& file : manifest.files) {
    const auto digest = DigestFile(folder_ + "/out/" + file.path);
    ASSERT_OK(digest);
    EXPECT_EQ(digest->sha256, file.sha256);
    EXPECT_EQ(digest->bytes, file.bytes);
    rows += file.rows;
  }
  EXPECT_EQ(rows, 20'000U);
  EXPECT_EQ(manifest.fields.at("row_count"), JsonValue(uint64_t{20'000}));
  EXPECT_EQ(*manifest.extra.at("generator").Find("seed"), JsonValue(uint64_t{7}));
  EXPECT_EQ(*manifest.FindColumn("team_id")->min, StatisticValue(int64_t{1}));
  const VerifyReport verified = Verify(dataset_);
  EXPECT_TRUE(verified.passed()) << verified.errors.front().message;
  EXPECT_THAT(verified.warnings, IsEmpty());
  EXPECT_THAT(verified.proven, SizeIs(4));
}

TEST_F(GenerateTest, NeitherThreadsNorMemoryChangeAByte) {
  dataset_.source.synthetic.file_bytes = 48U << 10U;
  dataset_.parquet.row_group_rows = 1024;
  ASSERT_OK(Run(dataset_, "/a", 1));
  ASSERT_OK(Run(dataset_, "/b", 5));
  ASSERT_OK(Run(dataset_, "/c", 3, true, 1U << 20U));
  EXPECT_GT(Published("/a").size(), 10U);
  EXPECT_EQ(Published("/a"), Published("/b"));
  EXPECT_EQ(Published("/a"), Published("/c"));
  dataset_.source.synthetic.seed = 8;
  ASSERT_OK(Run(dataset_, "/d", 2));
  EXPECT_NE(Published("/a"), Published("/d"));
}

TEST_F(GenerateTest, RowsLieInTheFolderOfTheirDay) {
  ASSERT_OK(Run(dataset_));
  for (const int day : {1, 10}) {
    const auto reader = ParquetFileReader::Open(PathOf(fmt::format("2024-01-{:02}", day)));
    ASSERT_OK(reader);
    const int64_t midnight = StartOf(*ParseUtcDay(fmt::format("2024-01-{:02}", day))).seconds * 1'000'000;
    const ValueBounds& bounds = reader->row_groups().at(0).chunks.at(0).bounds;
    EXPECT_GE(std::get<int64_t>(bounds.min), midnight);
    EXPECT_LT(std::get<int64_t>(bounds.max), midnight + int64_t{86'400'000'000});
  }
}

TEST_F(GenerateTest, FlatFilesHoldTheSameRows) {
  dataset_.source.synthetic.rows = 3000;
  ASSERT_OK(Run(dataset_, "/hive"));
  DatasetSpec flat = dataset_;
  flat.path = PathTemplate::Compile("events/events-{part:int32}.parquet").value();
  flat.parquet.row_group_rows = 1024;
  ASSERT_OK(Run(flat, "/flat"));
  std::multiset<std::string> by_day;
  for (const auto& [path, digest] : Published("/hive")) {
    AddRows(folder_ + "/hive/out/events/" + path, &by_day);
  }
  std::multiset<std::string> together;
  ASSERT_THAT(Published("/flat"), SizeIs(1));
  AddRows(folder_ + "/flat/out/events/events-0.parquet", &together);
  EXPECT_THAT(by_day, SizeIs(3000));
  EXPECT_EQ(by_day, together);
}

TEST_F(GenerateTest, DaysWithoutRowsHaveNoFile) {
  dataset_.source.synthetic.rows = 3;
  const auto report = Run(dataset_);
  ASSERT_OK(report);
  EXPECT_LE(report->files, 3U);
  EXPECT_EQ(Published().size(), report->files);
  EXPECT_TRUE(Verify(dataset_).passed());
}

TEST_F(GenerateTest, FilesAreClosedAtTheirSize) {
  dataset_.source.synthetic.end = dataset_.source.synthetic.start;
  dataset_.source.synthetic.file_bytes = 192U << 10U;
  ASSERT_OK(Run(dataset_));
  const Manifest manifest = ReadManifestBack();
  ASSERT_GT(manifest.files.size(), 2U);
  for (size_t i = 0; i < manifest.files.size(); ++i) {
    EXPECT_EQ(manifest.files[i].path, fmt::format("events/date=2024-01-01/events-{}.parquet", i));
    EXPECT_LT(manifest.files[i].bytes, 384U << 10U);
    EXPECT_TRUE(i + 1 == manifest.files.size() || manifest.files[i].bytes >= 96U << 10U);
  }
  EXPECT_TRUE(Verify(dataset_).passed());
}

TEST_F(GenerateTest, ASecondRunReplacesEverything) {
  ASSERT_OK(Run(dataset_));
  const auto before = Published();
  dataset_.source.synthetic.start = *ParseUtcDay("2024-01-06");
  dataset_.source.synthetic.end = *ParseUtcDay("2024-01-12");
  std::ofstream(folder_ + "/out/events/date=2024-01-02/NOTE") << "mine";
  const auto report = Run(dataset_);
  ASSERT_OK(report);
  EXPECT_EQ(report->action, BuildAction::kRebuild);
  EXPECT_EQ(ReadManifestBack().generation, 2);
  // Only what the older manifest named has gone, and the folders that it leaves empty.
  EXPECT_THAT(Published(), SizeIs(8));
  EXPECT_FALSE(fs::exists(folder_ + "/out/events/date=2024-01-01"));
  EXPECT_TRUE(fs::exists(folder_ + "/out/events/date=2024-01-02/NOTE"));
  EXPECT_THAT(Verify(dataset_).warnings, SizeIs(1));
  // The same settings give what the same settings gave.
  dataset_.source.synthetic.start = *ParseUtcDay("2024-01-01");
  dataset_.source.synthetic.end = *ParseUtcDay("2024-01-10");
  fs::remove(folder_ + "/out/events/date=2024-01-02/NOTE");
  ASSERT_OK(Run(dataset_));
  EXPECT_EQ(Published(), before);
  // Nothing of the runs is left once the older versions have expired.
  GarbageOptions garbage;
  garbage.now = UtcInstant{clock_.Now().seconds + 7200, 0};
  garbage.mode = GarbageMode::kRemove;
  const auto root = LocalRoot::Open(folder_ + "/out");
  ASSERT_OK(root);
  ASSERT_OK(CollectGarbage(*root, garbage));
  for (const auto& entry : fs::recursive_directory_iterator(folder_ + "/out/.ingot")) {
    EXPECT_TRUE(entry.is_directory()) << entry.path();
  }
}

TEST_F(GenerateTest, DoesNothingWhereNothingChanged) {
  ASSERT_OK(Run(dataset_));
  auto again = Run(dataset_, "", 2, false);
  ASSERT_OK(again);
  EXPECT_EQ(again->action, BuildAction::kUpToDate);
  EXPECT_EQ(again->rows, 20'000U);
  EXPECT_EQ(again->files, 10U);
  std::ofstream(PathOf("2024-01-03"), std::ios::binary | std::ios::in | std::ios::out).seekp(2000).put('!');
  again = Run(dataset_, "", 2, false);
  ASSERT_OK(again);
  EXPECT_EQ(again->action, BuildAction::kRebuild);
  dataset_.source.synthetic.seed = 9;
  TaskPool pool(1);
  const auto plan = PlanPartition(Request(dataset_), {&pool, &clock_, &cancellation_, &progress_, 0});
  ASSERT_OK(plan);
  EXPECT_EQ(plan->action, BuildAction::kRebuild);
  EXPECT_EQ(plan->reason, "settings changed");
}

TEST_F(GenerateTest, FilesOfOthersAreNotReplaced) {
  fs::create_directories(folder_ + "/out/events/date=2024-01-04");
  std::ofstream(PathOf("2024-01-04")) << "mine";
  EXPECT_THAT(Run(dataset_), IsErr(ErrorKind::kAlreadyExists, "events-0.parquet"));
  EXPECT_THAT(Published(), SizeIs(1));
  EXPECT_FALSE(fs::exists(ManifestPath()));
}

TEST_F(GenerateTest, ADamagedManifestIsBuiltAnew) {
  ASSERT_OK(Run(dataset_));
  const auto before = Published();
  std::ofstream(ManifestPath()) << "{}";
  ASSERT_OK(Run(dataset_));
  EXPECT_EQ(Published(), before);
  EXPECT_TRUE(Verify(dataset_).passed());
}

// Columns of its own, of all layouts, some with holes.
constexpr std::string_view kColumns = R"toml(
[project]
name = "test"
[dataset.events]
store = "out"
path = "events/date={date}/events-{part:int32}.parquet"
[dataset.events.source]
type = "synthetic"
rows = 30_000
start = "2024-01-01"
end = "2024-01-05"
[dataset.events.columns]
id = { type = "int64", sequence = {} }
at = { type = "timestamp[us]", nulls = 0.1 }
who = { type = "string", pattern = "user_{n:06}", distribution = "zipf", min = 1, max = 100_000 }
color = { type = "string", values = ["red", "green"], weights = [3, 1], nulls = 0.5 }
flag = { type = "bool" }
size = { type = "double", distribution = "normal", mean = 5, deviation = 2, min = 0 }
price = { type = "decimal(8,2)", distribution = "exponential", mean = 20 }
)toml";

TEST_F(GenerateTest, DeclaredColumnsAreTheSameForThreadsMemoryAndLayout) {
  dataset_ = ParseProject(kColumns).value().datasets.at(0);
  ASSERT_OK(Run(dataset_, "/a", 1));
  ASSERT_OK(Run(dataset_, "/b", 2));
  ASSERT_OK(Run(dataset_, "/c", 8, true, 2U << 20U));
  EXPECT_EQ(Published("/a").size(), 5U);
  EXPECT_EQ(Published("/a"), Published("/b"));
  EXPECT_EQ(Published("/a"), Published("/c"));
  dataset_.path = PathTemplate::Compile("events/{part:int32}.parquet").value();
  ASSERT_OK(Run(dataset_, "/flat", 2));
  dataset_.parquet.row_group_rows = 1024;
  dataset_.source.synthetic.file_bytes = 64U << 10U;
  ASSERT_OK(Run(dataset_, "/small", 3));
  EXPECT_GT(Published("/small").size(), 5U);
  // Every value hash is that of the same values, whatever files they lie in.
  const auto one = ParquetFileReader::Open(folder_ + "/flat/out/events/0.parquet");
  ASSERT_OK(one);
  EXPECT_EQ(one->row_groups().at(0).rows, 30'000U);
  const LeafColumn ids = one->ReadLeaf(0, 0).value();
  const LeafColumn whos = one->ReadLeaf(0, 2).value();
  size_t next = 0;
  for (size_t part = 0; part < Published("/small").size(); ++part) {
    const auto reader = ParquetFileReader::Open(fmt::format("{}/small/out/events/{}.parquet", folder_, part));
    ASSERT_OK(reader);
    for (size_t group = 0; group < reader->row_groups().size(); ++group) {
      const LeafColumn id = reader->ReadLeaf(group, 0).value();
      const LeafColumn who = reader->ReadLeaf(group, 2).value();
      for (size_t i = 0; i < id.ints.size(); ++i, ++next) {
        ASSERT_EQ(id.ints[i], ids.ints[next]);
        ASSERT_EQ(who.BytesAt(i), whos.BytesAt(next));
      }
    }
  }
  EXPECT_EQ(next, 30'000U);
  EXPECT_EQ(ids.ints[29'999], 30'000);
}

TEST_F(GenerateTest, ADeclarationIsHeldToTheLockWhereItIsFrozen) {
  dataset_ = ParseProject(kColumns).value().datasets.at(0);
  LockFile lock;
  TaskPool pool(2);
  const BuildContext context{&pool, &clock_, &cancellation_, &progress_, uint64_t{1} << 30U};
  BuildRequest request = Request(dataset_);
  request.locked = true;
  EXPECT_THAT(BuildPartition(request, context, lock),
              IsErr(ErrorKind::kSchemaDrift, "differ from those of ingot.lock"));
  request.locked = false;
  const auto first = BuildPartition(request, context, lock);
  ASSERT_OK(first);
  lock.datasets["events"] = first->schema_change.value();
  dataset_.drift = DriftRule::kFreeze;
  request.force = true;
  const auto again = BuildPartition(request, context, lock);
  ASSERT_OK(again);
  EXPECT_EQ(again->schema_change, std::nullopt);
  std::vector<GeneratedColumn>& columns = dataset_.source.synthetic.columns;
  columns.erase(columns.begin() + 1);
  EXPECT_THAT(BuildPartition(request, context, lock), IsErr(ErrorKind::kSchemaDrift));
  EXPECT_TRUE(Verify(dataset_).passed()) << "the older version stands";
  request.overrides.allow_drift = true;
  request.overrides.reason = "agreed";
  const auto changed = BuildPartition(request, context, lock);
  ASSERT_OK(changed);
  EXPECT_EQ(changed->schema_change.value().schema.fields.size(), 6U);
  EXPECT_EQ(ReadManifestBack().overrides.at(0).reason, "agreed");
  EXPECT_EQ(ReadManifestBack().columns.size(), 6U);
  EXPECT_TRUE(Verify(dataset_).passed());
}

TEST_F(GenerateTest, TooLittleMemoryIsSaid) {
  EXPECT_THAT(Run(dataset_, "", 1, true, 1000), IsErr(ErrorKind::kResourceLimit, "the limit is"));
  EXPECT_FALSE(fs::exists(ManifestPath()));
}

TEST_F(GenerateTest, ACancelledRunLeavesNothing) {
  cancellation_.Request(2);
  EXPECT_THAT(Run(dataset_), IsErr(ErrorKind::kCancelled));
  EXPECT_FALSE(fs::exists(folder_ + "/out/events"));
  EXPECT_TRUE(fs::is_empty(folder_ + "/out/.ingot/staging"));
}

TEST_F(GenerateTest, VerifyFindsWhatIsWrongInAnyFile) {
  ASSERT_OK(Run(dataset_));
  const auto checks = [&](VerifyLevel level = VerifyLevel::kDefault) {
    std::vector<std::string> names;
    for (const VerifyFinding& finding : Verify(dataset_, level).errors) {
      names.push_back(finding.check);
    }
    return names;
  };
  const std::string third = PathOf("2024-01-03");
  const std::string good = ReadWholeFile(third).value();
  const auto write = [&](const std::string& bytes) { std::ofstream(third, std::ios::binary) << bytes; };
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 4);
  write(flipped);
  EXPECT_THAT(checks(VerifyLevel::kQuick), IsEmpty());
  EXPECT_THAT(checks(), ElementsAre("sha256"));
  write(good.substr(0, good.size() - 1));
  EXPECT_THAT(checks(VerifyLevel::kQuick), ElementsAre("size"));
  fs::remove(third);
  EXPECT_THAT(checks(), ElementsAre("file"));
  fs::copy_file(PathOf("2024-01-04"), third);
  EXPECT_FALSE(checks().empty());
  write(good);
  EXPECT_THAT(checks(VerifyLevel::kDeep), IsEmpty());
}

TEST_F(GenerateTest, VerifyLooksIntoEveryFile) {
  ASSERT_OK(Run(dataset_));
  // A manifest that agrees with its files by hash, and not with what is in them.
  Manifest manifest = ReadManifestBack();
  ++manifest.files[4].rows;
  ++manifest.rows;
  manifest.columns[2].value_hash = std::string(32, '0');
  std::ofstream(ManifestPath()) << SealManifest(manifest).value().text;
  VerifyReport report = Verify(dataset_);
  ASSERT_THAT(report.errors, SizeIs(1));
  EXPECT_EQ(report.errors[0].check, "rows");
  EXPECT_THAT(report.errors[0].message, HasSubstr("date=2024-01-05"));
  --manifest.files[4].rows;
  --manifest.rows;
  std::ofstream(ManifestPath()) << SealManifest(manifest).value().text;
  EXPECT_TRUE(Verify(dataset_, VerifyLevel::kDefault).passed());
  report = Verify(dataset_, VerifyLevel::kDeep);
  ASSERT_THAT(report.errors, SizeIs(1));
  EXPECT_THAT(report.errors[0].message, HasSubstr("'team_id'"));
}

}  // namespace
}  // namespace ingot
