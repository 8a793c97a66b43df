#include "api/key_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>

#include "base/result_matchers.h"

namespace ingot {
namespace {

using ::testing::ElementsAre;

const std::vector<KeyColumn> kColumns{{"gene", KeyKind::kString, ""}};

ArrowSchema Type(const char* format, ArrowSchema* dictionary = nullptr) {
  return {format, "", nullptr, ARROW_FLAG_NULLABLE, 0, nullptr, dictionary, nullptr, nullptr};
}

// An array that owns nothing.
struct Chunk {
  Chunk(int64_t length, int64_t offset, std::vector<const void*> pointers, int64_t nulls = 0)
      : buffers(std::move(pointers)) {
    array = {length,  nulls,   offset, static_cast<int64_t>(buffers.size()), 0, buffers.data(), nullptr,
             nullptr, nullptr, nullptr};
  }
  std::vector<const void*> buffers;
  ArrowArray array{};
};

Result<KeyColumns> ReadOne(const ArrowSchema& type, std::vector<const ArrowArray*> chunks) {
  const std::array<v1::KeyPartArray, 1> arrays{v1::ArrowColumn{&type, std::move(chunks)}};
  return KeyColumns::Read(arrays, kColumns);
}

std::vector<int64_t> Numbers(const Result<KeyColumns>& read) {
  EXPECT_OK(read);
  const auto numbers = std::get<std::span<const int64_t>>(read->arrays().at(0));
  return {numbers.begin(), numbers.end()};
}

std::vector<std::string> Texts(const Result<KeyColumns>& read) {
  EXPECT_OK(read);
  const auto texts = std::get<std::span<const std::string_view>>(read->arrays().at(0));
  return {texts.begin(), texts.end()};
}

template <typename Number>
void ExpectNumbers(const char* format) {
  constexpr auto kMost = std::numeric_limits<Number>::max();
  constexpr auto kLeast = std::numeric_limits<Number>::min();
  const std::array<Number, 4> values{9, kLeast, 1, sizeof(Number) == 8 ? Number{100} : kMost};
  const Chunk chunk(3, 1, {nullptr, values.data()});
  EXPECT_THAT(Numbers(ReadOne(Type(format), {&chunk.array})),
              ElementsAre(static_cast<int64_t>(kLeast), 1, static_cast<int64_t>(values[3])))
      << format;
}

TEST(KeyColumns, IntegersOfEveryWidthBehindAnOffset) {
  ExpectNumbers<int8_t>("c");
  ExpectNumbers<uint8_t>("C");
  ExpectNumbers<int16_t>("s");
  ExpectNumbers<uint16_t>("S");
  ExpectNumbers<int32_t>("i");
  ExpectNumbers<uint32_t>("I");
  ExpectNumbers<int64_t>("l");
  ExpectNumbers<uint64_t>("L");
  const std::array<uint64_t, 2> beyond{1, uint64_t{1} << 63U};
  const Chunk chunk(2, 0, {nullptr, beyond.data()});
  EXPECT_THAT(ReadOne(Type("L"), {&chunk.array}), IsErr(ErrorKind::kUsage, "out of range"));
}

TEST(KeyColumns, TextsOfEveryLayoutAndSeveralChunks) {
  const std::string bytes = "onetwothree";
  const std::array<int32_t, 4> small{0, 3, 6, 11};
  const std::array<int64_t, 4> large{0, 3, 6, 11};
  const Chunk first(2, 1, {nullptr, small.data(), bytes.data()});
  const Chunk empty(0, 0, {nullptr, small.data(), nullptr});
  const Chunk whole(3, 0, {nullptr, small.data(), bytes.data()});
  EXPECT_THAT(Texts(ReadOne(Type("u"), {&first.array, &empty.array, &whole.array})),
              ElementsAre("two", "three", "one", "two", "three"));
  const Chunk wide(3, 0, {nullptr, large.data(), bytes.data()});
  EXPECT_THAT(Texts(ReadOne(Type("U"), {&wide.array})), ElementsAre("one", "two", "three"));

  const std::string buffer = "xx a text that does not fit";
  struct View {
    int32_t length;
    std::array<char, 12> rest;
  };
  std::array<View, 2> views{View{3, {'o', 'n', 'e'}}, View{24, {}}};
  const std::array<int32_t, 2> place{0, 3};
  std::memcpy(views[1].rest.data() + 4, place.data(), sizeof(place));
  const Chunk viewed(2, 0, {nullptr, views.data(), buffer.data()});
  EXPECT_THAT(Texts(ReadOne(Type("vu"), {&viewed.array})), ElementsAre("one", "a text that does not fit"));
}

TEST(KeyColumns, DictionariesAreReadThrough) {
  const std::string bytes = "onetwo";
  const std::array<int32_t, 3> offsets{0, 3, 6};
  const uint8_t second_only = 0b10;
  Chunk values(2, 0, {&second_only, offsets.data(), bytes.data()}, 1);
  ArrowSchema text = Type("u");
  const ArrowSchema type = Type("c", &text);
  const std::array<int8_t, 3> codes{1, 1, 0};
  Chunk used(2, 0, {nullptr, codes.data()});
  used.array.dictionary = &values.array;
  EXPECT_THAT(Texts(ReadOne(type, {&used.array})), ElementsAre("two", "two")) << "a null that no row uses";
  Chunk with_null(3, 0, {nullptr, codes.data()});
  with_null.array.dictionary = &values.array;
  EXPECT_THAT(ReadOne(type, {&with_null.array}), IsErr(ErrorKind::kUsage, "no nulls"));
  const std::array<int8_t, 1> outside{2};
  Chunk wrong(1, 0, {nullptr, outside.data()});
  wrong.array.dictionary = &values.array;
  EXPECT_THAT(ReadOne(type, {&wrong.array}), IsErr(ErrorKind::kUsage, "no value 2"));
}

TEST(KeyColumns, NullsAndOtherTypesAreRefusedWithTheirPlace) {
  const std::array<int64_t, 4> values{1, 2, 3, 4};
  const uint8_t third_missing = 0b1011;
  const Chunk before(1, 0, {nullptr, values.data()});
  const Chunk chunk(2, 1, {&third_missing, values.data()}, -1);
  const auto null = ReadOne(Type("l"), {&before.array, &chunk.array});
  ASSERT_FALSE(null);
  EXPECT_EQ(null.error().ToString(), "column 'gene': key 2: a key has no nulls");
  const Chunk uncounted(1, 3, {&third_missing, values.data()}, -1);
  EXPECT_THAT(Numbers(ReadOne(Type("l"), {&uncounted.array})), ElementsAre(4));
  for (const char* format : {"g", "z", "b", "+s", "n", "tdD", "", "cc"}) {
    EXPECT_THAT(ReadOne(Type(format), {}), IsErr(ErrorKind::kUsage, "are no keys")) << format;
  }
}

TEST(KeyColumns, SpansAreTakenAsTheyAre) {
  const std::vector<int64_t> numbers{3, 1};
  const std::array<v1::KeyPartArray, 1> arrays{std::span<const int64_t>(numbers)};
  const auto read = KeyColumns::Read(arrays, kColumns);
  ASSERT_OK(read);
  EXPECT_EQ(std::get<std::span<const int64_t>>(read->arrays().at(0)).data(), numbers.data());
}

}  // namespace
}  // namespace ingot
