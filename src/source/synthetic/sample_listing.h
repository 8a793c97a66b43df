// A listing of a bucket with models of genes and tissues, to try key manifests with.
#pragma once

#include <cstdint>
#include <string>

namespace ingot {

// One path a line, in the order in which a bucket lists them: of each of `genes` genes most of 50 tissues. What real
// listings hold besides is in it too: a file that is no model, and a model that lies in a second place. The same bytes
// each time.
std::string SampleListing(uint32_t genes);

// What the first gene is called; it has a model of tissue 21.
inline constexpr const char* kSampleGene = "ENSG00000003989.16";

}  // namespace ingot
