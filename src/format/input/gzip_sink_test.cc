#include "format/input/gzip_sink.h"

#include <gtest/gtest.h>

#include <string>

#include "base/result_matchers.h"
#include "format/input/read_input.h"

namespace ingot {
namespace {

std::string Compress(std::string_view plain, size_t piece, int level = 6) {
  StringSink stored;
  auto sink = GzipSink::Open(stored, level);
  EXPECT_OK(sink);
  for (size_t at = 0; at < plain.size(); at += piece) {
    EXPECT_OK((*sink)->Write(plain.substr(at, piece)));
  }
  EXPECT_OK((*sink)->Finish());
  return stored.text();
}

std::string Noise(size_t count) {
  std::string bytes(count, '\0');
  uint64_t state = 3;
  for (char& byte : bytes) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<char>(state >> 56U);
  }
  return bytes;
}

TEST(GzipSink, IsReadBackAsOneMember) {
  // Noise fills the sink's buffer exactly, nearly, and many times.
  for (const size_t size : {size_t{0}, size_t{1}, size_t{65490}, size_t{65513}, size_t{65536}, size_t{1000000}}) {
    for (const size_t piece : {size_t{1} << 30U, size_t{1000}}) {
      const std::string plain = Noise(size);
      const ReadOutcome outcome = ReadInput(Compress(plain, piece), "a.gz", 4096, 4096);
      EXPECT_FALSE(outcome.error);
      EXPECT_TRUE(outcome.bytes == plain);
      EXPECT_EQ(outcome.digest->members, 1U);
    }
  }
}

TEST(GzipSink, HeaderSaysNothingAboutTimeNameOrMachine) {
  const std::string stored = Compress("{}\n", 3);
  EXPECT_EQ(stored.substr(0, 10), std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10));
  EXPECT_EQ(stored, Compress("{}\n", 1));
  EXPECT_LT(Compress(std::string(100000, 'a'), 100000).size(), 200U);
}

TEST(GzipSink, PassesTheFailureOfTheNextSinkOn) {
  class FullSink final : public ByteSink {
   public:
    Result<void> Write(std::span<const char>) override { return Error(ErrorKind::kResourceLimit, "no space left"); }
  };
  FullSink full;
  auto sink = GzipSink::Open(full);
  ASSERT_OK(sink);
  EXPECT_OK((*sink)->Write(std::string_view("held back")));
  EXPECT_THAT((*sink)->Finish(), IsErr(ErrorKind::kResourceLimit, "no space left"));
  auto other = GzipSink::Open(full);
  ASSERT_OK(other);
  EXPECT_THAT((*other)->Write(Noise(200000)), IsErr(ErrorKind::kResourceLimit, "no space left"));
}

TEST(GzipSink, WithoutFinishTheMemberIsCut) {
  StringSink stored;
  {
    auto sink = GzipSink::Open(stored);
    ASSERT_OK(sink);
    ASSERT_OK((*sink)->Write(Noise(200000)));
  }
  const ReadOutcome outcome = ReadInput(stored.text(), "a.gz", 4096, 4096);
  ASSERT_TRUE(outcome.digest && outcome.digest->damage);
  EXPECT_EQ(outcome.digest->damage->kind, DamageKind::kCut);
}

}  // namespace
}  // namespace ingot
