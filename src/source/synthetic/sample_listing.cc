#include "source/synthetic/sample_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "source/synthetic/random.h"

namespace ingot {
namespace {

constexpr uint64_t kSeed = 5;
constexpr uint32_t kTissues = 50;
constexpr uint32_t kPresentTissue = 21;

}  // namespace

std::string SampleListing(uint32_t genes) {
  std::vector<std::string> paths{"release/v1/ad/README.txt",
                                 fmt::format("retired/v1/ad/{}/model_tissue_{}.tl", kSampleGene, kPresentTissue)};
  RandomStream random(kSeed, 0);
  uint64_t number = 3989;
  for (uint32_t gene = 0; gene < genes; ++gene) {
    const std::string name = gene == 0 ? kSampleGene : fmt::format("ENSG{:011}.{}", number, random.Between(1, 20));
    for (uint32_t tissue = 0; tissue < kTissues; ++tissue) {
      if (random.Chance(24, 25) || (gene == 0 && tissue == kPresentTissue)) {
        paths.push_back(fmt::format("release/v1/ad/{}/model_tissue_{}.tl", name, tissue));
      }
    }
    number += static_cast<uint64_t>(random.Between(1, 500));
  }
  std::sort(paths.begin(), paths.end());
  std::string lines;
  for (const std::string& path : paths) {
    lines += path + "\n";
  }
  return lines;
}

}  // namespace ingot
