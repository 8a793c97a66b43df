#include "source/synthetic/sample_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace ingot {
namespace {

using ::testing::Contains;
using ::testing::StartsWith;

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

TEST(SampleListing, IsAListingWithWhatListingsHold) {
  const std::vector<std::string> lines = Lines(SampleListing(100));
  EXPECT_TRUE(std::is_sorted(lines.begin(), lines.end()));
  EXPECT_THAT(lines, Contains(std::string("release/v1/ad/") + kSampleGene + "/model_tissue_21.tl"));
  EXPECT_THAT(lines, Contains(std::string("retired/v1/ad/") + kSampleGene + "/model_tissue_21.tl"));
  EXPECT_THAT(lines, Contains(StartsWith("release/v1/ad/README")));
  EXPECT_GT(lines.size(), 4600U);
  EXPECT_LT(lines.size(), 5000U) << "some are missing";
  EXPECT_EQ(SampleListing(100), SampleListing(100));
}

}  // namespace
}  // namespace ingot
