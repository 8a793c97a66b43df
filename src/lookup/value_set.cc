#include "lookup/value_set.h"

#include <algorithm>
#include <numeric>

#include "lookup/key_hash.h"

namespace ingot {
namespace {

constexpr uint64_t kOrdinalMask = 0xFFFFFFFFU;

}  // namespace

uint64_t ValueSet::HashOf(const KeyValue& value, KeyKind kind) { return HashValue(kind, value); }

KeyValue ValueSet::Value(uint64_t ordinal) const {
  if (kind_ != KeyKind::kString) {
    return {numbers_[ordinal], {}};
  }
  const uint64_t begin = ordinal == 0 ? 0 : ends_[ordinal - 1];
  return {0, {bytes_.data() + begin, ends_[ordinal] - begin}};
}

uint64_t ValueSet::MemoryBytes() const {
  return slots_.capacity() * sizeof(uint64_t) + numbers_.capacity() * sizeof(int64_t) +
         ends_.capacity() * sizeof(uint64_t) + bytes_.capacity();
}

void ValueSet::Grow() {
  std::vector<uint64_t> grown(slots_.size() * 2, 0);
  for (const uint64_t slot : slots_) {
    if (slot == 0) {
      continue;
    }
    uint64_t at = HashOf(Value((slot & kOrdinalMask) - 1)) & (grown.size() - 1);
    while (grown[at] != 0) {
      at = (at + 1) & (grown.size() - 1);
    }
    grown[at] = slot;
  }
  slots_ = std::move(grown);
}

void ValueSet::AddHashed(const KeyValue& value, uint64_t hash) {
  uint64_t at = hash & (slots_.size() - 1);
  while (slots_[at] != 0) {
    if ((slots_[at] ^ hash) >> 32U == 0 && Equals((slots_[at] & kOrdinalMask) - 1, value)) {
      return;
    }
    at = (at + 1) & (slots_.size() - 1);
  }
  if (kind_ == KeyKind::kString) {
    bytes_ += value.text;
    ends_.push_back(bytes_.size());
  } else {
    numbers_.push_back(value.number);
  }
  slots_[at] = (hash & ~kOrdinalMask) | size();
  if (size() * 2 > slots_.size()) {
    Grow();
  }
}

void ValueSet::Sort() {
  order_.resize(size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::sort(order_.begin(), order_.end(),
            [this](uint32_t a, uint32_t b) { return CompareValues(kind_, Value(a), Value(b)) < 0; });
  numbers_of_.resize(size());
  for (uint32_t number = 0; number < order_.size(); ++number) {
    numbers_of_[order_[number]] = number;
  }
}

uint32_t ValueSet::NumberOf(const KeyValue& value) const {
  const uint64_t hash = HashOf(value);
  uint64_t at = hash & (slots_.size() - 1);
  while ((slots_[at] ^ hash) >> 32U != 0 || !Equals((slots_[at] & kOrdinalMask) - 1, value)) {
    at = (at + 1) & (slots_.size() - 1);
  }
  return numbers_of_[(slots_[at] & kOrdinalMask) - 1];
}

}  // namespace ingot
