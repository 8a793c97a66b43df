#include "store/local_store.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/result_matchers.h"
#include "commit/garbage.h"
#include "commit/store_fixture.h"
#include "store/object_fixture.h"

namespace ingot {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LocalStoreTest : public StoreFixture {
 protected:
  std::unique_ptr<Store> OpenStore(LocalRootOptions options = {}) const {
    auto store = OpenLocalStore(folder_, clock_, std::move(options));
    EXPECT_OK(store);
    return *std::move(store);
  }
};

TEST_F(LocalStoreTest, IsAFolderOfFiles) {
  const auto store = OpenStore();
  ASSERT_OK(PutText(*store, "tier3/2026-01-15/data.parquet", "bytes"));
  Write("tier3/2026-01-16/by-hand.txt", "text");
  EXPECT_EQ(Files(), (FileMap{{"tier3/2026-01-15/data.parquet", "bytes"}, {"tier3/2026-01-16/by-hand.txt", "text"}}));
  EXPECT_THAT(ListKeys(*store, "tier3/").value(),
              ElementsAre("tier3/2026-01-15/data.parquet", "tier3/2026-01-16/by-hand.txt"));
  EXPECT_THAT(StateFiles(), IsEmpty());
}

TEST_F(LocalStoreTest, RemovesFoldersThatItEmpties) {
  const auto store = OpenStore();
  ASSERT_OK(PutText(*store, "a/b/c/d", "x"));
  ASSERT_OK(PutText(*store, "a/e", "x"));
  ASSERT_OK(store->Delete("a/b/c/d", Precondition::None()));
  EXPECT_NE(::access(Path("a/b").c_str(), F_OK), 0);
  EXPECT_EQ(Files(), (FileMap{{"a/e", "x"}}));
}

TEST_F(LocalStoreTest, FollowsNoLinks) {
  const auto store = OpenStore();
  Write("outside/secret", "s");
  ASSERT_EQ(::symlink("../outside", Path("links").c_str()), 0);
  ASSERT_EQ(::symlink("outside/secret", Path("link").c_str()), 0);
  EXPECT_THAT(store->Head("links/secret"), IsErr(ErrorKind::kConfig));
  EXPECT_THAT(store->Head("link"), IsErr(ErrorKind::kConfig, "link"));
  EXPECT_THAT(PutText(*store, "links/new", "x"), IsErr(ErrorKind::kConfig));
  EXPECT_THAT(PutText(*store, "link", "x"), IsErr(ErrorKind::kConfig, "not a regular file"));
  EXPECT_THAT(ListKeys(*store, "").value(), ElementsAre("outside/secret"));
}

TEST_F(LocalStoreTest, DoesNotWaitForAPipe) {
  const auto store = OpenStore();
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(store->Head("pipe"), IsErr(ErrorKind::kInvalidData, "not a regular file"));
  EXPECT_THAT(PutText(*store, "pipe", "x"), IsErr(ErrorKind::kConfig, "not a regular file"));
  EXPECT_THAT(ListKeys(*store, "").value(), IsEmpty());
}

// Killed at each change on disk: the old object or the new one, and the next put needs no help.
TEST_F(LocalStoreTest, SurvivesAKillAtEveryStep) {
  ASSERT_OK(PutText(*OpenStore(), "folder/k", "old"));
  int steps = 0;
  int news = 0;
  for (bool ended = false; !ended; ++steps) {
    const int status = InChild([&] {
      int left = steps;
      LocalRootOptions options;
      options.observer = [&left](std::string_view, std::string_view) {
        if (left-- == 0) {
          ::_exit(9);
        }
      };
      const auto store = OpenStore(std::move(options));
      return PutText(*store, "folder/k", "new") ? 0 : 1;
    });
    ASSERT_TRUE(status == 0 || status == 9) << status;
    ended = status == 0;
    const std::string text = Read("folder/k");
    EXPECT_TRUE(text == "old" || text == "new") << text;
    news += text == "new" ? 1 : 0;
    ASSERT_OK(PutText(*OpenStore(), "folder/k", "old"));
    EXPECT_THAT(StateFiles(), IsEmpty()) << "after step " << steps;
  }
  EXPECT_GT(steps, 5);
  EXPECT_GT(news, 0);
}

TEST_F(LocalStoreTest, LeavesWhatGarbageCollectionKnows) {
  EXPECT_EQ(InChild([&] {
              LocalRootOptions options;
              options.observer = [](std::string_view call, std::string_view path) {
                if (call == "rename" && path == "k") {
                  ::_exit(9);
                }
              };
              return PutText(*OpenStore(std::move(options)), "k", "x") ? 0 : 1;
            }),
            9);
  EXPECT_FALSE(StateFiles().empty());
  GarbageOptions options;
  options.now = clock_.Now();
  options.mode = GarbageMode::kRemove;
  ASSERT_OK(CollectGarbage(OpenRoot(), options));
  EXPECT_THAT(StateFiles(), IsEmpty());
}

}  // namespace
}  // namespace ingot
