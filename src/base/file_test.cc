#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/result_matchers.h"

namespace ingot {
namespace {

std::string TempPath(const char* name) { return ::testing::TempDir() + "ingot_file_test_" + name; }

TEST(File, WritesAndReadsBack) {
  const std::string path = TempPath("round_trip");
  {
    const auto fd = OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC);
    ASSERT_OK(fd);
    FdSink sink(fd->get(), path);
    ASSERT_OK(sink.Write(std::string_view("abc")));
  }
  EXPECT_EQ(*ReadWholeFile(path), "abc");
  EXPECT_EQ(DigestFile(path)->bytes, 3U);
  EXPECT_EQ(DigestFile(path)->sha256, Sha256Hex("abc"));
  EXPECT_THAT(ReadWholeFile(path, 2), IsErr(ErrorKind::kResourceLimit));
  ::unlink(path.c_str());
}

TEST(File, NamesWhatIsMissing) {
  EXPECT_THAT(ReadWholeFile("/nonexistent/x"), IsErr(ErrorKind::kNotFound, "/nonexistent/x"));
}

TEST(File, ReadExactlyAtFindsTheEndTooEarly) {
  const std::string path = TempPath("short");
  const auto fd = OpenFile(path, O_RDWR | O_CREAT | O_TRUNC);
  ASSERT_OK(fd);
  ASSERT_OK(WriteAll(fd->get(), std::string_view("12345"), path));
  std::string bytes(3, '\0');
  ASSERT_OK(ReadExactlyAt(fd->get(), 2, bytes, path));
  EXPECT_EQ(bytes, "345");
  EXPECT_THAT(ReadExactlyAt(fd->get(), 3, bytes, path), IsErr(ErrorKind::kCorrupt));
  ::unlink(path.c_str());
}

TEST(ScratchFile, HasNoName) {
  const auto fd = OpenScratchFile(::testing::TempDir());
  ASSERT_OK(fd);
  ASSERT_OK(WriteAll(fd->get(), std::string_view("abc"), "scratch"));
  const std::string path = "/proc/self/fd/" + std::to_string(fd->get());
  EXPECT_EQ(*ReadWholeFile(path), "abc");
  StringSink copy;
  ASSERT_OK(CopyBytes(path, copy));
  EXPECT_EQ(copy.text(), "abc");
  ASSERT_OK(RestartFile(fd->get(), "scratch"));
  ASSERT_OK(WriteAll(fd->get(), std::string_view("d"), "scratch"));
  EXPECT_EQ(*ReadWholeFile(path), "d");
}

TEST(UniqueFd, MovesOwnership) {
  auto fd = OpenFile("/dev/null", O_RDONLY);
  ASSERT_OK(fd);
  UniqueFd other = *std::move(fd);
  EXPECT_TRUE(other.valid());
  const int raw = other.Release();
  EXPECT_FALSE(other.valid());
  EXPECT_EQ(::close(raw), 0);
}

}  // namespace
}  // namespace ingot
