#include "format/input/newlines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ingot {
namespace {

uint64_t CountOneByOne(std::span<const char> bytes) {
  uint64_t count = 0;
  for (const char c : bytes) {
    count += c == '\n' ? 1U : 0U;
  }
  return count;
}

TEST(CountNewlines, TakesTheFastestKernelAndThePortableOneIsLast) {
  ASSERT_FALSE(NewlineKernels().empty());
  EXPECT_EQ(NewlineKernels().back().name, "portable");
  EXPECT_EQ(CountNewlines({}), 0U);
  EXPECT_EQ(CountNewlines(std::string_view("a\n\nb\r\n")), 3U);
}

// Every length around every vector width, at every alignment.
TEST(CountNewlines, EveryKernelAtEveryLengthAndAlignment) {
  std::string bytes(600, '\0');
  uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    // Half of the bytes are newlines, the rest differ from one in a single bit or wholly.
    const std::string_view choices = "\n\n\n\n\x0b\x08\x8a\xff";
    byte = choices[state >> 29U];
  }
  for (const NewlineKernel& kernel : NewlineKernels()) {
    for (size_t begin = 0; begin < 64; ++begin) {
      for (size_t length = 0; length <= 300; ++length) {
        const std::span<const char> part = std::span<const char>(bytes).subspan(begin, length);
        ASSERT_EQ(kernel.count(part), CountOneByOne(part)) << kernel.name << " at " << begin << " of " << length;
      }
    }
  }
}

// Byte-wide lanes must not overflow.
TEST(CountNewlines, NothingButNewlines) {
  for (const NewlineKernel& kernel : NewlineKernels()) {
    for (const size_t size :
         {size_t{255} * 16, size_t{255} * 32, size_t{255} * 64, size_t{256} * 64, size_t{1} << 20U}) {
      for (const size_t length : {size - 1, size, size + 1}) {
        EXPECT_EQ(kernel.count(std::string(length, '\n')), length) << kernel.name;
        EXPECT_EQ(kernel.count(std::string(length, '\r')), 0U) << kernel.name;
      }
    }
  }
}

}  // namespace
}  // namespace ingot
