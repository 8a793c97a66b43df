// Copying and comparing the few bytes of a key or a path without a call: two words that may overlap cover all lengths
// from one word to two.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ingot {

using SixteenBytes = std::array<uint64_t, 2>;

template <typename Word>
Word LoadWord(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

template <typename Word>
void CopyEnds(char* to, const char* from, size_t count) {
  const Word first = LoadWord<Word>(from);
  const Word last = LoadWord<Word>(from + count - sizeof(Word));
  std::memcpy(to, &first, sizeof(Word));
  std::memcpy(to + count - sizeof(Word), &last, sizeof(Word));
}

template <typename Word>
bool EqualEnds(const char* a, const char* b, size_t count) {
  const size_t last = count - sizeof(Word);
  return LoadWord<Word>(a) == LoadWord<Word>(b) && LoadWord<Word>(a + last) == LoadWord<Word>(b + last);
}

// memcpy(to, from, count).
inline void CopyShort(char* to, const char* from, size_t count) {
  if (count > 2 * sizeof(SixteenBytes)) {
    std::memcpy(to, from, count);
  } else if (count >= sizeof(SixteenBytes)) {
    CopyEnds<SixteenBytes>(to, from, count);
  } else if (count >= sizeof(uint64_t)) {
    CopyEnds<uint64_t>(to, from, count);
  } else if (count >= sizeof(uint32_t)) {
    CopyEnds<uint32_t>(to, from, count);
  } else {
    for (size_t i = 0; i < count; ++i) {
      to[i] = from[i];
    }
  }
}

// memcmp(a, b, count) == 0.
inline bool EqualShort(const char* a, const char* b, size_t count) {
  if (count >= sizeof(SixteenBytes) && count <= 2 * sizeof(SixteenBytes)) {
    return EqualEnds<SixteenBytes>(a, b, count);
  }
  if (count >= sizeof(uint64_t) && count < sizeof(SixteenBytes)) {
    return EqualEnds<uint64_t>(a, b, count);
  }
  // Of no bytes there may be no place either.
  return count == 0 || std::memcmp(a, b, count) == 0;
}

}  // namespace ingot
