// Thrift's compact protocol, as far as Parquet's metadata needs it.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "column/buffer.h"

namespace ingot {

enum class ThriftType : uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
};

// Appends fields of one struct, or of nested ones, in ascending order of their ids.
class ThriftWriter {
 public:
  explicit ThriftWriter(Buffer<char>* out) : out_(*out) {}

  void I8(int16_t id, int8_t value);
  void I16(int16_t id, int16_t value);
  void I32(int16_t id, int32_t value);
  void I64(int16_t id, int64_t value);
  void Bool(int16_t id, bool value);
  void Binary(int16_t id, std::string_view value);
  // The fields that follow, until EndStruct, belong to field `id`. Returns what EndStruct needs.
  int16_t BeginStruct(int16_t id);
  void EndStruct(int16_t begin_token);
  // A field without fields of its own.
  void EmptyStruct(int16_t id) { EndStruct(BeginStruct(id)); }
  // Ends the outermost struct.
  void Stop();

  // `count` elements of `element` follow, each by one call of the below.
  void BeginList(int16_t id, ThriftType element, size_t count);
  void BoolElement(bool value);
  void IntegerElement(int64_t value);
  void BinaryElement(std::string_view value);
  int16_t BeginStructElement();
  void EndStructElement(int16_t begin_token) { EndStruct(begin_token); }

 private:
  void Header(int16_t id, ThriftType type);
  void Varint(uint64_t value);

  Buffer<char>& out_;
  int16_t last_id_ = 0;
};

// Walks structs of foreign bytes without ever reading beyond them.
//
// Damage is remembered, not returned: from then on structs end, lists are empty, numbers are 0. Who is done asks once.
class ThriftReader {
 public:
  explicit ThriftReader(std::span<const char> bytes) : bytes_(bytes) {}

  struct Field {
    ThriftType type = ThriftType::kStop;
    int16_t id = 0;
  };
  // Goes on to the next field of a struct: false at its end. Requires: a fresh Field at the struct's begin, then the
  // same again, and that the value of the field before was read or skipped.
  bool Next(Field* field);

  // The value of the field. What has another type than asked for is damage.
  int64_t Integer(const Field& field);
  int32_t Integer32(const Field& field);
  bool Bool(const Field& field);
  std::string_view Binary(const Field& field);  // into the bytes
  // Whether the field is a struct, whose fields come next.
  bool Struct(const Field& field);
  void Skip(const Field& field) { SkipValue(field.type, 0, Place::kField); }

  // The number of elements of a list of `element`. Each takes a byte or more of what is left.
  size_t List(const Field& field, ThriftType element);
  int64_t IntegerElement();
  int32_t IntegerElement32();
  bool BoolElement();
  std::string_view BinaryElement();

  size_t position() const { return position_; }
  bool damaged() const { return damage_ != nullptr; }
  // Errors: kCorrupt.
  Result<void> status() const;

 private:
  // Booleans lie in the field's header, but take a byte as elements of a list.
  enum class Place : uint8_t { kField, kElement };
  struct ListHeader {
    ThriftType element = ThriftType::kStop;
    size_t count = 0;
  };

  void Damage(const char* what);
  uint8_t Byte();
  uint64_t Varint();
  int32_t Narrow(int64_t value);
  std::string_view Take(uint64_t count);
  ListHeader ReadListHeader();
  void SkipValue(ThriftType type, int depth, Place place);
  void SkipMap(int depth);

  std::span<const char> bytes_;
  size_t position_ = 0;
  const char* damage_ = nullptr;
};

}  // namespace ingot
