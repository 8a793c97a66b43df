#include "format/parquet/thrift_compact.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result_matchers.h"

namespace ingot {
namespace {

using Type = ThriftReader::Type;

std::span<const char> Bytes(const Buffer<char>& buffer) { return buffer; }

TEST(ThriftCompact, WritesWhatItReads) {
  Buffer<char> buffer;
  ThriftWriter writer(&buffer);
  writer.I32(1, -3);
  writer.Bool(2, true);
  const int16_t token = writer.BeginStruct(5);
  writer.I32(1, INT32_MAX);
  writer.I32(200, INT32_MIN);  // too far for a short field header
  writer.EndStruct(token);
  writer.I32(6, 7);
  writer.Stop();

  ThriftReader reader(Bytes(buffer));
  Result<ThriftReader::FieldHeader> field = reader.NextField(0);
  ASSERT_OK(field);
  EXPECT_EQ(field->id, 1);
  EXPECT_EQ(*reader.ReadInteger(), -3);
  field = reader.NextField(1);
  EXPECT_EQ(field->id, 2);
  EXPECT_EQ(field->type, Type::kTrue);
  field = reader.NextField(2);
  EXPECT_EQ(field->id, 5);
  ASSERT_EQ(field->type, Type::kStruct);
  EXPECT_EQ(reader.NextField(0)->id, 1);
  EXPECT_EQ(*reader.ReadInteger(), INT32_MAX);
  EXPECT_EQ(reader.NextField(1)->id, 200);
  EXPECT_EQ(*reader.ReadInteger(), INT32_MIN);
  EXPECT_EQ(reader.NextField(200)->type, Type::kStop);
  EXPECT_EQ(reader.NextField(5)->id, 6);
  EXPECT_EQ(*reader.ReadInteger(), 7);
  EXPECT_EQ(reader.NextField(6)->type, Type::kStop);
  EXPECT_EQ(reader.position(), buffer.size());
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
  int16_t id = 0;
  std::vector<int> ids;
  while (true) {
    const Result<ThriftReader::FieldHeader> field = reader.NextField(id);
    ASSERT_OK(field);
    if (field->type == Type::kStop) {
      break;
    }
    id = field->id;
    ids.push_back(id);
    ASSERT_OK(reader.Skip(field->type));
  }
  EXPECT_EQ(ids, (std::vector<int>{3, 4, 5, 6, 7}));
  EXPECT_EQ(reader.position(), bytes.size());
}

TEST(ThriftCompact, NeverReadsBeyondDamagedBytes) {
  const std::string whole(kEverything, sizeof(kEverything) - 1);
  const auto read_all = [](const std::string& text) -> Result<void> {
    ThriftReader reader(text);
    int16_t id = 0;
    while (true) {
      INGOT_ASSIGN(const ThriftReader::FieldHeader field, reader.NextField(id));
      if (field.type == Type::kStop) {
        return {};
      }
      id = field.id;
      INGOT_TRY(reader.Skip(field.type));
    }
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
