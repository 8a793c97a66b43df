#include "format/parquet/snappy_encoder.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace ingot {
namespace {

constexpr size_t kLongestCopy = 64;
constexpr size_t kFarthest = 65'535;     // what two bytes of distance can say
constexpr size_t kNearest = 2'048;       // distances below take a byte and three bits, where at most
constexpr size_t kLongestNearCopy = 11;  // 4 … 11 bytes are copied
constexpr size_t kShortestCopy = 4;      // what costs three bytes must save more
constexpr size_t kWildBytes = 64;        // that may be written behind the end
constexpr size_t kStep = 16;             // of copying
constexpr unsigned kMostTableBits = 14;
constexpr unsigned kFewestTableBits = 8;
constexpr unsigned kMissesPerStep = 32;  // after as many failed searches the stride grows by a byte

uint32_t Load32(const char* from) {
  uint32_t word = 0;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

uint64_t Load64(const char* from) {
  uint64_t word = 0;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

// A copy takes less than what it stands for, a literal at most two bytes for one. Between two literals lies a copy of
// four bytes or more, which saves at least the tag of the literal.
size_t BoundOf(size_t bytes) { return 32 + bytes + bytes / 4 + kWildBytes; }

char* PutLength(size_t length, char* out) {
  while (length >= 0x80) {
    *out++ = static_cast<char>(length | 0x80U);
    length >>= 7U;
  }
  *out++ = static_cast<char>(length);
  return out;
}

// Requires: size > 0. Bytes up to `readable_end` may be read.
char* PutLiteral(const char* bytes, size_t size, const char* readable_end, char* out) {
  const size_t stored = size - 1;
  if (stored < 60) {
    *out++ = static_cast<char>(stored << 2U);
    if (static_cast<size_t>(readable_end - bytes) >= kWildBytes) {
      // Most are short: steps of a constant size are faster than a call.
      size_t done = 0;
      do {
        std::memcpy(out + done, bytes + done, kStep);
        done += kStep;
      } while (done < size);
      return out + size;
    }
  } else {
    const auto length_bytes = static_cast<unsigned>(std::bit_width(stored) + 7) / 8;
    *out++ = static_cast<char>((59U + length_bytes) << 2U);
    for (unsigned i = 0; i < length_bytes; ++i) {
      *out++ = static_cast<char>(stored >> (8 * i));
    }
  }
  std::memcpy(out, bytes, size);
  return out + size;
}

// Requires: 1 <= size <= kLongestCopy, 1 <= distance <= kFarthest.
char* PutOneCopy(size_t distance, size_t size, char* out) {
  if (size >= kShortestCopy && size <= kLongestNearCopy && distance < kNearest) {
    *out++ = static_cast<char>(1U | (size - 4) << 2U | (distance >> 8U) << 5U);
    *out++ = static_cast<char>(distance);
    return out;
  }
  *out++ = static_cast<char>(2U | (size - 1) << 2U);
  const auto low = static_cast<uint16_t>(distance);
  std::memcpy(out, &low, sizeof(low));
  return out + sizeof(low);
}

char* PutCopy(size_t distance, size_t size, char* out) {
  while (size > kLongestCopy) {
    // What is left is long enough for the short form.
    const size_t part = size < kLongestCopy + kShortestCopy ? kLongestCopy - kShortestCopy : kLongestCopy;
    out = PutOneCopy(distance, part, out);
    size -= part;
  }
  return PutOneCopy(distance, size, out);
}

// How many bytes are equal. `b` lies behind `a`; nothing at or behind `end` is read.
size_t EqualBytes(const char* a, const char* b, const char* end) {
  const char* const begin = b;
  while (end - b >= 8) {
    const uint64_t difference = Load64(a) ^ Load64(b);
    if (difference != 0) {
      return static_cast<size_t>(b - begin) + static_cast<size_t>(std::countr_zero(difference)) / 8;
    }
    a += 8;
    b += 8;
  }
  while (b < end && *a == *b) {
    ++a;
    ++b;
  }
  return static_cast<size_t>(b - begin);
}

// Searches `bytes` for what repeats earlier bytes, by a table of where four bytes stood last.
class Search {
 public:
  Search(std::span<const char> bytes, Buffer<uint32_t>* table)
      : begin_(bytes.data()), end_(bytes.data() + bytes.size()), table_(*table) {
    const unsigned bits =
        std::clamp(static_cast<unsigned>(std::bit_width(bytes.size())), kFewestTableBits, kMostTableBits);
    table_.Reserve(size_t{1} << bits);
    table_.SetSize(size_t{1} << bits);
    std::fill(table_.begin(), table_.end(), 0);
    shift_ = 32 - bits;
  }

  char* Run(char* out) {
    const char* pending = begin_;  // what is not written yet
    if (end_ - begin_ > static_cast<ptrdiff_t>(kStep)) {
      last_ = end_ - kStep;
      const char* at = begin_ + 1;
      while (const char* found = Find(&at)) {
        out = at > pending ? PutLiteral(pending, static_cast<size_t>(at - pending), end_, out) : out;
        const size_t size = kShortestCopy + EqualBytes(found + kShortestCopy, at + kShortestCopy, end_);
        out = PutCopy(static_cast<size_t>(at - found), size, out);
        at += size;
        pending = at;
        if (at > last_) {
          break;
        }
        Note(at - 1);
      }
    }
    return pending < end_ ? PutLiteral(pending, static_cast<size_t>(end_ - pending), end_, out) : out;
  }

 private:
  uint32_t& SlotOf(uint32_t word) { return table_[(word * 0x9E3779B1U) >> shift_]; }
  void Note(const char* at) { SlotOf(Load32(at)) = static_cast<uint32_t>(at - begin_); }

  // Moves `*at` to the next place that repeats an earlier one, which is returned; null when there is none.
  const char* Find(const char** at) {
    unsigned misses = kMissesPerStep;
    for (const char* place = *at; place <= last_; place += misses++ / kMissesPerStep) {
      const uint32_t word = Load32(place);
      uint32_t& slot = SlotOf(word);
      const char* const candidate = begin_ + slot;
      slot = static_cast<uint32_t>(place - begin_);
      if (candidate < place && static_cast<size_t>(place - candidate) <= kFarthest && Load32(candidate) == word) {
        *at = place;
        return candidate;
      }
    }
    return nullptr;
  }

  const char* begin_;
  const char* end_;
  const char* last_ = nullptr;  // where a search may still begin
  Buffer<uint32_t>& table_;
  unsigned shift_ = 0;
};

}  // namespace

void SnappyEncoder::Compress(std::span<const char> bytes, Buffer<char>* out) {
  out->Clear();
  out->Reserve(BoundOf(bytes.size()));
  char* end = PutLength(bytes.size(), out->data());
  if (!bytes.empty()) {
    end = Search(bytes, &table_).Run(end);
  }
  out->SetSize(static_cast<size_t>(end - out->data()));
}

void SnappyEncoder::CompressKnown(std::span<const char> head, std::span<const char> text, uint32_t text_begin,
                                  std::span<const TextRepeat> repeats, Buffer<char>* out) {
  out->Clear();
  out->Reserve(BoundOf(head.size() + text.size()));
  char* target = PutLength(head.size() + text.size(), out->data());
  if (!head.empty()) {
    target = PutLiteral(head.data(), head.size(), head.data() + head.size(), target);
  }
  const char* const readable_end = text.data() + text.size();
  size_t pending = 0;
  for (const TextRepeat& repeat : repeats) {
    const size_t begin = size_t{repeat.begin} - text_begin;
    if (repeat.begin < text_begin || begin < repeat.distance) {
      continue;
    }
    if (begin >= text.size()) {
      break;
    }
    const size_t size = std::min<size_t>(repeat.size, text.size() - begin);
    if (size < kShortestCopy) {
      continue;
    }
    if (begin > pending) {
      target = PutLiteral(text.data() + pending, begin - pending, readable_end, target);
    }
    target = PutCopy(repeat.distance, size, target);
    pending = begin + size;
  }
  if (pending < text.size()) {
    target = PutLiteral(text.data() + pending, text.size() - pending, readable_end, target);
  }
  out->SetSize(static_cast<size_t>(target - out->data()));
}

}  // namespace ingot
