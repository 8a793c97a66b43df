// Every stream against Arrow's decoder.
#include "format/parquet/snappy_encoder.h"

#include <arrow/util/compression.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace ingot {
namespace {

std::string Decode(const Buffer<char>& stream, size_t size) {
  const auto codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  std::string text(size + 1, '\0');  // no room is no test of the length
  const auto decoded =
      codec->Decompress(static_cast<int64_t>(stream.size()), reinterpret_cast<const uint8_t*>(stream.data()),
                        static_cast<int64_t>(text.size()), reinterpret_cast<uint8_t*>(text.data()));
  EXPECT_TRUE(decoded.ok()) << decoded.status().ToString();
  text.resize(decoded.ok() ? static_cast<size_t>(*decoded) : 0);
  return text;
}

size_t Compressed(const std::string& text) {
  SnappyEncoder encoder;
  Buffer<char> stream;
  encoder.Compress(text, &stream);
  EXPECT_EQ(Decode(stream, text.size()), text);
  return stream.size();
}

std::string Noise(size_t size, unsigned symbols, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text.push_back(static_cast<char>(random() % symbols));
  }
  return text;
}

TEST(Snappy, EverySizeAndManyTexts) {
  for (size_t size = 0; size < 300; ++size) {
    for (const unsigned symbols : {1U, 2U, 4U, 256U}) {
      const std::string text = Noise(size, symbols, size);
      EXPECT_LE(Compressed(text), size + size / 6 + 8);
    }
  }
  for (const size_t size : {4095U, 65'535U, 65'536U, 65'537U, 200'000U, 1'300'000U}) {
    for (const unsigned symbols : {1U, 3U, 16U, 256U}) {
      EXPECT_LE(Compressed(Noise(size, symbols, size)), size + size / 6 + 8);
    }
  }
}

TEST(Snappy, FindsRepeatsAtEveryDistance) {
  const std::string word = Noise(300, 256, 1);
  for (const size_t distance : {300U, 2047U, 2048U, 65'535U}) {
    const std::string text = word + Noise(distance - word.size(), 256, 2) + word;
    // The stride over noise may well step over the beginning.
    EXPECT_LT(Compressed(text), text.size() - word.size() / 3) << distance;
  }
  const std::string far = word + Noise(65'536 - word.size(), 256, 2) + word;
  EXPECT_GE(Compressed(far), far.size());
  EXPECT_LT(Compressed(std::string(1'000'000, 'x')), 50'000U);
}

TEST(Snappy, SmallerThanHalfOnJson) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += R"({"platform":"web","browser":"firefox","quantity":)" + std::to_string(i * 7919 % 1000) + "}\n";
  }
  EXPECT_LT(Compressed(text), text.size() / 4);
}

// A text made of words, all of whose repetitions are told.
struct Told {
  std::string text;
  std::vector<TextRepeat> repeats;
};

Told MakeTold(uint64_t seed) {
  std::mt19937_64 random(seed);
  Told told;
  std::vector<std::string> words;
  std::vector<size_t> last(40, SIZE_MAX);
  for (size_t i = 0; i < last.size(); ++i) {
    words.push_back(Noise(1 + random() % (i == 0 ? 700 : 90), 256, seed * 100 + i));
  }
  while (told.text.size() < 150'000) {
    const size_t word = random() % words.size();
    const size_t begin = told.text.size();
    if (last[word] != SIZE_MAX && begin - last[word] < 65'536) {
      told.repeats.push_back({static_cast<uint32_t>(begin), static_cast<uint16_t>(begin - last[word]),
                              static_cast<uint16_t>(words[word].size())});
    }
    last[word] = begin;
    told.text += words[word] + Noise(random() % 70, 256, random());
  }
  return told;
}

TEST(Snappy, KnownRepeatsInAnyPartOfTheText) {
  SnappyEncoder encoder;
  Buffer<char> stream;
  std::mt19937_64 random(5);
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Told told = MakeTold(seed);
    for (int i = 0; i < 20; ++i) {
      const std::string head = Noise(random() % 100, 256, seed);
      const size_t begin = i == 0 ? 0 : random() % told.text.size();
      const std::string part = told.text.substr(begin, i == 0 ? std::string::npos : random() % 100'000);
      // Those before the part are left out by the callee, where there are any.
      encoder.CompressKnown(head, part, static_cast<uint32_t>(begin), told.repeats, &stream);
      EXPECT_EQ(Decode(stream, head.size() + part.size()), head + part);
      EXPECT_LE(stream.size(), head.size() + part.size() + part.size() / 16 + 32);
    }
    encoder.CompressKnown({}, told.text, 0, told.repeats, &stream);
    EXPECT_LT(stream.size(), told.text.size() * 3 / 4);
  }
}

TEST(Snappy, DependsOnTheInputAlone) {
  SnappyEncoder used;
  Buffer<char> first;
  Buffer<char> second;
  used.Compress(Noise(100'000, 5, 1), &first);
  const std::string text = Noise(30'000, 3, 2);
  used.Compress(text, &first);
  SnappyEncoder().Compress(text, &second);
  EXPECT_EQ(std::string(first.begin(), first.end()), std::string(second.begin(), second.end()));
}

}  // namespace
}  // namespace ingot
