#include "pipeline/exit_code.h"

#include <gtest/gtest.h>

#include <vector>

namespace ingot {
namespace {

int Combine(const std::vector<int>& codes) { return CombineExitCodes(codes); }

TEST(CombineExitCodes, OneKindOfFailureGivesItsOwnCode) {
  EXPECT_EQ(Combine({}), 0);
  EXPECT_EQ(Combine({0, 0}), 0);
  EXPECT_EQ(Combine({6}), 6);
  EXPECT_EQ(Combine({0, 6, 0, 6}), 6);
}

TEST(CombineExitCodes, DifferentFailuresAreMixed) {
  EXPECT_EQ(Combine({6, 8}), 10);
  EXPECT_EQ(Combine({0, 4, 11, 4}), 10);
}

TEST(CombineExitCodes, AnInterruptionWins) {
  EXPECT_EQ(Combine({0, 6, 130}), 130);
  EXPECT_EQ(Combine({143, 8, 6}), 143);
}

}  // namespace
}  // namespace ingot
