#include "source/listing/listing_block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/result_matchers.h"
#include "format/input/open_input.h"
#include "source/listing/line_reader.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxLine = 100;

// What a whole input gives, row by row as "prefix gene tissue line", block after block.
struct Outcome {
  std::vector<std::string> rows;
  std::vector<std::string> rejects;  // "line reason"
  std::vector<std::string> suspicious;
  std::array<uint64_t, kLineShapes> shapes{};
  uint64_t lines = 0;
  uint64_t blank = 0;
  std::optional<Error> damage;
};

Outcome ReadAll(std::string_view text, uint64_t block_bytes, const std::string& name = "paths.txt") {
  const PathMatcher matcher(PathTemplate::Compile("v1/{gene}/t_{tissue:int32}.tl").value());
  const KeyLayout layout(matcher.path());
  LineReader reader(OpenInput(std::make_unique<MemoryReader>(text), name).value(), block_bytes, kMaxLine);
  Outcome outcome;
  LineBlock lines;
  ListingBlock block;
  while (reader.Next(&lines).value()) {
    ReadListingBlock(lines, matcher, layout, kMaxLine, &block);
    for (size_t i = 0; i < block.rows(); ++i) {
      const auto at = [&](size_t slot) {
        return std::string(block.dictionaries[slot].entries()[block.codes[slot][i]]);
      };
      outcome.rows.push_back(at(1) + " " + at(0) + " " + std::to_string(block.numbers[0][i]) + " " +
                             std::to_string(outcome.lines + block.row_lines[i]));
    }
    for (const ListingReject& reject : block.first_rejects) {
      outcome.rejects.push_back(std::to_string(outcome.lines + reject.line) + " " + reject.text + " " + reject.reason);
    }
    for (const ListingReject& path : block.first_suspicious) {
      outcome.suspicious.push_back(std::to_string(outcome.lines + path.line) + " " + path.text);
    }
    for (size_t shape = 0; shape < kLineShapes; ++shape) {
      outcome.shapes[shape] += block.shapes[shape];
    }
    outcome.lines += block.lines;
    outcome.blank += block.blank;
  }
  outcome.damage = reader.damage();
  const InputDigest digest = reader.Finish().value();
  EXPECT_EQ(digest.lines(), outcome.lines);
  return outcome;
}

TEST(ListingBlock, TrimsLinesAndKeepsBlanksApart) {
  const Outcome outcome = ReadAll(
      "v1/A/t_1.tl\r\n"
      "\n"
      "  s3://b/v1/B/t_2.tl \t \n"
      " \t\r\n"
      "v1/A/t_3.tl",
      1 << 20);
  EXPECT_THAT(outcome.rows, testing::ElementsAre(" A 1 0", "s3://b/ B 2 2", " A 3 4"));
  EXPECT_EQ(outcome.blank, 2U);
  EXPECT_EQ(outcome.lines, 5U);
  EXPECT_TRUE(outcome.rejects.empty());
}

TEST(ListingBlock, RejectsWithReasons) {
  const std::string long_line = "v1/" + std::string(kMaxLine, 'A') + "/t_1.tl";
  const Outcome outcome = ReadAll("other\nv1/A/t_99999999999.tl\nv1/\xFF/t_1.tl\nv1/A" + std::string(1, '\0') +
                                      "/t_1.tl\nv1/A\tB/t_1.tl\n" + long_line + "\nv1/A/t_1.tl\n",
                                  1 << 20);
  EXPECT_THAT(outcome.rows, testing::ElementsAre(" A 1 6"));
  EXPECT_THAT(outcome.rejects, testing::ElementsAre("0 'other' does not match the template",
                                                    "1 'v1/A/t_99999999999.tl' tissue 99999999999 is beyond int32",
                                                    "2 'v1/\\xff/t_1.tl' is not UTF-8",
                                                    "3 'v1/A\\x00/t_1.tl' holds a NUL, which no path can",
                                                    "4 'v1/A\\x09B/t_1.tl' gene holds control characters"));
}

TEST(ListingBlock, ALeadingZeroHasAReasonOfItsOwn) {
  const Outcome outcome = ReadAll("v1/A/t_07.tl\nv1/A/t_8.tl\n", 1 << 20);
  EXPECT_THAT(outcome.rows, testing::ElementsAre(" A 8 1"));
  EXPECT_THAT(outcome.rejects,
              testing::ElementsAre("0 'v1/A/t_07.tl' tissue 07 has a leading zero; write {tissue} in the "
                                   "template to keep it as text"));
}

TEST(ListingBlock, TakesThePathOutOfLinesOfOtherPrograms) {
  const Outcome outcome = ReadAll(
      "2026-01-01 00:00:00       1234 v1/A/t_1.tl\n"
      "      1234  2026-01-01T00:00:00Z  gs://b/v1/B/t_2.tl\n"
      "     1234 2026-01-01 00:00:00.000000000 v1/C/t_3.tl\n"
      "\"bucket\",\"v1/D+%C3%A9/t_4.tl\",\"1234\"\n"
      "\"bucket\",\"v1/D+%C3%A9/t_5.tl\"\n"
      "v1/E/t_6.tl\n",
      1 << 20);
  EXPECT_THAT(outcome.rows,
              testing::ElementsAre(" A 1 0", "gs://b/ B 2 1", " C 3 2", " D é 4 3", " D é 5 4", " E 6 5"));
  EXPECT_THAT(outcome.shapes, testing::ElementsAre(1, 1, 1, 1, 2));
  EXPECT_TRUE(outcome.suspicious.empty());
}

TEST(ListingBlock, WhatOnlyLooksLikeOtherProgramsStaysAPath) {
  const Outcome outcome = ReadAll(
      "2026-01-01/v1/A/t_1.tl\n"
      "2026-01-01 00:00:00/v1/A/t_2.tl\n"
      "2026-01-01 00:00:00 x1 v1/A/t_3.tl\n"
      "12 v1/A/t_4.tl\n"
      "1234/v1/A/t_5.tl\n"
      "\"v1/A/t_6.tl\n"
      "\"b\",\"%4v1/A/t_7.tl\"\n",
      1 << 20);
  EXPECT_THAT(outcome.rows, testing::ElementsAre("2026-01-01/ A 1 0", "2026-01-01 00:00:00/ A 2 1", "1234/ A 5 4"));
  EXPECT_EQ(outcome.rejects.size(), 4U);
  EXPECT_THAT(outcome.shapes, testing::ElementsAre(3, 0, 0, 0, 0));
}

TEST(ListingBlock, PathsWithBlanksAtOddPlacesAreRowsAndCounted) {
  const Outcome outcome = ReadAll(
      "a b/v1/A/t_1.tl\n"
      "1234 a/v1/A/t_2.tl\n"
      "a /v1/A/t_3.tl\n"
      "a/ v1/v1/A/t_4.tl\n"
      "a  b/v1/A/t_5.tl\n"
      "\"a/v1/A/t_6.tl\n",
      1 << 20);
  EXPECT_EQ(outcome.rows.size(), 6U);
  EXPECT_THAT(outcome.suspicious,
              testing::ElementsAre("1 '1234 a/v1/A/t_2.tl'", "2 'a /v1/A/t_3.tl'", "3 'a/ v1/v1/A/t_4.tl'",
                                   "4 'a  b/v1/A/t_5.tl'", "5 '\"a/v1/A/t_6.tl'"));
}

TEST(ListingBlock, FoldersHoldNoControlCharacters) {
  const Outcome outcome = ReadAll("1234\tx/v1/A/t_1.tl\nx/v1/A/t_2.tl\n\"b\",\"x%0A/v1/A/t_3.tl\"\n", 1 << 20);
  EXPECT_THAT(outcome.rows, testing::ElementsAre("x/ A 2 1"));
  EXPECT_THAT(
      outcome.rejects,
      testing::ElementsAre("0 '1234\\x09x/v1/A/t_1.tl' holds control characters; write one path a line, without tabs",
                           "2 'x\\x0a/v1/A/t_3.tl' holds control characters; write one path a line, without tabs"));
}

TEST(ListingBlock, AMarkOfByteOrderIsNoPartOfTheFirstLine) {
  EXPECT_THAT(ReadAll("\xEF\xBB\xBFv1/A/t_1.tl\n", 1 << 20).rows, testing::ElementsAre(" A 1 0"));
  EXPECT_THAT(ReadAll("v1/B/t_1.tl\n\xEF\xBB\xBFv1/A/t_1.tl\n", 1 << 20).rows, testing::ElementsAre(" B 1 0"));
}

TEST(ListingBlock, WhereBlocksEndChangesNothing) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += i % 7 == 0 ? "\n" : i % 11 == 0 ? "no key\n" : "p/v1/G" + std::to_string(i % 5) + "/t_1.tl\n";
  }
  const Outcome whole = ReadAll(text, 1 << 20);
  for (const uint64_t block_bytes : {30U, 64U, 100U, 4096U}) {
    const Outcome cut = ReadAll(text, block_bytes);
    EXPECT_EQ(cut.rows, whole.rows) << block_bytes;
    EXPECT_EQ(cut.lines, whole.lines) << block_bytes;
    EXPECT_EQ(cut.blank, whole.blank) << block_bytes;
  }
}

TEST(ListingBlock, ALineWithoutEndDoesNotFillMemory) {
  const Outcome outcome = ReadAll(std::string(5'000'000, 'x') + "\nv1/A/t_1.tl\n" + std::string(3'000, 'y'), 256);
  EXPECT_THAT(outcome.rows, testing::ElementsAre(" A 1 1"));
  EXPECT_THAT(outcome.rejects, testing::ElementsAre("0  the line has 5000000 bytes, more than the limit of 100",
                                                    "2  the line has 3000 bytes, more than the limit of 100"));
}

TEST(ListingBlock, TheLastLineOfADamagedInputIsNotBelieved) {
  const Outcome outcome = ReadAll("v1/A/t_1.tl\nv1/A/t_2.tl\n", 1 << 20, "paths.txt.gz");
  EXPECT_TRUE(outcome.damage.has_value());
  EXPECT_TRUE(outcome.rows.empty());
}

TEST(ListingBlock, AnEmptyInputHasNoLines) {
  EXPECT_EQ(ReadAll("", 1 << 20).lines, 0U);
  EXPECT_EQ(ReadAll("\n", 1 << 20).blank, 1U);
}

}  // namespace
}  // namespace ingot
