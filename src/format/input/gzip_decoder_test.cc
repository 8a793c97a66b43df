// gzip at its edges: every truncation, every flipped bit, every place of a member's boundary in the buffers.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

#include "base/result_matchers.h"
#include "base/sha256.h"
#include "format/input/gzip_bytes.h"
#include "format/input/input_form.h"
#include "format/input/read_input.h"

namespace ingot {
namespace {

constexpr size_t kLarge = size_t{256} << 10U;

// About 300 KB that compress as JSON does: more than ISA-L's own buffer and than one step of the source.
std::string Ticks(size_t count) {
  std::string rows;
  uint64_t state = 1;
  for (size_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    rows += "{\"symbol\":\"SYM" + std::to_string(state % 97) + "\",\"mid\":" + std::to_string(state >> 44U) +
            ",\"flags\":{\"stale\":false,\"n\":" + std::to_string(i) + "}}\n";
  }
  return rows;
}

// What zlib can decompress from a damaged or cut file of one member.
std::string ReadableByZlib(std::string_view stored) {
  z_stream stream{};
  ::inflateInit2(&stream, 15 + 16);
  std::string input(stored);
  std::string out(1U << 20U, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::inflate(&stream, Z_SYNC_FLUSH);
  out.resize(stream.total_out);
  ::inflateEnd(&stream);
  return out;
}

TEST(GzipDecoder, EveryTruncationIsFoundAndItsBytesAreKept) {
  const std::string plain = Ticks(40);
  MemberOptions options;
  options.name = "17.jsonl";
  options.extra = "xyz";
  options.header_crc = true;
  const std::string stored = Gzip(plain, options);
  for (size_t keep = 0; keep < stored.size(); ++keep) {
    SCOPED_TRACE("cut at byte " + std::to_string(keep) + " of " + std::to_string(stored.size()));
    const std::string cut = stored.substr(0, keep);
    for (const size_t read_bytes : {size_t{1}, size_t{5}, kLarge}) {
      const ReadOutcome outcome = ReadInput(cut, "a.gz", read_bytes, 1000);
      ASSERT_TRUE(outcome.error && outcome.digest && outcome.digest->damage);
      EXPECT_EQ(outcome.digest->damage->kind, DamageKind::kCut);
      EXPECT_EQ(outcome.digest->damage->compressed_offset, keep);
      EXPECT_EQ(outcome.digest->proven_bytes, 0U);
      EXPECT_TRUE(plain.starts_with(outcome.bytes));
      // ISA-L decodes up to three literals at once and gives up all three at a cut.
      EXPECT_GE(outcome.bytes.size() + 2, ReadableByZlib(cut).size());
    }
  }
}

TEST(GzipDecoder, EveryCutBetweenMembersLosesOnlyWholeMembersOrIsFound) {
  const std::string first = Gzip("{\"a\":1}\n");
  const std::string stored = first + Gzip("{\"a\":2}\n");
  for (size_t keep = first.size(); keep < stored.size(); ++keep) {
    const ReadOutcome outcome = ReadInput(stored.substr(0, keep), "a.gz", kLarge, kLarge);
    // A file that ends with a whole member is whole: only a count of lines or a hash from elsewhere can know better.
    EXPECT_EQ(outcome.error.has_value(), keep != first.size());
    EXPECT_EQ(outcome.digest->members, 1U);
    EXPECT_EQ(outcome.digest->proven_bytes, 8U);
    EXPECT_TRUE(outcome.bytes.starts_with("{\"a\":1}\n"));
  }
}

TEST(GzipDecoder, EverySingleBitFlipIsFoundOrHarmless) {
  const std::string plain = Ticks(12);
  MemberOptions options;
  options.name = "17.jsonl";
  const std::string stored = Gzip(plain, options);
  size_t harmless = 0;
  for (size_t bit = 0; bit < stored.size() * 8; ++bit) {
    std::string flipped = stored;
    flipped[bit / 8] = static_cast<char>(static_cast<unsigned char>(flipped[bit / 8]) ^ (1U << (bit % 8)));
    const ReadOutcome outcome = ReadInput(flipped, "a.gz", kLarge, kLarge);
    ASSERT_TRUE(outcome.digest);
    if (!outcome.error) {
      ASSERT_TRUE(outcome.bytes == plain) << "bit " << bit << " changed the content silently";
      ASSERT_EQ(outcome.digest->proven_bytes, plain.size());
      ++harmless;
    } else {
      ASSERT_EQ(outcome.error->kind(), ErrorKind::kInvalidData) << bit;
    }
  }
  // FTEXT, four bytes of time, XFL, OS and the name: what says nothing about the content.
  EXPECT_GE(harmless, 8U * (4 + 1 + 1));
  EXPECT_LE(harmless, 8U * (4 + 1 + 1 + 8) + 8U);
}

TEST(GzipDecoder, AnyBlockSizeGivesTheSameBytes) {
  const std::string plain = Ticks(4500);
  const std::string stored = Gzip(plain.substr(0, 1234)) + Gzip(plain.substr(1234, 200000)) +
                             Gzip(plain.substr(201234, 17)) + Gzip(plain.substr(201251));
  ASSERT_GT(plain.size(), kLarge);
  for (const size_t block_bytes :
       {size_t{1},     size_t{2},     size_t{3},      size_t{7},     size_t{257},   size_t{258},   size_t{259},
        size_t{4095},  size_t{32767}, size_t{32768},  size_t{32769}, size_t{65535}, size_t{65536}, size_t{65537},
        size_t{66000}, size_t{98304}, size_t{131072}, kLarge - 1,    kLarge,        kLarge + 1,    4 * kLarge}) {
    for (const size_t read_bytes : {size_t{1}, size_t{511}, size_t{4096}, kLarge}) {
      SCOPED_TRACE("read by " + std::to_string(read_bytes) + " into " + std::to_string(block_bytes));
      const ReadOutcome outcome = ReadInput(stored, "a.gz", read_bytes, block_bytes);
      ASSERT_FALSE(outcome.error) << outcome.error->ToString();
      ASSERT_TRUE(outcome.bytes == plain);
      ASSERT_EQ(outcome.digest->members, 4U);
    }
  }
}

// The compressed and the plain side of a boundary are moved through the buffers byte by byte, and every read and block
// size from 1 on is tried: each part of header and trailer falls on each edge.
TEST(GzipDecoder, MemberBoundariesAtEveryBufferEdge) {
  MemberOptions options;
  options.name = "n";
  options.header_crc = true;
  const std::string first = "{\"a\":1,\"b\":\"0123456789\"}\n";
  const std::string second = "{\"a\":2}\n";
  const std::string stored = Gzip(first) + Gzip("") + Gzip(second, options) + std::string(3, '\0');
  for (size_t read_bytes = 1; read_bytes <= stored.size() + 1; ++read_bytes) {
    for (size_t block_bytes = 1; block_bytes <= first.size() + second.size() + 1; ++block_bytes) {
      const ReadOutcome outcome = ReadInput(stored, "a.gz", read_bytes, block_bytes);
      ASSERT_FALSE(outcome.error) << read_bytes << " " << block_bytes << " " << outcome.error->ToString();
      ASSERT_EQ(outcome.bytes, first + second) << read_bytes << " " << block_bytes;
      ASSERT_EQ(outcome.digest->members, 3U);
      ASSERT_EQ(outcome.digest->sha256, Sha256Hex(stored));
    }
  }
}

TEST(GzipDecoder, BoundariesAtTheEdgesOfTheLargeBuffers) {
  const std::string plain = Ticks(6000);
  const std::string tail = Gzip("{\"last\":true}\n");
  for (size_t around = 0; around < 40; ++around) {
    // The first member's plain side ends around the end of one step, its stored side around the end of one read.
    const std::string_view head = std::string_view(plain).substr(0, kLarge - 20 + around);
    MemberOptions options;
    options.deflate.level = 1;
    std::string first = Gzip(head, options);
    options.name = std::string(kLarge - first.size() - 20 + around, 'n');
    first = Gzip(head, options);
    const ReadOutcome outcome = ReadInput(first + tail, "a.gz", kLarge, kLarge);
    ASSERT_FALSE(outcome.error) << outcome.error->ToString();
    ASSERT_TRUE(outcome.bytes == std::string(head) + "{\"last\":true}\n");
    ASSERT_EQ(outcome.digest->members, 2U);
  }
}

TEST(GzipDecoder, BytesInFrontOfBadDataAreHandedOutFromEveryBuffer) {
  const DeflateOptions open{
      .level = 6, .strategy = Z_DEFAULT_STRATEGY, .flush = Z_NO_FLUSH, .flush_every = 0, .finish = false};
  for (const size_t count : {size_t{0}, size_t{1}, size_t{400}, size_t{900}, size_t{1000}, size_t{4500}}) {
    const std::string plain = Ticks(count);
    const std::string stored = MemberHeader() + Deflate(plain, open) + "\x07";
    for (const size_t block_bytes : {size_t{10}, size_t{40000}, size_t{65536}, size_t{70000}, kLarge}) {
      const ReadOutcome outcome = ReadInput(stored, "a.gz", kLarge, block_bytes);
      ASSERT_TRUE(outcome.error && outcome.digest && outcome.digest->damage);
      EXPECT_EQ(outcome.digest->damage->kind, DamageKind::kBadData);
      EXPECT_TRUE(outcome.bytes == plain) << outcome.bytes.size() << " of " << plain.size();
      EXPECT_GE(outcome.digest->damage->compressed_offset + 1, stored.size() - 1);
    }
  }
}

// Invalid data is met in each of ISA-L's loops and buffers; what stands in front of it is what zlib makes of it, to the
// byte, and does not depend on the sizes of reads and blocks.
TEST(GzipDecoder, BytesInFrontOfAnyBadDataAreThoseOfZlib) {
  const std::string plain = Ticks(900) + NoiseBytes(70000) + Ticks(4000);
  std::array<std::string, 2> stored;
  stored[0] = Gzip(plain);
  MemberOptions fixed;
  fixed.deflate.strategy = Z_FIXED;
  stored[1] = Gzip(plain, fixed);
  std::map<std::string, int> faults;
  for (const std::string& whole : stored) {
    for (size_t at = 20; at + 20 < whole.size(); at += whole.size() / 200) {
      std::string damaged = whole;
      damaged.replace(at, 4, "\xff\x00\xff\xff", 4);
      const ReadOutcome outcome = ReadInput(damaged, "a.gz", kLarge, kLarge);
      ASSERT_TRUE(outcome.error && outcome.digest && outcome.digest->damage);
      if (outcome.digest->damage->kind != DamageKind::kBadData) {
        continue;
      }
      ++faults[outcome.digest->damage->detail];
      const std::string expected = ReadableByZlib(damaged);
      ASSERT_EQ(outcome.bytes.size(), expected.size()) << "damage at " << at;
      ASSERT_TRUE(outcome.bytes == expected) << "damage at " << at;
      const ReadOutcome pieces = ReadInput(damaged, "a.gz", 1000, 70000);
      ASSERT_TRUE(pieces.bytes == expected) << "damage at " << at;
      EXPECT_EQ(pieces.digest->damage->compressed_offset, outcome.digest->damage->compressed_offset);
    }
  }
  EXPECT_GE(faults["a deflate copy reaches back too far"], 5);
  EXPECT_GE(faults["invalid deflate symbol"], 5);
}

TEST(GzipDecoder, DamageNamesItsMember) {
  MemberOptions wrong;
  wrong.crc_xor = 0x10;
  const std::string stored = Gzip("{\"a\":1}\n") + Gzip("{\"a\":2}\n", wrong);
  const ReadOutcome outcome = ReadInput(stored, "day/07.jsonl.gz", kLarge, kLarge);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.digest->damage->member, 2U);
  EXPECT_EQ(outcome.digest->proven_bytes, 8U);
  EXPECT_EQ(outcome.error->message().find("'day/07.jsonl.gz' is damaged (bad_checksum): the gzip member's CRC32 is "),
            0U);
  EXPECT_NE(outcome.error->message().find("member 2; 16 bytes were decompressed before it, 8 of them proven"),
            std::string::npos)
      << outcome.error->message();
}

TEST(GzipDecoder, WhatStandsBehindADamageIsHashedToo) {
  const std::string stored = Gzip("{\"a\":1}\n") + "x" + std::string(1000000, 'y');
  const ReadOutcome outcome = ReadInput(stored, "a.gz", 100, kLarge);
  ASSERT_TRUE(outcome.digest && outcome.digest->damage);
  EXPECT_EQ(outcome.digest->compressed_bytes, stored.size());
  EXPECT_EQ(outcome.digest->sha256, Sha256Hex(stored));
}

// A piece whose copies all reach nearly 32 KiB back, into the piece before it, is repeated until the member passes 4
// GiB.
TEST(GzipDecoder, MembersMayBeLargerThan4GiB) {
  constexpr size_t kPieces = 4097;
  const std::string noise = NoiseBytes(32000);
  std::string plain;
  while (plain.size() < size_t{1} << 20U) {
    plain += noise;
  }
  DeflateOptions open;
  open.finish = false;
  const std::string first = Deflate(plain, open);
  open.dictionary = plain;
  const std::string piece = Deflate(plain, open);
  ASSERT_LT(piece.size(), plain.size() / 100);
  std::string stored = MemberHeader() + first;
  uLong crc = GzipCrc32(plain);
  for (size_t i = 1; i < kPieces; ++i) {
    stored += piece;
    crc = ::crc32_combine(crc, GzipCrc32(plain), static_cast<z_off_t>(plain.size()));
  }
  const uint64_t size = uint64_t{kPieces} * plain.size();
  ASSERT_GT(size, uint64_t{1} << 32U);
  stored += Deflate("") + LittleEndianBytes(crc, 4) + LittleEndianBytes(static_cast<uint32_t>(size), 4);

  auto source = OpenInput(std::make_unique<MemoryReader>(stored), "a.gz");
  ASSERT_OK(source);
  std::vector<char> block(size_t{8} << 20U);
  uint64_t bytes = 0;
  while (true) {
    const auto got = (*source)->Read(block);
    ASSERT_TRUE(got.ok()) << got.error().ToString();
    if (*got == 0) {
      break;
    }
    bytes += *got;
  }
  EXPECT_EQ(bytes, size);
  const auto digest = (*source)->Finish();
  ASSERT_OK(digest);
  EXPECT_EQ(digest->proven_bytes, size);
}

}  // namespace
}  // namespace ingot
