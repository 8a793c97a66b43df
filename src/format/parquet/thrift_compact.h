// Thrift's compact protocol, as far as Parquet's page headers need it.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "column/buffer.h"

namespace ingot {

// Appends fields of one struct, or of nested ones, in ascending order of their ids.
class ThriftWriter {
 public:
  explicit ThriftWriter(Buffer<char>* out) : out_(*out) {}

  void I32(int16_t id, int32_t value);
  void Bool(int16_t id, bool value);
  // The fields that follow, until EndStruct, belong to field `id`. Returns what EndStruct needs.
  int16_t BeginStruct(int16_t id);
  void EndStruct(int16_t begin_token);
  // Ends the outermost struct.
  void Stop();

 private:
  void Header(int16_t id, uint8_t type);
  void Varint(uint64_t value);

  Buffer<char>& out_;
  int16_t last_id_ = 0;
};

// Walks a struct of foreign bytes without ever reading beyond them. Errors: kCorrupt.
class ThriftReader {
 public:
  explicit ThriftReader(std::span<const char> bytes) : bytes_(bytes) {}

  enum class Type : uint8_t {
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
  struct FieldHeader {
    Type type = Type::kStop;
    int16_t id = 0;
  };

  // kStop at the end of the struct. `previous_id` is the id of the field before, 0 at first.
  Result<FieldHeader> NextField(int16_t previous_id);
  // Requires: the field's type is kI16, kI32 or kI64.
  Result<int64_t> ReadInteger();
  Result<void> Skip(Type type) { return SkipValue(type, 0, Place::kField); }
  size_t position() const { return position_; }

 private:
  // Booleans lie in the field's header, but take a byte as elements of a list.
  enum class Place : uint8_t { kField, kElement };

  Result<uint8_t> Byte();
  Result<uint64_t> Varint();
  Result<void> Advance(uint64_t count);
  Result<void> SkipValue(Type type, int depth, Place place);
  Result<void> SkipList(int depth);
  Result<void> SkipMap(int depth);
  Result<void> SkipStruct(int depth);

  std::span<const char> bytes_;
  size_t position_ = 0;
};

}  // namespace ingot
