#include "format/parquet/page_plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/result_matchers.h"
#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

std::string Print(const Result<std::vector<PageSpan>>& pages) {
  EXPECT_OK(pages);
  std::string text;
  for (const PageSpan& page : *pages) {
    text += std::to_string(page.slots) + "/" + std::to_string(page.rows) + "/" + std::to_string(page.values) + " ";
  }
  return text;
}

ParquetOptions Limits(uint32_t bytes, uint32_t rows, uint32_t slots) {
  ParquetOptions options;
  options.page_bytes = bytes;
  options.page_rows = rows;
  options.page_slots = slots;
  return options;
}

TEST(PlanPages, EndsPagesAtEachLimit) {
  LeafColumn flat;
  flat.layout = ValueLayout::kInt64;
  flat.levels.AppendRun(10, 1, 0);
  flat.levels.AppendRun(25, 0, 0);
  const LeafColumn* const fragments[] = {&flat};
  EXPECT_EQ(Print(PlanPages(fragments, 1, {64, false}, Limits(32, 1000, 1000))), "4/4/4 4/4/4 27/27/2 ");
  EXPECT_EQ(Print(PlanPages(fragments, 1, {64, false}, Limits(1000, 20, 1000))), "20/20/10 15/15/0 ");
  EXPECT_EQ(Print(PlanPages(fragments, 1, {64, false}, Limits(1000, 1000, 34))), "34/34/10 1/1/0 ");
  EXPECT_EQ(Print(PlanPages(fragments, 1, {0, false}, Limits(1, 1000, 1000))), "35/35/10 ");
}

TEST(PlanPages, CutsBetweenRowsOnly) {
  LeafColumn nested;
  nested.layout = ValueLayout::kDouble;
  for (int row = 0; row < 3; ++row) {
    nested.levels.AppendRun(1, 2, 0);
    nested.levels.AppendRun(749, 2, 1);
  }
  const LeafColumn* const fragments[] = {&nested};
  EXPECT_EQ(Print(PlanPages(fragments, 2, {64, false}, Limits(100, 1000, 5000))), "750/1/750 750/1/750 750/1/750 ");
  EXPECT_EQ(Print(PlanPages(fragments, 2, {64, false}, Limits(6001, 1000, 5000))), "1500/2/1500 750/1/750 ");
  EXPECT_EQ(Print(PlanPages(fragments, 2, {64, false}, Limits(100'000, 1000, 751))), "1500/2/1500 750/1/750 ");
}

TEST(PlanPages, CountsTheBytesOfTexts) {
  LeafColumn texts;
  texts.layout = ValueLayout::kBytes;
  for (const uint32_t length : {10U, 10U, 90U, 0U, 0U, 200U, 1U}) {
    texts.bytes.AppendAll(std::string(length, 'x').data(), length);
    texts.ends.Append(static_cast<uint32_t>(texts.bytes.size()));
    texts.levels.Append(1, 0);
  }
  const LeafColumn* const fragments[] = {&texts};
  EXPECT_EQ(Print(PlanPages(fragments, 1, {32, true}, Limits(100, 1000, 1000))), "3/3/3 3/3/3 1/1/1 ");
}

TEST(PlanPages, DoesNotDependOnFragments) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomRows random(seed);
    const Schema schema = random.MakeSchema(3);
    TestRows rows;
    for (int i = 0; i < 80; ++i) {
      rows.push_back(random.MakeRow(schema));
    }
    const ParquetOptions options =
        Limits(static_cast<uint32_t>(50 + random.Below(400)), static_cast<uint32_t>(1 + random.Below(50)), 300);
    const std::vector<Leaf> leaves = EnumerateLeaves(schema);
    const std::vector<ColumnBatch> whole = ShredInFragments(schema, rows, rows.size());
    const std::vector<ColumnBatch> parts = ShredInFragments(schema, rows, 1 + random.Below(9));
    for (size_t leaf = 0; leaf < leaves.size(); ++leaf) {
      const LeafColumn* const one[] = {&whole[0].leaves[leaf]};
      std::vector<const LeafColumn*> many;
      for (const ColumnBatch& part : parts) {
        many.push_back(&part.leaves[leaf]);
      }
      const ValueCost cost{64, one[0]->layout == ValueLayout::kBytes};
      const uint8_t max_definition = leaves[leaf].max_definition;
      const auto plan = PlanPages(one, max_definition, cost, options);
      EXPECT_EQ(Print(plan), Print(PlanPages(many, max_definition, cost, options))) << "seed " << seed;
      uint64_t slots = 0;
      uint64_t page_rows = 0;
      for (const PageSpan& page : *plan) {
        slots += page.slots;
        page_rows += page.rows;
        EXPECT_LE(page.rows, options.page_rows);
      }
      EXPECT_EQ(slots, one[0]->levels.slots());
      EXPECT_EQ(page_rows, rows.size());
    }
  }
}

TEST(PlanPages, RefusesARowThatNoPageCanHold) {
  LeafColumn huge;
  huge.layout = ValueLayout::kNone;
  huge.levels.AppendRun(1, 1, 0);
  huge.levels.AppendRun(uint64_t{1} << 31U, 1, 1);
  const LeafColumn* const fragments[] = {&huge};
  EXPECT_THAT(PlanPages(fragments, 2, {0, false}, ParquetOptions()), IsErr(ErrorKind::kResourceLimit, "one row"));
}

}  // namespace
}  // namespace ingot
