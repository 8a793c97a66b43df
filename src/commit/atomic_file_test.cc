#include "commit/atomic_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <thread>

#include "commit/store_fixture.h"

namespace ingot {
namespace {

class AtomicFileTest : public StoreFixture {
 protected:
  static Result<void> WriteFile(const std::string& path, const std::string& text) {
    INGOT_ASSIGN(AtomicFile file, AtomicFile::Create(path));
    INGOT_TRY(file.sink().Write(text));
    INGOT_TRY(file.SyncData());
    return file.Commit();
  }
};

TEST_F(AtomicFileTest, CreatesAndReplaces) {
  ASSERT_OK(WriteFile(Path("day.parquet"), "one"));
  EXPECT_EQ(Files(), (FileMap{{"day.parquet", "one"}}));
  ASSERT_OK(WriteFile(Path("day.parquet"), "two"));
  EXPECT_EQ(Files(), (FileMap{{"day.parquet", "two"}}));
}

TEST_F(AtomicFileTest, IsHiddenUntilItIsWhole) {
  Write("day.parquet", "old");
  {
    auto file = AtomicFile::Create(Path("day.parquet"));
    ASSERT_OK(file);
    ASSERT_OK(file->sink().Write(std::string("half")));
    EXPECT_EQ(file->staged_path(), Path(".day.parquet.ingot-part"));
    EXPECT_EQ(Files(), (FileMap{{"day.parquet", "old"}, {".day.parquet.ingot-part", "half"}}));
    EXPECT_THAT(file->Commit(), IsErr(ErrorKind::kInternal));
  }
  EXPECT_EQ(Files(), (FileMap{{"day.parquet", "old"}}));
}

TEST_F(AtomicFileTest, OneWriterForATarget) {
  const auto file = AtomicFile::Create(Path("day.parquet"));
  ASSERT_OK(file);
  EXPECT_THAT(AtomicFile::Create(Path("day.parquet")), IsErr(ErrorKind::kConflict));
  EXPECT_OK(AtomicFile::Create(Path("other.parquet")));
}

TEST_F(AtomicFileTest, WaitsUntilTheTargetIsFree) {
  auto file = AtomicFile::Create(Path("day.parquet"));
  ASSERT_OK(file);
  ASSERT_OK(file->sink().Write(std::string("one")));
  ASSERT_OK(file->SyncData());
  std::string seen;
  std::thread waiter([&] {
    const auto second = AtomicFile::CreateWhenFree(Path("day.parquet"), nullptr);
    seen = second.ok() ? Read("day.parquet") : second.error().ToString();
  });
  EXPECT_OK(file->Commit());
  waiter.join();
  EXPECT_EQ(seen, "one");
}

TEST_F(AtomicFileTest, TakesOverWhatADeadRunLeft) {
  ASSERT_EQ(InChild([&] {
              auto file = AtomicFile::Create(Path("day.parquet"));
              return file->sink().Write(std::string("much more than the next run writes")).ok() ? (::_exit(0), 0) : 1;
            }),
            0);
  EXPECT_EQ(Files().size(), 1U);
  ASSERT_OK(WriteFile(Path("day.parquet"), "whole"));
  EXPECT_EQ(Files(), (FileMap{{"day.parquet", "whole"}}));
}

TEST_F(AtomicFileTest, ReplacesWhatALinkLeadsTo) {
  Write("real/day.parquet", "old");
  std::filesystem::create_symlink("real/day.parquet", Path("link"));
  ASSERT_OK(WriteFile(Path("link"), "new"));
  EXPECT_EQ(Files(), (FileMap{{"real/day.parquet", "new"}, {"link", "-> real/day.parquet"}}));
}

TEST_F(AtomicFileTest, ReplacesNothingButFiles) {
  std::filesystem::create_directory(Path("folder"));
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  for (const char* name : {"folder", "pipe", "folder/"}) {
    EXPECT_THAT(AtomicFile::Create(Path(name)), IsErr(ErrorKind::kUsage)) << name;
  }
  EXPECT_THAT(AtomicFile::Create("/dev/null"), IsErr(ErrorKind::kUsage));
  EXPECT_THAT(AtomicFile::Create(""), IsErr(ErrorKind::kUsage));
  EXPECT_THAT(AtomicFile::Create(Path("none/day.parquet")), IsErr(ErrorKind::kNotFound));
}

TEST_F(AtomicFileTest, TakesTheLongestNames) {
  const std::string name(255, 'x');
  ASSERT_OK(WriteFile(Path(name), "x"));
  EXPECT_EQ(Files(), (FileMap{{name, "x"}}));
}

TEST_F(AtomicFileTest, MovesWithItsLock) {
  auto first = AtomicFile::Create(Path("a"));
  ASSERT_OK(first);
  AtomicFile file = *std::move(first);
  auto second = AtomicFile::Create(Path("b"));
  ASSERT_OK(second);
  file = *std::move(second);
  EXPECT_EQ(Files().count(".a.ingot-part"), 0U);
  ASSERT_OK(file.sink().Write(std::string("b")));
  ASSERT_OK(file.SyncData());
  ASSERT_OK(file.Commit());
  EXPECT_EQ(Files(), (FileMap{{"b", "b"}}));
}

}  // namespace
}  // namespace ingot
