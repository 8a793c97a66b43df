// What every store must do. A store joins by a row in kStores; what it declares of itself in its traits is tested too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result_matchers.h"
#include "store/faulty_store_fixture.h"
#include "store/local_store.h"
#include "store/memory_store.h"
#include "store/object_fixture.h"

namespace ingot {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A store, and what it needs to live.
struct OpenedStore {
  std::string folder;
  std::unique_ptr<Store> inner;
  std::unique_ptr<Store> store;

  OpenedStore() = default;
  OpenedStore(OpenedStore&&) = default;
  OpenedStore& operator=(OpenedStore&&) = delete;
  OpenedStore(const OpenedStore&) = delete;
  OpenedStore& operator=(const OpenedStore&) = delete;
  ~OpenedStore() {
    if (!folder.empty()) {
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
    }
  }
};

std::string NewFolder() {
  // Where there is a file system in memory, thousands of syncs cost nothing.
  std::string name =
      (::access("/dev/shm", W_OK) == 0 ? std::string("/dev/shm/") : testing::TempDir()) + "ingot_store_XXXXXX";
  return ::mkdtemp(name.data());
}

OpenedStore OpenMemory() {
  OpenedStore opened;
  opened.store = OpenMemoryStore();
  return opened;
}

OpenedStore OpenLocal() {
  static const FixedClock kClock(UtcInstant{1'768'435'200, 0});
  OpenedStore opened;
  opened.folder = NewFolder();
  opened.store = OpenLocalStore(opened.folder, kClock).value();
  return opened;
}

OpenedStore OpenFaultless() {
  OpenedStore opened;
  opened.inner = OpenMemoryStore();
  opened.store =
      std::make_unique<FaultyStore>(*opened.inner, [](StoreCall, std::string_view) { return StoreFault::kNone; });
  return opened;
}

struct StoreUnderTest {
  const char* name;
  OpenedStore (*open)();
};

constexpr StoreUnderTest kStores[] = {{"memory", OpenMemory}, {"local", OpenLocal}, {"faultless", OpenFaultless}};

class StoreConformance : public testing::TestWithParam<StoreUnderTest> {
 protected:
  Store& store() { return *opened_.store; }

  OpenedStore opened_ = GetParam().open();
};

TEST_P(StoreConformance, GivesBackWhatWasPut) {
  for (const std::string& text : {std::string("hello"), std::string(), std::string(3'000'001, '\xff')}) {
    const auto put = PutText(store(), "folder/object.txt", text);
    ASSERT_OK(put);
    const auto head = store().Head("folder/object.txt");
    ASSERT_OK(head);
    EXPECT_EQ(head->key, "folder/object.txt");
    EXPECT_EQ(head->bytes, text.size());
    EXPECT_EQ(head->etag, put->etag);
    EXPECT_EQ(head->sha256, store().traits().keeps_sha256 ? Sha256Hex(text) : "");
    EXPECT_EQ(GetText(store(), "folder/object.txt").value(), text);
    EXPECT_EQ(ReadAll(*store().OpenStream(*head).value()).value(), text);
  }
}

TEST_P(StoreConformance, ReadsFromAnywhere) {
  const ObjectInfo info = PutText(store(), "k", "0123456789").value();
  const auto bytes = store().Open(info);
  ASSERT_OK(bytes);
  std::string part(3, '-');
  EXPECT_OK((*bytes)->ReadAt(7, part));
  EXPECT_EQ(part, "789");
  EXPECT_THAT((*bytes)->ReadAt(8, part), IsErr(ErrorKind::kCorrupt));
}

TEST_P(StoreConformance, SaysWhatIsNotThere) {
  ASSERT_OK(PutText(store(), "folder/object", "x"));
  for (const std::string key : {"object", "folder", "folder/objec", "folder/object2", "other/object"}) {
    EXPECT_THAT(store().Head(key), IsErr(ErrorKind::kNotFound, key)) << key;
  }
}

TEST_P(StoreConformance, NamesEachVersion) {
  std::vector<std::string> etags;
  for (const std::string_view text : {"a", "b", "a", "", "b"}) {
    const auto put = PutText(store(), "k", text);
    ASSERT_OK(put);
    EXPECT_FALSE(put->etag.empty());
    etags.push_back(put->etag);
  }
  // Equal contents may have one name, different ones never.
  for (size_t i = 1; i < etags.size(); ++i) {
    EXPECT_NE(etags[i - 1], etags[i]);
  }
}

TEST_P(StoreConformance, PutsOnlyUnderItsPrecondition) {
  EXPECT_THAT(PutText(store(), "k", "x", Precondition::Matches("no such")), IsErr(ErrorKind::kConflict, "k"));
  EXPECT_THAT(store().Head("k"), IsErr(ErrorKind::kNotFound));
  const auto first = PutText(store(), "k", "first", Precondition::Absent());
  ASSERT_OK(first);
  EXPECT_THAT(PutText(store(), "k", "second", Precondition::Absent()), IsErr(ErrorKind::kConflict, "k"));
  EXPECT_EQ(GetText(store(), "k").value(), "first");
  ASSERT_OK(PutText(store(), "k", "second", Precondition::Matches(first->etag)));
  EXPECT_THAT(PutText(store(), "k", "third", Precondition::Matches(first->etag)), IsErr(ErrorKind::kConflict, "k"));
  EXPECT_EQ(GetText(store(), "k").value(), "second");
  ASSERT_OK(PutText(store(), "k", "third"));
  EXPECT_EQ(GetText(store(), "k").value(), "third");
}

TEST_P(StoreConformance, RefusesBytesThatAreNotWhatTheyShouldBe) {
  ASSERT_OK(PutText(store(), "k", "before"));
  const MemoryAccess bytes("text", "upload");
  EXPECT_THAT(store().Put("k", {&bytes, Sha256Hex("other")}, Precondition::None()),
              IsErr(ErrorKind::kCorrupt, Sha256Hex("other")));
  EXPECT_THAT(store().Put("new", {&bytes, Sha256Hex("other")}, Precondition::None()), IsErr(ErrorKind::kCorrupt));
  EXPECT_EQ(GetText(store(), "k").value(), "before");
  EXPECT_THAT(ListKeys(store(), "").value(), ElementsAre("k"));
}

TEST_P(StoreConformance, OpensTheVersionThatWasAskedFor) {
  const ObjectInfo old = PutText(store(), "k", "old").value();
  const auto held = store().Open(old);
  ASSERT_OK(held);
  const auto stream = store().OpenStream(old);
  ASSERT_OK(stream);
  ASSERT_OK(PutText(store(), "k", "new"));
  EXPECT_THAT(store().Open(old), IsErr(ErrorKind::kConflict, "k"));
  EXPECT_THAT(store().OpenStream(old), IsErr(ErrorKind::kConflict, "k"));
  // What was opened before goes on, or says that it cannot; it never reads the new version.
  for (const Result<std::string>& text : {ReadAll(**held), ReadAll(**stream)}) {
    EXPECT_EQ(text ? *text : std::string("old"), "old");
    EXPECT_TRUE(text || text.error().kind() == ErrorKind::kConflict);
  }
  ASSERT_OK(store().Delete("k", Precondition::None()));
  EXPECT_THAT(store().Open(old), IsErr(ErrorKind::kConflict, "k"));
}

TEST_P(StoreConformance, ListsByPrefixInTheOrderOfBytes) {
  const std::vector<std::string> keys = {"A/1", "a b", "a-b/1", "a.b", "a/b/c", "a/b/d", "a/bc", "a0", "b", "\xc3\xa4"};
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    ASSERT_OK(PutText(store(), *key, *key));
  }
  for (const std::string_view prefix : {"", "a", "a/", "a/b", "a/b/", "a/b/c", "a-", "\xc3", "c", "a//", "/"}) {
    std::vector<std::string> expected;
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(expected),
                 [&](const std::string& key) { return key.starts_with(prefix); });
    const auto listed = ListKeys(store(), prefix);
    ASSERT_OK(listed) << prefix;
    EXPECT_EQ(*listed, expected) << prefix;
  }
}

TEST_P(StoreConformance, DescribesWhatItLists) {
  const ObjectInfo put = PutText(store(), "folder/k", "text").value();
  EXPECT_OK(store().List("folder/", [&](const ObjectInfo& info) -> Result<void> {
    EXPECT_EQ(info.bytes, 4U);
    EXPECT_EQ(info.etag, put.etag);
    return {};
  }));
}

TEST_P(StoreConformance, EndsAListingWhenItsVisitorFails) {
  for (const char* key : {"a", "b", "c"}) {
    ASSERT_OK(PutText(store(), key, key));
  }
  std::string seen;
  const auto listed = store().List("", [&](const ObjectInfo& info) -> Result<void> {
    seen += info.key;
    return seen == "ab" ? Result<void>(Error(ErrorKind::kCancelled, "enough")) : Result<void>();
  });
  EXPECT_THAT(listed, IsErr(ErrorKind::kCancelled, "enough"));
  EXPECT_EQ(seen, "ab");
}

TEST_P(StoreConformance, LetsAVisitorChangeTheStore) {
  for (const char* key : {"x/a", "x/b", "x/c"}) {
    ASSERT_OK(PutText(store(), key, key));
  }
  ASSERT_OK(store().List("x/", [&](const ObjectInfo& info) { return store().Delete(info.key, Precondition::None()); }));
  EXPECT_THAT(ListKeys(store(), "").value(), IsEmpty());
}

TEST_P(StoreConformance, DeletesOnlyUnderItsPrecondition) {
  EXPECT_OK(store().Delete("folder/k", Precondition::None()));
  EXPECT_OK(store().Delete("folder/k", Precondition::Absent()));
  EXPECT_THAT(store().Delete("folder/k", Precondition::Matches("x")), IsErr(ErrorKind::kConflict));
  const ObjectInfo info = PutText(store(), "folder/k", "text").value();
  EXPECT_THAT(store().Delete("folder/k", Precondition::Matches("x")), IsErr(ErrorKind::kConflict));
  EXPECT_THAT(store().Delete("folder/k", Precondition::Absent()), IsErr(ErrorKind::kConflict));
  EXPECT_OK(store().Head("folder/k"));
  EXPECT_OK(store().Delete("folder/k", Precondition::Matches(info.etag)));
  EXPECT_THAT(store().Head("folder/k"), IsErr(ErrorKind::kNotFound));
  // Nothing is left that keeps another key from taking the place.
  EXPECT_OK(PutText(store(), "folder", "text"));
}

TEST_P(StoreConformance, RefusesKeysThatItCannotHave) {
  for (const std::string_view key : {std::string_view(), std::string_view("a\0b", 3)}) {
    EXPECT_THAT(PutText(store(), key, "x"), IsErr(ErrorKind::kInvalidData));
    EXPECT_THAT(store().Head(key), IsErr(ErrorKind::kInvalidData));
    EXPECT_THAT(store().Delete(key, Precondition::None()), IsErr(ErrorKind::kInvalidData));
    EXPECT_THAT(store().Open({std::string(key), 0, "x", {}, {}}), IsErr(ErrorKind::kInvalidData));
  }
  for (const std::string_view key : {"../x", "/x", "a//b", "a/", "./a", "a/../b", ".ingot/staging/x", ".INGOT/x"}) {
    const auto put = PutText(store(), key, "x");
    if (store().traits().keys_are_paths) {
      EXPECT_THAT(put, IsErr(ErrorKind::kInvalidData)) << key;
    } else {
      EXPECT_OK(put) << key;
      EXPECT_EQ(GetText(store(), key).value(), "x");
    }
  }
}

TEST_P(StoreConformance, TellsAPathInTheWay) {
  if (!store().traits().keys_are_paths) {
    GTEST_SKIP() << "keys are no paths here";
  }
  ASSERT_OK(PutText(store(), "a/b", "x"));
  EXPECT_THAT(PutText(store(), "a", "y"), IsErr(ErrorKind::kConfig, "a"));
  EXPECT_THAT(PutText(store(), "a/b/c", "y"), IsErr(ErrorKind::kConfig, "a/b"));
  EXPECT_EQ(GetText(store(), "a/b").value(), "x");
  EXPECT_THAT(ListKeys(store(), "").value(), ElementsAre("a/b"));
}

TEST_P(StoreConformance, LetsOneOfManyCreateAnObject) {
  constexpr int kWriters = 8;
  std::atomic<int> created = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&, i] {
      const auto put = PutText(store(), "folder/one", std::to_string(i), Precondition::Absent());
      created += put ? 1 : 0;
      refused += !put && put.error().kind() == ErrorKind::kConflict ? 1 : 0;
    });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  EXPECT_EQ(created, 1);
  EXPECT_EQ(refused, kWriters - 1);
}

// What an index shared by several publishers needs: no update is lost.
TEST_P(StoreConformance, LosesNoUpdateOfManyWriters) {
  constexpr int kWriters = 4;
  constexpr int kUpdates = 25;
  ASSERT_OK(PutText(store(), "folder/count", "0"));
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      for (int done = 0; done < kUpdates;) {
        const ObjectInfo info = store().Head("folder/count").value();
        const auto bytes = store().Open(info);
        const auto text = bytes ? ReadAll(**bytes) : Result<std::string>(bytes.error());
        if (!text) {
          ASSERT_EQ(text.error().kind(), ErrorKind::kConflict) << text.error().ToString();
          continue;
        }
        const auto put =
            PutText(store(), "folder/count", std::to_string(std::stoi(*text) + 1), Precondition::Matches(info.etag));
        ASSERT_TRUE(put || put.error().kind() == ErrorKind::kConflict) << put.error().ToString();
        done += put ? 1 : 0;
      }
    });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  EXPECT_EQ(GetText(store(), "folder/count").value(), std::to_string(kWriters * kUpdates));
}

// A folder that becomes empty may go while somebody puts into it.
TEST_P(StoreConformance, KeepsWhatIsPutWhileNeighboursAreDeleted) {
  constexpr int kRounds = 200;
  std::thread deleter([&] {
    for (int i = 0; i < kRounds; ++i) {
      EXPECT_OK(PutText(store(), "a/b/gone", "x"));
      EXPECT_OK(store().Delete("a/b/gone", Precondition::None()));
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    EXPECT_OK(PutText(store(), "a/b/kept", std::to_string(i)));
    EXPECT_EQ(GetText(store(), "a/b/kept").value(), std::to_string(i));
    EXPECT_OK(store().Delete("a/b/kept", Precondition::None()));
  }
  deleter.join();
  EXPECT_THAT(ListKeys(store(), "").value(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreConformance, testing::ValuesIn(kStores),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace ingot
