#include "commit/foreign_files.h"

#include <filesystem>
#include <string>

#include "commit/garbage.h"
#include "commit/store_fixture.h"

namespace ingot {
namespace {

const TestVersion kFirst{.files = {{"data.parquet", "one"}, {"sub/part", "1"}, {"manifest.json", "m1"}}};
const TestVersion kSecond{.files = {{"data.parquet", "two"}, {"manifest.json", "m2"}},
                          .previous = {"data.parquet", "sub/part", "manifest.json"}};

class ForeignFilesTest : public StoreFixture {
 protected:
  void WriteForeign() const {
    Write("daily/2026-01-15/NOTE", "note");
    Write("daily/2026-01-15/.hidden", "hidden");
    Write("daily/2026-01-15/sub/beside", "beside");
    Write("daily/2026-01-15/folder/of/mine", "mine");
    std::filesystem::create_symlink("data.parquet", Path("daily/2026-01-15/latest"));
    std::filesystem::create_directory(Path("daily/2026-01-15/empty"));
  }

  void CollectAll(const LocalRoot& root) const {
    GarbageOptions options;
    options.now = clock_.Now();
    options.scope = GarbageScope::kAll;
    options.mode = GarbageMode::kRemove;
    ASSERT_OK(CollectGarbage(root, options));
  }

  FileMap expected_{{"data.parquet", "two"},      {"manifest.json", "m2"},  {"NOTE", "note"},
                    {".hidden", "hidden"},        {"sub/beside", "beside"}, {"folder/of/mine", "mine"},
                    {"latest", "-> data.parquet"}};
};

TEST_F(ForeignFilesTest, StayThroughAnExchange) {
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  WriteForeign();
  const auto note = root.tree().Status("daily/2026-01-15/NOTE");
  const auto report = CommitVersion(root, clock_, kSecond);
  ASSERT_OK(report);
  EXPECT_EQ(report->method, ReplaceMethod::kExchange);
  EXPECT_EQ(report->carried, (std::vector<std::string>{".hidden", "NOTE", "latest", "sub/beside"}));
  EXPECT_EQ(Files("daily/2026-01-15"), expected_);
  EXPECT_TRUE(std::filesystem::is_directory(Path("daily/2026-01-15/empty")));
  // The same file, not a copy: whoever has it open goes on writing to it.
  EXPECT_TRUE(root.tree().Status("daily/2026-01-15/NOTE").value()->SameFile(**note));
  CollectAll(root);
  EXPECT_EQ(Files("daily/2026-01-15"), expected_);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(ForeignFilesTest, AreMovedWhereTheyCannotBeLinked) {
  const LocalRoot root = OpenRoot({.features = {.hard_links = false}});
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  WriteForeign();
  const auto report = CommitVersion(root, clock_, kSecond);
  ASSERT_OK(report);
  EXPECT_EQ(report->method, ReplaceMethod::kExchange);
  EXPECT_EQ(Files("daily/2026-01-15"), expected_);
  CollectAll(root);
  EXPECT_EQ(Files("daily/2026-01-15"), expected_);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(ForeignFilesTest, AreNotTouchedByAReplacementByFile) {
  const LocalRoot root = OpenRoot({.features = {.rename_flags = false}});
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  WriteForeign();
  ASSERT_OK(CommitVersion(root, clock_, kSecond));
  EXPECT_EQ(Files("daily/2026-01-15"), expected_);
  CollectAll(root);
  EXPECT_EQ(Files("daily/2026-01-15"), expected_);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(ForeignFilesTest, OneThatAppearsAtTheLastMomentReturns) {
  LocalRootOptions options;
  options.observer = [&](std::string_view call, std::string_view) {
    if (call == "exchange") {
      Write("daily/2026-01-15/late", "late");
      Write("daily/2026-01-15/sub/late", "late");
    }
  };
  const LocalRoot root = OpenRoot(options);
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  const auto report = CommitVersion(root, clock_, kSecond);
  ASSERT_OK(report);
  EXPECT_EQ(Files("daily/2026-01-15"),
            (FileMap{{"data.parquet", "two"}, {"manifest.json", "m2"}, {"late", "late"}, {"sub/late", "late"}}));
  EXPECT_EQ(Files(report->trash + "/new").count("late"), 0U);
}

TEST_F(ForeignFilesTest, OneThatCannotReturnStaysInTheTrash) {
  bool written = false;
  LocalRootOptions options;
  options.observer = [&](std::string_view call, std::string_view) {
    if (call == "exchange") {
      Write("daily/2026-01-15/late", "theirs");
    } else if (call == "fsync" && !written && Read("daily/2026-01-15/manifest.json") == "m2") {
      Write("daily/2026-01-15/late", "also theirs");
      written = true;
    }
  };
  const LocalRoot root = OpenRoot(options);
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  const auto report = CommitVersion(root, clock_, kSecond);
  ASSERT_OK(report);
  EXPECT_EQ(Read("daily/2026-01-15/late"), "also theirs");
  EXPECT_EQ(Read(report->trash + "/new/late"), "theirs");
  CollectAll(root);
  EXPECT_EQ(Read(report->trash + "/new/late"), "theirs");
  EXPECT_EQ(Files(report->trash + "/new"), (FileMap{{"late", "theirs"}}));
  // Once its place is free it goes back.
  std::filesystem::remove(Path("daily/2026-01-15/late"));
  CollectAll(root);
  EXPECT_EQ(Read("daily/2026-01-15/late"), "theirs");
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(ForeignFilesTest, AFolderThatANewFileNeedsIsInTheWay) {
  const LocalRoot root = OpenRoot();
  ASSERT_OK(CommitVersion(root, clock_, kFirst));
  Write("daily/2026-01-15/next/mine", "mine");
  TestVersion version = kSecond;
  version.files.insert(version.files.begin(), {"next", "a file"});
  EXPECT_THAT(CommitVersion(root, clock_, version), IsErr(ErrorKind::kAlreadyExists, "next"));
  version.files[0].first = "next/mine/below";
  EXPECT_THAT(CommitVersion(root, clock_, version), IsErr(ErrorKind::kAlreadyExists, "next/mine"));
  version.files[0].first = "next/other";
  ASSERT_OK(CommitVersion(root, clock_, version));
  EXPECT_EQ(
      Files("daily/2026-01-15"),
      (FileMap{{"data.parquet", "two"}, {"manifest.json", "m2"}, {"next/mine", "mine"}, {"next/other", "a file"}}));
}

}  // namespace
}  // namespace ingot
