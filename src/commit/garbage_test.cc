#include "commit/garbage.h"

#include <fcntl.h>

#include <filesystem>
#include <string>

#include "commit/store_fixture.h"

namespace ingot {
namespace {

using std::chrono::hours;

const TestVersion kFirst{.files = {{"data.parquet", "one"}, {"manifest.json", "m1"}}};
const TestVersion kSecond{.files = {{"data.parquet", "two!"}, {"manifest.json", "m2"}},
                          .previous = {"data.parquet", "manifest.json"}};

class GarbageTest : public StoreFixture {
 protected:
  GarbageReport Collect(const LocalRoot& root, GarbageMode mode, GarbageScope scope = GarbageScope::kExpired,
                        int64_t seconds_later = 0) const {
    GarbageOptions options;
    options.now = clock_.Now();
    options.now.seconds += seconds_later;
    options.mode = mode;
    options.scope = scope;
    auto report = CollectGarbage(root, options);
    EXPECT_OK(report);
    return report ? *std::move(report) : GarbageReport();
  }

  // A child that dies in the middle of a build, holding its lock.
  void DieWhileBuilding() const {
    ASSERT_EQ(InChild([&] {
                const LocalRoot root = OpenRoot();
                auto txn = FileTransaction::Begin(root, clock_, {.slot = "dead"});
                auto file = txn->CreateFile("data.parquet");
                return (*file)->sink().Write(std::string(1000, 'x')).ok() ? (::_exit(0), 0) : 1;
              }),
              0);
  }
};

TEST_F(GarbageTest, NothingToDo) {
  EXPECT_TRUE(Collect(OpenRoot({.missing = MissingRoot::kRefuse}), GarbageMode::kDryRun).removed.empty());
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  const GarbageReport report = Collect(root, GarbageMode::kRemove);
  EXPECT_TRUE(report.removed.empty());
  EXPECT_TRUE(report.kept.empty());
}

TEST_F(GarbageTest, TheTrashIsKeptForAnHour) {
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  const std::string trash = CommitVersion(root, clock_, kSecond)->trash;
  GarbageReport report = Collect(root, GarbageMode::kRemove, GarbageScope::kExpired, 3599);
  EXPECT_TRUE(report.removed.empty());
  ASSERT_EQ(report.kept.size(), 1U);
  EXPECT_EQ(report.kept[0].path, trash);
  EXPECT_EQ(report.kept[0].note, "too young to go: 3599 s of 3600 s");
  report = Collect(root, GarbageMode::kDryRun, GarbageScope::kExpired, 3600);
  ASSERT_EQ(report.removed.size(), 1U);
  EXPECT_EQ(report.removed[0].kind, GarbageKind::kTrash);
  EXPECT_GE(report.removed_bytes, 5U);
  EXPECT_EQ(Read(trash + "/new/data.parquet"), "one");
  report = Collect(root, GarbageMode::kRemove, GarbageScope::kExpired, 3600);
  EXPECT_EQ(report.removed.size(), 1U);
  EXPECT_TRUE(StateFiles().empty());
  EXPECT_FALSE(std::filesystem::exists(Path(trash)));
  EXPECT_EQ(Files("daily/2026-01-15"), (FileMap{{"data.parquet", "two!"}, {"manifest.json", "m2"}}));
}

TEST_F(GarbageTest, AnythingAskedForIsRemovedAtOnce) {
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  ASSERT_OK(CommitVersion(root, clock_, kSecond));
  Collect(root, GarbageMode::kRemove, GarbageScope::kAll);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(GarbageTest, ATrashEntryFromTheFutureIsKept) {
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  ASSERT_OK(CommitVersion(root, clock_, kSecond));
  const GarbageReport report = Collect(root, GarbageMode::kRemove, GarbageScope::kExpired, -1);
  ASSERT_EQ(report.kept.size(), 1U);
  EXPECT_NE(report.kept[0].note.find("clock"), std::string::npos);
}

TEST_F(GarbageTest, WhatADeadRunLeftIsRemoved) {
  DieWhileBuilding();
  const LocalRoot root = OpenRoot();
  EXPECT_EQ(StateFiles().size(), 2U);
  GarbageReport report = Collect(root, GarbageMode::kDryRun);
  ASSERT_EQ(report.removed.size(), 2U);
  EXPECT_EQ(report.removed[0].kind, GarbageKind::kStaging);
  EXPECT_EQ(report.removed[0].bytes, 1000U);
  EXPECT_EQ(report.removed[1].kind, GarbageKind::kLock);
  EXPECT_EQ(StateFiles().size(), 2U);
  report = Collect(root, GarbageMode::kRemove);
  EXPECT_EQ(report.removed_bytes, 1000U);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(GarbageTest, ALiveRunIsLeftAlone) {
  const LocalRoot root = OpenRoot();
  auto txn = FileTransaction::Begin(root, clock_, {.slot = "daily/2026-01-15"});
  ASSERT_OK(txn);
  ASSERT_OK(txn->CreateFile("data.parquet"));
  const GarbageReport report = Collect(root, GarbageMode::kRemove, GarbageScope::kAll);
  EXPECT_TRUE(report.removed.empty());
  EXPECT_EQ(report.kept.size(), 2U);
  ASSERT_OK(txn->SyncData());
  ASSERT_OK(txn->SetManifest("manifest.json", "m", "c"));
  ASSERT_OK(txn->Commit());
  EXPECT_EQ(Files("daily/2026-01-15").size(), 2U);
}

TEST_F(GarbageTest, KeepsWhatNoManifestNamed) {
  for (const bool exchange : {true, false}) {
    const LocalRoot root = OpenRoot({.features = {.rename_flags = exchange}});
    TestVersion first = kFirst;
    TestVersion second = kSecond;
    first.slot = second.slot = exchange ? "a/x" : "b/x";
    ASSERT_OK(CommitVersion(root, clock_, first));
    const std::string trash = CommitVersion(root, clock_, second)->trash;
    const std::string stray = trash + (exchange ? "/new/stray" : "/old/stray");
    Write(stray, "somebody's");
    std::filesystem::rename(Path(second.slot), Path("moved"));  // so that there is nowhere to return to
    const GarbageReport report = Collect(root, GarbageMode::kRemove, GarbageScope::kAll);
    ASSERT_EQ(report.kept.size(), 1U);
    EXPECT_EQ(report.kept[0].path, trash);
    EXPECT_EQ(Read(stray), "somebody's");
    std::filesystem::remove_all(Path(trash));
    std::filesystem::remove_all(Path("moved"));
  }
}

TEST_F(GarbageTest, DoubtIsRemovedOnlyWithEverything) {
  const LocalRoot root = OpenRoot();
  Write(".ingot/trash/x@1.doubt/new/data.parquet", "what is it?");
  GarbageReport report = Collect(root, GarbageMode::kRemove);
  EXPECT_EQ(report.kept.size(), 1U);
  EXPECT_EQ(StateFiles().size(), 1U);
  report = Collect(root, GarbageMode::kRemove, GarbageScope::kAll);
  EXPECT_EQ(report.removed.size(), 1U);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(GarbageTest, ATrashEntryWithoutAJournalIsRemovedOnlyWithEverything) {
  const LocalRoot root = OpenRoot();
  Write(".ingot/trash/x@1/new/data.parquet", "of what?");
  EXPECT_EQ(Collect(root, GarbageMode::kRemove).kept.size(), 1U);
  EXPECT_EQ(StateFiles().size(), 1U);
  EXPECT_EQ(Collect(root, GarbageMode::kRemove, GarbageScope::kAll).removed.size(), 1U);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(GarbageTest, NamesThatAreNotOursAreKept) {
  const LocalRoot root = OpenRoot();
  Write(".ingot/trash/README", "what is this folder?");
  Write(".ingot/locks/README", "and this?");
  const GarbageReport report = Collect(root, GarbageMode::kRemove);
  EXPECT_EQ(report.kept.size(), 2U);
  EXPECT_EQ(StateFiles().size(), 2U);
}

TEST_F(GarbageTest, RefusedFilesAreKeptForAnHour) {
  const LocalRoot root = OpenRoot();
  {
    auto txn = FileTransaction::Begin(root, clock_, {.slot = "daily/2026-01-15"});
    auto rejects = txn->CreateFile("rejects.jsonl.gz");
    ASSERT_OK((*rejects)->sink().Write(std::string("bad line")));
    ASSERT_OK(txn->KeepRefused(**rejects));
  }
  GarbageReport report = Collect(root, GarbageMode::kRemove);
  ASSERT_EQ(report.kept.size(), 1U);
  EXPECT_EQ(NameOf(report.kept[0].kind), "refused");
  report = Collect(root, GarbageMode::kRemove, GarbageScope::kExpired, 3600);
  EXPECT_EQ(report.removed.size(), 1U);
  EXPECT_TRUE(StateFiles().empty());
}

}  // namespace
}  // namespace ingot
