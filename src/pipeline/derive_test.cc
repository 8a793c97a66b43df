// Weeks made of days, through everything between the project file and the committed partition.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "base/file.h"
#include "base/result_matchers.h"
#include "dataset/stored_partition.h"
#include "format/parquet/file_reader.h"
#include "pipeline/project_fixture.h"

namespace ingot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kProject = R"(
[project]
name = "test"
[dataset.day]
title = "daily files"
key = "date"
store = "out"
path = "day/{date}/data.parquet"
[dataset.day.source]
type = "jsonl"
path = "in/{date}.jsonl"
maps = ["counts"]
[dataset.week]
key = ["end_day", "days=3"]
store = "out"
path = "week/{end_day}/rows_{days}d.parquet"
manifest_path = "week/{end_day}/manifest.json"
[dataset.week.source]
type = "derive"
from = "day"
)";

class DeriveTest : public ProjectFixture {
 protected:
  DeriveTest() { Configure("drop = [\"secret\"]\n"); }

  void Configure(const std::string& policy) { Write("ingot.toml", std::string(kProject) + policy); }

  void WriteDay(std::string_view day, const std::string& lines) { Write(fmt::format("in/{}.jsonl", day), lines); }

  // Ten plain rows for each of three days.
  void WriteDays() {
    for (const std::string_view day : {"2026-01-13", "2026-01-14", "2026-01-15"}) {
      std::string lines;
      for (int i = 0; i < 10; ++i) {
        lines += fmt::format("{{\"id\":{},\"name\":\"{} {}\",\"secret\":true,\"counts\":{{\"k{}\":{}}}}}\n", i, day, i,
                             i, i);
      }
      WriteDay(day, lines);
    }
  }

  Result<BuildReport> BuildDay(std::string_view day, bool force = false, bool allow_shrink = false) {
    const auto workspace = Open();
    RunRequest request;
    request.dataset = workspace->project().Find("day");
    request.keys = {Key(*request.dataset, day)};
    request.force = force;
    request.overrides.allow_shrink = allow_shrink;
    request.run_id = "day-run";
    return RunPartitions(*workspace, request, Context(), [](const PartitionResult&) {}).partitions.at(0).outcome;
  }
  void BuildDays() {
    for (const std::string_view day : {"2026-01-13", "2026-01-14", "2026-01-15"}) {
      ASSERT_OK(BuildDay(day));
    }
  }

  RunRequest WeekRequest(const Workspace& workspace) {
    RunRequest request;
    request.dataset = workspace.project().Find("week");
    request.keys = {*request.dataset->key.Parse("2026-01-15")};
    request.run_id = "week-run";
    return request;
  }
  Result<BuildReport> BuildWeek(const BuildOverrides& overrides = {}) {
    const auto workspace = Open();
    RunRequest request = WeekRequest(*workspace);
    request.overrides = overrides;
    return RunPartitions(*workspace, request, Context(), [](const PartitionResult&) {}).partitions.at(0).outcome;
  }
  BuildPlan PlanWeek() {
    const auto workspace = Open();
    auto plan = PlanPartitions(WeekRequest(*workspace), Context()).at(0);
    EXPECT_OK(plan);
    return *std::move(plan);
  }

  Manifest WeekManifest() {
    const auto workspace = Open();
    const RunRequest request = WeekRequest(*workspace);
    auto manifest = RequireManifest(*request.dataset, request.keys[0]);
    EXPECT_OK(manifest);
    return *std::move(manifest);
  }

  std::string DayPath(std::string_view day) const { return PathOf(fmt::format("out/day/{}/data.parquet", day)); }
  std::string WeekPath() const { return PathOf("out/week/2026-01-15/rows_3d.parquet"); }

  // Values and levels of a column, "null" where there is none; for columns without lists.
  static std::vector<std::string> Texts(const std::string& path, const std::string& column) {
    std::vector<std::string> texts;
    const auto reader = ParquetFileReader::Open(path);
    EXPECT_OK(reader);
    const auto& leaves = reader->leaves();
    const auto found =
        std::find_if(leaves.begin(), leaves.end(), [&](const Leaf& leaf) { return leaf.DisplayPath() == column; });
    EXPECT_NE(found, leaves.end()) << column;
    for (size_t group = 0; found != leaves.end() && group < reader->row_groups().size(); ++group) {
      const auto values = reader->ReadLeaf(group, static_cast<size_t>(found - leaves.begin()));
      EXPECT_OK(values);
      size_t next = 0;
      for (const LevelRun& run : values->levels.runs()) {
        for (uint64_t i = 0; i < run.count; ++i) {
          texts.push_back(run.definition == found->max_definition ? TextOf(*values, next++) : "null");
        }
      }
    }
    return texts;
  }
  static std::string TextOf(const LeafColumn& column, size_t i) {
    switch (column.layout) {
      case ValueLayout::kInt64:
        return fmt::format("{}", column.ints[i]);
      case ValueLayout::kDouble:
        return fmt::format("{}", column.doubles[i]);
      case ValueLayout::kBool:
        return column.bools[i] != 0 ? "true" : "false";
      case ValueLayout::kBytes:
        return std::string(column.BytesAt(i));
      case ValueLayout::kNone:
        break;
    }
    return "?";
  }

  // The bytes of all data pages and dictionaries of a column.
  static std::vector<std::string> ChunkBytes(const std::string& path, const std::string& column) {
    std::vector<std::string> chunks;
    const auto reader = ParquetFileReader::Open(path);
    EXPECT_OK(reader);
    const auto file = ReadWholeFile(path);
    EXPECT_OK(file);
    for (const RowGroupFacts& group : reader->row_groups()) {
      for (size_t leaf = 0; leaf < group.chunks.size(); ++leaf) {
        if (reader->leaves()[leaf].DisplayPath() == column) {
          chunks.push_back(file->substr(group.chunks[leaf].offset, group.chunks[leaf].compressed_bytes));
        }
      }
    }
    return chunks;
  }
};

TEST_F(DeriveTest, UnchangedChunksMoveAsBytes) {
  WriteDays();
  BuildDays();
  const auto report = BuildWeek();
  ASSERT_OK(report);
  EXPECT_EQ(report->rows, 30U);
  for (const std::string column : {"id", "name", "counts.key", "counts.value"}) {
    std::vector<std::string> expected;
    for (const std::string_view day : {"2026-01-13", "2026-01-14", "2026-01-15"}) {
      const std::vector<std::string> chunks = ChunkBytes(DayPath(day), column);
      expected.insert(expected.end(), chunks.begin(), chunks.end());
    }
    EXPECT_EQ(expected.size(), 3U);
    EXPECT_EQ(ChunkBytes(WeekPath(), column), expected) << column;
  }
  const auto reader = ParquetFileReader::Open(WeekPath());
  ASSERT_OK(reader);
  EXPECT_OK(reader->VerifyPages());
  const auto hashes = reader->DeepValueHashes();
  ASSERT_OK(hashes);
  const Manifest manifest = WeekManifest();
  for (size_t i = 0; i < hashes->size(); ++i) {
    EXPECT_EQ((*hashes)[i], manifest.columns.at(i).value_hash) << "copied hashes are those of the values";
  }
  EXPECT_EQ(manifest.FindColumn("secret"), nullptr);
  EXPECT_EQ(manifest.inputs.size(), 3U);
  EXPECT_EQ(manifest.inputs[0].path, "day/2026-01-13/data.parquet");
  EXPECT_EQ(manifest.inputs[0].content_id, BuildDay("2026-01-13")->content_id);
}

TEST_F(DeriveTest, SchemasOfTheDaysAreUnited) {
  WriteDay("2026-01-13", "{\"id\":1,\"x\":7,\"s\":{\"a\":1},\"n\":null}\n");
  WriteDay("2026-01-14", "{\"id\":2,\"s\":{\"b\":\"t\"}}\n{\"id\":3}\n");
  WriteDay("2026-01-15", "{\"x\":0.5,\"id\":4,\"n\":[\"v\"],\"late\":true}\n");
  BuildDays();
  ASSERT_OK(BuildWeek());
  EXPECT_THAT(Texts(WeekPath(), "id"), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(Texts(WeekPath(), "x"), ElementsAre("7", "null", "null", "0.5"));
  EXPECT_THAT(Texts(WeekPath(), "s.a"), ElementsAre("1", "null", "null", "null"));
  EXPECT_THAT(Texts(WeekPath(), "s.b"), ElementsAre("null", "t", "null", "null"));
  EXPECT_THAT(Texts(WeekPath(), "n[]"), ElementsAre("null", "null", "null", "v"));
  EXPECT_THAT(Texts(WeekPath(), "late"), ElementsAre("null", "null", "null", "true"));
}

TEST_F(DeriveTest, AnIntegerThatADoubleCannotHoldIsRefused) {
  WriteDay("2026-01-13", "{\"x\":9007199254740993}\n");
  WriteDay("2026-01-14", "{\"x\":1}\n");
  WriteDay("2026-01-15", "{\"x\":null}\n");
  BuildDays();
  // The days' own lock would refuse this; a lock that was lost does not.
  std::filesystem::remove(PathOf("ingot.lock"));
  WriteDay("2026-01-15", "{\"x\":0.5}\n");
  ASSERT_OK(BuildDay("2026-01-15"));
  EXPECT_THAT(BuildWeek(), IsErr(ErrorKind::kSchemaDrift, "day@2026-01-13 holds 9007199254740993"));
  EXPECT_FALSE(std::filesystem::exists(WeekPath()));
}

TEST_F(DeriveTest, MissingDaysAreNamed) {
  WriteDays();
  ASSERT_OK(BuildDay("2026-01-14"));
  const auto refused = BuildWeek();
  ASSERT_THAT(refused,
              IsErr(ErrorKind::kCheckFailed, "Missing daily files for: 2026-01-13, 2026-01-15 (1 of 3 found)"));
  EXPECT_THAT(std::string(refused.error().advice()), HasSubstr("ingot run day --date DAY"));
  EXPECT_FALSE(std::filesystem::exists(PathOf("out/week")));
  BuildOverrides overrides;
  overrides.min_inputs = 1;
  ASSERT_OK(BuildWeek(overrides));
  const Manifest manifest = WeekManifest();
  EXPECT_EQ(manifest.rows, 10U);
  EXPECT_EQ(manifest.FindCheck("inputs_complete")->verdict, Verdict::kOverridden);
  // Once the days are there, the week is out of date.
  BuildDays();
  EXPECT_EQ(PlanWeek().action, BuildAction::kRebuild);
  ASSERT_OK(BuildWeek());
  EXPECT_EQ(WeekManifest().rows, 30U);
}

TEST_F(DeriveTest, DamagedDaysAreNamedAndNothingIsDerived) {
  WriteDays();
  BuildDays();
  auto text = ReadWholeFile(DayPath("2026-01-14"));
  ASSERT_OK(text);
  (*text)[text->size() / 2] = static_cast<char>((*text)[text->size() / 2] ^ 1);
  Write("out/day/2026-01-14/data.parquet", *text);
  const auto refused = BuildWeek();
  ASSERT_THAT(refused, IsErr(ErrorKind::kCorrupt, "input day@2026-01-14"));
  EXPECT_THAT(std::string(refused.error().advice()), HasSubstr("ingot verify day@2026-01-14"));
  EXPECT_FALSE(std::filesystem::exists(WeekPath()));
  std::filesystem::remove(DayPath("2026-01-14"));
  EXPECT_THAT(BuildWeek(), IsErr(ErrorKind::kCorrupt, "input day@2026-01-14"));
  Write("out/day/2026-01-14/manifest.json", "{}");
  EXPECT_THAT(BuildWeek(), IsErr(ErrorKind::kCorrupt, "input day@2026-01-14"));
}

// Columns that no thread reads in one piece, others between them that are not taken, and several row groups.
TEST_F(DeriveTest, ColumnsOfAnySizeMoveAsBytes) {
  Configure("drop = [\"secret\", \"b\"]\n[dataset.day.parquet]\nrow_group_rows = 8\n");
  std::mt19937_64 random(11);
  const auto noise = [&random](size_t size) {
    std::string text;
    while (text.size() < size) {
      text += fmt::format("{:016x}", random());
    }
    return text;
  };
  for (const std::string_view day : {"2026-01-13", "2026-01-14", "2026-01-15"}) {
    std::string lines;
    for (int i = 0; i < 20; ++i) {
      lines += fmt::format(R"({{"id":{},"a":"{}","b":"{}","c":"{}","d":{},"large":"{}","last":{}}})", i, noise(200'000),
                           noise(64), noise(90'000), i * i, noise(500'000), -i);
      lines += '\n';
    }
    WriteDay(day, lines);
  }
  BuildDays();
  ASSERT_OK(BuildWeek());
  for (const std::string column : {"id", "a", "c", "d", "large", "last"}) {
    std::vector<std::string> expected;
    for (const std::string_view day : {"2026-01-13", "2026-01-14", "2026-01-15"}) {
      const std::vector<std::string> chunks = ChunkBytes(DayPath(day), column);
      expected.insert(expected.end(), chunks.begin(), chunks.end());
    }
    EXPECT_GE(expected.size(), 6U) << "several row groups a day";
    EXPECT_TRUE(ChunkBytes(WeekPath(), column) == expected) << column;
  }
  const auto reader = ParquetFileReader::Open(WeekPath());
  ASSERT_OK(reader);
  EXPECT_OK(reader->VerifyPages());
}

// What is taken is proven, chunk by chunk; what is not taken is not read.
TEST_F(DeriveTest, DamageInATakenChunkIsNamed) {
  WriteDays();
  BuildDays();
  const auto whole = ReadWholeFile(DayPath("2026-01-14"));
  ASSERT_OK(whole);
  const auto reader = ParquetFileReader::Open(DayPath("2026-01-14"));
  ASSERT_OK(reader);
  for (size_t leaf = 0; leaf < reader->leaves().size(); ++leaf) {
    const std::string column = reader->leaves()[leaf].DisplayPath();
    const ChunkFacts& chunk = reader->row_groups()[0].chunks[leaf];
    for (const uint64_t at : {chunk.offset, chunk.offset + chunk.compressed_bytes - 1}) {
      std::string damaged = *whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      Write("out/day/2026-01-14/data.parquet", damaged);
      const auto outcome = BuildWeek();
      if (column == "secret") {
        EXPECT_OK(outcome);
        std::filesystem::remove_all(PathOf("out/week"));
        continue;
      }
      ASSERT_THAT(outcome, IsErr(ErrorKind::kCorrupt, "input day@2026-01-14"));
      EXPECT_THAT(outcome.error().ToString(),
                  HasSubstr(fmt::format("row group 0, column '{}'", reader->columns()[leaf].path)));
      EXPECT_FALSE(std::filesystem::exists(WeekPath()));
    }
  }
}

// Asks for the end as soon as the first rows are written, while the next are being read.
class StopAtFirstRows final : public ProgressSink {
 public:
  explicit StopAtFirstRows(Cancellation& cancellation) : cancellation_(cancellation) {}
  void Update(const ProgressUpdate& update) override {
    if (update.stage == "write" && update.rows > 0) {
      cancellation_.Request();
    }
  }
  void Warn(std::string_view, std::string_view) override {}

 private:
  Cancellation& cancellation_;
};

TEST_F(DeriveTest, StopsBetweenRowGroups) {
  WriteDays();
  BuildDays();
  const auto workspace = Open();
  Cancellation cancellation;
  StopAtFirstRows progress(cancellation);
  BuildContext context = Context();
  context.cancellation = &cancellation;
  context.progress = &progress;
  const auto report = RunPartitions(*workspace, WeekRequest(*workspace), context, [](const PartitionResult&) {});
  EXPECT_THAT(report.partitions.at(0).outcome, IsErr(ErrorKind::kCancelled));
  EXPECT_FALSE(std::filesystem::exists(WeekPath()));
}

TEST_F(DeriveTest, OnlyNewContentMakesAWeekStale) {
  WriteDays();
  BuildDays();
  ASSERT_OK(BuildWeek());
  EXPECT_EQ(PlanWeek().action, BuildAction::kUpToDate);
  ASSERT_OK(BuildDay("2026-01-14", true));
  EXPECT_EQ(PlanWeek().action, BuildAction::kUpToDate) << "a rebuild with equal content";
  WriteDay("2026-01-14", "{\"id\":1,\"name\":\"changed\",\"secret\":true,\"counts\":{}}\n");
  // One row in place of many: the day says that it is right, and the week loses less than half.
  EXPECT_THAT(BuildDay("2026-01-14"), IsErr(ErrorKind::kCheckFailed, "1 row would replace"));
  ASSERT_OK(BuildDay("2026-01-14", false, true));
  EXPECT_EQ(PlanWeek().reason, "input day@2026-01-14 changed");
  const auto rebuilt = BuildWeek();
  ASSERT_OK(rebuilt);
  EXPECT_EQ(rebuilt->action, BuildAction::kRebuild);
  EXPECT_EQ(rebuilt->rows, 21U);
}

TEST_F(DeriveTest, SettingsThatEnterTheManifestMakeAWeekStale) {
  WriteDays();
  BuildDays();
  ASSERT_OK(BuildWeek());
  Configure("drop = [\"secret\"]\nevent_time = \"name\"\n");
  EXPECT_EQ(PlanWeek().reason, "settings in ingot.toml changed");
}

TEST_F(DeriveTest, ThePolicyMayReachIntoColumns) {
  WriteDays();
  BuildDays();
  Configure("keep = [\"counts\", \"name\"]\ndrop = [\"name\"]\n");
  ASSERT_OK(BuildWeek());
  const auto reader = ParquetFileReader::Open(WeekPath());
  ASSERT_OK(reader);
  ASSERT_EQ(reader->leaves().size(), 2U);
  EXPECT_EQ(reader->leaves()[0].DisplayPath(), "counts.key");
  std::filesystem::remove(PathOf("ingot.lock"));
  Configure("keep = [\"nothing\"]\n");
  EXPECT_THAT(BuildWeek(), IsErr(ErrorKind::kConfig, "keep and drop leave no column"));
}

TEST_F(DeriveTest, AnotherCodecIsEncodedAnew) {
  WriteDays();
  BuildDays();
  Configure("[dataset.week.parquet]\ncodec = \"snappy\"\nbloom = [\"name\"]\n");
  ASSERT_OK(BuildWeek());
  EXPECT_EQ(Texts(WeekPath(), "name").size(), 30U);
  const auto reader = ParquetFileReader::Open(WeekPath());
  ASSERT_OK(reader);
  EXPECT_EQ(reader->row_groups()[0].chunks[0].codec, "snappy");
  EXPECT_TRUE(reader->row_groups()[0].chunks[1].has_bloom_filter);
}

TEST_F(DeriveTest, ASlotOfAnotherLengthIsNotTaken) {
  WriteDays();
  BuildDays();
  ASSERT_OK(BuildWeek());
  const auto workspace = Open();
  RunRequest request = WeekRequest(*workspace);
  request.keys = {*request.dataset->key.Parse("2026-01-15,2")};
  const RunReport report = RunPartitions(*workspace, request, Context(), [](const PartitionResult&) {});
  EXPECT_THAT(report.partitions.at(0).outcome, IsErr(ErrorKind::kAlreadyExists, "holds partition 2026-01-15,3"));
}

TEST_F(DeriveTest, ThreadsChangeNoByte) {
  WriteDays();
  BuildDays();
  ASSERT_OK(BuildWeek());
  const auto first = ReadWholeFile(WeekPath());
  const auto workspace = Open();
  RunRequest request = WeekRequest(*workspace);
  request.force = true;
  TaskPool alone(1);
  BuildContext context = Context();
  context.pool = &alone;
  ASSERT_OK(RunPartitions(*workspace, request, context, [](const PartitionResult&) {}).partitions.at(0).outcome);
  EXPECT_EQ(*ReadWholeFile(WeekPath()), *first);
}

TEST_F(DeriveTest, WhatItDerivesFromIsChecked) {
  const auto refused = [&](const std::string& text, const std::string& message) {
    Write("ingot.toml", text);
    const auto workspace = Workspace::Open({folder_, ProjectSearch::kHere, {}, {}});
    EXPECT_THAT(workspace, IsErr(ErrorKind::kConfig, message));
  };
  std::string text(kProject);
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return changed;
  };
  refused(replaced("from = \"day\"", "from = \"dya\""), "did you mean 'day'");
  refused(replaced("from = \"day\"", "from = \"week\""), "the key of dataset 'week' is not");
  refused(replaced("from = \"day\"", "path = \"x\""), "\"derive\" needs 'from'");
  refused(replaced("key = [\"end_day\", \"days=3\"]", "key = [\"end_day\", \"days=x\"]"), "ingot.toml:16");
}

}  // namespace
}  // namespace ingot
