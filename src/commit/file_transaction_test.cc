#include "commit/file_transaction.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "commit/recovery.h"
#include "commit/store_fixture.h"

namespace ingot {
namespace {

const TestVersion kFirst{.files = {{"data.parquet", "one"}, {"sub/only-first", "1"}, {"manifest.json", "m1"}}};
const TestVersion kSecond{.files = {{"data.parquet", "two"}, {"sub/only-second", "2"}, {"manifest.json", "m2"}},
                          .previous = {"data.parquet", "sub/only-first", "manifest.json"}};
const FileMap kFirstFiles{{"data.parquet", "one"}, {"sub/only-first", "1"}, {"manifest.json", "m1"}};
const FileMap kSecondFiles{{"data.parquet", "two"}, {"sub/only-second", "2"}, {"manifest.json", "m2"}};

class FileTransactionTest : public StoreFixture {
 protected:
  static FileMap In(const FileMap& files, const std::string& folder) {
    FileMap below;
    for (const auto& [name, text] : files) {
      below[JoinPath(folder, name)] = text;
    }
    return below;
  }
};

TEST_F(FileTransactionTest, PublishesAFirstVersion) {
  const LocalRoot root = OpenRoot();
  const auto report = CommitVersion(root, clock_, kFirst);
  ASSERT_OK(report);
  EXPECT_EQ(report->method, ReplaceMethod::kCreate);
  EXPECT_EQ(report->trash, "");
  EXPECT_EQ(report->warning, "");
  EXPECT_EQ(Files(), In(kFirstFiles, "daily/2026-01-15"));
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(FileTransactionTest, ExchangesAnOlderVersionAndKeepsItInTheTrash) {
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  const auto report = CommitVersion(root, clock_, kSecond);
  ASSERT_OK(report);
  EXPECT_EQ(report->method, ReplaceMethod::kExchange);
  EXPECT_EQ(Files(), In(kSecondFiles, "daily/2026-01-15"));
  EXPECT_EQ(report->trash, ".ingot/trash/" + SlotId("daily/2026-01-15") + "@1768435200");
  EXPECT_EQ(Files(report->trash + "/new"), kFirstFiles);
}

TEST_F(FileTransactionTest, WithoutExchangeReplacesFileByFile) {
  const LocalRoot root = OpenRoot({.features = {.rename_flags = false}});
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  Write("daily/2026-01-15/NOTE", "mine");
  const auto report = CommitVersion(root, clock_, kSecond);
  ASSERT_OK(report);
  EXPECT_EQ(report->method, ReplaceMethod::kFiles);
  FileMap expected = kSecondFiles;
  expected["NOTE"] = "mine";
  EXPECT_EQ(Files("daily/2026-01-15"), expected);
  EXPECT_EQ(Files(report->trash + "/old"), (FileMap{{"0", "one"}, {"2", "m1"}, {"stale-1", "1"}}));
}

TEST_F(FileTransactionTest, WithoutHardLinksTheOlderFilesAreNotKept) {
  const LocalRoot root = OpenRoot({.features = {.rename_flags = false, .hard_links = false}});
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  const auto report = CommitVersion(root, clock_, kSecond);
  ASSERT_OK(report);
  EXPECT_EQ(Files("daily/2026-01-15"), kSecondFiles);
  EXPECT_EQ(Files(report->trash + "/old"), (FileMap{{"stale-1", "1"}}));
}

TEST_F(FileTransactionTest, SharedFoldersAreReplacedFileByFile) {
  TestVersion version;
  version.slot = "flat/a.parquet";
  version.folder_use = FolderUse::kShared;
  version.files = {{"flat/a.parquet", "a1"}, {"by-org/x/a.parquet", "x1"}, {"flat/a.parquet.manifest.json", "m1"}};
  Write("flat/b.parquet", "neighbour");
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, version));
  for (const auto& [name, text] : version.files) {
    version.previous.push_back(name);
  }
  version.files = {{"flat/a.parquet", "a2"}, {"by-org/y/a.parquet", "y2"}, {"flat/a.parquet.manifest.json", "m2"}};
  const auto report = CommitVersion(root, clock_, version);
  ASSERT_OK(report);
  EXPECT_EQ(Files(), (FileMap{{"flat/a.parquet", "a2"},
                              {"by-org/y/a.parquet", "y2"},
                              {"flat/a.parquet.manifest.json", "m2"},
                              {"flat/b.parquet", "neighbour"}}));
  EXPECT_EQ(Files(report->trash + "/old"), (FileMap{{"0", "a1"}, {"2", "m1"}, {"stale-1", "x1"}}));
}

TEST_F(FileTransactionTest, ManySmallFilesShareOneCommit) {
  TestVersion version;
  version.slot = "events";
  version.folder_use = FolderUse::kShared;
  FileMap expected;
  for (int i = 0; i < 200; ++i) {
    version.files.emplace_back(fmt::format("events/date={}/part.parquet", i), fmt::format("rows {}", i));
  }
  version.files.emplace_back("events.manifest.json", "all of them");
  expected.insert(version.files.begin(), version.files.end());
  for (const bool whole_sync : {true, false}) {
    int folder_syncs = 0;
    LocalRootOptions options;
    options.features.whole_sync = whole_sync;
    options.observer = [&](std::string_view call, std::string_view) { folder_syncs += call == "fsync" ? 1 : 0; };
    const LocalRoot root = OpenRoot(options);
    ASSERT_OK(CommitVersion(root, clock_, version));
    EXPECT_EQ(Files(), expected);
    EXPECT_EQ(folder_syncs < 20, whole_sync) << folder_syncs;
    for (const auto& [name, text] : expected) {
      version.previous.push_back(name);
    }
  }
}

TEST_F(FileTransactionTest, DestroyingDiscards) {
  const LocalRoot root = OpenRoot();
  {
    auto txn = FileTransaction::Begin(root, clock_, {.slot = "daily/2026-01-15"});
    ASSERT_OK(txn);
    auto file = txn->CreateFile("deep/er/data.parquet");
    ASSERT_OK(file);
    ASSERT_OK((*file)->sink().Write(std::string("x")));
    EXPECT_EQ(ReadFile((*file)->path()), "x");
    EXPECT_FALSE(StateFiles().empty());
  }
  EXPECT_TRUE(StateFiles().empty());
  EXPECT_TRUE(Files().empty());
  EXPECT_FALSE(std::filesystem::exists(Path("daily")));
}

TEST_F(FileTransactionTest, HoldsTheLockUntilItEnds) {
  const LocalRoot root = OpenRoot();
  {
    const auto txn = FileTransaction::Begin(root, clock_, {.slot = "daily/2026-01-15", .run_id = "first"});
    ASSERT_OK(txn);
    EXPECT_THAT(CommitVersion(root, clock_, kFirst), IsErr(ErrorKind::kConflict, "run first"));
  }
  EXPECT_OK(CommitVersion(root, clock_, kFirst));
}

TEST_F(FileTransactionTest, TakesALockThatWasHeldBefore) {
  const LocalRoot root = OpenRoot();
  LockRequest request;
  request.slot = "a";
  auto lock = PartitionLock::Acquire(root, request);
  ASSERT_OK(lock);
  EXPECT_THAT(FileTransaction::Begin(root, clock_, *std::move(lock), {.slot = "b"}), IsErr(ErrorKind::kInternal));
  auto again = PartitionLock::Acquire(root, request);
  ASSERT_OK(again);
  EXPECT_OK(FileTransaction::Begin(root, clock_, *std::move(again), {.slot = "a"}));
}

TEST_F(FileTransactionTest, RefusesHostileNames) {
  const LocalRoot root = OpenRoot();
  EXPECT_THAT(FileTransaction::Begin(root, clock_, {.slot = "../x"}), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(FileTransaction::Begin(root, clock_, {.slot = ".ingot/locks"}), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(FileTransaction::Begin(root, clock_, {.slot = "a", .previous_files = {"../../etc/passwd"}}),
              IsErr(ErrorKind::kInvalidData));
  auto txn = FileTransaction::Begin(root, clock_, {.slot = "a"});
  ASSERT_OK(txn);
  for (const std::string name : {"../x", "/x", "", "a/../../x", "x/", ".ingot/x"}) {
    EXPECT_THAT(txn->CreateFile(name), IsErr(ErrorKind::kInvalidData)) << name;
  }
  EXPECT_OK(txn->CreateFile("line\nbreak\x1b[0m \xff"));
}

TEST_F(FileTransactionTest, RefusesNamesThatCollide) {
  const LocalRoot root = OpenRoot();
  auto txn = FileTransaction::Begin(root, clock_, {.slot = "a"});
  ASSERT_OK(txn);
  ASSERT_OK(txn->CreateFile("x/y"));
  EXPECT_THAT(txn->CreateFile("x/y"), IsErr(ErrorKind::kAlreadyExists));
  EXPECT_THAT(txn->CreateFile("x"), IsErr(ErrorKind::kAlreadyExists));
  EXPECT_THAT(txn->CreateFile("x/y/z"), IsErr(ErrorKind::kInvalidData));
  EXPECT_OK(txn->CreateFile("x.y"));
}

TEST_F(FileTransactionTest, RefusesASlotThatIsAFileOrALink) {
  const LocalRoot root = OpenRoot();
  Write("daily/2026-01-15", "a file");
  EXPECT_THAT(CommitVersion(root, clock_, kFirst), IsErr(ErrorKind::kAlreadyExists, "is not a folder"));
  EXPECT_EQ(Files(), (FileMap{{"daily/2026-01-15", "a file"}}));
  std::filesystem::remove(Path("daily/2026-01-15"));
  std::filesystem::create_directory(Path("elsewhere"));
  std::filesystem::create_directory_symlink(Path("elsewhere"), Path("daily/2026-01-15"));
  EXPECT_THAT(CommitVersion(root, clock_, kFirst), IsErr(ErrorKind::kAlreadyExists));
  EXPECT_TRUE(std::filesystem::is_empty(Path("elsewhere")));
  std::filesystem::remove_all(Path("daily"));
  std::filesystem::create_directory_symlink(Path("elsewhere"), Path("daily"));
  EXPECT_THAT(CommitVersion(root, clock_, kFirst), IsErr(ErrorKind::kConfig, "link"));
  EXPECT_TRUE(std::filesystem::is_empty(Path("elsewhere")));
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(FileTransactionTest, NeverReplacesAFileThatTheOlderVersionDidNotName) {
  const LocalRoot root = OpenRoot();
  Write("daily/2026-01-15/data.parquet", "somebody's");
  EXPECT_THAT(CommitVersion(root, clock_, kFirst), IsErr(ErrorKind::kAlreadyExists, "data.parquet"));
  TestVersion shared{.slot = "s", .folder_use = FolderUse::kShared, .files = {{"x/a", "1"}, {"x/m", "m"}}};
  Write("x/m", "somebody's");
  EXPECT_THAT(CommitVersion(root, clock_, shared), IsErr(ErrorKind::kAlreadyExists, "x/m"));
  Write("x/a/below", "somebody's");
  shared.previous = {"x/a", "x/m"};
  EXPECT_THAT(CommitVersion(root, clock_, shared), IsErr(ErrorKind::kAlreadyExists, "x/a"));
  EXPECT_EQ(
      Files(),
      (FileMap{{"daily/2026-01-15/data.parquet", "somebody's"}, {"x/m", "somebody's"}, {"x/a/below", "somebody's"}}));
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(FileTransactionTest, AnEmptyFolderIsNotInTheWay) {
  const LocalRoot root = OpenRoot();
  std::filesystem::create_directories(Path("daily/2026-01-15"));
  const auto report = CommitVersion(root, clock_, kFirst);
  ASSERT_OK(report);
  EXPECT_EQ(report->trash, "");
  EXPECT_EQ(Files("daily/2026-01-15"), kFirstFiles);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(FileTransactionTest, TheNewFolderTakesOverThePermissions) {
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  ASSERT_EQ(::chmod(Path("daily/2026-01-15").c_str(), 02770), 0);
  ASSERT_OK(CommitVersion(root, clock_, kSecond));
  struct stat status{};
  ASSERT_EQ(::stat(Path("daily/2026-01-15").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 02770U);
}

TEST_F(FileTransactionTest, CallsOutOfOrderAreRefused) {
  const LocalRoot root = OpenRoot();
  auto txn = FileTransaction::Begin(root, clock_, {.slot = "a"});
  ASSERT_OK(txn);
  EXPECT_THAT(txn->Commit(), IsErr(ErrorKind::kInternal));
  EXPECT_THAT(txn->SetManifest("m", "x", "c"), IsErr(ErrorKind::kInternal));
  auto file = txn->CreateFile("data");
  ASSERT_OK(file);
  ASSERT_OK(txn->SyncData());
  EXPECT_THAT((*file)->sink().Write(std::string("late")), IsErr(ErrorKind::kInternal));
  EXPECT_THAT(txn->CreateFile("late"), IsErr(ErrorKind::kInternal));
  ASSERT_OK(txn->SetManifest("m", "x", "c"));
  ASSERT_OK(txn->Commit());
  EXPECT_THAT(txn->Commit(), IsErr(ErrorKind::kInternal));
}

TEST_F(FileTransactionTest, ADigestOfOtherBytesIsRefused) {
  const LocalRoot root = OpenRoot();
  auto txn = FileTransaction::Begin(root, clock_, {.slot = "a"});
  ASSERT_OK(txn);
  auto file = txn->CreateFile("data");
  ASSERT_OK(file);
  ASSERT_OK((*file)->sink().Write(std::string("abc")));
  (*file)->SetDigest({4, Sha256Hex("abcd")});
  ASSERT_OK(txn->SyncData());
  EXPECT_THAT(txn->SetManifest("m", "x", "c"), IsErr(ErrorKind::kCorrupt));
}

TEST_F(FileTransactionTest, AFullDiskIsNamedAndLeavesTheOlderVersion) {
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  EXPECT_EQ(InChild([&] {
              // A limit on file sizes gives a short write, then EFBIG: as a disk that fills up.
              std::signal(SIGXFSZ, SIG_IGN);
              const rlimit limit{100, 100};
              if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) {
                return 99;
              }
              TestVersion big = kSecond;
              big.files[0].second = std::string(1000, 'x');
              const auto result = CommitVersion(root, clock_, big);
              return !result && result.error().kind() == ErrorKind::kResourceLimit ? 0 : 1;
            }),
            0);
  EXPECT_EQ(Files("daily/2026-01-15"), kFirstFiles);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(FileTransactionTest, ScratchFilesHaveNoName) {
  const LocalRoot root = OpenRoot();
  auto txn = FileTransaction::Begin(root, clock_, {.slot = "a"});
  ASSERT_OK(txn);
  const auto first = txn->CreateScratchFile();
  const auto second = txn->CreateScratchFile();
  ASSERT_OK(first);
  ASSERT_OK(second);
  ASSERT_OK(WriteAll(first->get(), std::string("spill"), "scratch"));
  EXPECT_TRUE(Files(".ingot/staging").empty());
}

TEST_F(FileTransactionTest, ARefusedBuildKeepsOneFile) {
  const LocalRoot root = OpenRoot();
  std::string kept;
  {
    auto txn = FileTransaction::Begin(root, clock_, {.slot = "daily/2026-01-15"});
    ASSERT_OK(txn);
    ASSERT_OK(txn->CreateFile("data.parquet"));
    auto rejects = txn->CreateFile("rejects.jsonl.gz");
    ASSERT_OK(rejects);
    ASSERT_OK((*rejects)->sink().Write(std::string("bad line")));
    auto path = txn->KeepRefused(**rejects);
    ASSERT_OK(path);
    kept = *path;
    EXPECT_THAT(txn->SyncData(), IsErr(ErrorKind::kInternal));
  }
  EXPECT_EQ(kept, Path(".ingot/refused/" + SlotId("daily/2026-01-15") + "@1768435200/rejects.jsonl.gz"));
  EXPECT_EQ(ReadFile(kept), "bad line");
  EXPECT_EQ(StateFiles().size(), 1U);
  EXPECT_TRUE(Files().empty());
}

// Two processes that rebuild the same slot, and readers in between who go through the manifest.
TEST_F(FileTransactionTest, ReadersSeeOneVersionWhileItIsRebuilt) {
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  const pid_t writer = ::fork();
  if (writer == 0) {
    const LocalRoot own = OpenRoot();
    for (int round = 0; round < 200; ++round) {
      TestVersion version = round % 2 == 0 ? kSecond : kFirst;
      version.previous = {"data.parquet", "sub/only-first", "sub/only-second", "manifest.json"};
      if (!CommitVersion(own, clock_, version)) {
        ::_exit(1);
      }
    }
    ::_exit(0);
  }
  int status = 0;
  int reads = 0;
  while (::waitpid(writer, &status, WNOHANG) == 0) {
    // Within one opened folder nothing ever changes.
    const UniqueFd folder(::open(Path("daily/2026-01-15").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(folder.valid());
    const std::string base = fmt::format("/proc/self/fd/{}/", folder.get());
    const std::string manifest = ReadFile(base + "manifest.json");
    const std::string data = ReadFile(base + "data.parquet");
    ASSERT_TRUE((manifest == "m1" && data == "one") || (manifest == "m2" && data == "two")) << manifest << " " << data;
    ++reads;
  }
  EXPECT_EQ(status, 0);
  EXPECT_GT(reads, 0);
}

TEST_F(FileTransactionTest, DifferentSlotsAreCommittedAtTheSameTime) {
  constexpr int kProcesses = 4;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(::fork());
    if (children.back() == 0) {
      const LocalRoot root = OpenRoot();
      for (int round = 0; round < 20; ++round) {
        TestVersion version = kFirst;
        version.slot = fmt::format("daily/{}/{}", round, i);
        if (!Recover(root, clock_.Now()) || !CommitVersion(root, clock_, version)) {
          ::_exit(1);
        }
      }
      ::_exit(0);
    }
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(Files().size(), size_t{80} * kFirstFiles.size());
  EXPECT_TRUE(StateFiles().empty());
}

}  // namespace
}  // namespace ingot
