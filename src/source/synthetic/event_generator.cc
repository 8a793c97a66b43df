#include "source/synthetic/event_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "source/synthetic/counter_words.h"

namespace ingot {
namespace {

constexpr uint32_t kUsers = 100'000;
constexpr uint32_t kTeams = 1'000;
constexpr uint32_t kSecondsOfDay = 86'400;
constexpr int64_t kMicros = 1'000'000;
constexpr uint32_t kCentsOfPrice = 99'900;  // prices are 1.00 … 999.99
// Words of each row; its first one is number row × kWords.
constexpr uint64_t kWords = 8;
// What a row's properties can take: five fragments with their tails, and room for copies of constant length.
constexpr size_t kLongestProperties = 384;

// Copied with a constant length as well.
constexpr size_t kLongestName = 16;
constexpr std::array<std::string_view, 15> kEventNames = {
    "page_view",   "button_click",     "form_submit", "video_play",   "video_pause",
    "add_to_cart", "remove_from_cart", "checkout",    "purchase",     "sign_up",
    "sign_in",     "sign_out",         "search",      "filter_apply", "share"};

struct PaddedName {
  std::array<char, kLongestName> text{};
  uint32_t size = 0;
};

constexpr std::array<PaddedName, kEventNames.size()> kPaddedNames = [] {
  std::array<PaddedName, kEventNames.size()> names;
  for (size_t i = 0; i < names.size(); ++i) {
    names[i].size = static_cast<uint32_t>(kEventNames[i].size());
    std::copy(kEventNames[i].begin(), kEventNames[i].end(), names[i].text.begin());
  }
  return names;
}();

constexpr std::array<char, 200> kTwoDigits = [] {
  std::array<char, 200> digits{};
  for (size_t i = 0; i < 100; ++i) {
    digits[2 * i] = static_cast<char>('0' + i / 10);
    digits[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return digits;
}();

using Words = std::vector<std::string>;

Words Quoted(std::initializer_list<std::string_view> words) {
  Words texts;
  for (const std::string_view word : words) {
    texts.push_back(fmt::format("\"{}\"", word));
  }
  return texts;
}

// Each of first … last in the place of `{}`.
Words Numbered(fmt::string_view format, int first, int last) {
  Words texts;
  for (int number = first; number <= last; ++number) {
    texts.push_back(fmt::format(fmt::runtime(format), number));
  }
  return texts;
}

Field Required(std::string name, DataType type) { return {std::move(name), std::move(type), -1, false}; }

// Four hexadecimal digits at a time from a table would be faster; sixteen of them are rare.
char* AppendHex(uint64_t word, char* out) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  for (int i = 0; i < 16; ++i, word <<= 4U) {
    *out++ = kHexDigits[word >> 60U];
  }
  return out;
}

}  // namespace

EventGenerator::EventGenerator(uint64_t seed) : seed_(seed) {
  DataType time = Scalar(TypeKind::kTimestamp);
  time.unit = TimeUnit::kMicros;
  schema_.fields = {Required("event_time", std::move(time)), Required("user_id", Scalar(TypeKind::kInt64)),
                    Required("team_id", Scalar(TypeKind::kInt64)), Required("event_name", Scalar(TypeKind::kString)),
                    Required("properties", Scalar(TypeKind::kString))};
  hints_ = {ParquetEncoding::kDeltaBinaryPacked, ParquetEncoding::kDeltaBinaryPacked,
            ParquetEncoding::kDeltaBinaryPacked, ParquetEncoding::kRleDictionary,
            ParquetEncoding::kDeltaLengthByteArray};

  AddProperty("page_url", Numbered("\"https://shop.example/page/{}\"", 1, 200));
  AddProperty("button_id", Numbered("\"btn_{}\"", 1, 50));
  AddProperty("form_id", Numbered("\"form_{}\"", 1, 20));
  AddProperty("video_id", Numbered("\"video_{}\"", 1, 500));
  AddProperty("product_id", Numbered("\"product_{}\"", 1, 1000));
  AddProperty("category", Quoted({"electronics", "clothing", "books", "home", "garden", "sports", "toys", "beauty",
                                  "food", "music", "tools", "pets"}));
  AddProperty("price", Numbered("{}.", 1, 999), Tail::kCents);
  AddProperty("quantity", Numbered("{}", 1, 10));
  AddProperty("search_term", Quoted({"laptop", "running shoes", "coffee maker", "headphones", "desk lamp", "backpack",
                                     "phone case", "water bottle", "office chair", "notebook", "camera", "jacket",
                                     "yoga mat", "keyboard", "monitor", "garden hose"}));
  AddProperty("filter_type", Quoted({"price", "brand", "rating", "color", "size", "availability", "discount"}));
  AddProperty("platform", Quoted({"web", "ios", "android", "desktop"}));
  AddProperty("browser", Quoted({"chrome", "firefox", "safari", "edge", "opera"}));
  AddProperty("device_type", Quoted({"desktop", "mobile", "tablet"}));
  AddProperty("session_id", {"\""}, Tail::kSession);
  AddSubsets();
}

void EventGenerator::AddProperty(std::string_view key, const Words& values, Tail tail) {
  const auto first = static_cast<uint32_t>(fragments_.size());
  const uint16_t slot = slots_++;
  std::map<std::string, uint16_t, std::less<>> families;
  size_t common = SIZE_MAX;
  for (const std::string& value : values) {
    const std::string text = fmt::format("\"{}\":{}{}", key, value, tail == Tail::kNone ? "," : "");
    Fragment fragment{};
    fragment.size = static_cast<uint8_t>(std::min(text.size(), fragment.text.size()));
    std::copy_n(text.begin(), fragment.size, fragment.text.begin());
    const size_t digit = text.find_last_of("0123456789");
    const std::string_view family = std::string_view(text).substr(0, digit == std::string::npos ? 0 : digit);
    fragment.family = slot;
    if (!family.empty()) {
      const auto [found, is_new] = families.try_emplace(std::string(family), slots_);
      slots_ = static_cast<uint16_t>(slots_ + (is_new ? 1 : 0));
      fragment.family = found->second;
      fragment.family_size = static_cast<uint8_t>(family.size());
    }
    const std::string_view front(fragments_.size() == first ? text.data() : fragments_[first].text.data(), text.size());
    common = std::min(common,
                      static_cast<size_t>(std::mismatch(text.begin(), text.end(), front.begin()).first - text.begin()));
    fragments_.push_back(fragment);
  }
  const uint32_t choices = tail == Tail::kCents ? kCentsOfPrice : static_cast<uint32_t>(values.size());
  properties_.push_back({first, choices, tail, static_cast<uint8_t>(common), slot});
  for (size_t i = first; i < fragments_.size(); ++i) {
    if (fragments_[i].family == slot) {
      fragments_[i].family_size = properties_.back().common_size;
    }
  }
}

// All sets of two to five properties, smaller sets first.
void EventGenerator::AddSubsets() {
  for (unsigned size = 2; size <= kMostProperties; ++size) {
    const auto first = static_cast<uint32_t>(subsets_.size());
    for (uint32_t bits = 0; bits < 1U << properties_.size(); ++bits) {
      if (static_cast<unsigned>(std::popcount(bits)) != size) {
        continue;
      }
      Subset subset{{}, static_cast<uint8_t>(size)};
      for (uint32_t rest = bits, i = 0; rest != 0; rest &= rest - 1, ++i) {
        subset.properties[i] = static_cast<uint8_t>(std::countr_zero(rest));
      }
      subsets_.push_back(subset);
    }
    subset_ranges_[size - 2] = {first, static_cast<uint32_t>(subsets_.size()) - first};
  }
}

// Where the texts of a row go. A copy of it stays in registers, which what is reached by a pointer cannot: a character
// that is written might be a part of it.
struct EventGenerator::Cursor {
  // A distance that a repeat cannot have. Positions are counted from here, so that a slot of zero is too far from all.
  static constexpr uint32_t kNever = 65'536;

  char* out;
  TextRepeat* repeat;
  const char* begin;   // of the column
  uint32_t* last;      // position by slot, of properties and families
  uint32_t* fragment;  // two for each fragment

  uint32_t position() const { return static_cast<uint32_t>(out - begin); }

  void AppendCents(uint32_t cents) {
    std::memcpy(out, kTwoDigits.data() + size_t{2} * cents, 2);
    out[2] = ',';
    out += 3;
  }
  void AppendSession(uint64_t session) {
    out = AppendHex(session, out);
    *out++ = '"';
    *out++ = ',';
  }
  // A fragment whose comma will be overwritten, at the end of a row, is followed by the brackets between two rows.
  void AppendFragment(const Property& property, uint32_t number, const Fragment& text, bool ends_row) {
    const uint32_t brackets = ends_row && property.tail == Tail::kNone ? 1 : 0;
    const uint32_t at = position() + kNever;
    uint32_t& same = fragment[size_t{2} * number + brackets];
    uint32_t& family = last[text.family];
    uint32_t& any = last[property.slot];
    uint32_t distance = at - same;
    uint32_t size = text.size + brackets;
    if (distance >= kNever) {
      distance = at - fragment[size_t{2} * number + (1 - brackets)];
      size = text.size - 1U;
      if (distance >= kNever) {
        const bool has_family = at - family < kNever;
        distance = at - (has_family ? family : any);
        size = has_family ? text.family_size : property.common_size;
      }
    }
    same = at;
    family = at;
    any = at;
    *repeat = {position(), static_cast<uint16_t>(distance), static_cast<uint16_t>(size)};
    repeat += distance < kNever ? 1 : 0;
    std::memcpy(out, text.text.data(), Fragment::kLength);
    out += text.size;
  }
};

// The texts of the properties of many rows, one behind the other, and where they repeat each other: what was written
// says where it stood last, so that nobody has to search.
class EventGenerator::Texts {
 public:
  Texts(const EventGenerator& generator, LeafColumn* column)
      : column_(*column),
        last_(generator.slots_ + 2 * generator.fragments_.size()),
        fragment_slots_(generator.slots_) {}

  // Makes room for as many rows. The cursor is valid until the next call.
  Cursor Begin(uint64_t rows) {
    column_.bytes.Reserve(column_.bytes.size() + rows * kLongestProperties);
    column_.repeats.Reserve(column_.repeats.size() + rows * kMostProperties);
    return {column_.bytes.end(), column_.repeats.end(), column_.bytes.data(), last_.data(),
            last_.data() + fragment_slots_};
  }
  void Commit(const Cursor& cursor) {
    column_.bytes.SetSize(cursor.position());
    column_.repeats.SetSize(static_cast<size_t>(cursor.repeat - column_.repeats.data()));
  }
  // Nothing follows the last row.
  void Finish() {
    if (!column_.repeats.empty()) {
      TextRepeat& last = column_.repeats.back();
      last.size = static_cast<uint16_t>(std::min<size_t>(last.size, column_.bytes.size() - last.begin));
    }
  }

 private:
  LeafColumn& column_;
  std::vector<uint32_t> last_;  // by slot: of properties and families, then two of each fragment
  size_t fragment_slots_;       // where those begin
};

// `choice` tells which properties, three of the draws their values, the last draw the session.
EventGenerator::Cursor EventGenerator::AppendProperties(uint32_t choice, std::span<const uint64_t, 4> draws,
                                                        Cursor cursor) const {
  // How many, then which: every number of keys is as likely as the others.
  const SubsetRange& range = subset_ranges_[choice >> 30U];
  const Subset& subset = subsets_[range.first + Scaled(choice << 2U, range.count)];
  const Property* const properties = properties_.data();
  const Fragment* const fragments = fragments_.data();
  *cursor.out++ = '{';
  const size_t count = subset.count;
  for (size_t i = 0; i < count; ++i) {
    const Property& property = properties[subset.properties[i]];
    const uint64_t word = draws[i / 2];
    const uint32_t value = Scaled(i % 2 == 0 ? HighHalf(word) : LowHalf(word), property.choices);
    const Tail tail = property.tail;
    const uint32_t number = property.first + (tail == Tail::kCents ? value / 100 : value);
    cursor.AppendFragment(property, number, fragments[number], i + 1 == count);
    if (tail == Tail::kCents) {
      cursor.AppendCents(value % 100);
    } else if (tail == Tail::kSession) {
      cursor.AppendSession(draws[3]);
    }
  }
  cursor.out[-1] = '}';  // over the last comma
  return cursor;
}

void EventGenerator::Fill(std::span<const DayRows> rows, std::vector<LeafColumn>* leaves) const {
  uint64_t count = 0;
  for (const DayRows& day : rows) {
    count += day.count;
  }
  leaves->resize(schema_.fields.size());
  for (size_t i = 0; i < leaves->size(); ++i) {
    LeafColumn& leaf = (*leaves)[i];
    leaf.layout = LayoutOf(schema_.fields[i].type.kind);
    leaf.levels.Clear();
    leaf.levels.AppendRun(count, 0, 0);
    leaf.ints.Clear();
    leaf.ends.Clear();
    leaf.bytes.Clear();
    leaf.repeats.Clear();
    if (leaf.layout == ValueLayout::kInt64) {
      leaf.ints.Reserve(count);
    } else {
      leaf.ends.Reserve(count);
    }
  }
  (*leaves)[3].bytes.Reserve(count * kLongestName);
  Texts texts(*this, &(*leaves)[4]);
  for (const DayRows& day : rows) {
    FillDay(day, leaves, &texts);
  }
  texts.Finish();
}

void EventGenerator::FillDay(const DayRows& rows, std::vector<LeafColumn>* leaves, Texts* texts) const {
  const CounterWords words(seed_, "events", static_cast<uint32_t>(rows.day.days));
  LeafColumn& time = (*leaves)[0];
  LeafColumn& user = (*leaves)[1];
  LeafColumn& team = (*leaves)[2];
  LeafColumn& name = (*leaves)[3];
  LeafColumn& properties = (*leaves)[4];
  const int64_t midnight = StartOf(rows.day).seconds * kMicros;
  constexpr uint64_t kBlock = 1024;
  for (uint64_t begin = 0; begin < rows.count; begin += kBlock) {
    const uint64_t end = std::min(begin + kBlock, rows.count);
    Cursor cursor = texts->Begin(end - begin);
    char* name_text = name.bytes.end();
    for (uint64_t i = begin; i < end; ++i) {
      const uint64_t word = (rows.first + i) * kWords;
      const uint64_t when = words.At(word);
      const int64_t second = Scaled(HighHalf(when), kSecondsOfDay);
      time.ints.Append(midnight + second * kMicros + Scaled(LowHalf(when), static_cast<uint32_t>(kMicros)));
      const uint64_t who = words.At(word + 1);
      user.ints.Append(int64_t{1} + Scaled(HighHalf(who), kUsers));
      team.ints.Append(int64_t{1} + Scaled(LowHalf(who), kTeams));
      const uint64_t what = words.At(word + 2);
      const PaddedName& chosen = kPaddedNames[Scaled(HighHalf(what), kPaddedNames.size())];
      std::memcpy(name_text, chosen.text.data(), kLongestName);
      name_text += chosen.size;
      name.ends.Append(static_cast<uint32_t>(name_text - name.bytes.data()));
      const std::array<uint64_t, 4> draws{words.At(word + 3), words.At(word + 4), words.At(word + 5),
                                          words.At(word + 6)};
      cursor = AppendProperties(LowHalf(what), draws, cursor);
      properties.ends.Append(cursor.position());
    }
    texts->Commit(cursor);
    name.bytes.SetSize(static_cast<size_t>(name_text - name.bytes.data()));
  }
}

}  // namespace ingot
