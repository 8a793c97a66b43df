#include "base/random_access.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/result_matchers.h"
#include "base/sha256.h"

namespace ingot {
namespace {

constexpr std::string_view kText = "0123456789";

Result<FileAccess> OpenText(std::string_view text) {
  INGOT_ASSIGN(UniqueFd fd, OpenScratchFile(testing::TempDir()));
  INGOT_TRY(WriteAll(fd.get(), text, "scratch"));
  return FileAccess::Open(std::move(fd), "scratch");
}

void ExpectReads(const RandomAccess& bytes) {
  EXPECT_EQ(bytes.bytes(), kText.size());
  std::string part(4, '-');
  EXPECT_OK(bytes.ReadAt(6, part));
  EXPECT_EQ(part, "6789");
  EXPECT_THAT(bytes.ReadAt(7, part), IsErr(ErrorKind::kCorrupt, bytes.name()));
  EXPECT_THAT(bytes.ReadAt(11, part), IsErr(ErrorKind::kCorrupt));
  EXPECT_OK(bytes.ReadAt(10, {}));
  const auto digest = DigestOf(bytes);
  ASSERT_OK(digest);
  EXPECT_EQ(digest->bytes, kText.size());
  EXPECT_EQ(digest->sha256, Sha256Hex(kText));
}

TEST(RandomAccess, ReadsMemory) { ExpectReads(MemoryAccess(kText, "memory")); }

TEST(RandomAccess, ReadsAFile) {
  const auto file = OpenText(kText);
  ASSERT_OK(file);
  ExpectReads(*file);
  EXPECT_GE(file->fd(), 0);
}

TEST(RandomAccess, DigestsWhatIsLongerThanAChunk) {
  const std::string text(700'001, 'x');
  EXPECT_EQ(DigestOf(MemoryAccess(text, "memory"))->sha256, Sha256Hex(text));
  EXPECT_EQ(DigestOf(MemoryAccess({}, "nothing"))->sha256, Sha256Hex(""));
}

TEST(RandomAccess, StreamsFrontToBack) {
  auto file = OpenText(kText);
  ASSERT_OK(file);
  const std::unique_ptr<RawReader> reader = StreamOf(std::make_unique<FileAccess>(*std::move(file)));
  std::string text;
  std::string part(4, '-');
  for (const size_t expected : {4U, 4U, 2U, 0U, 0U}) {
    const auto count = reader->ReadSome(part);
    ASSERT_OK(count);
    EXPECT_EQ(*count, expected);
    text.append(part, 0, *count);
  }
  EXPECT_EQ(text, kText);
}

TEST(RandomAccess, TakesNoFolder) {
  auto folder = OpenFile(testing::TempDir(), O_RDONLY | O_DIRECTORY);
  ASSERT_OK(folder);
  EXPECT_THAT(FileAccess::Open(*std::move(folder), "folder"), IsErr(ErrorKind::kInvalidData, "not a regular file"));
}

}  // namespace
}  // namespace ingot
