#include "format/input/open_input.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include "base/file.h"
#include "base/result_matchers.h"
#include "base/sha256.h"
#include "format/input/gzip_bytes.h"
#include "format/input/read_input.h"

namespace ingot {
namespace {

class OpenInputTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "open_input_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Store(const std::string& name, std::string_view bytes) {
    const std::string path = folder_ + "/" + name;
    auto fd = OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC);
    EXPECT_OK(fd);
    EXPECT_OK(WriteAll(fd->get(), bytes, path));
    return path;
  }

  std::string folder_;
};

ReadOutcome ReadPath(const std::string& path) {
  auto source = OpenInput(path);
  if (!source) {
    return {{}, source.error(), {}, {}};
  }
  return DrainSource(**source, 1000);
}

// Gives `bytes`, then fails with EIO instead of ending.
class FailingReader final : public RawReader {
 public:
  explicit FailingReader(std::span<const char> bytes) : good_(bytes) {}
  Result<size_t> ReadSome(std::span<char> out) override {
    INGOT_ASSIGN(const size_t got, good_.ReadSome(out));
    if (got == 0) {
      return ErrnoError(EIO, "read", "a.gz");
    }
    return got;
  }

 private:
  MemoryReader good_;
};

TEST_F(OpenInputTest, FilesOfEachFormat) {
  const std::string plain = "{\"a\":1}\n{\"a\":2}";
  const ReadOutcome text = ReadPath(Store("a.jsonl", plain));
  ASSERT_TRUE(text.digest);
  EXPECT_EQ(text.bytes, plain);
  EXPECT_EQ(text.digest->compression, Compression::kPlain);
  EXPECT_EQ(text.digest->compressed_bytes, plain.size());
  EXPECT_EQ(text.digest->sha256, Sha256Hex(plain));
  EXPECT_EQ(text.digest->members, 0U);
  EXPECT_EQ(text.digest->newlines, 1U);
  EXPECT_TRUE(text.digest->ends_mid_line);
  EXPECT_EQ(text.digest->lines(), 2U);

  const ReadOutcome packed = ReadPath(Store("a.jsonl.gz", Gzip(plain)));
  ASSERT_TRUE(packed.digest);
  EXPECT_EQ(packed.bytes, plain);
  EXPECT_EQ(packed.digest->compression, Compression::kGzip);
  EXPECT_EQ(packed.digest->lines(), 2U);
  EXPECT_EQ(packed.digest->sha256, Sha256Hex(Gzip(plain)));
}

TEST_F(OpenInputTest, AnEmptyPlainFileHasNoLines) {
  const ReadOutcome outcome = ReadPath(Store("a.jsonl", ""));
  EXPECT_FALSE(outcome.error);
  ASSERT_TRUE(outcome.digest);
  EXPECT_EQ(outcome.digest->lines(), 0U);
  EXPECT_EQ(outcome.digest->sha256, Sha256Hex(""));
}

TEST_F(OpenInputTest, PlainBytesThatBeginLikeMagicOnesStayPlain) {
  for (const std::string bytes : {"\x1f", "\x28", "\x28\xb5\x2f", "P*M", "(not json)"}) {
    const ReadOutcome outcome = ReadPath(Store("a.jsonl", bytes));
    EXPECT_FALSE(outcome.error);
    EXPECT_EQ(outcome.bytes, bytes);
  }
}

TEST_F(OpenInputTest, TheNamedFormatIsDemanded) {
  const ReadOutcome outcome = ReadPath(Store("a.gz", "{\"a\":1}\n"));
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind(), ErrorKind::kInvalidData);
  EXPECT_NE(outcome.error->message().find("is damaged (wrong_format): not a gzip file; at compressed byte 0"),
            std::string::npos)
      << outcome.error->message();
  ASSERT_TRUE(outcome.digest);
  EXPECT_EQ(outcome.digest->sha256, Sha256Hex("{\"a\":1}\n"));
}

TEST_F(OpenInputTest, MissingFilesAndDirectories) {
  EXPECT_THAT(OpenInput(folder_ + "/absent.jsonl"), IsErr(ErrorKind::kNotFound, "absent.jsonl"));
  EXPECT_THAT(OpenInput(folder_), IsErr(ErrorKind::kInvalidData, "is a directory"));
}

// A pipe gives a few bytes at a time and cannot seek.
TEST_F(OpenInputTest, Pipes) {
  std::string plain;
  for (int i = 0; i < 30000; ++i) {
    plain += "{\"n\":" + std::to_string(i) + "}\n";
  }
  for (const std::string& stored : {plain, Gzip(plain), Gzip(plain.substr(0, 5)) + Gzip(plain.substr(5))}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    UniqueFd read_end(ends[0]);
    std::thread writer([&stored, fd = UniqueFd(ends[1])] {
      // The first bytes come one by one, so that no magic is ever seen at once.
      for (size_t i = 0; i < 20; ++i) {
        IgnoreFailure(WriteAll(fd.get(), std::span(stored).subspan(i, 1), "pipe"));
      }
      IgnoreFailure(WriteAll(fd.get(), std::span(stored).subspan(20), "pipe"));
    });
    auto source = OpenInput(std::move(read_end), "<stdin>");
    ASSERT_TRUE(source.ok());
    const ReadOutcome outcome = DrainSource(**source, 100000);
    writer.join();
    EXPECT_FALSE(outcome.error);
    EXPECT_TRUE(outcome.bytes == plain);
    EXPECT_EQ(outcome.digest->sha256, Sha256Hex(stored));
    EXPECT_EQ(outcome.digest->newlines, 30000U);
  }
}

TEST_F(OpenInputTest, ReadsFromWhereTheDescriptorStands) {
  const std::string path = Store("a.jsonl", "skipped{\"a\":1}\n");
  auto fd = OpenFile(path, O_RDONLY);
  ASSERT_OK(fd);
  ASSERT_EQ(::lseek(fd->get(), 7, SEEK_SET), 7);
  auto source = OpenInput(*std::move(fd), path);
  ASSERT_OK(source);
  EXPECT_EQ(DrainSource(**source, 100).bytes, "{\"a\":1}\n");
}

TEST_F(OpenInputTest, AFailingReadIsNoDamageAndKeepsWhatCameBefore) {
  std::string plain;
  for (int i = 0; i < 20000; ++i) {
    plain += std::to_string(i * 7919 % 100003) + "\n";
  }
  const std::string stored = Gzip(plain);
  auto source =
      OpenInput(std::make_unique<FailingReader>(std::string_view(stored).substr(0, stored.size() / 2)), "a.gz");
  ASSERT_OK(source);
  const ReadOutcome outcome = DrainSource(**source, 4096);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind(), ErrorKind::kUnavailable);
  EXPECT_GT(outcome.bytes.size(), plain.size() / 3);
  EXPECT_TRUE(plain.starts_with(outcome.bytes));
  EXPECT_FALSE(outcome.digest);
  EXPECT_THAT((*source)->Finish(), IsErr(ErrorKind::kUnavailable));

  // All data and its trailer came, only the end did not: nothing says that the input is whole.
  auto complete = OpenInput(std::make_unique<FailingReader>(stored), "a.gz");
  ASSERT_OK(complete);
  const ReadOutcome undecided = DrainSource(**complete, 4096);
  EXPECT_TRUE(undecided.bytes == plain);
  EXPECT_TRUE(undecided.error);
}

TEST_F(OpenInputTest, AFailureAtOpeningIsReported) {
  EXPECT_THAT(OpenInput(std::make_unique<FailingReader>(std::span<const char>()), "a.gz"),
              IsErr(ErrorKind::kUnavailable));
}

TEST_F(OpenInputTest, FactsAreOnlyGivenAtTheEnd) {
  const std::string stored = Gzip("{\"a\":1}\n");
  auto source = OpenInput(std::make_unique<MemoryReader>(stored), "a.gz");
  ASSERT_OK(source);
  EXPECT_THAT((*source)->Finish(), IsErr(ErrorKind::kInternal));
  std::array<char, 8> block{};
  const auto got = (*source)->Read(block);
  ASSERT_OK(got);
  // All bytes are here, and the trailer was not looked at yet.
  EXPECT_EQ(*got, 8U);
  EXPECT_THAT((*source)->Finish(), IsErr(ErrorKind::kInternal));
  const auto end = (*source)->Read(block);
  ASSERT_OK(end);
  EXPECT_EQ(*end, 0U);
  EXPECT_OK((*source)->Finish());
}

TEST_F(OpenInputTest, NamesOfDamageAndCompressionAreAllDifferent) {
  std::vector<std::string_view> names;
  for (const DamageKind kind :
       {DamageKind::kWrongFormat, DamageKind::kCut, DamageKind::kBadHeader, DamageKind::kBadData,
        DamageKind::kBadChecksum, DamageKind::kBadSize, DamageKind::kGarbage}) {
    names.push_back(DamageName(kind));
  }
  for (const Compression compression : {Compression::kPlain, Compression::kGzip, Compression::kZstd}) {
    names.push_back(CompressionName(compression));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(std::count(names.begin(), names.end(), "unknown"), 0);
}

}  // namespace
}  // namespace ingot
