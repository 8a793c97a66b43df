#include <gtest/gtest.h>

#include <string>

#include "base/result_matchers.h"
#include "format/input/read_input.h"
#include "format/input/zstd_bytes.h"

namespace ingot {
namespace {

constexpr size_t kLarge = size_t{256} << 10U;

std::string Rows(size_t count, size_t first = 0) {
  std::string rows;
  for (size_t i = first; i < first + count; ++i) {
    rows += "{\"id\":" + std::to_string(i) + ",\"price\":" + std::to_string(i * 7919 % 100003) + "}\n";
  }
  return rows;
}

TEST(ZstdDecoder, EveryTruncationIsFound) {
  const std::string stored = ZstdFrame(Rows(100));
  for (size_t keep = 0; keep < stored.size(); ++keep) {
    const ReadOutcome outcome = ReadInput(stored.substr(0, keep), "a.zst", 7, kLarge);
    ASSERT_TRUE(outcome.error && outcome.digest && outcome.digest->damage) << keep;
    EXPECT_EQ(outcome.digest->damage->kind, DamageKind::kCut) << keep;
    EXPECT_TRUE(Rows(100).starts_with(outcome.bytes));
  }
}

TEST(ZstdDecoder, EverySingleBitFlipIsFoundOrHarmless) {
  const std::string plain = Rows(60);
  const std::string stored = ZstdFrame(plain);
  for (size_t bit = 0; bit < stored.size() * 8; ++bit) {
    std::string flipped = stored;
    flipped[bit / 8] = static_cast<char>(static_cast<unsigned char>(flipped[bit / 8]) ^ (1U << (bit % 8)));
    const ReadOutcome outcome = ReadInput(flipped, "a.zst", kLarge, kLarge);
    if (!outcome.error) {
      ASSERT_TRUE(outcome.bytes == plain) << "bit " << bit << " changed the content silently";
    }
  }
}

TEST(ZstdDecoder, BlocksInFrontOfADamageAreHandedOutAtEveryPlaceOfIt) {
  const std::string plain = Rows(30000);
  const std::string stored = ZstdFrame(plain, {.content_size = false});
  constexpr size_t kBlock = size_t{128} << 10U;
  ASSERT_GT(plain.size(), 4 * kBlock);
  size_t longest = 0;
  for (size_t at = 100; at < stored.size(); at += 997) {
    std::string damaged = stored;
    damaged.replace(at, std::min<size_t>(8, stored.size() - at), std::min<size_t>(8, stored.size() - at), '\xff');
    const ReadOutcome outcome = ReadInput(damaged, "a.zst", kLarge, 3 * kLarge);
    ASSERT_TRUE(outcome.error);
    // Bytes of a block that decompresses to something else are found by the checksum only.
    if (outcome.digest->damage->kind == DamageKind::kBadData) {
      EXPECT_EQ(outcome.bytes.size() % kBlock, 0U);
      EXPECT_GE(outcome.bytes.size(), longest);
      EXPECT_EQ(outcome.bytes.substr(0, longest), plain.substr(0, longest));
      longest = outcome.bytes.size();
    }
  }
  EXPECT_GE(longest, 2 * kBlock);
}

TEST(ZstdDecoder, AWindowBeyondTheLimitIsRefusedAsAResource) {
  const std::string stored = ZstdFrame(Rows(10), {.content_size = false, .window_log = 28});
  const ReadOutcome refused = ReadInput(stored, "a.zst", kLarge, kLarge);
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->kind(), ErrorKind::kResourceLimit);
  EXPECT_NE(refused.error->ToString().find("128 MiB"), std::string::npos) << refused.error->ToString();
  EXPECT_NE(refused.error->ToString().find("'a.zst'"), std::string::npos) << refused.error->ToString();
  EXPECT_FALSE(refused.digest);

  InputOptions options;
  options.zstd_window_log_max = 28;
  auto source = OpenInput(std::make_unique<MemoryReader>(stored), "a.zst", options);
  ASSERT_OK(source);
  EXPECT_EQ(DrainSource(**source, kLarge).bytes, Rows(10));
}

TEST(ZstdDecoder, ADictionaryIsUnsupported) {
  std::string stored = ZstdFrame("abc");
  stored[4] = static_cast<char>(stored[4] | 1);  // a dictionary id of one byte follows
  stored.insert(5, 1, '\x2a');
  const ReadOutcome outcome = ReadInput(stored, "a.zst", kLarge, kLarge);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind(), ErrorKind::kUnsupported) << outcome.error->ToString();
}

}  // namespace
}  // namespace ingot
