#include "base/similar_name.h"

#include <gtest/gtest.h>

#include <array>

namespace ingot {
namespace {

TEST(EditDistance, CountsEditsAndSwaps) {
  EXPECT_EQ(EditDistance("", ""), 0U);
  EXPECT_EQ(EditDistance("", "run"), 3U);
  EXPECT_EQ(EditDistance("run", "run"), 0U);
  EXPECT_EQ(EditDistance("rnu", "run"), 1U);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3U);
  EXPECT_EQ(EditDistance("sitting", "kitten"), 3U);
}

TEST(SimilarName, FindsTheClosest) {
  constexpr std::array<std::string_view, 4> kNames{"run", "verify", "status", "plan"};
  EXPECT_EQ(SimilarName("rnu", kNames), "run");
  EXPECT_EQ(SimilarName("verfy", kNames), "verify");
  EXPECT_EQ(SimilarName("statsu", kNames), "status");
  EXPECT_EQ(SimilarName("plann", kNames), "plan");
}

TEST(SimilarName, KeepsSilentWhenNothingIsClose) {
  constexpr std::array<std::string_view, 3> kNames{"run", "verify", "ls"};
  EXPECT_EQ(SimilarName("export", kNames), "");
  EXPECT_EQ(SimilarName("xy", kNames), "") << "replacing every letter is not a likeness";
  EXPECT_EQ(SimilarName("", kNames), "");
}

TEST(SimilarName, IsPartOfASentence) {
  constexpr std::array<std::string_view, 1> kNames{"run"};
  EXPECT_EQ(DidYouMean("rum", kNames), "; did you mean 'run'?");
  EXPECT_EQ(DidYouMean("generate", kNames), "");
}

TEST(SimilarName, OfEquallyCloseNamesTheSharedBeginningWins) {
  EXPECT_EQ(SimilarName("row", std::array<std::string_view, 2>{"now", "rows"}), "rows");
}

TEST(SimilarName, TheOnlyNameThatGoesOn) {
  EXPECT_EQ(SimilarName("gene", std::array<std::string_view, 2>{"gene_id", "tissue_id"}), "gene_id");
  EXPECT_EQ(SimilarName("gene", std::array<std::string_view, 2>{"gene_id", "gene_name"}), "");
  EXPECT_EQ(SimilarName("ge", std::array<std::string_view, 1>{"gene_id"}), "");
}

}  // namespace
}  // namespace ingot
