#include "base/sha256.h"

#include <gtest/gtest.h>

#include "base/byte_sink.h"

namespace ingot {
namespace {

// FIPS 180-4 examples.
constexpr std::string_view kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(Sha256Hex("abc"), kAbc);
  EXPECT_EQ(Sha256Hex(""), kEmpty);
}

TEST(Sha256, StartsOverAfterFinish) {
  Sha256 hash;
  hash.Update(std::string_view("junk"));
  static_cast<void>(hash.FinishHex());
  hash.Update(std::string_view("ab"));
  hash.Update(std::string_view("c"));
  EXPECT_EQ(hash.FinishHex(), kAbc);
}

TEST(HashingSink, PassesBytesOnAndCountsThem) {
  StringSink target;
  HashingSink sink(target);
  ASSERT_TRUE(sink.Write(std::string_view("a")).ok());
  ASSERT_TRUE(sink.Write(std::string_view("bc")).ok());
  EXPECT_EQ(target.text(), "abc");
  EXPECT_EQ(sink.bytes(), 3U);
  EXPECT_EQ(sink.FinishHex(), kAbc);
}

TEST(IsSha256Hex, IsStrict) {
  EXPECT_TRUE(IsSha256Hex(kAbc));
  EXPECT_FALSE(IsSha256Hex("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
  EXPECT_FALSE(IsSha256Hex(kAbc.substr(1)));
}

}  // namespace
}  // namespace ingot
