#include "pipeline/workspace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/result_matchers.h"
#include "pipeline/project_fixture.h"

namespace ingot {
namespace {

using testing::HasSubstr;

class WorkspaceTest : public ProjectFixture {};

Schema WithColumn(const std::string& name, TypeKind kind) {
  Schema schema;
  schema.fields.push_back({name, Scalar(kind), -1, true});
  return schema;
}

TEST_F(WorkspaceTest, PlacesStartAtTheProject) {
  const auto workspace = Open();
  const DatasetSpec* daily = workspace->project().Find("daily");
  ASSERT_NE(daily, nullptr);
  EXPECT_EQ(daily->store_root, folder_ + "/output");
  EXPECT_EQ(daily->source.inputs.root, folder_ + "/archive");
  EXPECT_EQ(workspace->lock_path(), folder_ + "/ingot.lock");
}

TEST_F(WorkspaceTest, AbsolutePlacesStayAndOutputCanBeMoved) {
  auto workspace = Workspace::Open({folder_, ProjectSearch::kHere, {{{"archive", "/data/archive"}}, {}}, {}});
  ASSERT_OK(workspace);
  (*workspace)->PlaceOutput("there");
  const DatasetSpec* daily = (*workspace)->project().Find("daily");
  EXPECT_EQ(daily->source.inputs.root, "/data/archive");
  EXPECT_EQ(daily->store_root, "there");
}

TEST_F(WorkspaceTest, SaysWhereAProjectIsMissing) {
  EXPECT_THAT(Workspace::Open({folder_ + "/archive", ProjectSearch::kHere, {}, {}}),
              IsErr(ErrorKind::kConfig, "there is no ingot.toml in"));
}

TEST_F(WorkspaceTest, ErrorsNameFileAndLine) {
  Write("ingot.toml", "[project]\nname = \"x\"\n[dataset.d]\nkye = \"date\"\n");
  EXPECT_THAT(Workspace::Open({folder_, ProjectSearch::kHere, {}, {}}), IsErr(ErrorKind::kConfig, "ingot.toml:4:1"));
  Write("ingot.lock", "format = 7\n");
}

TEST_F(WorkspaceTest, ABrokenLockFileIsNotIgnored) {
  Write("ingot.lock", "format = \n");
  EXPECT_THAT(Workspace::Open({folder_, ProjectSearch::kHere, {}, {}}), IsErr(ErrorKind::kConfig, "ingot.lock:1"));
}

TEST_F(WorkspaceTest, ResolvesWhatACommandLineNames) {
  const auto workspace = Open();
  EXPECT_EQ(workspace->Resolve("")->dataset->name, "daily");
  EXPECT_FALSE(workspace->Resolve("daily")->key.has_value());
  const auto target = workspace->Resolve("daily@2026-01-15");
  ASSERT_OK(target);
  EXPECT_EQ(target->key->ToString(), "2026-01-15");
  EXPECT_THAT(workspace->Resolve("dayly"), IsErr(ErrorKind::kUsage, "did you mean 'daily'?"));
  EXPECT_THAT(workspace->Resolve("daily@2026-02-30"), IsErr(ErrorKind::kUsage, "dataset daily"));
}

TEST_F(WorkspaceTest, WithSeveralDatasetsOneMustBeNamed) {
  const auto text = ReadWholeFile(PathOf("ingot.toml"));
  Write("ingot.toml", *text +
                          "\n[dataset.other]\nkey = \"date\"\npath = \"o/{date}/x.parquet\"\n[dataset.other.source]\n"
                          "type = \"jsonl\"\npath = \"{archive}/{date}.jsonl\"\n");
  const auto resolved = Open()->Resolve("");
  ASSERT_THAT(resolved, IsErr(ErrorKind::kUsage, "which dataset?"));
  EXPECT_EQ(resolved.error().advice(), "one of: daily, other");
}

TEST_F(WorkspaceTest, RecordsColumnsOnce) {
  const auto workspace = Open();
  const LockWriter writer{"run", {}, &cancellation_};
  ASSERT_OK(workspace->RecordSchema("daily", WithColumn("a", TypeKind::kInt64), "2026-01-15", writer));
  const auto first = ReadWholeFile(workspace->lock_path());
  ASSERT_OK(first);
  EXPECT_THAT(*first, HasSubstr(R"({ path = "a", type = "int64", id = 1, since = "2026-01-15" })"));
  ASSERT_OK(workspace->RecordSchema("daily", WithColumn("a", TypeKind::kInt64), "2026-01-16", writer));
  EXPECT_EQ(*ReadWholeFile(workspace->lock_path()), *first) << "nothing new, nothing written";
}

TEST_F(WorkspaceTest, KeepsWhatAnotherRunAccepted) {
  const auto mine = Open();
  const auto theirs = Open();
  const LockWriter writer{"run", {}, &cancellation_};
  ASSERT_OK(theirs->RecordSchema("daily", WithColumn("a", TypeKind::kInt64), "2026-01-14", writer));
  ASSERT_OK(mine->RecordSchema("daily", WithColumn("b", TypeKind::kString), "2026-01-15", writer));
  const LockedSchema* locked = mine->lock().Find("daily");
  ASSERT_NE(locked, nullptr);
  ASSERT_EQ(locked->schema.fields.size(), 2U);
  EXPECT_EQ(locked->schema.fields[0].name, "a");
  EXPECT_EQ(locked->since.at(locked->schema.fields[1].id), "2026-01-15");
  EXPECT_THAT(mine->RecordSchema("daily", WithColumn("a", TypeKind::kString), "2026-01-16", writer),
              IsErr(ErrorKind::kSchemaDrift));
}

}  // namespace
}  // namespace ingot
