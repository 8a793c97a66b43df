#include "format/crc32.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ingot {
namespace {

TEST(Crc32, KnownAnswer) {
  EXPECT_EQ(Crc32(0, std::string_view("123456789")), 0xCBF43926U);
  EXPECT_EQ(Crc32(0, {}), 0U);
}

TEST(Crc32, GoesOn) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text.push_back(static_cast<char>(i * i));
  }
  for (const size_t cut : {0U, 1U, 15U, 16U, 1000U, 4999U, 5000U}) {
    const std::string_view all = text;
    EXPECT_EQ(Crc32(Crc32(0, all.substr(0, cut)), all.substr(cut)), Crc32(0, all));
  }
}

}  // namespace
}  // namespace ingot
