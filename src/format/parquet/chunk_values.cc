#include "format/parquet/chunk_values.h"

#include <algorithm>

namespace ingot {

ChunkValues::ChunkValues(std::span<const LeafColumn* const> fragments) : fragments_(fragments) {
  offsets_.reserve(fragments.size() + 1);
  offsets_.push_back(0);
  for (const LeafColumn* fragment : fragments) {
    offsets_.push_back(offsets_.back() + fragment->ValueCount());
  }
}

size_t ChunkValues::FragmentOf(uint64_t index) const {
  // The last fragment that begins at or before the value: empty ones before it begin there too.
  const auto after = std::upper_bound(offsets_.begin(), offsets_.end(), index);
  return static_cast<size_t>(after - offsets_.begin()) - 1;
}

template <typename T>
std::span<const T> ChunkValues::Slice(const Buffer<T> LeafColumn::* values, uint64_t begin, size_t count,
                                      Buffer<T>* scratch) const {
  if (count == 0) {
    return {};
  }
  size_t fragment = FragmentOf(begin);
  size_t at = begin - offsets_[fragment];
  const Buffer<T>& first = fragments_[fragment]->*values;
  if (at + count <= first.size()) {
    return {first.data() + at, count};
  }
  scratch->Clear();
  scratch->Reserve(count);
  while (scratch->size() < count) {
    const Buffer<T>& part = fragments_[fragment++]->*values;
    const size_t taken = std::min(count - scratch->size(), part.size() - at);
    scratch->AppendAll(part.data() + at, taken);
    at = 0;
  }
  return {scratch->data(), count};
}

std::span<const uint8_t> ChunkValues::Bools(uint64_t begin, size_t count, SliceScratch* scratch) const {
  return Slice(&LeafColumn::bools, begin, count, &scratch->bools);
}

std::span<const int64_t> ChunkValues::Ints(uint64_t begin, size_t count, SliceScratch* scratch) const {
  return Slice(&LeafColumn::ints, begin, count, &scratch->ints);
}

std::span<const double> ChunkValues::Doubles(uint64_t begin, size_t count, SliceScratch* scratch) const {
  return Slice(&LeafColumn::doubles, begin, count, &scratch->doubles);
}

BytesSlice ChunkValues::Bytes(uint64_t begin, size_t count, SliceScratch* scratch) const {
  if (count == 0) {
    return {};
  }
  size_t fragment = FragmentOf(begin);
  size_t at = begin - offsets_[fragment];
  const auto first_byte = [&](const LeafColumn& column) { return at == 0 ? 0 : column.ends[at - 1]; };
  if (const LeafColumn& first = *fragments_[fragment]; at + count <= first.ends.size()) {
    return {first.bytes.data(), first.ends.data() + at, first_byte(first), count};
  }
  scratch->ends.Clear();
  scratch->bytes.Clear();
  scratch->ends.Reserve(count);
  while (scratch->ends.size() < count) {
    const LeafColumn& part = *fragments_[fragment++];
    const size_t taken = std::min(count - scratch->ends.size(), part.ends.size() - at);
    if (taken > 0) {
      const uint32_t from = first_byte(part);
      const auto shift = static_cast<uint32_t>(scratch->bytes.size()) - from;  // modulo 2^32, as the sum below
      scratch->bytes.AppendAll(part.bytes.data() + from, part.ends[at + taken - 1] - from);
      for (size_t i = 0; i < taken; ++i) {
        scratch->ends.Append(part.ends[at + i] + shift);
      }
    }
    at = 0;
  }
  return {scratch->bytes.data(), scratch->ends.data(), 0, count};
}

}  // namespace ingot
