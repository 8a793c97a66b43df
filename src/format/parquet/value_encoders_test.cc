// Every encoding against Arrow's decoder of it.
#include "format/parquet/value_encoders.h"

#include <gtest/gtest.h>
#include <parquet/encoding.h>
#include <parquet/types.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace ingot {
namespace {

template <typename ParquetType>
std::vector<typename ParquetType::c_type> Decode(parquet::Encoding::type encoding, const Buffer<char>& bytes,
                                                 size_t count) {
  auto decoder = parquet::MakeTypedDecoder<ParquetType>(encoding);
  decoder->SetData(static_cast<int>(count), reinterpret_cast<const uint8_t*>(bytes.data()),
                   static_cast<int>(bytes.size()));
  std::vector<typename ParquetType::c_type> values(count);
  EXPECT_EQ(decoder->Decode(values.data(), static_cast<int>(count)), static_cast<int>(count));
  return values;
}

template <typename Signed>
std::vector<std::vector<int64_t>> IntegerCases() {
  constexpr auto kMin = std::numeric_limits<Signed>::min();
  constexpr auto kMax = std::numeric_limits<Signed>::max();
  std::vector<std::vector<int64_t>> cases = {{}, {0}, {kMin}, {kMin, kMax, kMin, kMax, 0, kMax, kMin}, {5, 5, 5, 5}};
  std::mt19937_64 random(3);
  for (const size_t count : {31U, 32U, 33U, 128U, 129U, 130U, 1000U}) {
    std::vector<int64_t> sequence;
    std::vector<int64_t> noise;
    for (size_t i = 0; i < count; ++i) {
      sequence.push_back(static_cast<int64_t>(i) * 3 - 100 + static_cast<int64_t>(random() % 3));
      noise.push_back(static_cast<Signed>(random()));
    }
    cases.push_back(sequence);
    cases.push_back(noise);
  }
  return cases;
}

template <typename ParquetType>
void CheckIntegers(IntegerWidth width) {
  for (const std::vector<int64_t>& values : IntegerCases<typename ParquetType::c_type>()) {
    Buffer<char> plain;
    EncodePlain(values, width, &plain);
    const auto from_plain = Decode<ParquetType>(parquet::Encoding::PLAIN, plain, values.size());
    EXPECT_EQ(std::vector<int64_t>(from_plain.begin(), from_plain.end()), values);
    Buffer<char> delta;
    EncodeDeltaBinaryPacked(values, width, &delta);
    const auto from_delta = Decode<ParquetType>(parquet::Encoding::DELTA_BINARY_PACKED, delta, values.size());
    EXPECT_EQ(std::vector<int64_t>(from_delta.begin(), from_delta.end()), values);
  }
}

TEST(ValueEncoders, Integers64) { CheckIntegers<parquet::Int64Type>(IntegerWidth::k64); }
TEST(ValueEncoders, Integers32) { CheckIntegers<parquet::Int32Type>(IntegerWidth::k32); }

TEST(ValueEncoders, Doubles) {
  std::mt19937_64 random(4);
  for (const size_t count : {0U, 1U, 7U, 8U, 9U, 64U, 1003U}) {
    std::vector<double> values;
    for (size_t i = 0; i < count; ++i) {
      values.push_back(i % 5 == 0 ? -0.0 : static_cast<double>(random()) / 1e5);
    }
    Buffer<char> plain;
    EncodePlain(values, &plain);
    Buffer<char> split;
    EncodeByteStreamSplit(values, &split);
    for (const auto& decoded : {Decode<parquet::DoubleType>(parquet::Encoding::PLAIN, plain, count),
                                Decode<parquet::DoubleType>(parquet::Encoding::BYTE_STREAM_SPLIT, split, count)}) {
      ASSERT_EQ(decoded.size(), count);
      EXPECT_EQ(count == 0 ? 0 : std::memcmp(decoded.data(), values.data(), count * sizeof(double)), 0);
    }
  }
}

// Strings in an array of exactly their size, so that a read beyond it is seen.
struct Strings {
  explicit Strings(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      bytes.insert(bytes.end(), value.begin(), value.end());
      ends.push_back(static_cast<uint32_t>(bytes.size()));
    }
  }
  BytesSlice slice() const { return {bytes.data(), ends.data(), 0, ends.size()}; }
  std::vector<char> bytes;
  std::vector<uint32_t> ends;
};

TEST(ValueEncoders, TextsInEveryEncoding) {
  std::mt19937_64 random(5);
  std::vector<std::vector<std::string>> cases = {
      {}, {""}, {"a"}, {"", "", ""}, {"abc", "abd", "abdefghijklmnop", "abd"}};
  for (const size_t longest : {3U, 17U, 33U, 200U}) {
    std::vector<std::string> values;
    for (int i = 0; i < 500; ++i) {
      const std::string prefix = "2026-01-15T" + std::to_string(i / 10);
      values.push_back((random() % 2 == 0 ? prefix : "") +
                       std::string(random() % longest, static_cast<char>('a' + i % 26)));
    }
    cases.push_back(values);
  }
  LengthScratch scratch;
  for (const std::vector<std::string>& values : cases) {
    const Strings strings(values);
    const auto check = [&](const auto& encode, parquet::Encoding::type encoding) {
      Buffer<char> out;
      encode(strings.slice(), &out);
      std::vector<std::string> decoded;
      auto decoder = parquet::MakeTypedDecoder<parquet::ByteArrayType>(encoding);
      decoder->SetData(static_cast<int>(values.size()), reinterpret_cast<const uint8_t*>(out.data()),
                       static_cast<int>(out.size()));
      std::vector<parquet::ByteArray> arrays(values.size());
      EXPECT_EQ(decoder->Decode(arrays.data(), static_cast<int>(values.size())), static_cast<int>(values.size()));
      for (const parquet::ByteArray& array : arrays) {
        decoded.emplace_back(reinterpret_cast<const char*>(array.ptr), array.len);
      }
      EXPECT_EQ(decoded, values);
    };
    check([](const BytesSlice& slice, Buffer<char>* out) { EncodePlain(slice, out); }, parquet::Encoding::PLAIN);
    check([&](const BytesSlice& slice, Buffer<char>* out) { EncodeDeltaLength(slice, &scratch, out); },
          parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY);
    check([&](const BytesSlice& slice, Buffer<char>* out) { EncodeDeltaBytes(slice, &scratch, out); },
          parquet::Encoding::DELTA_BYTE_ARRAY);
  }
}

TEST(ValueEncoders, SlicesBeginAnywhere) {
  const Strings strings({"first", "second", "third", "fourth"});
  const BytesSlice tail{strings.bytes.data(), strings.ends.data() + 2, strings.ends[1], 2};
  EXPECT_EQ(tail[0], "third");
  EXPECT_EQ(tail[1], "fourth");
  EXPECT_EQ(tail.bytes(), 11U);
  Buffer<char> out;
  EncodePlain(tail, &out);
  EXPECT_EQ(std::string(out.begin(), out.end()), std::string("\5\0\0\0third\6\0\0\0fourth", 19));
}

TEST(ValueEncoders, Bools) {
  std::vector<uint8_t> values;
  for (int i = 0; i < 1000; ++i) {
    values.push_back(i % 7 == 0 || (i > 300 && i < 600) ? 1 : 0);
  }
  Buffer<char> out;
  EncodeRleBools(values, &out);
  auto decoder = parquet::MakeTypedDecoder<parquet::BooleanType>(parquet::Encoding::RLE);
  decoder->SetData(1000, reinterpret_cast<const uint8_t*>(out.data()), static_cast<int>(out.size()));
  bool decoded[1000];
  ASSERT_EQ(decoder->Decode(decoded, 1000), 1000);
  EXPECT_TRUE(std::equal(values.begin(), values.end(), decoded, [](uint8_t a, bool b) { return (a != 0) == b; }));
}

}  // namespace
}  // namespace ingot
