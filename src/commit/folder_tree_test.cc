#include "commit/folder_tree.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "commit/store_fixture.h"

namespace ingot {
namespace {

// Each case with openat2, and with the walk that replaces it on older kernels.
class FolderTreeTest : public StoreFixture, public testing::WithParamInterface<bool> {
 protected:
  FolderTree Open(FileSystemFeatures features = {}) const {
    features.openat2 = GetParam();
    auto tree = FolderTree::Open(folder_, features);
    EXPECT_OK(tree);
    return *std::move(tree);
  }
};

INSTANTIATE_TEST_SUITE_P(Resolution, FolderTreeTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "Openat2" : "Walk"; });

TEST_P(FolderTreeTest, CreatesReadsAndLists) {
  const FolderTree tree = Open();
  ASSERT_OK(tree.MakeFolders("a/b/c", Durability::kNow));
  ASSERT_OK(tree.MakeFolders("a/b/c", Durability::kNow));
  auto fd = tree.OpenAt("a/b/c/file", O_WRONLY | O_CREAT | O_EXCL);
  ASSERT_OK(fd);
  ASSERT_OK(WriteAll(fd->get(), std::string("hello"), "file"));
  EXPECT_THAT(tree.OpenAt("a/b/c/file", O_WRONLY | O_CREAT | O_EXCL), IsErr(ErrorKind::kAlreadyExists));
  const auto text = tree.Read("a/b/c/file", 5);
  ASSERT_OK(text);
  EXPECT_EQ(*text, "hello");
  EXPECT_THAT(tree.Read("a/b/c/file", 4), IsErr(ErrorKind::kResourceLimit));
  const auto digest = tree.Digest("a/b/c/file");
  ASSERT_OK(digest);
  EXPECT_EQ(digest->bytes, 5U);
  EXPECT_EQ(digest->sha256, Sha256Hex("hello"));
  Write("a/z", "");
  const auto entries = tree.List("a");
  ASSERT_OK(entries);
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ((*entries)[0].name, "b");
  EXPECT_EQ((*entries)[0].type, EntryType::kFolder);
  EXPECT_EQ((*entries)[1].type, EntryType::kFile);
  EXPECT_THAT(tree.List("nothing"), IsErr(ErrorKind::kNotFound));
  EXPECT_THAT(tree.Read("nothing/at/all", 5), IsErr(ErrorKind::kNotFound));
}

TEST_P(FolderTreeTest, ACursorFindsWhatEveryCallFinds) {
  const FolderTree tree = Open();
  ASSERT_OK(tree.MakeFolders("a/b", Durability::kLater));
  FolderCursor cursor;
  ASSERT_OK(tree.MakeFolder("a/c", &cursor));
  EXPECT_THAT(tree.MakeFolder("a/c", &cursor), IsErr(ErrorKind::kAlreadyExists));
  Write("a/b/one", "1");
  Write("a/c/one", "22");
  EXPECT_EQ((*tree.Status("a/b/one", &cursor))->bytes, 1U);
  EXPECT_EQ((*tree.Status("a/c/one", &cursor))->bytes, 2U);
  EXPECT_FALSE(tree.Status("a/c/two", &cursor)->has_value());
  EXPECT_FALSE(tree.Status("a/none/two", &cursor)->has_value());
  ASSERT_OK(tree.Rename("a/c/one", "a/b/two", RenameMode::kReplace, &cursor));
  EXPECT_FALSE(tree.Status("a/c/one", &cursor)->has_value());
  EXPECT_EQ((*tree.Status("a/b/two", &cursor))->bytes, 2U);
  EXPECT_THAT(tree.Status("a/../a", &cursor), IsErr(ErrorKind::kInvalidData));
}

TEST_P(FolderTreeTest, FollowsNoLinkBelowTheRoot) {
  Write("outside/secret", "secret");
  Write("root/real/file", "x");
  std::filesystem::create_symlink(Path("outside"), Path("root/out"));
  std::filesystem::create_symlink("real", Path("root/in"));
  std::filesystem::create_symlink("../outside/secret", Path("root/file"));
  auto tree = FolderTree::Open(Path("root"), FileSystemFeatures{.openat2 = GetParam()});
  ASSERT_OK(tree);
  for (const char* path : {"out/secret", "in/file", "file"}) {
    EXPECT_THAT(tree->Read(path, 100), IsErr(ErrorKind::kConfig)) << path;
    EXPECT_THAT(tree->OpenAt(path, O_WRONLY | O_CREAT), IsErr(ErrorKind::kConfig)) << path;
  }
  for (const char* path : {"out/new", "in/new"}) {
    EXPECT_THAT(tree->MakeFolders(path, Durability::kNow), IsErr(ErrorKind::kConfig)) << path;
    EXPECT_THAT(tree->Rename("real/file", path, RenameMode::kReplace), IsErr(ErrorKind::kConfig)) << path;
    EXPECT_THAT(tree->Link("real/file", path), IsErr(ErrorKind::kConfig)) << path;
  }
  EXPECT_THAT(tree->RemoveFile("out/secret"), IsErr(ErrorKind::kConfig));
  EXPECT_THAT(tree->RemoveTree("in/file"), IsErr(ErrorKind::kConfig));
  ASSERT_OK(tree->RemoveTree("out"));  // the link itself
  EXPECT_EQ(Read("outside/secret"), "secret");
  EXPECT_EQ(Read("root/real/file"), "x");
}

TEST_P(FolderTreeTest, HostileNamesReachNoSystemCall) {
  const FolderTree tree = Open();
  Write("inside", "x");
  for (const std::string path : {"../escape", "/etc/hostname", "a/../../escape", "."}) {
    EXPECT_THAT(tree.OpenAt(path, O_RDONLY), IsErr(ErrorKind::kInvalidData)) << path;
    EXPECT_THAT(tree.Status(path), IsErr(ErrorKind::kInvalidData)) << path;
    EXPECT_THAT(tree.MakeFolder(path), IsErr(ErrorKind::kInvalidData)) << path;
    EXPECT_THAT(tree.Rename("inside", path, RenameMode::kReplace), IsErr(ErrorKind::kInvalidData)) << path;
    EXPECT_THAT(tree.Link("inside", path), IsErr(ErrorKind::kInvalidData)) << path;
    EXPECT_THAT(tree.RemoveFile(path), IsErr(ErrorKind::kInvalidData)) << path;
    EXPECT_THAT(tree.RemoveTree(path), IsErr(ErrorKind::kInvalidData)) << path;
  }
}

TEST_P(FolderTreeTest, RenamesInThreeWays) {
  const FolderTree tree = Open();
  Write("a", "A");
  Write("b", "B");
  EXPECT_EQ(tree.Rename("a", "b", RenameMode::kNew).value(), ChangeOutcome::kExists);
  EXPECT_EQ(tree.Rename("a", "b", RenameMode::kExchange).value(), ChangeOutcome::kDone);
  EXPECT_EQ(Files(), (FileMap{{"a", "B"}, {"b", "A"}}));
  EXPECT_EQ(tree.Rename("a", "c", RenameMode::kNew).value(), ChangeOutcome::kDone);
  EXPECT_EQ(tree.Rename("c", "b", RenameMode::kReplace).value(), ChangeOutcome::kDone);
  EXPECT_EQ(Files(), (FileMap{{"b", "B"}}));
  EXPECT_THAT(tree.Rename("gone", "b", RenameMode::kReplace), IsErr(ErrorKind::kNotFound));
}

TEST_P(FolderTreeTest, WithoutRenameFlagsNothingIsOverwritten) {
  const FolderTree tree = Open({.rename_flags = false});
  Write("a", "A");
  Write("b", "B");
  EXPECT_EQ(tree.Rename("a", "b", RenameMode::kNew).value(), ChangeOutcome::kExists);
  EXPECT_EQ(tree.Rename("a", "b", RenameMode::kExchange).value(), ChangeOutcome::kUnsupported);
  EXPECT_EQ(tree.Rename("a", "c", RenameMode::kNew).value(), ChangeOutcome::kDone);
  EXPECT_EQ(Files(), (FileMap{{"b", "B"}, {"c", "A"}}));
}

TEST_P(FolderTreeTest, RemovesTreesAndTellsEmptyFoldersFromFullOnes) {
  const FolderTree tree = Open();
  Write("a/b/c/file", "x");
  EXPECT_FALSE(tree.RemoveEmptyFolder("a").value());
  ASSERT_OK(tree.RemoveTree("a"));
  ASSERT_OK(tree.RemoveTree("a"));
  EXPECT_TRUE(tree.RemoveEmptyFolder("a").value());
  ASSERT_OK(tree.RemoveFile("a/b"));
  EXPECT_FALSE(tree.Status("a").value().has_value());
}

TEST_P(FolderTreeTest, AFileWhereAFolderIsNeededIsNamed) {
  const FolderTree tree = Open();
  Write("file", "x");
  EXPECT_THAT(tree.MakeFolders("file/below", Durability::kNow), IsErr(ErrorKind::kConfig, Path("file")));
  EXPECT_THAT(tree.Read("file/below", 1), IsErr(ErrorKind::kConfig));
}

TEST_P(FolderTreeTest, OpeningSaysWhatIsWrongWithTheFolder) {
  Write("file", "x");
  EXPECT_THAT(FolderTree::Open(Path("file"), {.openat2 = GetParam()}), IsErr(ErrorKind::kConfig));
  EXPECT_THAT(FolderTree::Open(Path("none"), {.openat2 = GetParam()}), IsErr(ErrorKind::kNotFound));
}

TEST_P(FolderTreeTest, WithoutHardLinksSaysSo) {
  const FolderTree tree = Open({.hard_links = false});
  Write("a", "A");
  EXPECT_EQ(tree.Link("a", "b").value(), ChangeOutcome::kUnsupported);
}

TEST_P(FolderTreeTest, TheWholeSyncIsUsedOnlyWhereItReportsErrors) {
  const FolderTree tree = Open();
  EXPECT_EQ(tree.SyncWhole(tree.fd()).value(), GetParam());
}

}  // namespace
}  // namespace ingot
