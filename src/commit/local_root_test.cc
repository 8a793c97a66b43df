#include "commit/local_root.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "commit/store_fixture.h"

namespace ingot {
namespace {

class LocalRootTest : public StoreFixture {
 protected:
  // Permissions mean nothing to root, so the child gives it up.
  static int AsNobody(const std::function<int()>& body) {
    return InChild([&] {
      constexpr unsigned kNobody = 65534;
      if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) {
        return 99;
      }
      return body();
    });
  }
};

TEST_F(LocalRootTest, MakesTheRootAndItsAncestors) {
  const std::string path = Path("a/b/root");
  ASSERT_OK(LocalRoot::Open(path + "//"));
  for (const char* folder : {"staging", "locks", "trash"}) {
    EXPECT_TRUE(std::filesystem::is_directory(path + "/.ingot/" + folder));
  }
  ASSERT_OK(LocalRoot::Open(path));
}

TEST_F(LocalRootTest, AReaderCreatesNothing) {
  EXPECT_THAT(LocalRoot::Open(Path("none"), {.missing = MissingRoot::kRefuse}), IsErr(ErrorKind::kNotFound));
  ASSERT_OK(LocalRoot::Open(folder_, {.missing = MissingRoot::kRefuse}));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(LocalRootTest, TheRootItselfMayBeALink) {
  std::filesystem::create_directory(Path("real"));
  std::filesystem::create_directory_symlink("real", Path("link"));
  ASSERT_OK(LocalRoot::Open(Path("link")));
  EXPECT_TRUE(std::filesystem::is_directory(Path("real/.ingot")));
}

TEST_F(LocalRootTest, AFileIsNotARoot) {
  Write("file", "x");
  EXPECT_THAT(LocalRoot::Open(Path("file")), IsErr(ErrorKind::kConfig));
  EXPECT_THAT(LocalRoot::Open(Path("file/below")), IsErr(ErrorKind::kConfig));
  EXPECT_THAT(LocalRoot::Open(""), IsErr(ErrorKind::kConfig));
}

TEST_F(LocalRootTest, AStateFolderThatIsALinkIsRefused) {
  std::filesystem::create_directory(Path("elsewhere"));
  std::filesystem::create_directory(Path("root"));
  std::filesystem::create_directory_symlink("../elsewhere", Path("root/.ingot"));
  EXPECT_THAT(LocalRoot::Open(Path("root")), IsErr(ErrorKind::kConfig, ".ingot"));
  EXPECT_TRUE(std::filesystem::is_empty(Path("elsewhere")));
}

TEST_F(LocalRootTest, WithoutWritePermissionThePathIsNamed) {
  ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
  std::filesystem::create_directory(Path("sealed"));
  ASSERT_EQ(::chmod(Path("sealed").c_str(), 0555), 0);
  const auto refused = [&](const std::string& path) {
    return AsNobody([&] {
      const auto root = LocalRoot::Open(path);
      return !root && root.error().kind() == ErrorKind::kPermission &&
                     root.error().message().find(Path("sealed")) != std::string::npos
                 ? 0
                 : 1;
    });
  };
  EXPECT_EQ(refused(Path("sealed")), 0);
  EXPECT_EQ(refused(Path("sealed/root")), 0);
}

TEST_F(LocalRootTest, ASlotThatCannotBeWrittenIsFoundBeforeTheBuild) {
  {
    const LocalRoot root = OpenRoot();
  }
  ASSERT_EQ(::chmod(folder_.c_str(), 0777), 0);
  for (const char* folder : {".ingot", ".ingot/staging", ".ingot/locks"}) {
    ASSERT_EQ(::chmod(Path(folder).c_str(), 0777), 0);
  }
  std::filesystem::create_directory(Path("daily"));
  ASSERT_EQ(::chmod(Path("daily").c_str(), 0555), 0);
  EXPECT_EQ(AsNobody([&] {
              const LocalRoot root = OpenRoot();
              const auto txn = FileTransaction::Begin(root, clock_, {.slot = "daily/2026-01-15"});
              return !txn && txn.error().kind() == ErrorKind::kPermission ? 0 : 1;
            }),
            0);
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(LocalRootTest, MoveAsideFindsAFreeName) {
  const LocalRoot root = OpenRoot();
  const UtcInstant now{1000, 0};
  for (const char* expected : {".ingot/trash/id@1000", ".ingot/trash/id@1000.1", ".ingot/trash/id@1000.2"}) {
    Write(".ingot/staging/id/file", "x");
    const auto moved = MoveAside(root, ".ingot/staging/id", kTrashFolder, "id", now);
    ASSERT_OK(moved);
    EXPECT_EQ(*moved, expected);
    EXPECT_EQ(TimeOfAsideName(BaseName(*moved)).value().seconds, 1000);
  }
  EXPECT_THAT(TimeOfAsideName("id"), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(TimeOfAsideName("id@x"), IsErr(ErrorKind::kInvalidData));
  EXPECT_THAT(TimeOfAsideName("id@12x"), IsErr(ErrorKind::kInvalidData));
  EXPECT_EQ(TimeOfAsideName("a@b@7.doubt").value().seconds, 7);
}

}  // namespace
}  // namespace ingot
