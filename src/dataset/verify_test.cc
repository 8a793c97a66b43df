#include "dataset/verify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/result_matchers.h"
#include "dataset/build.h"
#include "dataset/verify_checks.h"
#include "model/project_file.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kProject = R"(
[project]
name = "test"
[dataset.daily]
key = "date"
store = "out"
path = "{date}/data.parquet"
[dataset.daily.source]
type = "jsonl"
path = "in/{date}.jsonl"
[dataset.daily.verify]
min_bytes = 100
required = ["symbol"]
required_any = [["a", "price"]]
not_null = ["meta"]
sample = { rows = 20, seed = 3 }
warnings = [
  { column = "symbol", not_empty = true },
  { column = "meta.ts", instant = true },
  { column = "price", min = 0, max = 10 },
  { column = "meta.rare", min_present = 0.5 },
]
[dataset.daily.manifest]
tier = "t"
)";

class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "ingot_verify_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto project = ParseProject(kProject);
    ASSERT_OK(project);
    project_ = *std::move(project);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string GoodRecords(int count = 30) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += fmt::format(R"({{"symbol":"S{}","price":{},"meta":{{"ts":"2026-01-15T00:00:{:02}Z","rare":1}}}})"
                          "\n",
                          i % 5, i % 10, i % 60);
    }
    return text;
  }
  void Build(const std::string& records, std::string_view day = "2026-01-15") {
    fs::create_directories(folder_ + "/in");
    std::ofstream(fmt::format("{}/in/{}.jsonl", folder_, day)) << records;
    BuildRequest request;
    request.dataset = &project_.datasets[0];
    request.project_folder = folder_;
    request.key = *request.dataset->key.Parse(day);
    ASSERT_OK(BuildPartition(request, Context(), lock_));
  }
  BuildContext Context() { return {&pool_, &clock_, &cancellation_, &progress_, uint64_t{1} << 30U}; }
  VerifyReport Verify(VerifyLevel level = VerifyLevel::kDeep, bool with_project = true) {
    VerifyRequest request{folder_ + "/out/2026-01-15/manifest.json", level, nullptr, std::nullopt};
    if (with_project) {
      request.dataset = &project_.datasets[0];
      request.key = request.dataset->key.Parse("2026-01-15").value();
    }
    auto report = VerifyPartition(request, Context());
    EXPECT_OK(report);
    return *std::move(report);
  }
  std::string Data() const { return folder_ + "/out/2026-01-15/data.parquet"; }
  std::string ManifestPath() const { return folder_ + "/out/2026-01-15/manifest.json"; }

  static std::vector<std::string> ChecksOf(const std::vector<VerifyFinding>& findings) {
    std::vector<std::string> checks;
    for (const VerifyFinding& finding : findings) {
      checks.push_back(finding.check);
    }
    return checks;
  }

  std::string folder_;
  Project project_;
  LockFile lock_;
  TaskPool pool_{1};
  FixedClock clock_{*ParseUtcInstant("2026-01-20T00:00:00Z")};
  Cancellation cancellation_;
  SilentProgress progress_;
};

TEST_F(VerifyTest, AGoodPartitionPassesAtEveryLevel) {
  Build(GoodRecords());
  for (const VerifyLevel level : {VerifyLevel::kQuick, VerifyLevel::kDefault, VerifyLevel::kDeep}) {
    const VerifyReport report = Verify(level);
    EXPECT_TRUE(report.passed()) << report.errors.front().message;
    EXPECT_TRUE(report.warnings.empty()) << report.warnings.front().message;
    EXPECT_EQ(report.rows, 30U);
    EXPECT_EQ(report.proven.size(), 2U + static_cast<size_t>(level));
  }
}

TEST_F(VerifyTest, FindsEverySingleBitFlip) {
  Build(GoodRecords());
  for (const std::string& path : {Data(), ManifestPath()}) {
    const std::string whole = *ReadWholeFile(path);
    const size_t bits = whole.size() * 8;
    for (size_t i = 0; i < 700; ++i) {
      const size_t bit = i * bits / 700 + i % 7;
      std::string flipped = whole;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      std::ofstream(path, std::ios::binary) << flipped;
      ASSERT_FALSE(Verify(VerifyLevel::kDefault, false).passed()) << path << " bit " << bit;
    }
    std::ofstream(path, std::ios::binary) << whole;
  }
  EXPECT_TRUE(Verify().passed());
}

TEST_F(VerifyTest, FindsEveryTruncation) {
  Build(GoodRecords());
  for (const std::string& path : {Data(), ManifestPath()}) {
    const std::string whole = *ReadWholeFile(path);
    for (size_t length = 0; length < whole.size(); length += 37) {
      std::ofstream(path, std::ios::binary) << whole.substr(0, length);
      ASSERT_FALSE(Verify(VerifyLevel::kQuick, false).passed()) << path << " " << length;
    }
    std::ofstream(path, std::ios::binary) << whole;
  }
}

TEST_F(VerifyTest, FindsSwappedFilesAndManifests) {
  Build(GoodRecords());
  Build(GoodRecords(31), "2026-01-16");
  const std::string other = folder_ + "/out/2026-01-16";
  fs::copy_file(other + "/data.parquet", Data(), fs::copy_options::overwrite_existing);
  EXPECT_FALSE(Verify().passed());
  // The whole partition of another day: right in itself, and still wrong here.
  fs::copy_file(other + "/manifest.json", ManifestPath(), fs::copy_options::overwrite_existing);
  EXPECT_THAT(ChecksOf(Verify().errors), ElementsAre("identity"));
  EXPECT_TRUE(Verify(VerifyLevel::kDeep, false).passed());
}

TEST_F(VerifyTest, MissingPiecesAreErrors) {
  EXPECT_THAT(ChecksOf(Verify().errors), ElementsAre("manifest"));
  Build(GoodRecords());
  fs::remove(Data());
  EXPECT_THAT(ChecksOf(Verify().errors), ElementsAre("file"));
}

TEST_F(VerifyTest, DeclaredErrors) {
  Build("{\"other\":1,\"meta\":null}\n{\"other\":2,\"meta\":{\"ts\":\"x\"}}\n");
  project_.datasets[0].verify.min_bytes = 1'000'000;
  EXPECT_THAT(ChecksOf(Verify(VerifyLevel::kQuick).errors), ElementsAre("min_bytes"));
  project_.datasets[0].verify.min_bytes = 0;
  const VerifyReport report = Verify();
  EXPECT_THAT(ChecksOf(report.errors), ElementsAre("required", "required_any", "not_null"));
  EXPECT_THAT(report.errors.back().message, HasSubstr("null in 1 of 2 rows"));
  project_.datasets[0].manifest_fields.push_back({"absent", JsonValue(1)});
  EXPECT_THAT(ChecksOf(Verify(VerifyLevel::kQuick).errors), ElementsAre("manifest_fields"));
}

TEST_F(VerifyTest, SampledRowsAndRatiosAreWarnings) {
  std::string records = GoodRecords(10);
  for (int i = 0; i < 10; ++i) {
    records += R"({"symbol":"","price":-1,"meta":{"ts":"yesterday","rare":null},"never":null})"
               "\n";
  }
  Build(records + GoodRecords(0));
  project_.datasets[0].verify.warnings[3].min_present = 0.6;
  const VerifyReport report = Verify();
  EXPECT_TRUE(report.passed());
  EXPECT_THAT(ChecksOf(report.warnings), ElementsAre("all_null", "sample", "sample", "sample", "min_present"));
  EXPECT_THAT(report.warnings[1].message, HasSubstr("10 of 20 sampled rows; row 10: is empty"));
  EXPECT_THAT(report.warnings[2].message, HasSubstr("'yesterday' is not an instant"));
  EXPECT_THAT(report.warnings[3].message, HasSubstr("-1 is below 0"));
  EXPECT_THAT(report.warnings[4].message, HasSubstr("present in 50.0 %"));
  ASSERT_EQ(report.top_nulls.size(), 2U);
  EXPECT_EQ(report.top_nulls[0].column, "never");
  EXPECT_EQ(report.top_nulls[1].ratio(), 0.5);
}

TEST_F(VerifyTest, FindsAPartitionByAnyOfItsPaths) {
  Build(GoodRecords());
  const std::string folder = folder_ + "/out/2026-01-15";
  for (const std::string& path : {folder, Data(), ManifestPath()}) {
    EXPECT_EQ(*FindManifest(path), ManifestPath());
  }
  EXPECT_THAT(FindManifest(folder_), IsErr(ErrorKind::kNotFound));
}

TEST(SampleRows, IsReproducibleAndWithoutRepetition) {
  const SampleSpec spec{100, 7};
  const std::vector<uint64_t> rows = SampleRows(2520, spec);
  EXPECT_EQ(rows.size(), 100U);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_EQ(std::adjacent_find(rows.begin(), rows.end()), rows.end());
  EXPECT_LT(rows.back(), 2520U);
  EXPECT_EQ(SampleRows(2520, spec), rows);
  EXPECT_NE(SampleRows(2520, {100, 8}), rows);
  EXPECT_EQ(SampleRows(3, spec), (std::vector<uint64_t>{0, 1, 2}));
  EXPECT_TRUE(SampleRows(0, spec).empty());
}

}  // namespace
}  // namespace ingot
