#include "source/listing/key_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

namespace ingot {
namespace {

constexpr unsigned kWordBits = 64;
constexpr unsigned kDigitBits = 11;
// Codes, lines and places in dictionaries have 32 bits; a block brings less than this.
constexpr uint64_t kMostRows = uint64_t{3} << 30U;

// The codes of the entries in the order of their bytes.
std::vector<uint32_t> OrderOf(const BytesSlice& entries) {
  std::vector<uint32_t> order(entries.count);
  std::iota(order.begin(), order.end(), 0U);
  const auto in_order = [&](uint32_t a, uint32_t b) { return entries[a] < entries[b]; };
  if (std::is_sorted(order.begin(), order.end(), in_order)) {
    return order;
  }
  // Most comparisons end in the first bytes that are not the same everywhere: those stand beside the codes.
  struct Head {
    uint64_t bytes;
    uint32_t code;
  };
  std::string_view common = entries[0];
  for (size_t i = 1; i < entries.count; ++i) {
    const auto [left, right] = std::mismatch(common.begin(), common.end(), entries[i].begin(), entries[i].end());
    static_cast<void>(right);
    common = common.substr(0, static_cast<size_t>(left - common.begin()));
  }
  std::vector<Head> heads(entries.count);
  for (uint32_t i = 0; i < entries.count; ++i) {
    const std::string_view rest = entries[i].substr(common.size());
    uint64_t bytes = 0;
    std::memcpy(&bytes, rest.data(), std::min(rest.size(), sizeof(bytes)));
    heads[i] = {std::endian::native == std::endian::little ? __builtin_bswap64(bytes) : bytes, i};
  }
  std::sort(heads.begin(), heads.end(), [&](const Head& a, const Head& b) {
    return a.bytes != b.bytes ? a.bytes < b.bytes : entries[a.code] < entries[b.code];
  });
  std::transform(heads.begin(), heads.end(), order.begin(), [](const Head& head) { return head.code; });
  return order;
}

// Sorts by the lowest `bits` of `key`, stable, least significant digit first. `spare` is working memory.
template <typename Row>
void RadixSort(Buffer<Row>* rows, unsigned bits, Buffer<Row>* spare) {
  if (std::is_sorted(rows->begin(), rows->end(), [](const Row& a, const Row& b) { return a.key < b.key; })) {
    return;
  }
  const unsigned passes = (bits + kDigitBits - 1) / kDigitBits;
  const unsigned width = (bits + passes - 1) / passes;
  const uint64_t mask = (uint64_t{1} << width) - 1;
  std::vector<std::vector<size_t>> counts(passes, std::vector<size_t>(mask + 1));
  for (const Row& row : *rows) {
    for (unsigned pass = 0; pass < passes; ++pass) {
      ++counts[pass][row.key >> (pass * width) & mask];
    }
  }
  spare->Reserve(rows->size());
  spare->SetSize(rows->size());
  for (unsigned pass = 0; pass < passes; ++pass) {
    std::vector<size_t>& next = counts[pass];
    size_t begin = 0;
    for (size_t& count : next) {
      begin += std::exchange(count, begin);
    }
    for (const Row& row : *rows) {
      (*spare)[next[row.key >> (pass * width) & mask]++] = row;
    }
    std::swap(*rows, *spare);
  }
}

}  // namespace

KeyRun::KeyRun(const PathTemplate* path, const KeyLayout* layout) : path_(path), layout_(layout) { Clear(); }

void KeyRun::Clear() {
  slots_.resize(layout_->texts + 1);
  for (Slot& slot : slots_) {
    slot = Slot();
    slot.dictionary.Clear();
  }
  numbers_.clear();
  numbers_.resize(layout_->numbers);
  row_lines_ = Buffer<uint32_t>();
  places_.clear();
  sorted_ = Buffer<SortedRow>();
  words_.clear();
  is_sorted_ = false;
}

void KeyRun::Add(const ListingBlock& block, uint64_t first_line) {
  if (row_lines_.empty()) {
    first_line_ = first_line;
  }
  for (size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    const BytesSlice entries = block.dictionaries[i].entries();
    Buffer<uint32_t> codes;
    slot.dictionary.Add(entries, SIZE_MAX, &codes);
    const size_t begin = slot.codes.size();
    slot.codes.Reserve(begin + block.rows());
    slot.codes.SetSize(begin + block.rows());
    std::transform(block.codes[i].begin(), block.codes[i].end(), slot.codes.begin() + begin,
                   [&](uint32_t code) { return codes[code]; });
  }
  for (size_t i = 0; i < numbers_.size(); ++i) {
    numbers_[i].AppendAll(block.numbers[i].data(), block.numbers[i].size());
  }
  const auto above = static_cast<uint32_t>(first_line - first_line_);
  for (const uint32_t line : block.row_lines) {
    row_lines_.Append(above + line);
  }
}

bool KeyRun::is_full() const {
  const auto has_many = [](const Slot& slot) { return slot.dictionary.page_bytes() > kMostRows; };
  return !row_lines_.empty() && (row_lines_.back() > kMostRows || std::any_of(slots_.begin(), slots_.end(), has_many));
}

uint64_t KeyRun::MemoryBytes() const {
  constexpr uint64_t kDictionaryOverhead = 4;  // slots of hashes, ranks and orders beside an entry's bytes
  uint64_t dictionaries = 0;
  for (const Slot& slot : slots_) {
    dictionaries += slot.dictionary.page_bytes() + slot.dictionary.size() * kDictionaryOverhead * sizeof(uint64_t);
  }
  const uint64_t columns = slots_.size() * sizeof(uint32_t) + numbers_.size() * sizeof(int64_t) + sizeof(uint32_t);
  // First columns become sorted rows, then those are sorted with a copy.
  const uint64_t words = layout_->texts * sizeof(uint32_t) + layout_->numbers * sizeof(uint64_t);
  const uint64_t packing = columns + sizeof(SortedRow) + words;
  const uint64_t sorting = 2 * sizeof(SortedRow) + words + sizeof(uint32_t);
  return dictionaries + row_lines_.size() * std::max(packing, sorting);
}

void KeyRun::RankTexts() {
  for (Slot& slot : slots_) {
    // Prefixes are no part of the key.
    if (&slot == &slots_.back()) {
      continue;
    }
    slot.by_rank = OrderOf(slot.dictionary.entries());
    slot.ranks.resize(slot.by_rank.size());
    for (uint32_t rank = 0; rank < slot.by_rank.size(); ++rank) {
      slot.ranks[slot.by_rank[rank]] = rank;
    }
  }
}

// Gives every field its place. Returns how many bits each word uses.
std::vector<unsigned> KeyRun::PlanWords() {
  std::vector<unsigned> used{0};
  std::vector<unsigned> bits;
  places_.resize(layout_->is_text.size());
  for (size_t field = 0; field < places_.size(); ++field) {
    const size_t slot = layout_->slot[field];
    Place& place = places_[field];
    uint64_t most = 0;
    if (layout_->is_text[field]) {
      most = slots_[slot].by_rank.size() - 1;
    } else {
      const auto [least, greatest] = std::minmax_element(numbers_[slot].begin(), numbers_[slot].end());
      place.least = *least;
      most = static_cast<uint64_t>(*greatest) - static_cast<uint64_t>(*least);
    }
    bits.push_back(static_cast<unsigned>(std::bit_width(most)));
    if (used.back() + bits.back() > kWordBits) {
      used.push_back(0);
    }
    place.word = used.size() - 1;
    place.mask = bits.back() == kWordBits ? ~uint64_t{0} : (uint64_t{1} << bits.back()) - 1;
    used.back() += bits.back();
  }
  // The first field of a word is its most significant one.
  std::vector<unsigned> left = used;
  for (size_t field = 0; field < places_.size(); ++field) {
    left[places_[field].word] -= bits[field];
    places_[field].shift = bits[field] == 0 ? 0 : left[places_[field].word];
  }
  return used;
}

void KeyRun::PackWord(size_t word, Buffer<uint64_t>* out) const {
  const size_t rows = row_lines_.size();
  out->Reserve(rows);
  out->SetSize(rows);
  std::fill(out->begin(), out->end(), 0);
  for (size_t field = 0; field < places_.size(); ++field) {
    const Place& place = places_[field];
    const size_t slot = layout_->slot[field];
    if (place.word != word || place.mask == 0) {
      continue;
    }
    if (layout_->is_text[field]) {
      const Slot& texts = slots_[slot];
      for (size_t i = 0; i < rows; ++i) {
        (*out)[i] |= uint64_t{texts.ranks[texts.codes[i]]} << place.shift;
      }
    } else {
      for (size_t i = 0; i < rows; ++i) {
        (*out)[i] |= (static_cast<uint64_t>(numbers_[slot][i]) - static_cast<uint64_t>(place.least)) << place.shift;
      }
    }
  }
}

void KeyRun::Sort() {
  is_sorted_ = true;
  const size_t rows = row_lines_.size();
  if (rows == 0) {
    return;
  }
  RankTexts();
  const std::vector<unsigned> bits = PlanWords();
  words_.resize(bits.size());
  for (size_t word = 0; word < bits.size(); ++word) {
    PackWord(word, &words_[word]);
  }
  const Buffer<uint64_t> first = std::move(words_.front());
  sorted_.Reserve(rows);
  sorted_.SetSize(rows);
  for (uint32_t i = 0; i < rows; ++i) {
    sorted_[i] = {first[i], i, slots_.back().codes[i]};
  }
  for (Slot& slot : slots_) {
    slot.codes = Buffer<uint32_t>();
    slot.ranks = {};
  }
  numbers_.clear();
  Buffer<SortedRow> spare;
  for (size_t word = bits.size(); word-- > 1;) {
    for (SortedRow& row : sorted_) {
      row.key = words_[word][row.row];
    }
    RadixSort(&sorted_, bits[word], &spare);
  }
  if (bits.size() > 1) {
    for (SortedRow& row : sorted_) {
      row.key = first[row.row];
    }
  }
  RadixSort(&sorted_, bits[0], &spare);
}

bool KeyRun::SameKey(const SortedRow& a, const SortedRow& b) const {
  if (a.key != b.key) {
    return false;
  }
  for (size_t word = 1; word < words_.size(); ++word) {
    if (words_[word][a.row] != words_[word][b.row]) {
      return false;
    }
  }
  return true;
}

Result<void> KeyRun::ApplyRule(DuplicateRule rule, DuplicateFindings* findings) {
  if (sorted_.empty()) {
    return {};
  }
  size_t kept = 0;
  for (size_t i = 1; i < sorted_.size(); ++i) {
    SortedRow& last = sorted_[kept];
    if (!SameKey(last, sorted_[i])) {
      sorted_[++kept] = sorted_[i];
      continue;
    }
    ++findings->count;
    findings->has_other_path = findings->has_other_path || last.prefix != sorted_[i].prefix;
    if (findings->first.empty()) {
      KeyRow row(places_.size());
      Get(kept, &row);
      findings->first =
          fmt::format("{} in lines {} and {}", DescribeKey(*path_, row), LineOf(last) + 1, LineOf(sorted_[i]) + 1);
    }
    if (rule == DuplicateRule::kRefuse) {
      return DuplicateKeyError(*findings);
    }
    if (rule == DuplicateRule::kKeepLast) {
      last = sorted_[i];
    } else if (rule == DuplicateRule::kKeepAll) {
      sorted_[++kept] = sorted_[i];
    }
  }
  sorted_.Truncate(kept + 1);
  return {};
}

void KeyRun::Get(size_t index, KeyRow* row) const {
  const SortedRow& sorted = sorted_[index];
  for (size_t field = 0; field < places_.size(); ++field) {
    const Place& place = places_[field];
    const uint64_t word = place.word == 0 ? sorted.key : words_[place.word][sorted.row];
    const uint64_t packed = word >> place.shift & place.mask;
    if (layout_->is_text[field]) {
      const Slot& slot = slots_[layout_->slot[field]];
      row->texts[field] = slot.dictionary.entries()[slot.by_rank[packed]];
    } else {
      row->numbers[field] = static_cast<int64_t>(packed + static_cast<uint64_t>(place.least));
    }
  }
  row->prefix = slots_.back().dictionary.entries()[sorted.prefix];
  row->line = LineOf(sorted);
}

}  // namespace ingot
