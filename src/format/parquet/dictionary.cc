#include "format/parquet/dictionary.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cstring>

namespace ingot {
namespace {

constexpr size_t kFirstSlots = 1024;

inline uint64_t HashInline(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

template <typename Word>
Word Load(const char* bytes) {
  Word word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// Requires: equal sizes. For short texts, where the call of memcmp would take longer than the comparison.
bool SameBytes(const char* a, const char* b, size_t size) {
  if (size >= 8) {
    for (size_t i = 0; i + 8 <= size; i += 8) {
      if (Load<uint64_t>(a + i) != Load<uint64_t>(b + i)) {
        return false;
      }
    }
    return Load<uint64_t>(a + size - 8) == Load<uint64_t>(b + size - 8);
  }
  if (size >= 4) {
    return Load<uint32_t>(a) == Load<uint32_t>(b) && Load<uint32_t>(a + size - 4) == Load<uint32_t>(b + size - 4);
  }
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) {
      return false;
    }
  }
  return true;
}

bool SameText(std::string_view a, std::string_view b) {
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size goes with both
  return a.size() == b.size() && SameBytes(a.data(), b.data(), a.size());
}

}  // namespace

uint64_t HashOfText(std::string_view text) { return HashInline(text); }

void FixedDictionary::Clear() {
  entries_.Clear();
  Resize(kFirstSlots);
}

void FixedDictionary::Resize(size_t slots) {
  slots_.Reserve(slots);
  slots_.SetSize(slots);
  for (Slot& slot : slots_) {
    slot.entry = kEmpty;
  }
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots));
  const size_t mask = slots - 1;
  for (size_t i = 0; i < entries_.size(); ++i) {
    size_t at = HashOfBits(entries_[i]) >> shift_;
    while (slots_[at].entry != kEmpty) {
      at = (at + 1) & mask;
    }
    slots_[at] = {entries_[i], static_cast<uint32_t>(i)};
  }
}

bool FixedDictionary::Add(std::span<const int64_t> values, size_t max_entries, Buffer<uint32_t>* indices) {
  return AddBits(values, max_entries, indices);
}

bool FixedDictionary::Add(std::span<const double> values, size_t max_entries, Buffer<uint32_t>* indices) {
  return AddBits(values, max_entries, indices);
}

template <typename T>
bool FixedDictionary::AddBits(std::span<const T> values, size_t max_entries, Buffer<uint32_t>* indices) {
  indices->Reserve(indices->size() + values.size());
  uint32_t* out = indices->data() + indices->size();
  size_t mask = slots_.size() - 1;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto value = std::bit_cast<int64_t>(values[i]);
    size_t at = HashOfBits(value) >> shift_;
    while (slots_[at].entry != kEmpty && slots_[at].value != value) {
      at = (at + 1) & mask;
    }
    if (slots_[at].entry == kEmpty) {
      if (entries_.size() >= max_entries) {
        return false;
      }
      slots_[at] = {value, static_cast<uint32_t>(entries_.size())};
      out[i] = slots_[at].entry;
      entries_.Append(value);
      if (entries_.size() * 2 > slots_.size()) {
        Resize(slots_.size() * 4);
        mask = slots_.size() - 1;
      }
      continue;
    }
    out[i] = slots_[at].entry;
  }
  indices->SetSize(indices->size() + values.size());
  return true;
}

void BytesDictionary::Clear() {
  bytes_.Clear();
  ends_.Clear();
  Resize(kFirstSlots);
}

void BytesDictionary::Resize(size_t slots) {
  slots_.Reserve(slots);
  slots_.SetSize(slots);
  for (Slot& slot : slots_) {
    slot.entry = kEmpty;
  }
  const size_t mask = slots - 1;
  for (uint32_t i = 0; i < ends_.size(); ++i) {
    const std::string_view text = Entry(i);
    const uint64_t hash = HashInline(text);
    size_t at = hash & mask;
    while (slots_[at].entry != kEmpty) {
      at = (at + 1) & mask;
    }
    slots_[at] = {static_cast<uint32_t>(hash >> 32U), i};
  }
}

bool BytesDictionary::Add(const BytesSlice& values, size_t max_page_bytes, Buffer<uint32_t>* indices) {
  indices->Reserve(indices->size() + values.count);
  uint32_t* out = indices->data() + indices->size();
  size_t mask = slots_.size() - 1;
  for (size_t i = 0; i < values.count; ++i) {
    const std::string_view text = values[i];
    const uint64_t hash = HashInline(text);
    const auto tag = static_cast<uint32_t>(hash >> 32U);
    size_t at = hash & mask;
    while (slots_[at].entry != kEmpty && (slots_[at].hash != tag || !SameText(Entry(slots_[at].entry), text))) {
      at = (at + 1) & mask;
    }
    if (slots_[at].entry == kEmpty) {
      if (page_bytes() + text.size() + sizeof(uint32_t) > max_page_bytes) {
        return false;
      }
      slots_[at] = {tag, static_cast<uint32_t>(ends_.size())};
      out[i] = slots_[at].entry;
      bytes_.AppendAll(text.data(), text.size());
      ends_.Append(static_cast<uint32_t>(bytes_.size()));
      if (ends_.size() * 2 > slots_.size()) {
        Resize(slots_.size() * 4);
        mask = slots_.size() - 1;
      }
      continue;
    }
    out[i] = slots_[at].entry;
  }
  indices->SetSize(indices->size() + values.count);
  return true;
}

}  // namespace ingot
