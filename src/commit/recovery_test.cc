#include "commit/recovery.h"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "commit/garbage.h"
#include "commit/replacement.h"
#include "commit/store_fixture.h"

namespace ingot {
namespace {

constexpr int kDied = 77;
constexpr int kFinished = 0;

// A rebuild as it is done in one of the ways of replacing: two versions, and what else lies in the slot.
struct Scenario {
  std::string name;
  FileSystemFeatures features;
  TestVersion older;
  TestVersion newer;
  FileMap foreign;  // relative to the root
};

Scenario OwnFolder(std::string name, FileSystemFeatures features, bool with_older) {
  Scenario scenario;
  scenario.name = std::move(name);
  scenario.features = features;
  scenario.older.files = {{"data.parquet", "one"}, {"sub/only-older", "1"}, {"manifest.json", "m1"}};
  scenario.newer.files = {{"data.parquet", "two"}, {"sub/only-newer", "2"}, {"manifest.json", "m2"}};
  if (with_older) {
    for (const auto& [path, text] : scenario.older.files) {
      scenario.newer.previous.push_back(path);
    }
    scenario.foreign = {{"daily/2026-01-15/NOTE", "note"}, {"daily/2026-01-15/folder/mine", "mine"}};
  } else {
    scenario.older.files.clear();
  }
  return scenario;
}

Scenario SharedFolder() {
  Scenario scenario;
  scenario.name = "Shared";
  for (TestVersion* version : {&scenario.older, &scenario.newer}) {
    version->slot = "flat/a.parquet";
    version->folder_use = FolderUse::kShared;
  }
  scenario.older.files = {{"flat/a.parquet", "a1"}, {"org/x/a.parquet", "x1"}, {"flat/a.manifest.json", "m1"}};
  scenario.newer.files = {{"flat/a.parquet", "a2"}, {"org/y/a.parquet", "y2"}, {"flat/a.manifest.json", "m2"}};
  for (const auto& [path, text] : scenario.older.files) {
    scenario.newer.previous.push_back(path);
  }
  scenario.foreign = {{"flat/b.parquet", "neighbour"}};
  return scenario;
}

std::vector<Scenario> Scenarios() {
  return {OwnFolder("Create", {}, false), OwnFolder("Exchange", {}, true),
          OwnFolder("ExchangeWithoutLinks", {.hard_links = false}, true),
          OwnFolder("Files", {.rename_flags = false}, true), SharedFolder()};
}

FileMap FilesOf(const TestVersion& version) {
  FileMap files;
  for (const auto& [path, text] : version.files) {
    files[version.folder_use == FolderUse::kOwn ? JoinPath(version.slot, path) : path] = text;
  }
  return files;
}

FileMap Merged(FileMap files, const FileMap& more) {
  files.insert(more.begin(), more.end());
  return files;
}

class RecoveryTest : public StoreFixture {
 protected:
  // Runs in a child that dies right before its change number `last` (or where `dies` says so) and reports which.
  using Dies = std::function<bool(int number, std::string_view call, std::string_view path)>;
  int DieWhile(const FileSystemFeatures& features, const Dies& dies,
               const std::function<bool(const LocalRoot&)>& body) const {
    return InChild([&] {
      int number = 0;
      LocalRootOptions options;
      options.features = features;
      options.observer = [&](std::string_view call, std::string_view path) {
        if (dies(++number, call, path)) {
          ::_exit(kDied);
        }
      };
      const LocalRoot root = OpenRoot(options);
      return body(root) ? kFinished : 1;
    });
  }

  int DieWhileCommitting(const Scenario& scenario, const Dies& dies) const {
    return DieWhile(scenario.features, dies,
                    [&](const LocalRoot& root) { return CommitVersion(root, clock_, scenario.newer).ok(); });
  }

  void SetUpOlder(const Scenario& scenario) const {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    const LocalRoot root = OpenRoot();
    if (!scenario.older.files.empty()) {
      ASSERT_OK(CommitVersion(root, clock_, scenario.older));
    }
    for (const auto& [path, text] : scenario.foreign) {
      Write(path, text);
    }
  }

  std::vector<RecoveredTransaction> RecoverAll() const {
    const LocalRoot root = OpenRoot();
    auto recovered = Recover(root, clock_.Now());
    EXPECT_OK(recovered);
    return recovered ? *std::move(recovered) : std::vector<RecoveredTransaction>();
  }

  // What must hold after recovery, whatever happened before.
  void ExpectOlderOrNewer(const Scenario& scenario) const {
    const FileMap files = Files();
    const FileMap older = Merged(FilesOf(scenario.older), scenario.foreign);
    const FileMap newer = Merged(FilesOf(scenario.newer), scenario.foreign);
    EXPECT_TRUE(files == older || files == newer) << testing::PrintToString(files);
    EXPECT_TRUE(Files(kStagingFolder).empty()) << testing::PrintToString(Files(kStagingFolder));
  }

  void ExpectRerunAndCollect(const Scenario& scenario) const {
    const LocalRoot root = OpenRoot({.features = scenario.features});
    TestVersion again = scenario.newer;
    for (const auto& [path, text] : again.files) {
      again.previous.push_back(path);
    }
    ASSERT_OK(CommitVersion(root, clock_, again));
    EXPECT_EQ(Files(), Merged(FilesOf(scenario.newer), scenario.foreign));
    GarbageOptions options;
    options.now = clock_.Now();
    options.scope = GarbageScope::kAll;
    options.mode = GarbageMode::kRemove;
    ASSERT_OK(CollectGarbage(root, options));
    EXPECT_TRUE(StateFiles().empty()) << testing::PrintToString(StateFiles());
    EXPECT_EQ(Files(), Merged(FilesOf(scenario.newer), scenario.foreign));
  }

  std::string Staged(std::string_view below) const {
    return JoinPath(JoinPath(kStagingFolder, SlotId("daily/2026-01-15")), below);
  }

  // An exchange that died right before (or after) its one visible step.
  Scenario DieAtExchange(std::string_view call_of_death) const {
    Scenario scenario = OwnFolder("Exchange", {}, true);
    SetUpOlder(scenario);
    bool exchanged = false;
    EXPECT_EQ(DieWhileCommitting(scenario,
                                 [&](int, std::string_view call, std::string_view) {
                                   const bool dies = call == call_of_death && (call == "exchange" || exchanged);
                                   exchanged = exchanged || call == "exchange";
                                   return dies;
                                 }),
              kDied);
    return scenario;
  }
};

class RecoverySweepTest : public RecoveryTest, public testing::WithParamInterface<Scenario> {};

INSTANTIATE_TEST_SUITE_P(Ways, RecoverySweepTest, testing::ValuesIn(Scenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

TEST_P(RecoverySweepTest, DeathAtEveryChangeLeavesOneVersion) {
  const Scenario& scenario = GetParam();
  int result = kDied;
  int last = 0;
  for (last = 1; result == kDied; ++last) {
    SCOPED_TRACE(fmt::format("died before change {}", last));
    SetUpOlder(scenario);
    result = DieWhileCommitting(scenario, [&](int number, auto, auto) { return number == last; });
    ASSERT_TRUE(result == kDied || result == kFinished) << result;
    for (const RecoveredTransaction& done : RecoverAll()) {
      ASSERT_TRUE(done.action == RecoveryAction::kDiscarded || done.action == RecoveryAction::kCompleted)
          << done.detail;
    }
    ExpectOlderOrNewer(scenario);
    ExpectRerunAndCollect(scenario);
    if (testing::Test::HasFailure()) {
      return;
    }
  }
  EXPECT_GT(last, 20);
  EXPECT_EQ(Files(), Merged(FilesOf(scenario.newer), scenario.foreign));
}

class NestedSweepTest : public RecoveryTest, public testing::WithParamInterface<Scenario> {};

INSTANTIATE_TEST_SUITE_P(Ways, NestedSweepTest,
                         testing::Values(OwnFolder("Exchange", {}, true),
                                         OwnFolder("Files", {.rename_flags = false}, true)),
                         [](const auto& scenario) { return scenario.param.name; });
INSTANTIATE_TEST_SUITE_P(SlowWays, NestedSweepTest, testing::ValuesIn(Scenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

TEST_P(NestedSweepTest, DeathOfTheRecoveryAtEveryChangeToo) {
  const Scenario& scenario = GetParam();
  int result = kDied;
  for (int last = 1; result == kDied; ++last) {
    int recovery = kDied;
    for (int recovery_last = 1; recovery == kDied; ++recovery_last) {
      SCOPED_TRACE(fmt::format("died before change {}, its recovery before {}", last, recovery_last));
      SetUpOlder(scenario);
      result = DieWhileCommitting(scenario, [&](int number, auto, auto) { return number == last; });
      recovery = DieWhile(
          scenario.features, [&](int number, auto, auto) { return number == recovery_last; },
          [&](const LocalRoot& root) { return Recover(root, clock_.Now()).ok(); });
      RecoverAll();
      ExpectOlderOrNewer(scenario);
      if (testing::Test::HasFailure()) {
        return;
      }
    }
    ExpectRerunAndCollect(scenario);
  }
}

TEST_P(RecoverySweepTest, TheNextRunRecoversByItself) {
  const Scenario& scenario = GetParam();
  int result = kDied;
  for (int last = 1; result == kDied; ++last) {
    SCOPED_TRACE(fmt::format("died before change {}", last));
    SetUpOlder(scenario);
    result = DieWhileCommitting(scenario, [&](int number, auto, auto) { return number == last; });
    ExpectRerunAndCollect(scenario);
    if (testing::Test::HasFailure()) {
      return;
    }
  }
}

class WholeFolderTest : public RecoveryTest, public testing::WithParamInterface<Scenario> {};

INSTANTIATE_TEST_SUITE_P(Ways, WholeFolderTest,
                         testing::Values(OwnFolder("Create", {}, false), OwnFolder("Exchange", {}, true)),
                         [](const auto& scenario) { return scenario.param.name; });

// With an exchange, or where nothing stood before, there is one visible step: no recovery is needed to read.
TEST_P(WholeFolderTest, IsWholeAlsoBeforeRecovery) {
  const Scenario& scenario = GetParam();
  int result = kDied;
  for (int last = 1; result == kDied; ++last) {
    SetUpOlder(scenario);
    result = DieWhileCommitting(scenario, [&](int number, auto, auto) { return number == last; });
    FileMap files = Files();
    for (const auto& [path, text] : scenario.foreign) {
      files.erase(path);
    }
    ASSERT_TRUE(files == FilesOf(scenario.older) || files == FilesOf(scenario.newer)) << last;
  }
}

TEST_F(RecoveryTest, NothingToRecover) { EXPECT_TRUE(RecoverAll().empty()); }

TEST_F(RecoveryTest, ABuildThatNeverCommittedIsDiscarded) {
  const Scenario scenario = DieAtExchange("exchange");
  std::filesystem::remove(Path(Staged("journal")));
  Write(Staged("journal.draft"), "ingot-journal 1\nhalf of o");
  const auto recovered = RecoverAll();
  ASSERT_EQ(recovered.size(), 1U);
  EXPECT_EQ(recovered[0].action, RecoveryAction::kDiscarded);
  EXPECT_EQ(Files(), Merged(FilesOf(scenario.older), scenario.foreign));
  EXPECT_EQ(StateFiles().size(), 0U);
}

TEST_F(RecoveryTest, ACommitThatWasNotVisibleIsDiscarded) {
  const Scenario scenario = DieAtExchange("exchange");
  const auto recovered = RecoverAll();
  ASSERT_EQ(recovered.size(), 1U);
  EXPECT_EQ(recovered[0].slot, "daily/2026-01-15");
  EXPECT_EQ(recovered[0].action, RecoveryAction::kDiscarded);
  EXPECT_EQ(Files(), Merged(FilesOf(scenario.older), scenario.foreign));
}

TEST_F(RecoveryTest, AnExchangeIsNeverRepeated) {
  const Scenario scenario = DieAtExchange("fsync");
  const auto recovered = RecoverAll();
  ASSERT_EQ(recovered.size(), 1U);
  EXPECT_EQ(recovered[0].action, RecoveryAction::kCompleted);
  EXPECT_EQ(Files(), Merged(FilesOf(scenario.newer), scenario.foreign));
  EXPECT_TRUE(RecoverAll().empty());
  EXPECT_EQ(Files(), Merged(FilesOf(scenario.newer), scenario.foreign));
}

// The run that died may not have come to its own sync, and the next one may have nothing to build.
TEST_F(RecoveryTest, WhatIsVisibleIsMadeDurable) {
  DieAtExchange("fsync");
  std::vector<std::string> synced;
  const LocalRoot root = OpenRoot({.observer = [&](std::string_view call, std::string_view path) {
    if (call == "fsync") {
      synced.emplace_back(path);
    }
  }});
  ASSERT_OK(Recover(root, clock_.Now()));
  EXPECT_THAT(synced, testing::Contains("daily"));
}

// Names and bytes are equal on both sides: only the folder's identity tells which is which.
TEST_F(RecoveryTest, AnExchangeOfEqualVersionsIsRecognised) {
  Scenario scenario = OwnFolder("Equal", {}, true);
  scenario.older.files = scenario.newer.files;
  scenario.newer.previous = {"data.parquet", "sub/only-newer", "manifest.json"};
  for (const std::string_view death : {"exchange", "fsync"}) {
    SetUpOlder(scenario);
    bool exchanged = false;
    ASSERT_EQ(DieWhileCommitting(scenario,
                                 [&](int, std::string_view call, std::string_view) {
                                   const bool dies = call == death && (call == "exchange" || exchanged);
                                   exchanged = exchanged || call == "exchange";
                                   return dies;
                                 }),
              kDied);
    const auto recovered = RecoverAll();
    ASSERT_EQ(recovered.size(), 1U);
    EXPECT_EQ(recovered[0].action, death == "exchange" ? RecoveryAction::kDiscarded : RecoveryAction::kCompleted);
    EXPECT_EQ(Files(), Merged(FilesOf(scenario.newer), scenario.foreign));
  }
}

TEST_F(RecoveryTest, DamagedStagingIsSetAside) {
  const Scenario scenario = DieAtExchange("exchange");
  Write(Staged("new/data.parquet"), "tw0");
  const auto recovered = RecoverAll();
  ASSERT_EQ(recovered.size(), 1U);
  EXPECT_EQ(recovered[0].action, RecoveryAction::kSetAside);
  EXPECT_EQ(Files(), Merged(FilesOf(scenario.older), scenario.foreign));
  EXPECT_TRUE(Files(kStagingFolder).empty());
  ExpectRerunAndCollect(scenario);
}

TEST_F(RecoveryTest, ADamagedJournalTouchesNothingPublished) {
  for (const std::string_view death : {"exchange", "fsync"}) {
    const Scenario scenario = DieAtExchange(death);
    Write(Staged("journal"), Read(Staged("journal")) + "x");
    const FileMap before = Files();
    const auto recovered = RecoverAll();
    ASSERT_EQ(recovered.size(), 1U);
    EXPECT_EQ(recovered[0].action, RecoveryAction::kSetAside);
    EXPECT_NE(recovered[0].detail, "");
    EXPECT_EQ(Files(), before);
    EXPECT_EQ(Files(kTrashFolder).size(), death == "exchange" ? 5U : 6U);
  }
}

TEST_F(RecoveryTest, AJournalOfANewerProgramIsLeftToIt) {
  const Scenario scenario = DieAtExchange("exchange");
  Write(Staged("journal"), "ingot-journal 2\n");
  const auto recovered = RecoverAll();
  ASSERT_EQ(recovered.size(), 1U);
  EXPECT_EQ(recovered[0].action, RecoveryAction::kFailed);
  const LocalRoot root = OpenRoot();
  EXPECT_THAT(CommitVersion(root, clock_, scenario.newer), IsErr(ErrorKind::kUnsupported));
  EXPECT_TRUE(std::filesystem::exists(Path(Staged("new/data.parquet"))));
}

TEST_F(RecoveryTest, AJournalOfAnotherSlotIsNotFollowed) {
  const Scenario scenario = DieAtExchange("exchange");
  std::filesystem::rename(Path(Staged("")), Path(JoinPath(kStagingFolder, SlotId("daily/2026-01-16"))));
  const auto recovered = RecoverAll();
  ASSERT_EQ(recovered.size(), 1U);
  EXPECT_EQ(recovered[0].action, RecoveryAction::kSetAside);
  EXPECT_EQ(Files(), Merged(FilesOf(scenario.older), scenario.foreign));
}

// A tree copied elsewhere has other inodes. Both sides are whole, so neither is touched.
TEST_F(RecoveryTest, ACopiedTreeIsNotExchangedAgain) {
  const Scenario scenario = DieAtExchange("fsync");
  const FileMap before = Files();
  std::filesystem::copy(folder_, folder_ + ".copy",
                        std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
  std::filesystem::remove_all(folder_);
  std::filesystem::rename(folder_ + ".copy", folder_);
  const auto recovered = RecoverAll();
  ASSERT_EQ(recovered.size(), 1U);
  EXPECT_EQ(recovered[0].action, RecoveryAction::kSetAside);
  EXPECT_EQ(Files(), before);
}

TEST_F(RecoveryTest, ASlotThatSomebodyRemovedStaysRemoved) {
  DieAtExchange("exchange");
  std::filesystem::remove_all(Path("daily"));
  ASSERT_EQ(RecoverAll().size(), 1U);
  EXPECT_TRUE(Files().empty());
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(RecoveryTest, ALiveRunIsSkipped) {
  const LocalRoot root = OpenRoot();
  const auto txn = FileTransaction::Begin(root, clock_, {.slot = "daily/2026-01-15"});
  ASSERT_OK(txn);
  const auto recovered = RecoverAll();
  ASSERT_EQ(recovered.size(), 1U);
  EXPECT_EQ(recovered[0].action, RecoveryAction::kSkipped);
  EXPECT_TRUE(std::filesystem::exists(Path(Staged("new"))));
}

class ForwardRecoveryTest : public RecoveryTest {
 protected:
  // Dies after its first file is visible.
  void SetUp() override {
    scenario_ = OwnFolder("Files", {.rename_flags = false}, true);
    SetUpOlder(scenario_);
    ASSERT_EQ(DieWhileCommitting(scenario_,
                                 [](int, std::string_view call, std::string_view path) {
                                   return call == "rename" && path == "daily/2026-01-15/sub/only-newer";
                                 }),
              kDied);
    ASSERT_EQ(Read("daily/2026-01-15/data.parquet"), "two");
    ASSERT_EQ(Read("daily/2026-01-15/manifest.json"), "m1");
  }

  Scenario scenario_;
};

TEST_F(ForwardRecoveryTest, GoesForward) {
  EXPECT_EQ(RecoverAll().at(0).action, RecoveryAction::kCompleted);
  EXPECT_EQ(Files(), Merged(FilesOf(scenario_.newer), scenario_.foreign));
  EXPECT_EQ(Files(JoinPath(kTrashFolder, SlotId("daily/2026-01-15") + "@1768435200") + "/old"),
            (FileMap{{"0", "one"}, {"2", "m1"}, {"stale-1", "1"}}));
}

TEST_F(ForwardRecoveryTest, NeverRenamesADamagedFileIntoPlace) {
  Write(Staged("new/sub/only-newer"), "?");
  EXPECT_EQ(RecoverAll().at(0).action, RecoveryAction::kSetAside);
  EXPECT_FALSE(std::filesystem::exists(Path("daily/2026-01-15/sub/only-newer")));
  EXPECT_EQ(Read("daily/2026-01-15/manifest.json"), "m1");
  // The next build replaces the mixture, which its manifest gives away.
  ExpectRerunAndCollect(scenario_);
}

TEST_F(ForwardRecoveryTest, KeepsAFileThatAppearedMeanwhile) {
  Write("daily/2026-01-15/sub/only-newer", "somebody's");
  EXPECT_EQ(RecoverAll().at(0).action, RecoveryAction::kCompleted);
  EXPECT_EQ(Files(), Merged(FilesOf(scenario_.newer), scenario_.foreign));
  const std::string kept = JoinPath(kTrashFolder, SlotId("daily/2026-01-15") + "@1768435200") + "/old/foreign-1";
  EXPECT_EQ(Read(kept), "somebody's");
  const LocalRoot root = OpenRoot();
  GarbageOptions options;
  options.now = clock_.Now();
  options.scope = GarbageScope::kAll;
  options.mode = GarbageMode::kRemove;
  ASSERT_OK(CollectGarbage(root, options));
  EXPECT_EQ(Read(kept), "somebody's");
}

}  // namespace
}  // namespace ingot
