// The bytes of a key in an index: integers as eight bytes, texts behind their length. No encoding is the beginning of
// another one, so that equal bytes mean equal keys. All numbers of the index are little-endian.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "lookup/lookup.h"

namespace ingot {

static_assert(std::endian::native == std::endian::little, "an index is read as it lies in memory");

// One value of a key: `text` of a string column, else `number`.
struct KeyValue {
  int64_t number = 0;
  std::string_view text;
};
using KeyTuple = std::array<KeyValue, kMaxKeyColumns>;

inline int CompareValues(KeyKind kind, const KeyValue& a, const KeyValue& b) {
  if (kind == KeyKind::kString) {
    return a.text.compare(b.text);
  }
  return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

template <typename T>
T ReadLittle(const char* bytes) {
  T value{};
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

// Bytes that grow, in place as long as they are few.
class KeyBuffer {
 public:
  void Clear() { size_ = 0; }
  void AppendBytes(const void* bytes, size_t count) {
    if (count > capacity_ - size_) [[unlikely]] {
      Grow(count);
    }
    std::memcpy(data_ + size_, bytes, count);
    size_ += count;
  }
  void AppendNumber(int64_t number) { AppendBytes(&number, sizeof(number)); }
  void AppendVarint(uint64_t value) {
    std::array<char, 10> bytes;
    size_t count = 0;
    while (value >= 0x80) {
      bytes[count++] = static_cast<char>(value | 0x80U);
      value >>= 7U;
    }
    bytes[count++] = static_cast<char>(value);
    AppendBytes(bytes.data(), count);
  }
  void AppendText(std::string_view text) {
    AppendVarint(text.size());
    AppendBytes(text.data(), text.size());
  }
  void AppendKey(KeyKind kind, const KeyValue& value) {
    if (kind == KeyKind::kString) {
      AppendText(value.text);
    } else {
      AppendNumber(value.number);
    }
  }
  std::string_view view() const { return {data_, size_}; }

  KeyBuffer() = default;
  KeyBuffer(const KeyBuffer&) = delete;
  KeyBuffer& operator=(const KeyBuffer&) = delete;
  ~KeyBuffer() = default;

 private:
  void Grow(size_t count) {
    std::string grown((size_ + count) * 2, '\0');
    std::memcpy(grown.data(), data_, size_);
    heap_ = std::move(grown);
    data_ = heap_.data();
    capacity_ = heap_.size();
  }

  std::array<char, 192> inline_;
  std::string heap_;
  char* data_ = inline_.data();
  size_t size_ = 0;
  size_t capacity_ = inline_.size();
};

}  // namespace ingot
