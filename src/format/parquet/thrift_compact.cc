#include "format/parquet/thrift_compact.h"

#include <utility>

namespace ingot {
namespace {

constexpr int kMaxDepth = 32;  // page headers nest three deep

uint64_t ZigZag(int64_t value) { return (static_cast<uint64_t>(value) << 1U) ^ static_cast<uint64_t>(value >> 63); }

int64_t UnZigZag(uint64_t value) { return static_cast<int64_t>(value >> 1U) ^ -static_cast<int64_t>(value & 1U); }

Error Damaged(const char* what) { return Error(ErrorKind::kCorrupt, std::string("damaged page header: ") + what); }

}  // namespace

void ThriftWriter::Varint(uint64_t value) {
  while (value >= 0x80) {
    out_.Append(static_cast<char>(value | 0x80U));
    value >>= 7U;
  }
  out_.Append(static_cast<char>(value));
}

void ThriftWriter::Header(int16_t id, uint8_t type) {
  const int delta = id - last_id_;
  if (delta > 0 && delta <= 15) {
    out_.Append(static_cast<char>((delta << 4) | type));
  } else {
    out_.Append(static_cast<char>(type));
    Varint(ZigZag(id));
  }
  last_id_ = id;
}

void ThriftWriter::I32(int16_t id, int32_t value) {
  Header(id, static_cast<uint8_t>(ThriftReader::Type::kI32));
  Varint(ZigZag(value));
}

void ThriftWriter::Bool(int16_t id, bool value) {
  Header(id, static_cast<uint8_t>(value ? ThriftReader::Type::kTrue : ThriftReader::Type::kFalse));
}

int16_t ThriftWriter::BeginStruct(int16_t id) {
  Header(id, static_cast<uint8_t>(ThriftReader::Type::kStruct));
  return std::exchange(last_id_, int16_t{0});
}

void ThriftWriter::EndStruct(int16_t begin_token) {
  Stop();
  last_id_ = begin_token;
}

void ThriftWriter::Stop() { out_.Append(0); }

Result<uint8_t> ThriftReader::Byte() {
  if (position_ >= bytes_.size()) {
    return Damaged("it does not end");
  }
  return static_cast<uint8_t>(bytes_[position_++]);
}

Result<uint64_t> ThriftReader::Varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    INGOT_ASSIGN(const uint8_t byte, Byte());
    value |= static_cast<uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) {
      return value;
    }
  }
  return Damaged("a number has more than ten bytes");
}

Result<void> ThriftReader::Advance(uint64_t count) {
  if (count > bytes_.size() - position_) {
    return Damaged("a text passes its end");
  }
  position_ += count;
  return {};
}

Result<ThriftReader::FieldHeader> ThriftReader::NextField(int16_t previous_id) {
  INGOT_ASSIGN(const uint8_t byte, Byte());
  if (byte == 0) {
    return FieldHeader{};
  }
  const uint8_t type = byte & 0x0FU;
  if (type == 0 || type > static_cast<uint8_t>(Type::kStruct)) {
    return Damaged("unknown field type");
  }
  int64_t id = previous_id + (byte >> 4U);
  if (byte >> 4U == 0) {
    INGOT_ASSIGN(id, ReadInteger());
  }
  if (id < INT16_MIN || id > INT16_MAX) {
    return Damaged("field id out of range");
  }
  return FieldHeader{static_cast<Type>(type), static_cast<int16_t>(id)};
}

Result<int64_t> ThriftReader::ReadInteger() {
  INGOT_ASSIGN(const uint64_t value, Varint());
  return UnZigZag(value);
}

Result<void> ThriftReader::SkipValue(Type type, int depth, Place place) {
  if (depth > kMaxDepth) {
    return Damaged("nested too deep");
  }
  switch (type) {
    case Type::kTrue:
    case Type::kFalse:
      return Advance(place == Place::kElement ? 1 : 0);
    case Type::kByte:
      return Advance(1);
    case Type::kI16:
    case Type::kI32:
    case Type::kI64:
      INGOT_TRY(Varint());
      return {};
    case Type::kDouble:
      return Advance(8);
    case Type::kBinary: {
      INGOT_ASSIGN(const uint64_t size, Varint());
      return Advance(size);
    }
    case Type::kList:
    case Type::kSet:
      return SkipList(depth);
    case Type::kMap:
      return SkipMap(depth);
    case Type::kStruct:
      return SkipStruct(depth);
    case Type::kStop:
      break;
  }
  return Damaged("unknown field type");
}

Result<void> ThriftReader::SkipList(int depth) {
  INGOT_ASSIGN(const uint8_t byte, Byte());
  uint64_t count = byte >> 4U;
  if (count == 15) {
    INGOT_ASSIGN(count, Varint());
  }
  if (count > bytes_.size() - position_) {
    return Damaged("a list is longer than the header");  // every element takes a byte or more
  }
  for (uint64_t i = 0; i < count; ++i) {
    INGOT_TRY(SkipValue(static_cast<Type>(byte & 0x0FU), depth + 1, Place::kElement));
  }
  return {};
}

Result<void> ThriftReader::SkipMap(int depth) {
  INGOT_ASSIGN(const uint64_t count, Varint());
  if (count == 0) {
    return {};
  }
  if (count > bytes_.size() - position_) {
    return Damaged("a map is longer than the header");
  }
  INGOT_ASSIGN(const uint8_t types, Byte());
  for (uint64_t i = 0; i < count; ++i) {
    INGOT_TRY(SkipValue(static_cast<Type>(types >> 4U), depth + 1, Place::kElement));
    INGOT_TRY(SkipValue(static_cast<Type>(types & 0x0FU), depth + 1, Place::kElement));
  }
  return {};
}

Result<void> ThriftReader::SkipStruct(int depth) {
  int16_t id = 0;
  while (true) {
    INGOT_ASSIGN(const FieldHeader field, NextField(id));
    if (field.type == Type::kStop) {
      return {};
    }
    id = field.id;
    INGOT_TRY(SkipValue(field.type, depth + 1, Place::kField));
  }
}

}  // namespace ingot
