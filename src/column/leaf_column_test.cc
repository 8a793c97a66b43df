#include "column/leaf_column.h"

#include <gtest/gtest.h>

#include <vector>

#include "column/column_batch.h"

namespace ingot {
namespace {

using Slot = std::pair<int, int>;

std::vector<Slot> SlotsOf(const Levels& levels) {
  std::vector<Slot> slots;
  for (const LevelRun& run : levels.runs()) {
    slots.insert(slots.end(), run.count, Slot{run.definition, run.repetition});
  }
  return slots;
}

Levels MakeLevels(const std::vector<Slot>& slots) {
  Levels levels;
  for (const auto& [definition, repetition] : slots) {
    levels.Append(static_cast<uint8_t>(definition), static_cast<uint8_t>(repetition));
  }
  return levels;
}

TEST(Levels, MergesEqualNeighbours) {
  Levels levels = MakeLevels({{3, 0}, {3, 1}, {3, 1}, {0, 0}, {0, 0}});
  levels.AppendRun(4, 0, 0);
  levels.AppendRun(0, 2, 1);
  ASSERT_EQ(levels.runs().size(), 3U);
  EXPECT_EQ(levels.runs()[1].count, 2U);
  EXPECT_EQ(levels.runs()[2].count, 6U);
  EXPECT_EQ(levels.slots(), 9U);
  EXPECT_EQ(levels.rows(), 7U);
  EXPECT_EQ(levels.CountDefined(3), 3U);
  EXPECT_EQ(levels.CountDefined(2), 0U);
}

TEST(Levels, SplitsRunsThatPassTheirCounter) {
  Levels levels;
  levels.AppendRun(UINT32_MAX - 1ULL, 1, 0);
  levels.AppendRun(3, 1, 0);
  levels.Append(1, 0);
  ASSERT_EQ(levels.runs().size(), 2U);
  EXPECT_EQ(levels.runs()[0].count, UINT32_MAX);
  EXPECT_EQ(levels.runs()[1].count, 3U);
  EXPECT_EQ(levels.slots(), UINT32_MAX + 3ULL);
  EXPECT_EQ(levels.CountDefined(1), UINT32_MAX + 3ULL);
}

TEST(Levels, RemovesTheLastRowWhole) {
  Levels levels = MakeLevels({{3, 0}, {3, 1}, {1, 0}, {3, 0}, {2, 2}, {3, 1}, {3, 1}});
  EXPECT_EQ(levels.RemoveLastRow(3), 3U);
  EXPECT_EQ(SlotsOf(levels), (std::vector<Slot>{{3, 0}, {3, 1}, {1, 0}}));
  EXPECT_EQ(levels.RemoveLastRow(3), 0U);
  EXPECT_EQ(levels.RemoveLastRow(3), 2U);
  EXPECT_EQ(levels.slots(), 0U);
  EXPECT_EQ(levels.rows(), 0U);
  EXPECT_TRUE(levels.runs().empty());
}

TEST(Levels, RemovesOneRowOfARunOfRows) {
  Levels levels;
  levels.AppendRun(5, 1, 0);
  EXPECT_EQ(levels.RemoveLastRow(1), 1U);
  EXPECT_EQ(levels.slots(), 4U);
  EXPECT_EQ(levels.rows(), 4U);
  ASSERT_EQ(levels.runs().size(), 1U);
  EXPECT_EQ(levels.runs()[0].count, 4U);
  levels.Append(1, 0);
  EXPECT_EQ(levels.runs().size(), 1U);
}

TEST(LeafColumn, LayoutsFollowTypes) {
  EXPECT_EQ(LayoutOf(TypeKind::kNull), ValueLayout::kNone);
  EXPECT_EQ(LayoutOf(TypeKind::kBool), ValueLayout::kBool);
  EXPECT_EQ(LayoutOf(TypeKind::kDecimal), ValueLayout::kInt64);
  EXPECT_EQ(LayoutOf(TypeKind::kDate), ValueLayout::kInt64);
  EXPECT_EQ(LayoutOf(TypeKind::kDouble), ValueLayout::kDouble);
  EXPECT_EQ(LayoutOf(TypeKind::kJson), ValueLayout::kBytes);
}

TEST(LeafColumn, CountsValuesAndMemory) {
  LeafColumn column;
  column.layout = ValueLayout::kBytes;
  EXPECT_EQ(column.MemoryBytes(), 0U);
  column.bytes.AppendAll("abcde", 5);
  for (const uint32_t end : {2U, 2U, 5U}) {
    column.ends.Append(end);
    column.levels.Append(1, 0);
  }
  EXPECT_EQ(column.ValueCount(), 3U);
  EXPECT_EQ(column.BytesAt(0), "ab");
  EXPECT_EQ(column.BytesAt(1), "");
  EXPECT_EQ(column.BytesAt(2), "cde");
  EXPECT_EQ(column.MemoryBytes(),
            column.bytes.capacity() + 4 * column.ends.capacity() + 8 * column.levels.runs().capacity());

  ColumnBatch batch;
  batch.leaves.push_back(std::move(column));
  EXPECT_GT(batch.MemoryBytes(), batch.leaves[0].MemoryBytes());
}

TEST(Buffer, GrowsKeepsAndMoves) {
  Buffer<int64_t> buffer;
  for (int64_t i = 0; i < 1000; ++i) {
    buffer.Append(i);
  }
  const Buffer<int64_t> moved = std::move(buffer);
  EXPECT_EQ(moved.size(), 1000U);
  EXPECT_EQ(moved[0], 0);
  EXPECT_EQ(moved.back(), 999);
  Buffer<char> text;
  text.AppendAll(nullptr, 0);
  EXPECT_TRUE(text.empty());
  text.AppendAll("0123456789", 10);
  text.Truncate(4);
  text.Append('x');
  EXPECT_EQ(std::string(text.begin(), text.end()), "0123x");
}

}  // namespace
}  // namespace ingot
