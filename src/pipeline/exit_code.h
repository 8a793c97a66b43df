// One exit code for many partitions.
#pragma once

#include <span>

namespace ingot {

inline constexpr int kExitMixed = 10;

// `codes`: one for each partition, 0 where it went well. An interruption (128 and above) wins; else, when all failures
// have the same code, it is that one; else kExitMixed. 0 without failures.
int CombineExitCodes(std::span<const int> codes);

}  // namespace ingot
