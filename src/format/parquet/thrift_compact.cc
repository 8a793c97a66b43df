#include "format/parquet/thrift_compact.h"

#include <string>
#include <utility>

namespace ingot {
namespace {

constexpr int kMaxDepth = 32;  // Parquet's metadata nests six deep

uint64_t ZigZag(int64_t value) { return (static_cast<uint64_t>(value) << 1U) ^ static_cast<uint64_t>(value >> 63); }

int64_t UnZigZag(uint64_t value) { return static_cast<int64_t>(value >> 1U) ^ -static_cast<int64_t>(value & 1U); }

bool IsInteger(ThriftType type) {
  return type == ThriftType::kI16 || type == ThriftType::kI32 || type == ThriftType::kI64;
}

}  // namespace

void ThriftWriter::Varint(uint64_t value) {
  while (value >= 0x80) {
    out_.Append(static_cast<char>(value | 0x80U));
    value >>= 7U;
  }
  out_.Append(static_cast<char>(value));
}

void ThriftWriter::Header(int16_t id, ThriftType type) {
  const int delta = id - last_id_;
  if (delta > 0 && delta <= 15) {
    out_.Append(static_cast<char>((delta << 4) | static_cast<int>(type)));
  } else {
    out_.Append(static_cast<char>(type));
    Varint(ZigZag(id));
  }
  last_id_ = id;
}

void ThriftWriter::I8(int16_t id, int8_t value) {
  Header(id, ThriftType::kByte);
  out_.Append(static_cast<char>(value));
}

void ThriftWriter::I16(int16_t id, int16_t value) {
  Header(id, ThriftType::kI16);
  Varint(ZigZag(value));
}

void ThriftWriter::I32(int16_t id, int32_t value) {
  Header(id, ThriftType::kI32);
  Varint(ZigZag(value));
}

void ThriftWriter::I64(int16_t id, int64_t value) {
  Header(id, ThriftType::kI64);
  Varint(ZigZag(value));
}

void ThriftWriter::Bool(int16_t id, bool value) { Header(id, value ? ThriftType::kTrue : ThriftType::kFalse); }

void ThriftWriter::Binary(int16_t id, std::string_view value) {
  Header(id, ThriftType::kBinary);
  BinaryElement(value);
}

int16_t ThriftWriter::BeginStruct(int16_t id) {
  Header(id, ThriftType::kStruct);
  return BeginStructElement();
}

void ThriftWriter::EndStruct(int16_t begin_token) {
  Stop();
  last_id_ = begin_token;
}

void ThriftWriter::Stop() { out_.Append(0); }

void ThriftWriter::BeginList(int16_t id, ThriftType element, size_t count) {
  Header(id, ThriftType::kList);
  const auto type = static_cast<unsigned>(element);
  if (count < 15) {
    out_.Append(static_cast<char>((count << 4U) | type));
  } else {
    out_.Append(static_cast<char>(0xF0U | type));
    Varint(count);
  }
}

void ThriftWriter::BoolElement(bool value) {
  out_.Append(static_cast<char>(value ? ThriftType::kTrue : ThriftType::kFalse));
}

void ThriftWriter::IntegerElement(int64_t value) { Varint(ZigZag(value)); }

void ThriftWriter::BinaryElement(std::string_view value) {
  Varint(value.size());
  out_.AppendAll(value.data(), value.size());
}

int16_t ThriftWriter::BeginStructElement() { return std::exchange(last_id_, int16_t{0}); }

Result<void> ThriftReader::status() const {
  if (damage_ != nullptr) {
    return Error(ErrorKind::kCorrupt, std::string("damaged Parquet metadata: ") + damage_);
  }
  return {};
}

// Whatever is asked for next finds no bytes.
void ThriftReader::Damage(const char* what) {
  if (damage_ == nullptr) {
    damage_ = what;
  }
  position_ = bytes_.size();
}

uint8_t ThriftReader::Byte() {
  if (position_ >= bytes_.size()) {
    Damage("it does not end");
    return 0;
  }
  return static_cast<uint8_t>(bytes_[position_++]);
}

uint64_t ThriftReader::Varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Byte();
    value |= static_cast<uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) {
      return value;
    }
  }
  Damage("a number has more than ten bytes");
  return 0;
}

int32_t ThriftReader::Narrow(int64_t value) {
  if (value < INT32_MIN || value > INT32_MAX) {
    Damage("a number does not fit its type");
    return 0;
  }
  return static_cast<int32_t>(value);
}

std::string_view ThriftReader::Take(uint64_t count) {
  if (count > bytes_.size() - position_) {
    Damage("a text passes its end");
    return {};
  }
  const std::string_view taken(bytes_.data() + position_, count);
  position_ += count;
  return taken;
}

bool ThriftReader::Next(Field* field) {
  const uint8_t byte = Byte();
  if (byte == 0) {
    return false;
  }
  const unsigned type = byte & 0x0FU;
  if (type == 0 || type > static_cast<unsigned>(ThriftType::kStruct)) {
    Damage("unknown field type");
    return false;
  }
  int64_t id = field->id + (byte >> 4U);
  if (byte >> 4U == 0) {
    id = UnZigZag(Varint());
  }
  if (id < INT16_MIN || id > INT16_MAX) {
    Damage("field id out of range");
  }
  if (damaged()) {
    return false;
  }
  *field = {static_cast<ThriftType>(type), static_cast<int16_t>(id)};
  return true;
}

int64_t ThriftReader::Integer(const Field& field) {
  if (field.type == ThriftType::kByte) {
    return static_cast<int8_t>(Byte());
  }
  if (!IsInteger(field.type)) {
    Damage("a field that should be a number is not");
    return 0;
  }
  return IntegerElement();
}

int32_t ThriftReader::Integer32(const Field& field) { return Narrow(Integer(field)); }

bool ThriftReader::Bool(const Field& field) {
  if (field.type != ThriftType::kTrue && field.type != ThriftType::kFalse) {
    Damage("a field that should be true or false is neither");
  }
  return field.type == ThriftType::kTrue;
}

std::string_view ThriftReader::Binary(const Field& field) {
  if (field.type != ThriftType::kBinary) {
    Damage("a field that should be a text is not");
    return {};
  }
  return BinaryElement();
}

bool ThriftReader::Struct(const Field& field) {
  if (field.type != ThriftType::kStruct) {
    Damage("a field that should be a struct is not");
    return false;
  }
  return true;
}

ThriftReader::ListHeader ThriftReader::ReadListHeader() {
  const uint8_t byte = Byte();
  uint64_t count = byte >> 4U;
  if (count == 15) {
    count = Varint();
  }
  if (count > bytes_.size() - position_) {
    Damage("a list is longer than what holds it");
    return {};
  }
  return {static_cast<ThriftType>(byte & 0x0FU), count};
}

size_t ThriftReader::List(const Field& field, ThriftType element) {
  if (field.type != ThriftType::kList) {
    Damage("a field that should be a list is not");
    return 0;
  }
  const ListHeader header = ReadListHeader();
  // Writers disagree on which of the two types a list of booleans has.
  const bool both_bool = element == ThriftType::kTrue && header.element == ThriftType::kFalse;
  if (header.count > 0 && header.element != element && !both_bool) {
    Damage("a list has elements of another type");
  }
  return damaged() ? 0 : header.count;
}

int64_t ThriftReader::IntegerElement() { return UnZigZag(Varint()); }
int32_t ThriftReader::IntegerElement32() { return Narrow(IntegerElement()); }
bool ThriftReader::BoolElement() { return Byte() == static_cast<uint8_t>(ThriftType::kTrue); }
std::string_view ThriftReader::BinaryElement() { return Take(Varint()); }

void ThriftReader::SkipValue(ThriftType type, int depth, Place place) {
  if (depth > kMaxDepth) {
    return Damage("nested too deep");
  }
  switch (type) {
    case ThriftType::kTrue:
    case ThriftType::kFalse:
      Take(place == Place::kElement ? 1 : 0);
      return;
    case ThriftType::kByte:
      Take(1);
      return;
    case ThriftType::kI16:
    case ThriftType::kI32:
    case ThriftType::kI64:
      Varint();
      return;
    case ThriftType::kDouble:
      Take(8);
      return;
    case ThriftType::kBinary:
      BinaryElement();
      return;
    case ThriftType::kList:
    case ThriftType::kSet: {
      const ListHeader list = ReadListHeader();
      for (size_t i = 0; i < list.count && !damaged(); ++i) {
        SkipValue(list.element, depth + 1, Place::kElement);
      }
      return;
    }
    case ThriftType::kMap:
      return SkipMap(depth);
    case ThriftType::kStruct:
      for (Field field; Next(&field);) {
        SkipValue(field.type, depth + 1, Place::kField);
      }
      return;
    case ThriftType::kStop:
      break;
  }
  Damage("unknown field type");
}

void ThriftReader::SkipMap(int depth) {
  const uint64_t count = Varint();
  if (count == 0) {
    return;
  }
  if (count > bytes_.size() - position_) {
    return Damage("a map is longer than what holds it");
  }
  const uint8_t types = Byte();
  for (uint64_t i = 0; i < count && !damaged(); ++i) {
    SkipValue(static_cast<ThriftType>(types >> 4U), depth + 1, Place::kElement);
    SkipValue(static_cast<ThriftType>(types & 0x0FU), depth + 1, Place::kElement);
  }
}

}  // namespace ingot
