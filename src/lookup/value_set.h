// The distinct values of one column, numbered in their order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/key_encoding.h"

namespace ingot {

class ValueSet {
 public:
  explicit ValueSet(KeyKind kind) : kind_(kind), slots_(64, 0) {}

  KeyKind kind() const { return kind_; }
  // Adds the value unless it is there.
  void Add(const KeyValue& value) { AddHashed(value, HashOf(value)); }
  uint64_t size() const { return kind_ == KeyKind::kString ? ends_.size() : numbers_.size(); }
  uint64_t MemoryBytes() const;

  // Gives every value its number in the order of values. No Add may follow.
  void Sort();
  // Requires: Sort, and the value is there.
  uint32_t NumberOf(const KeyValue& value) const;
  // By its number. Valid as long as the set. Requires: Sort.
  KeyValue At(uint64_t number) const { return Value(order_[number]); }

 private:
  static uint64_t HashOf(const KeyValue& value, KeyKind kind);
  uint64_t HashOf(const KeyValue& value) const { return HashOf(value, kind_); }
  void AddHashed(const KeyValue& value, uint64_t hash);
  KeyValue Value(uint64_t ordinal) const;
  bool Equals(uint64_t ordinal, const KeyValue& value) const {
    return CompareValues(kind_, Value(ordinal), value) == 0;
  }
  void Grow();

  KeyKind kind_;
  // Open addressing: the ordinal plus one in the low half, bits of the hash in the high half.
  std::vector<uint64_t> slots_;
  std::vector<int64_t> numbers_;
  std::vector<uint64_t> ends_;
  std::string bytes_;
  std::vector<uint32_t> order_;       // ordinal by number
  std::vector<uint32_t> numbers_of_;  // number by ordinal
};

}  // namespace ingot
