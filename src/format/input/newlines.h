// Counts newlines at the speed of memory: the independent count that rows, rejects and blank lines must add up to.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ingot {

// Occurrences of '\n'. The instruction set is chosen once, at run time.
uint64_t CountNewlines(std::span<const char> bytes);

// One way of counting, named for reports.
struct NewlineKernel {
  std::string_view name;
  uint64_t (*count)(std::span<const char> bytes);
};

// Every kernel that this machine can run, fastest first; CountNewlines takes the first. Tests compare them all.
std::span<const NewlineKernel> NewlineKernels();

}  // namespace ingot
