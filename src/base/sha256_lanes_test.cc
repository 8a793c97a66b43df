#include "base/sha256_lanes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>

#include "base/openssl_sha256.h"

namespace ingot {
namespace {

std::string Noise(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text.push_back(static_cast<char>(random()));
  }
  return text;
}

std::array<uint8_t, 32> OfOpenSsl(std::string_view text) {
  OpenSslSha256 hash;
  hash.Update(text);
  return hash.Finish();
}

TEST(Sha256Lane, AgreesWithOpenSslAtEverySize) {
  for (size_t size = 0; size < 400; ++size) {
    const std::string text = Noise(size, size);
    Sha256Lane lane;
    lane.Update(text);
    EXPECT_EQ(lane.Finish(), OfOpenSsl(text)) << size;
  }
}

TEST(Sha256Lane, TwoAtOnceHoweverTheyAreCut) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 300; ++round) {
    const std::string first = Noise(random() % 3000, random());
    const std::string second = Noise(random() % 3000, random());
    Sha256Lane a;
    Sha256Lane b;
    size_t a_done = 0;
    size_t b_done = 0;
    while (a_done < first.size() || b_done < second.size()) {
      const size_t a_part = std::min<size_t>(random() % 500, first.size() - a_done);
      const size_t b_part = std::min<size_t>(random() % 500, second.size() - b_done);
      if (random() % 4 == 0) {
        a.Update(std::string_view(first).substr(a_done, a_part));
        b.Update(std::string_view(second).substr(b_done, b_part));
      } else {
        Sha256Lane::UpdateBoth(&a, std::string_view(first).substr(a_done, a_part), &b,
                               std::string_view(second).substr(b_done, b_part));
      }
      a_done += a_part;
      b_done += b_part;
    }
    EXPECT_EQ(a.Finish(), OfOpenSsl(first));
    EXPECT_EQ(b.Finish(), OfOpenSsl(second));
  }
}

}  // namespace
}  // namespace ingot
