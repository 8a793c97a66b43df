#include "format/parquet/thrift_compact.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result_matchers.h"

namespace ingot {
namespace {

std::span<const char> Bytes(const Buffer<char>& buffer) { return buffer; }

TEST(ThriftCompact, WritesWhatItReads) {
  Buffer<char> buffer;
  ThriftWriter writer(&buffer);
  writer.I32(1, -3);
  writer.Bool(2, true);
  const int16_t token = writer.BeginStruct(5);
  writer.I32(1, INT32_MAX);
  writer.I64(200, INT64_MIN);  // too far for a short field header
  writer.EndStruct(token);
  writer.I8(6, -7);
  writer.I16(7, INT16_MIN);
  writer.Binary(8, "text");
  writer.EmptyStruct(9);
  writer.Stop();

  ThriftReader reader(Bytes(buffer));
  ThriftReader::Field field;
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(field.id, 1);
  EXPECT_EQ(reader.Integer32(field), -3);
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(field.id, 2);
  EXPECT_TRUE(reader.Bool(field));
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(field.id, 5);
  ASSERT_TRUE(reader.Struct(field));
  ThriftReader::Field inner;
  ASSERT_TRUE(reader.Next(&inner));
  EXPECT_EQ(reader.Integer(inner), INT32_MAX);
  ASSERT_TRUE(reader.Next(&inner));
  EXPECT_EQ(inner.id, 200);
  EXPECT_EQ(reader.Integer(inner), INT64_MIN);
  EXPECT_FALSE(reader.Next(&inner));
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(field.id, 6);
  EXPECT_EQ(reader.Integer(field), -7);
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(reader.Integer32(field), INT16_MIN);
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(reader.Binary(field), "text");
  ASSERT_TRUE(reader.Next(&field));
  ASSERT_TRUE(reader.Struct(field));
  inner = {};
  EXPECT_FALSE(reader.Next(&inner));
  EXPECT_FALSE(reader.Next(&field));
  EXPECT_OK(reader.status());
  EXPECT_EQ(reader.position(), buffer.size());
}

// Lists of fewer than 15 elements have a header of one byte, longer ones of more.
TEST(ThriftCompact, ListsOfEveryLength) {
  for (const size_t count : {size_t{0}, size_t{1}, size_t{14}, size_t{15}, size_t{300}}) {
    Buffer<char> buffer;
    ThriftWriter writer(&buffer);
    writer.BeginList(1, ThriftType::kI64, count);
    for (size_t i = 0; i < count; ++i) {
      writer.IntegerElement(-static_cast<int64_t>(i));
    }
    writer.BeginList(2, ThriftType::kTrue, count);
    for (size_t i = 0; i < count; ++i) {
      writer.BoolElement(i % 3 == 0);
    }
    writer.BeginList(3, ThriftType::kBinary, count);
    for (size_t i = 0; i < count; ++i) {
      writer.BinaryElement(std::to_string(i));
    }
    writer.Stop();

    ThriftReader reader(Bytes(buffer));
    ThriftReader::Field field;
    ASSERT_TRUE(reader.Next(&field));
    ASSERT_EQ(reader.List(field, ThriftType::kI64), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(reader.IntegerElement(), -static_cast<int64_t>(i));
    }
    ASSERT_TRUE(reader.Next(&field));
    ASSERT_EQ(reader.List(field, ThriftType::kTrue), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(reader.BoolElement(), i % 3 == 0);
    }
    ASSERT_TRUE(reader.Next(&field));
    ASSERT_EQ(reader.List(field, ThriftType::kBinary), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(reader.BinaryElement(), std::to_string(i));
    }
    EXPECT_FALSE(reader.Next(&field));
    EXPECT_OK(reader.status());
  }
}

TEST(ThriftCompact, AValueOfAnotherTypeIsDamage) {
  Buffer<char> buffer;
  ThriftWriter writer(&buffer);
  writer.Binary(1, "text");
  writer.Stop();
  const auto read = [&](const auto& get) -> Result<void> {
    ThriftReader reader(Bytes(buffer));
    ThriftReader::Field field;
    EXPECT_TRUE(reader.Next(&field));
    get(&reader, field);
    EXPECT_FALSE(reader.Next(&field));  // nothing comes after damage
    return reader.status();
  };
  using Field = ThriftReader::Field;
  EXPECT_THAT(read([](ThriftReader* r, Field f) { EXPECT_EQ(r->Integer(f), 0); }), IsErr(ErrorKind::kCorrupt));
  EXPECT_THAT(read([](ThriftReader* r, Field f) { EXPECT_FALSE(r->Bool(f)); }), IsErr(ErrorKind::kCorrupt));
  EXPECT_THAT(read([](ThriftReader* r, Field f) { EXPECT_FALSE(r->Struct(f)); }), IsErr(ErrorKind::kCorrupt));
  EXPECT_THAT(read([](ThriftReader* r, Field f) { EXPECT_EQ(r->List(f, ThriftType::kI32), 0U); }),
              IsErr(ErrorKind::kCorrupt));
}

// Field 3: a list of two structs; 4: a map of binaries to i64; 5: a double; 6: a set of bools; 7: a byte.
constexpr char kEverything[] =
    "\x39\x2C\x15\x02\x00\x15\x04\x00"
    "\x1B\x01\x86\x02"
    "ab\x08"
    "\x17"
    "12345678"
    "\x1A\x21\x01\x02"
    "\x13x"
    "\x00";

TEST(ThriftCompact, SkipsEveryType) {
  const std::span<const char> bytes(kEverything, sizeof(kEverything) - 1);
  ThriftReader reader(bytes);
  std::vector<int> ids;
  for (ThriftReader::Field field; reader.Next(&field); reader.Skip(field)) {
    ids.push_back(field.id);
  }
  ASSERT_OK(reader.status());
  EXPECT_EQ(ids, (std::vector<int>{3, 4, 5, 6, 7}));
  EXPECT_EQ(reader.position(), bytes.size());
}

TEST(ThriftCompact, NeverReadsBeyondDamagedBytes) {
  const std::string whole(kEverything, sizeof(kEverything) - 1);
  const auto read_all = [](const std::string& text) -> Result<void> {
    ThriftReader reader(text);
    for (ThriftReader::Field field; reader.Next(&field);) {
      reader.Skip(field);
    }
    return reader.status();
  };
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(read_all(whole.substr(0, size)), IsErr(ErrorKind::kCorrupt)) << size;
  }
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(value);
      IgnoreFailure(read_all(damaged));  // the sanitizers watch
    }
  }
  EXPECT_THAT(read_all(std::string(200, '\x1C')), IsErr(ErrorKind::kCorrupt, "nested too deep"));
  EXPECT_THAT(read_all("\x15" + std::string(11, '\xFF')), IsErr(ErrorKind::kCorrupt, "ten bytes"));
  EXPECT_THAT(read_all("\x18\xFF\xFF\xFF\xFF\x0F"), IsErr(ErrorKind::kCorrupt, "passes its end"));
  EXPECT_THAT(read_all("\x19\xFC\xFF\xFF\xFF\xFF\x0F"), IsErr(ErrorKind::kCorrupt, "list is longer"));
  EXPECT_THAT(read_all("\x1D"), IsErr(ErrorKind::kCorrupt, "unknown field type"));
}

}  // namespace
}  // namespace ingot
