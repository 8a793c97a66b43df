#include "column/arrow_text.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <limits>
#include <string>
#include <vector>

#include "base/result_matchers.h"

namespace ingot {
namespace {

// Schemas and arrays made by hand; whatever they point to lives as long as the maker.
class Maker {
 public:
  ArrowSchema* Schema(const char* format, const char* name, const std::vector<ArrowSchema*>& children = {}) {
    schemas_.push_back({});
    ArrowSchema& schema = schemas_.back();
    schema.format = format;
    schema.name = name;
    schema_children_.push_back(children);
    schema.n_children = static_cast<int64_t>(children.size());
    schema.children = schema_children_.back().data();
    return &schema;
  }

  ArrowArray* Array(int64_t length, const std::vector<const void*>& buffers,
                    const std::vector<ArrowArray*>& children = {}) {
    arrays_.push_back({});
    ArrowArray& array = arrays_.back();
    buffers_.push_back(buffers);
    array_children_.push_back(children);
    array.length = length;
    array.null_count = -1;
    array.n_buffers = static_cast<int64_t>(buffers.size());
    array.buffers = buffers_.back().data();
    array.n_children = static_cast<int64_t>(children.size());
    array.children = array_children_.back().data();
    return &array;
  }

  template <typename T>
  const void* Data(const std::vector<T>& values) {
    bytes_.emplace_back(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    return bytes_.back().data();
  }
  const void* Text(const std::string& text) { return bytes_.emplace_back(text).data(); }

 private:
  std::deque<ArrowSchema> schemas_;
  std::deque<ArrowArray> arrays_;
  std::deque<std::vector<ArrowSchema*>> schema_children_;
  std::deque<std::vector<ArrowArray*>> array_children_;
  std::deque<std::vector<const void*>> buffers_;
  std::deque<std::string> bytes_;
};

std::string All(const ArrowSchema& schema, const ArrowArray& array, ArrowTextStyle style = ArrowTextStyle::kJson) {
  const Result<ArrowColumnText> column = ArrowColumnText::Make(schema);
  if (!column) {
    return column.error().ToString();
  }
  std::string text;
  for (int64_t row = 0; row < array.length; ++row) {
    text += row == 0 ? "" : "|";
    column->Append(array, row, style, text);
  }
  return text;
}

class ArrowText : public testing::Test {
 protected:
  template <typename T>
  std::string Scalars(const char* format, const std::vector<T>& values, ArrowTextStyle style = ArrowTextStyle::kJson) {
    return All(*make_.Schema(format, "x"),
               *make_.Array(static_cast<int64_t>(values.size()), {nullptr, make_.Data(values)}), style);
  }

  Maker make_;
};

TEST_F(ArrowText, Numbers) {
  EXPECT_EQ(Scalars<int8_t>("c", {-128, 127}), "-128|127");
  EXPECT_EQ(Scalars<uint8_t>("C", {0, 255}), "0|255");
  EXPECT_EQ(Scalars<int16_t>("s", {-32768}), "-32768");
  EXPECT_EQ(Scalars<uint16_t>("S", {65535}), "65535");
  EXPECT_EQ(Scalars<int32_t>("i", {-1}), "-1");
  EXPECT_EQ(Scalars<uint32_t>("I", {4294967295U}), "4294967295");
  EXPECT_EQ(Scalars<int64_t>("l", {INT64_MIN}), "-9223372036854775808");
  EXPECT_EQ(Scalars<uint64_t>("L", {UINT64_MAX}), "18446744073709551615");
  EXPECT_EQ(Scalars<float>("f", {0.1F, 2}), "0.1|2.0");
  EXPECT_EQ(Scalars<double>("g", {0.1, 2, 1e300, std::numeric_limits<double>::infinity()}), "0.1|2.0|1e+300|null");
  EXPECT_EQ(Scalars<double>("g", {2, std::numeric_limits<double>::quiet_NaN()}, ArrowTextStyle::kPlain), "2|nan");
  EXPECT_EQ(Scalars<uint8_t>("b", {0b101}), "true");
}

TEST_F(ArrowText, DecimalsOfAllWidths) {
  EXPECT_EQ((Scalars<int64_t>("d:18,2,64", {-1234, 5, 0})), "-12.34|0.05|0.00");
  EXPECT_EQ((Scalars<int32_t>("d:9,0,32", {12})), "12");
  // Low half first: 2^64 and -1.
  EXPECT_EQ((All(*make_.Schema("d:38,0", "x"),
                 *make_.Array(2, {nullptr, make_.Data<uint64_t>({0, 1, UINT64_MAX, UINT64_MAX})}))),
            "18446744073709551616|-1");
}

TEST_F(ArrowText, TimesReadTheSameBefore1970) {
  EXPECT_EQ(Scalars<int32_t>("tdD", {20468, -1, 99999999}), "\"2026-01-15\"|\"1969-12-31\"|\"99999999 days\"");
  EXPECT_EQ(Scalars<int64_t>("tsu:UTC", {0, -1}), "\"1970-01-01T00:00:00Z\"|\"1969-12-31T23:59:59.999999Z\"");
  EXPECT_EQ(Scalars<int64_t>("tsn:", {1'500'000'000}), "\"1970-01-01T00:00:01.500000000\"");
  EXPECT_EQ(Scalars<int64_t>("ttu", {45'296'000'001}), "\"12:34:56.000001\"");
  EXPECT_EQ(Scalars<int64_t>("tDm", {1500}), "\"PT1.5S\"");
  const std::vector<int32_t> parts{14, 3, 0, 0};
  EXPECT_EQ(All(*make_.Schema("tin", "x"), *make_.Array(1, {nullptr, make_.Data(parts)})), "\"P14M3D\"");
}

TEST_F(ArrowText, TextsAreEscapedAndBytesAreDigits) {
  const ArrowArray& array =
      *make_.Array(3, {nullptr, make_.Data<int32_t>({0, 2, 2, 6}), make_.Text("a\"\x01\xc3\xa9z")});
  EXPECT_EQ(All(*make_.Schema("u", "x"), array), "\"a\\\"\"|\"\"|\"\\u0001\xc3\xa9z\"");
  EXPECT_EQ(All(*make_.Schema("u", "x"), array, ArrowTextStyle::kPlain), "a\"||\x01\xc3\xa9z");
  EXPECT_EQ(All(*make_.Schema("z", "x"), array), "\"6122\"|\"\"|\"01c3a97a\"");
}

TEST_F(ArrowText, ViewsHoldShortTextsThemselves) {
  std::string views(32, '\0');
  const int32_t lengths[] = {3, 13};
  std::memcpy(views.data(), &lengths[0], 4);
  std::memcpy(views.data() + 4, "abc", 3);
  std::memcpy(views.data() + 16, &lengths[1], 4);
  const std::string whole = "0123456789abc";
  std::memcpy(views.data() + 20, whole.data(), 4);
  const int32_t place[] = {0, 2};
  std::memcpy(views.data() + 24, place, 8);
  EXPECT_EQ(All(*make_.Schema("vu", "x"), *make_.Array(2, {nullptr, make_.Text(views), make_.Text("xx" + whole)})),
            "\"abc\"|\"0123456789abc\"");
}

TEST_F(ArrowText, NullsAndOffsets) {
  ArrowArray& array = *make_.Array(3, {make_.Data<uint8_t>({0b1010}), make_.Data<int64_t>({9, 8, 7, 6})});
  array.offset = 1;
  EXPECT_EQ(All(*make_.Schema("l", "x"), array), "8|null|6");
  EXPECT_EQ(All(*make_.Schema("l", "x"), array, ArrowTextStyle::kPlain), "8||6");
  EXPECT_EQ(All(*make_.Schema("n", "x"), *make_.Array(2, {})), "null|null");
}

TEST_F(ArrowText, NestedValues) {
  ArrowSchema* number = make_.Schema("l", "n");
  ArrowSchema* text = make_.Schema("u", "key");
  ArrowArray* numbers = make_.Array(4, {nullptr, make_.Data<int64_t>({1, 2, 3, 4})});
  ArrowArray* texts = make_.Array(4, {nullptr, make_.Data<int32_t>({0, 1, 2, 3, 4}), make_.Text("abcd")});
  const void* ends = make_.Data<int32_t>({0, 1, 4});
  EXPECT_EQ(All(*make_.Schema("+l", "x", {number}), *make_.Array(2, {nullptr, ends}, {numbers})), "[1]|[2,3,4]");
  EXPECT_EQ(All(*make_.Schema("+w:2", "x", {number}), *make_.Array(2, {nullptr}, {numbers})), "[1,2]|[3,4]");
  EXPECT_EQ(All(*make_.Schema("+s", "x", {number, text}), *make_.Array(2, {nullptr}, {numbers, texts})),
            "{\"n\":1,\"key\":\"a\"}|{\"n\":2,\"key\":\"b\"}");
  ArrowArray* entries = make_.Array(4, {nullptr}, {texts, numbers});
  EXPECT_EQ(All(*make_.Schema("+m", "x", {make_.Schema("+s", "entries", {text, number})}),
                *make_.Array(2, {nullptr, ends}, {entries})),
            "{\"a\":1}|{\"b\":2,\"c\":3,\"d\":4}");
  ArrowArray* pairs = make_.Array(4, {nullptr}, {numbers, texts});
  EXPECT_EQ(All(*make_.Schema("+m", "x", {make_.Schema("+s", "entries", {number, text})}),
                *make_.Array(1, {nullptr, ends}, {pairs})),
            "[{\"key\":1,\"value\":\"a\"}]");
  EXPECT_EQ(All(*make_.Schema("+us:4,7", "x", {number, text}),
                *make_.Array(2, {make_.Data<int8_t>({7, 4})}, {numbers, texts})),
            "\"a\"|2");
}

TEST_F(ArrowText, DictionariesAreLookedUp) {
  ArrowSchema* schema = make_.Schema("C", "x");
  schema->dictionary = make_.Schema("u", "");
  ArrowArray* array = make_.Array(3, {nullptr, make_.Data<uint8_t>({1, 0, 1})});
  array->dictionary = make_.Array(2, {nullptr, make_.Data<int32_t>({0, 1, 2}), make_.Text("ab")});
  EXPECT_EQ(All(*schema, *array), "\"b\"|\"a\"|\"b\"");
  EXPECT_FALSE(ArrowColumnText::Make(*schema)->is_number());
}

TEST_F(ArrowText, AnUnknownTypeIsRefusedByName) {
  EXPECT_THAT(ArrowColumnText::Make(*make_.Schema("+r", "runs")), IsErr(ErrorKind::kUnsupported, "column 'runs'"));
}

}  // namespace
}  // namespace ingot
