#include "format/input/compressed_input.h"

#include <gtest/gtest.h>

#include <string>

#include "base/result_matchers.h"
#include "base/sha256.h"

namespace ingot {
namespace {

std::string Text(std::span<const char> bytes) { return {bytes.begin(), bytes.end()}; }

TEST(CompressedInput, PeekNeverLosesBytesWhateverTheReadSize) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    bytes += static_cast<char>(i);
  }
  for (size_t read_bytes = 1; read_bytes <= 70; ++read_bytes) {
    for (const size_t count : {size_t{1}, size_t{2}, size_t{10}, CompressedInput::kMaxPeek}) {
      CompressedInput input(std::make_unique<MemoryReader>(bytes), read_bytes);
      std::string seen;
      while (true) {
        const auto window = input.Peek(count);
        ASSERT_OK(window);
        if (window->empty()) {
          break;
        }
        ASSERT_TRUE(window->size() >= count || seen.size() + window->size() == bytes.size());
        ASSERT_EQ(input.offset(), seen.size());
        // One byte less than what is there, so that something is left to be moved.
        const size_t step = std::max<size_t>(1, window->size() - 1);
        seen += Text(window->first(step));
        input.Consume(step);
      }
      ASSERT_EQ(seen, bytes) << read_bytes << " " << count;
      ASSERT_EQ(input.FinishSha256(), Sha256Hex(bytes));
    }
  }
}

TEST(CompressedInput, ReadIntoTakesTheWindowFirst) {
  const std::string bytes = "0123456789abcdef";
  CompressedInput input(std::make_unique<MemoryReader>(bytes), 6);
  ASSERT_OK(input.Peek(4));
  input.Consume(1);
  std::string out(16, '.');
  const auto first = input.ReadInto(out);
  ASSERT_OK(first);
  EXPECT_EQ(out.substr(0, *first), "12345");
  const auto second = input.ReadInto(out);
  ASSERT_OK(second);
  EXPECT_EQ(out.substr(0, *second), "6789ab");
  const auto third = input.ReadInto(std::span(out).first(3));
  ASSERT_OK(third);
  EXPECT_EQ(out.substr(0, *third), "cde");
  EXPECT_EQ(input.offset(), 15U);
}

// A terminal reports its end once, and would then wait for more.
TEST(CompressedInput, TheEndIsAskedForOnce) {
  class Terminal final : public RawReader {
   public:
    Result<size_t> ReadSome(std::span<char> out) override {
      ++calls_;
      if (calls_ == 2) {
        return size_t{0};
      }
      out[0] = 'x';
      return size_t{1};
    }

   private:
    int calls_ = 0;
  };
  CompressedInput input(std::make_unique<Terminal>(), 100);
  const auto window = input.Peek(2);
  ASSERT_OK(window);
  EXPECT_EQ(Text(*window), "x");
  input.Consume(1);
  const auto again = input.Peek(1);
  ASSERT_OK(again);
  EXPECT_TRUE(again->empty());
}

}  // namespace
}  // namespace ingot
