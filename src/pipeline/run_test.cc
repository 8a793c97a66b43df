#include "pipeline/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/result_matchers.h"
#include "dataset/stored_partition.h"
#include "model/json_document.h"
#include "pipeline/explain.h"
#include "pipeline/project_fixture.h"
#include "pipeline/run_journal.h"
#include "pipeline/schema_document.h"
#include "pipeline/schema_report.h"
#include "pipeline/status.h"

namespace ingot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RunTest : public ProjectFixture {
 protected:
  PartitionState StateOf(const Workspace& workspace, std::string_view day) {
    const DatasetSpec& daily = *workspace.project().Find("daily");
    const auto status = StatusOf(daily, Key(daily, day), Context());
    EXPECT_OK(status);
    return status ? status->state : PartitionState::kDamaged;
  }
};

TEST_F(RunTest, AttemptsEveryPartition) {
  const auto workspace = Open();
  const RunReport report = Run(*workspace, {"2026-01-13", "2026-01-14", "2026-01-15"});
  ASSERT_EQ(report.partitions.size(), 3U);
  EXPECT_OK(report.partitions[0].outcome);
  EXPECT_THAT(report.partitions[1].outcome, IsErr(ErrorKind::kCheckFailed, "daily@2026-01-14: "));
  ASSERT_OK(report.partitions[2].outcome);
  EXPECT_EQ(report.partitions[2].outcome->rows, 8U);
  EXPECT_THAT(report.warnings, ElementsAre());
}

TEST_F(RunTest, RecordsNewColumnsBeforeTheNextPartition) {
  const auto workspace = Open();
  Run(*workspace, {"2026-01-13", "2026-01-15"});
  const auto reopened = Open();
  const LockedSchema* locked = reopened->lock().Find("daily");
  ASSERT_NE(locked, nullptr);
  std::vector<std::string> since;
  for (const SchemaLine& line : SchemaLines(locked->schema)) {
    since.push_back(line.path + " " + locked->since.at(line.id));
  }
  EXPECT_THAT(since, ElementsAre("station 2026-01-13", "temp 2026-01-13", "wind 2026-01-13", "wind.speed 2026-01-13",
                                 "wind.from 2026-01-13", "gust 2026-01-15"));
}

TEST_F(RunTest, ALockFileThatWasNotWrittenIsMadeUpFor) {
  Run(*Open(), {"2026-01-15"});
  const std::string lock = *ReadWholeFile(PathOf("ingot.lock"));
  std::filesystem::remove(PathOf("ingot.lock"));
  const RunReport again = Run(*Open(), {"2026-01-15"});
  ASSERT_OK(again.partitions[0].outcome);
  EXPECT_EQ(again.partitions[0].outcome->action, BuildAction::kUpToDate);
  EXPECT_EQ(*ReadWholeFile(PathOf("ingot.lock")), lock);
}

TEST_F(RunTest, ACancelledRunBeginsNothingMore) {
  cancellation_.Request(15);
  const RunReport report = Run(*Open(), {"2026-01-13", "2026-01-15"});
  EXPECT_THAT(report.partitions[0].outcome, IsErr(ErrorKind::kCancelled));
  EXPECT_THAT(report.partitions[1].outcome, IsErr(ErrorKind::kCancelled));
  EXPECT_FALSE(std::filesystem::exists(PathOf("output")));
}

TEST_F(RunTest, TheJournalHasALineForEachRun) {
  Run(*Open(), {"2026-01-14", "2026-01-15"});
  Run(*Open(), {"2026-01-15"});
  const auto text = ReadWholeFile(PathOf("output/.ingot/runs.jsonl"));
  ASSERT_OK(text);
  ASSERT_EQ(std::count(text->begin(), text->end(), '\n'), 1) << "a run that found everything up to date leaves none";
  const auto line = ParseJson(*text);
  ASSERT_OK(line);
  EXPECT_EQ(*line->Find("run")->AsString(), "test-run");
  const JsonArray& partitions = *line->Find("partitions")->AsArray();
  EXPECT_EQ(*partitions.at(0).Find("result")->AsString(), "check_failed");
  EXPECT_EQ(*partitions.at(1).Find("result")->AsString(), "built");
  EXPECT_EQ(*partitions.at(1).Find("rows")->AsInt(), 8);
}

TEST_F(RunTest, StatesOfPartitions) {
  const auto workspace = Open();
  BuildOverrides overrides;
  overrides.allow_incomplete = true;
  Run(*workspace, {"2026-01-13", "2026-01-15"});
  Run(*workspace, {"2026-01-14"}, overrides);
  EXPECT_EQ(StateOf(*workspace, "2026-01-13"), PartitionState::kBuilt);
  EXPECT_EQ(StateOf(*workspace, "2026-01-14"), PartitionState::kIncomplete);
  EXPECT_EQ(StateOf(*workspace, "2026-01-12"), PartitionState::kWaiting);
  std::filesystem::copy(PathOf("archive/20260113"), PathOf("archive/20260111"));
  EXPECT_EQ(StateOf(*workspace, "2026-01-11"), PartitionState::kMissing);
  Write("archive/20260113/00.jsonl", "{\"station\":\"ost\"}\n");
  EXPECT_EQ(StateOf(*workspace, "2026-01-13"), PartitionState::kChanged);
  std::filesystem::resize_file(PathOf("output/daily/2026-01-15/data.parquet"), 10);
  EXPECT_EQ(StateOf(*workspace, "2026-01-15"), PartitionState::kDamaged);
}

TEST_F(RunTest, KnownKeysReachFromTheFirstToYesterday) {
  const auto workspace = Open();
  const DatasetSpec& daily = *workspace->project().Find("daily");
  const auto keys = KnownKeys(daily, ParseUtcDay("2026-01-20").value());
  ASSERT_OK(keys);
  ASSERT_EQ(keys->size(), 7U);
  EXPECT_EQ(keys->front().ToString(), "2026-01-13");
  EXPECT_EQ(keys->back().ToString(), "2026-01-19");
}

TEST_F(RunTest, PartitionsAreFoundByTheirManifests) {
  const auto workspace = Open();
  const DatasetSpec& daily = *workspace->project().Find("daily");
  EXPECT_TRUE(FindPartitions(daily)->empty()) << "a store that does not exist";
  Run(*workspace, {"2026-01-15", "2026-01-13"});
  Write("output/daily/2026-13-45/manifest.json", "{}");
  Write("output/daily/notes/manifest.json", "{}");
  Write("output/daily/manifest.json", "{}");
  std::vector<std::string> found;
  const auto keys = FindPartitions(daily);
  ASSERT_OK(keys);
  for (const PartitionKey& key : *keys) {
    found.push_back(key.ToString());
  }
  EXPECT_THAT(found, ElementsAre("2026-01-13", "2026-01-15"));
  EXPECT_THAT(RequireManifest(daily, Key(daily, "2026-01-14")), IsErr(ErrorKind::kNotFound, "is not built"));
}

TEST_F(RunTest, DriftIsToldByPartition) {
  const auto workspace = Open();
  Run(*workspace, {"2026-01-13", "2026-01-15"});
  const auto report = ReportSchema(*workspace->project().Find("daily"), workspace->lock().Find("daily"));
  ASSERT_OK(report);
  EXPECT_THAT(report->partitions, ElementsAre("2026-01-13", "2026-01-15"));
  const ColumnReport& gust = report->columns.back();
  EXPECT_EQ(gust.line.path, "gust");
  EXPECT_THAT(gust.absent, ElementsAre("2026-01-13"));
  EXPECT_DOUBLE_EQ(gust.null_share.value(), 6.0 / 8.0);
}

TEST_F(RunTest, TheDocumentNeedsNoPartition) {
  const auto workspace = Open();
  Run(*workspace, {"2026-01-15"});
  const DatasetSpec& daily = *workspace->project().Find("daily");
  const auto with = SchemaDocument(daily, workspace->lock().Find("daily"));
  std::filesystem::remove_all(PathOf("output"));
  const auto without = SchemaDocument(daily, workspace->lock().Find("daily"));
  ASSERT_OK(with);
  EXPECT_EQ(*with, *without);
  for (const char* part :
       {"| `wind` | `struct` |", "### Fields of `wind`", "- `debug`", "- `wind`: null when the mast was down",
        "| `tier` | always `\"daily\"` |", "| `row_count` |"}) {
    EXPECT_THAT(*with, HasSubstr(part));
  }
}

TEST_F(RunTest, TheStoryTellsWhatWasLetPass) {
  const auto workspace = Open();
  BuildOverrides overrides;
  overrides.allow_incomplete = true;
  overrides.reason = "hour 02 lost";
  Run(*workspace, {"2026-01-14"}, overrides);
  const DatasetSpec& daily = *workspace->project().Find("daily");
  const auto manifest = RequireManifest(daily, Key(daily, "2026-01-14"));
  ASSERT_OK(manifest);
  const Story story = Explain(daily, *manifest, "it's here", "it's here/manifest.json");
  EXPECT_EQ(story.title, "daily@2026-01-14");
  std::string text;
  for (const StorySection& section : story.sections) {
    for (const StoryPart& part : section.parts) {
      for (const std::string& line : part.lines) {
        text += line + "\n";
      }
    }
  }
  EXPECT_THAT(text, HasSubstr("6 rows + 0 rejected + 0 blank = 6; 6 rows are in the partition"));
  EXPECT_THAT(text, HasSubstr("was overridden by --allow-incomplete: hour 02 lost"));
  EXPECT_THAT(text, HasSubstr("it'\\''s here/data.parquet' | sha256sum --check")) << "quoted for the shell";
}

}  // namespace
}  // namespace ingot
