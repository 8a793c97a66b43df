#include "cli/progress_line.h"

#include <gtest/gtest.h>

namespace ingot {
namespace {

ProgressState HalfWay() { return {"write", "tier3@2026-01-15", 50U << 20U, 100U << 20U, 12345, 5.0}; }

TEST(ProgressBarLine, ShowsShareRateRowsAndTheRest) {
  EXPECT_EQ(
      ProgressBarLine(HalfWay(), 200),
      "write tier3@2026-01-15  ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌   50 %  50.0 MiB of 100.0 MiB  10.0 MiB/s  12,345 rows  5 s left");
}

TEST(ProgressBarLine, FitsTheTerminal) { EXPECT_EQ(ProgressBarLine(HalfWay(), 30), "write tier3@2026-01-15  ━━━━━…"); }

TEST(ProgressBarLine, SaysNothingOfARateThatIsNotSettled) {
  ProgressState state = HalfWay();
  state.seconds = 0.1;
  EXPECT_EQ(ProgressBarLine(state, 200),
            "write tier3@2026-01-15  ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌   50 %  50.0 MiB of 100.0 MiB  12,345 rows");
}

TEST(ProgressBarLine, NeverPassesTheWhole) {
  ProgressState state = HalfWay();
  state.bytes_done = 200U << 20U;
  EXPECT_NE(ProgressBarLine(state, 200).find(" 100 %"), std::string::npos);
}

TEST(ProgressPlainLine, KnowsUnknownTotals) {
  EXPECT_EQ(ProgressPlainLine(HalfWay()), "write tier3@2026-01-15: 50.0 MiB of 100.0 MiB (50 %), 12,345 rows");
  ProgressState state = HalfWay();
  state.bytes_total = 0;
  EXPECT_EQ(ProgressPlainLine(state), "write tier3@2026-01-15: 50.0 MiB, 12,345 rows");
}

TEST(FormatRemaining, UsesTheUnitsThatMatter) {
  EXPECT_EQ(FormatRemaining(4.6), "5 s");
  EXPECT_EQ(FormatRemaining(200), "3 min 20 s");
  EXPECT_EQ(FormatRemaining(7500), "2 h 5 min");
  EXPECT_EQ(FormatRemaining(-1), "0 s");
}

}  // namespace
}  // namespace ingot
