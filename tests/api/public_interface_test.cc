#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "ingot/ingot.h"

namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A copy of the project that the command line tests use: dataset `daily`, four files a day; 2026-01-14 lacks hour 02.
class PublicInterface : public testing::Test {
 public:
  PublicInterface() {
    std::string name = testing::TempDir() + "ingot-public-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::copy("tests/cli/fixtures/daily", folder_, std::filesystem::copy_options::recursive);
  }
  ~PublicInterface() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

 protected:
  ingot::Project Open(std::map<std::string, std::string> environment = {}) {
    environment.emplace("INGOT_NOW", "2026-01-16T00:05:09Z");
    return ingot::Project::Open({folder_, {}, std::move(environment)}).OrThrow();
  }
  static ingot::RunOptions OfDay(const std::string& day) {
    ingot::RunOptions options;
    options.partitions.date = {day};
    return options;
  }
  void Append(const std::string& text) { std::ofstream(folder_ + "/ingot.toml", std::ios::app) << text; }

  std::string folder_;
};

// Sums the first column, int64, of all batches.
struct Drained {
  int status = 0;
  int64_t sum = 0;
  int64_t rows = 0;
  std::string error;
};
Drained Drain(const ingot::QueryResult& result) {
  ArrowArrayStream stream;
  result.ExportStream(&stream).OrThrow();
  Drained drained;
  ArrowArray batch;
  while ((drained.status = stream.get_next(&stream, &batch)) == 0 && batch.release != nullptr) {
    const auto* values = static_cast<const int64_t*>(batch.children[0]->buffers[1]);
    for (int64_t row = 0; row < batch.length; ++row) {
      drained.sum += values[batch.offset + batch.children[0]->offset + row];
    }
    drained.rows += batch.length;
    batch.release(&batch);
  }
  const char* error = stream.get_last_error(&stream);
  drained.error = error == nullptr ? "" : error;
  stream.release(&stream);
  return drained;
}

TEST_F(PublicInterface, RunsProvesAndLists) {
  const ingot::Project project = Open();
  const auto plans = project.Plan("daily", OfDay("2026-01-15")).OrThrow();
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_EQ(plans[0].action, "build");
  EXPECT_EQ(plans[0].inputs_present, 4U);

  const ingot::RunResult run = project.Run("daily", OfDay("2026-01-15")).OrThrow();
  ASSERT_EQ(run.partitions.size(), 1U);
  EXPECT_EQ(run.partitions[0].result, "built");
  EXPECT_EQ(run.partitions[0].rows, 8U);
  EXPECT_TRUE(std::filesystem::exists(run.partitions[0].path)) << run.partitions[0].path;

  const auto partitions = project.Partitions("", {}).OrThrow();
  ASSERT_EQ(partitions.size(), 1U);
  EXPECT_EQ(partitions[0].key, "2026-01-15");
  EXPECT_EQ(partitions[0].start, "2026-01-15T00:00:00.000000+00:00");
  EXPECT_EQ(partitions[0].sha256.size(), 64U);
  EXPECT_EQ(partitions[0].content_id, run.partitions[0].content_id);

  const auto proofs = project.Verify("daily@2026-01-15", {}).OrThrow();
  ASSERT_EQ(proofs.size(), 1U);
  EXPECT_TRUE(proofs[0].passed);
  const auto by_path = ingot::VerifyPaths({partitions[0].path}, {}).OrThrow();
  EXPECT_TRUE(by_path.at(0).passed);
  EXPECT_EQ(by_path.at(0).sha256, partitions[0].sha256);

  const auto datasets = project.Datasets().OrThrow();
  ASSERT_EQ(datasets.size(), 1U);
  EXPECT_EQ(datasets[0].source, "jsonl");
  EXPECT_EQ(datasets[0].rows, 8U);
}

TEST_F(PublicInterface, YesterdayIsTheClockOfTheEnvironment) {
  EXPECT_EQ(Open().Run("daily", {}).OrThrow().partitions.at(0).key, "2026-01-15");
}

TEST_F(PublicInterface, AFailureOfOnePartitionIsInTheResult) {
  ingot::RunOptions options;
  options.partitions.last = "3d";
  const ingot::RunResult run = Open().Run("daily", options).OrThrow();
  ASSERT_EQ(run.partitions.size(), 3U);
  EXPECT_FALSE(run.partitions[0].error);
  ASSERT_TRUE(run.partitions[1].error);
  EXPECT_EQ(run.partitions[1].error->kind, ingot::ErrorKind::kCheckFailed);
  EXPECT_THAT(run.partitions[1].error->message, HasSubstr("missing hours 02"));
  EXPECT_FALSE(run.partitions[2].error);
  EXPECT_EQ(Open().Status("daily", {}).OrThrow().at(1).state, "waiting");
}

TEST_F(PublicInterface, OptionsComeFromTheCallTheEnvironmentOrTheProject) {
  Append("\n[defaults]\nallow_incomplete = true\nreason = \"of the project\"\n");
  EXPECT_FALSE(Open().Run("daily@2026-01-14", {}).OrThrow().partitions.at(0).error) << "of the project";
  ingot::RunOptions strict;
  strict.allow_incomplete = false;
  strict.force = true;
  EXPECT_TRUE(Open().Run("daily@2026-01-14", strict).OrThrow().partitions.at(0).error) << "of the call";
  EXPECT_FALSE(Open({{"INGOT_DATE", "2026-01-13"}}).Run("daily", {}).OrThrow().partitions.at(0).error);
  const auto refused = Open({{"INGOT_THREADS", "many"}}).Run("daily", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ingot::ErrorKind::kConfig);
  EXPECT_THAT(refused.error().ToString(), StartsWith("INGOT_THREADS: "));
}

TEST_F(PublicInterface, MisuseIsAnError) {
  const ingot::Project project = Open();
  EXPECT_EQ(project.Run("dayly", {}).error().kind, ingot::ErrorKind::kUsage);
  ingot::RunOptions twice = OfDay("2026-01-15");
  twice.partitions.last = "3d";
  EXPECT_THAT(project.Run("daily", twice).error().message, HasSubstr("exclude each other"));
  ingot::RunOptions publish = OfDay("2026-01-15");
  publish.publish = true;
  EXPECT_EQ(project.Run("daily", publish).error().kind, ingot::ErrorKind::kUnsupported);
  const auto nowhere = ingot::Project::Open({folder_ + "/absent", {}, {}});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ingot::ErrorKind::kConfig);
  EXPECT_THROW(static_cast<void>(ingot::Project::Open({folder_ + "/absent", {}, {}}).OrThrow()), ingot::Exception);
}

TEST_F(PublicInterface, CancelledCallsSaySo) {
  ingot::RunOptions options = OfDay("2026-01-15");
  options.work.cancellation.Request();
  const ingot::RunResult run = Open().Run("daily", options).OrThrow();
  ASSERT_TRUE(run.partitions.at(0).error);
  EXPECT_EQ(run.partitions[0].error->kind, ingot::ErrorKind::kCancelled);
  EXPECT_TRUE(Open().Partitions("daily", {}).OrThrow().empty());
}

TEST_F(PublicInterface, ProgressAndWarningsAreTold) {
  ingot::RunOptions options = OfDay("2026-01-15");
  std::atomic<int> updates = 0;
  std::string subject;
  options.work.on_progress = [&](const ingot::Progress& progress) {
    ++updates;
    subject = progress.subject;
  };
  Open().Run("daily", options).OrThrow();
  EXPECT_GT(updates, 0);
  EXPECT_EQ(subject, "daily@2026-01-15");
}

TEST_F(PublicInterface, AQueryStreamsAndCanBeReadAgain) {
  const ingot::Project project = Open();
  ingot::RunOptions both;
  both.partitions.date = {"2026-01-13", "2026-01-15"};
  project.Run("daily", both).OrThrow();
  const ingot::QueryResult result = project.Query("SELECT count(*) FROM daily", {}).OrThrow();
  ArrowSchema schema;
  result.ExportSchema(&schema).OrThrow();
  EXPECT_STREQ(schema.format, "+s");
  ASSERT_EQ(schema.n_children, 1);
  EXPECT_STREQ(schema.children[0]->format, "l");
  schema.release(&schema);
  EXPECT_EQ(Drain(result).sum, 16);
  project
      .Run("daily@2026-01-13",
           [] {
             ingot::RunOptions options;
             options.force = true;
             return options;
           }())
      .OrThrow();
  EXPECT_EQ(Drain(result).sum, 16) << "runs again, over what stands there by then";
  EXPECT_THAT(result.Explain().OrThrow(), HasSubstr("READ_PARQUET"));
  EXPECT_FALSE(result.failure());
}

TEST_F(PublicInterface, AStreamThatNobodyReadsHarmsNothing) {
  const ingot::QueryResult result = Open().Query("SELECT range FROM range(100000)", {}).OrThrow();
  for (int i = 0; i < 3; ++i) {
    ArrowArrayStream stream;
    result.ExportStream(&stream).OrThrow();
    ArrowArray batch{};
    if (i > 0) {
      ASSERT_EQ(stream.get_next(&stream, &batch), 0);
      batch.release(&batch);
    }
    stream.release(&stream);
  }
  EXPECT_EQ(Drain(result).rows, 100000);
}

TEST_F(PublicInterface, QueriesHaveParametersAndLimits) {
  ingot::QueryOptions options;
  options.parameters = {{"n", "7"}};
  options.limit = 5;
  const auto drained = Drain(Open().Query("SELECT range FROM range($n::BIGINT)", options).OrThrow());
  EXPECT_EQ(drained.sum, 10);
  EXPECT_EQ(drained.rows, 5);
  EXPECT_EQ(Open().Query("SELEC 1", {}).error().kind, ingot::ErrorKind::kUsage);
  EXPECT_THAT(Open().Query("SELECT * FROM dayly", {}).error().message, HasSubstr("did you mean"));
}

TEST_F(PublicInterface, ACancelledStreamTellsTheConsumer) {
  const ingot::QueryResult result = Open().Query("SELECT range FROM range(1000000000)", {}).OrThrow();
  result.Cancel();
  const Drained drained = Drain(result);
  EXPECT_EQ(drained.status, ECANCELED);
  EXPECT_THAT(drained.error, HasSubstr("interrupted"));
  ASSERT_TRUE(result.failure());
  EXPECT_EQ(result.failure()->kind, ingot::ErrorKind::kCancelled);
}

TEST_F(PublicInterface, CallsOfManyThreadsDoNotMeet) {
  const ingot::Project project = Open();
  project.Run("daily", OfDay("2026-01-15")).OrThrow();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      good += project.Verify("daily@2026-01-15", {}).OrThrow().at(0).passed ? 1 : 0;
      good += Drain(project.Query("SELECT count(*) FROM daily", {}).OrThrow()).sum == 8 ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good, 8);
}

TEST_F(PublicInterface, GeneratesWithoutAProject) {
  ingot::GenerateOptions options;
  options.output_dir = folder_ + "/out";
  options.rows = 1000;
  options.layout = "flat";
  const ingot::PartitionRun made = ingot::Generate("events", options).OrThrow();
  EXPECT_EQ(made.rows, 1000U);
  EXPECT_TRUE(ingot::VerifyPaths({made.path}, {}).OrThrow().at(0).passed);
  EXPECT_EQ(ingot::Generate("event", options).error().kind, ingot::ErrorKind::kUsage);
}

}  // namespace
