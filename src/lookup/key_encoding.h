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
#include "lookup/short_bytes.h"

namespace ingot {

static_assert(std::endian::native == std::endian::little, "an index is read as it lies in memory");

// One value of a key: `text` of a string column, else `number`.
struct KeyValue {
  int64_t number = 0;
  std::string_view text;
};
using KeyTuple = std::array<KeyValue, kMaxKeyColumns>;

// The first values of a key, at least one. Whoever makes it keeps them. Requires: the first text has what is skipped.
struct KeyView {
  const KeyKind* kinds = nullptr;
  const KeyValue* values = nullptr;
  size_t count = 0;
  size_t skipped = 0;  // bytes of the first text that are no part of the encoding

  std::string_view TextOf(size_t i) const { return i == 0 ? values[0].text.substr(skipped) : values[i].text; }
  inline size_t EncodedBytes() const;
  // Whether the bytes begin with this key. Requires: there are EncodedBytes() of them.
  inline bool IsAt(const char* bytes) const;
};

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
    CopyShort(data_ + size_, static_cast<const char*>(bytes), count);
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
    if (text.size() < 0x80 && size_ < capacity_) [[likely]] {
      data_[size_++] = static_cast<char>(text.size());
    } else {
      AppendVarint(text.size());
    }
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

constexpr size_t VarintBytes(uint64_t value) { return (static_cast<size_t>(std::bit_width(value | 1U)) + 6) / 7; }

size_t KeyView::EncodedBytes() const {
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t size = TextOf(i).size();
    bytes += kinds[i] == KeyKind::kString ? VarintBytes(size) + size : sizeof(int64_t);
  }
  return bytes;
}

bool KeyView::IsAt(const char* bytes) const {
  for (size_t i = 0; i < count; ++i) {
    if (kinds[i] != KeyKind::kString) {
      if (ReadLittle<int64_t>(bytes) != values[i].number) {
        return false;
      }
      bytes += sizeof(int64_t);
      continue;
    }
    const std::string_view text = TextOf(i);
    for (uint64_t left = text.size(), more = 1; more != 0; left >>= 7U) {
      more = left >= 0x80 ? 0x80 : 0;
      if (static_cast<uint8_t>(*bytes++) != ((left & 0x7FU) | more)) {
        return false;
      }
    }
    if (!EqualShort(bytes, text.data(), text.size())) {
      return false;
    }
    bytes += text.size();
  }
  return true;
}

}  // namespace ingot
