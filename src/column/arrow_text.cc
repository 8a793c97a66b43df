#include "column/arrow_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/utc.h"
#include "column/arrow_values.h"
#include "model/quoted_name.h"

namespace ingot {
namespace {

// Decimals of 128 bits have no type in standard C++.
__extension__ using Int128 = __int128;

enum class Kind {
  kNull,
  kBool,
  kSigned,
  kUnsigned,
  kFloat,
  kDouble,
  kDecimal,
  kText,
  kBytes,
  kFixedBytes,
  kDays,
  kMillisOfDays,
  kTime,
  kInstant,
  kDuration,
  kMonths,
  kDaysAndMillis,
  kMonthsDaysNanos,
  kList,
  kFixedList,
  kStruct,
  kMap,
  kSparseUnion,
  kDenseUnion,
};

// Digits behind the point of a count of this unit: 's', 'm', 'u', 'n'.
int DigitsOf(char unit) { return unit == 's' ? 0 : unit == 'm' ? 3 : unit == 'u' ? 6 : 9; }

int64_t TenTo(int digits) {
  int64_t power = 1;
  for (; digits > 0; --digits) {
    power *= 10;
  }
  return power;
}

// ".123456", nothing for zero: a fraction's own digits are kept, as they were declared.
std::string Fraction(int64_t part, int digits) {
  return part == 0 ? std::string() : fmt::format(".{:0{}}", part, digits);
}

// Days that the calendar of base/utc.h has: years 1 to 9999.
bool IsCalendarDay(int64_t days) { return days >= -719162 && days <= 2932896; }

std::string DayText(int64_t days) {
  return IsCalendarDay(days) ? FormatUtcDay({static_cast<int32_t>(days)}) : fmt::format("{} days", days);
}

std::string TimeText(int64_t count, int digits) {
  const int64_t scale = TenTo(digits);
  const int64_t seconds = count / scale;
  return fmt::format("{:02}:{:02}:{:02}{}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     Fraction(count % scale, digits));
}

std::string InstantText(int64_t count, int digits, bool utc) {
  const int64_t per_day = 86400 * TenTo(digits);
  int64_t days = count / per_day;
  int64_t rest = count % per_day;
  if (rest < 0) {
    rest += per_day;
    --days;
  }
  return DayText(days) + 'T' + TimeText(rest, digits) + (utc ? "Z" : "");
}

// ISO 8601, as P1M2DT3.5S.
std::string IntervalText(int64_t months, int64_t days, int64_t nanos) {
  std::string text = "P";
  text += months == 0 ? std::string() : fmt::format("{}M", months);
  text += days == 0 ? std::string() : fmt::format("{}D", days);
  if (nanos != 0 || text.size() == 1) {
    const int64_t part = std::abs(nanos % 1'000'000'000);
    std::string fraction = Fraction(part, 9);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += fmt::format("T{}{}{}S", nanos < 0 && nanos > -1'000'000'000 ? "-" : "", nanos / 1'000'000'000, fraction);
  }
  return text;
}

std::string DecimalText(Int128 value, int scale) {
  const bool negative = value < 0;
  std::string digits;
  for (; value != 0; value /= 10) {
    const int digit = static_cast<int>(value % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
  }
  while (digits.size() <= static_cast<size_t>(std::max(scale, 0))) {
    digits += '0';
  }
  std::reverse(digits.begin(), digits.end());
  if (scale > 0) {
    digits.insert(digits.size() - static_cast<size_t>(scale), 1, '.');
  }
  return (negative ? "-" : "") + digits + std::string(static_cast<size_t>(std::max(-scale, 0)), '0');
}

std::string HexText(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return text;
}

template <typename Float>
void AppendFloat(Float value, ArrowTextStyle style, std::string& out) {
  if (style == ArrowTextStyle::kJson && !std::isfinite(value)) {
    out += "null";
    return;
  }
  const std::string text = fmt::format("{}", value);
  out += text;
  // A double stays one for whoever reads it back.
  if (style == ArrowTextStyle::kJson && text.find_first_of(".en") == std::string::npos) {
    out += ".0";
  }
}

void AppendQuoted(std::string_view text, ArrowTextStyle style, std::string& out) {
  if (style == ArrowTextStyle::kJson) {
    out += JsonQuoted(text);
  } else {
    out += text;
  }
}

}  // namespace

struct ArrowColumnText::Node {
  std::string name;
  Kind kind = Kind::kNull;
  int bytes = 0;   // width of integers, decimals, fixed bytes, offsets; length of fixed lists
  int digits = 0;  // of times; scale of decimals
  bool utc = false;
  bool is_view = false;
  std::vector<int> type_ids;  // of unions
  std::vector<Node> children;
  std::unique_ptr<Node> dictionary;

  void Append(const ArrowArray& array, int64_t row, ArrowTextStyle style, std::string& out) const;
  Result<void> Understand(std::string_view format);

 private:
  bool UnderstandScalar(std::string_view format);
  bool UnderstandParametric(std::string_view format);
  bool UnderstandNested(std::string_view format);
  void AppendNumber(const ArrowArray& array, int64_t i, ArrowTextStyle style, std::string& out) const;
  void AppendElements(const ArrowArray& child, int64_t begin, int64_t end, std::string& out) const;
  void AppendNested(const ArrowArray& array, int64_t row, std::string& out) const;
  void AppendMap(const ArrowArray& array, int64_t begin, int64_t end, std::string& out) const;
  std::string TimeLike(const ArrowArray& array, int64_t i) const;
  std::string_view BytesAt(const ArrowArray& array, int64_t i) const;
  int64_t IntegerAt(const ArrowArray& array, int64_t i) const;
  std::pair<int64_t, int64_t> Range(const ArrowArray& array, int64_t i) const;
};

namespace {

Result<void> ReadNode(const ArrowSchema& schema, auto& node) {
  node.name = schema.name == nullptr ? "" : schema.name;
  INGOT_TRY(node.Understand(schema.format));
  for (int64_t i = 0; i < schema.n_children; ++i) {
    node.children.emplace_back();
    INGOT_TRY(ReadNode(*schema.children[i], node.children.back()));
  }
  if (schema.dictionary != nullptr) {
    node.dictionary = std::make_unique<std::remove_reference_t<decltype(node)>>();
    INGOT_TRY(ReadNode(*schema.dictionary, *node.dictionary));
  }
  return {};
}

int NumberIn(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

bool ArrowColumnText::Node::UnderstandScalar(std::string_view format) {
  struct Scalar {
    std::string_view format;
    Kind kind;
    int bytes;
    int digits;
    bool is_view;
  };
  static constexpr Scalar kScalars[] = {
      {"n", Kind::kNull, 0, 0, false},
      {"b", Kind::kBool, 0, 0, false},
      {"c", Kind::kSigned, 1, 0, false},
      {"C", Kind::kUnsigned, 1, 0, false},
      {"s", Kind::kSigned, 2, 0, false},
      {"S", Kind::kUnsigned, 2, 0, false},
      {"i", Kind::kSigned, 4, 0, false},
      {"I", Kind::kUnsigned, 4, 0, false},
      {"l", Kind::kSigned, 8, 0, false},
      {"L", Kind::kUnsigned, 8, 0, false},
      {"f", Kind::kFloat, 4, 0, false},
      {"g", Kind::kDouble, 8, 0, false},
      {"z", Kind::kBytes, 4, 0, false},
      {"Z", Kind::kBytes, 8, 0, false},
      {"u", Kind::kText, 4, 0, false},
      {"U", Kind::kText, 8, 0, false},
      {"vz", Kind::kBytes, 0, 0, true},
      {"vu", Kind::kText, 0, 0, true},
      {"tdD", Kind::kDays, 4, 0, false},
      {"tdm", Kind::kMillisOfDays, 8, 0, false},
      {"tts", Kind::kTime, 4, 0, false},
      {"ttm", Kind::kTime, 4, 3, false},
      {"ttu", Kind::kTime, 8, 6, false},
      {"ttn", Kind::kTime, 8, 9, false},
      {"tDs", Kind::kDuration, 8, 0, false},
      {"tDm", Kind::kDuration, 8, 3, false},
      {"tDu", Kind::kDuration, 8, 6, false},
      {"tDn", Kind::kDuration, 8, 9, false},
      {"tiM", Kind::kMonths, 4, 0, false},
      {"tiD", Kind::kDaysAndMillis, 8, 0, false},
      {"tin", Kind::kMonthsDaysNanos, 16, 0, false},
  };
  for (const Scalar& scalar : kScalars) {
    if (scalar.format == format) {
      kind = scalar.kind;
      bytes = scalar.bytes;
      digits = scalar.digits;
      is_view = scalar.is_view;
      return true;
    }
  }
  return false;
}

bool ArrowColumnText::Node::UnderstandParametric(std::string_view format) {
  if (format.starts_with("ts") && format.size() >= 4 && format[3] == ':') {
    kind = Kind::kInstant;
    bytes = 8;
    digits = DigitsOf(format[2]);
    // Whatever zone it names, the count is UTC's.
    utc = format.size() > 4;
    return true;
  }
  if (format.starts_with("d:")) {
    // "d:precision,scale" or "d:precision,scale,bits"
    const size_t comma = format.find(',');
    const size_t second = format.find(',', comma + 1);
    kind = Kind::kDecimal;
    digits = NumberIn(format.substr(comma + 1));
    bytes = second == std::string_view::npos ? 16 : NumberIn(format.substr(second + 1)) / 8;
    return bytes == 4 || bytes == 8 || bytes == 16;
  }
  if (format.starts_with("w:")) {
    kind = Kind::kFixedBytes;
    bytes = NumberIn(format.substr(2));
    return true;
  }
  return false;
}

bool ArrowColumnText::Node::UnderstandNested(std::string_view format) {
  if (format == "+l" || format == "+L") {
    kind = Kind::kList;
    bytes = format == "+l" ? 4 : 8;
  } else if (format == "+s") {
    kind = Kind::kStruct;
  } else if (format == "+m") {
    kind = Kind::kMap;
    bytes = 4;
  } else if (format.starts_with("+w:")) {
    kind = Kind::kFixedList;
    bytes = NumberIn(format.substr(3));
  } else if (format.starts_with("+us:") || format.starts_with("+ud:")) {
    kind = format[2] == 's' ? Kind::kSparseUnion : Kind::kDenseUnion;
    for (size_t begin = 4; begin < format.size(); begin = format.find(',', begin) + 1) {
      type_ids.push_back(NumberIn(format.substr(begin)));
      if (format.find(',', begin) == std::string_view::npos) {
        break;
      }
    }
  } else {
    return false;
  }
  return true;
}

Result<void> ArrowColumnText::Node::Understand(std::string_view format) {
  if (UnderstandScalar(format) || UnderstandParametric(format) || UnderstandNested(format)) {
    return {};
  }
  return Error(ErrorKind::kUnsupported,
               fmt::format("column '{}' has the Arrow type '{}', which has no text", name, format),
               "cast it: CAST(column AS VARCHAR)");
}

int64_t ArrowColumnText::Node::IntegerAt(const ArrowArray& array, int64_t i) const {
  switch (bytes) {
    case 1:
      return kind == Kind::kSigned ? ArrowValueAt<int8_t>(array.buffers[1], i)
                                   : ArrowValueAt<uint8_t>(array.buffers[1], i);
    case 2:
      return kind == Kind::kSigned ? ArrowValueAt<int16_t>(array.buffers[1], i)
                                   : ArrowValueAt<uint16_t>(array.buffers[1], i);
    case 4:
      return kind == Kind::kUnsigned ? int64_t{ArrowValueAt<uint32_t>(array.buffers[1], i)}
                                     : int64_t{ArrowValueAt<int32_t>(array.buffers[1], i)};
    default:
      return ArrowValueAt<int64_t>(array.buffers[1], i);
  }
}

std::string_view ArrowColumnText::Node::BytesAt(const ArrowArray& array, int64_t i) const {
  if (kind == Kind::kFixedBytes) {
    return {static_cast<const char*>(array.buffers[1]) + i * bytes, static_cast<size_t>(bytes)};
  }
  if (is_view) {
    // 16 bytes: the length, then up to 12 bytes, or a prefix, a buffer's index and an offset.
    const char* view = static_cast<const char*>(array.buffers[1]) + i * 16;
    const int32_t length = ArrowValueAt<int32_t>(view, 0);
    if (length <= 12) {
      return {view + 4, static_cast<size_t>(length)};
    }
    const int32_t buffer = ArrowValueAt<int32_t>(view, 2);
    return {static_cast<const char*>(array.buffers[2 + buffer]) + ArrowValueAt<int32_t>(view, 3),
            static_cast<size_t>(length)};
  }
  const auto [begin, end] = Range(array, i);
  return {static_cast<const char*>(array.buffers[2]) + begin, static_cast<size_t>(end - begin)};
}

std::pair<int64_t, int64_t> ArrowColumnText::Node::Range(const ArrowArray& array, int64_t i) const {
  if (kind == Kind::kFixedList) {
    return {i * bytes, (i + 1) * bytes};
  }
  if (bytes == 8) {
    return {ArrowValueAt<int64_t>(array.buffers[1], i), ArrowValueAt<int64_t>(array.buffers[1], i + 1)};
  }
  return {ArrowValueAt<int32_t>(array.buffers[1], i), ArrowValueAt<int32_t>(array.buffers[1], i + 1)};
}

void ArrowColumnText::Node::AppendNumber(const ArrowArray& array, int64_t i, ArrowTextStyle style,
                                         std::string& out) const {
  switch (kind) {
    case Kind::kBool:
      out += ((ArrowValueAt<uint8_t>(array.buffers[1], i / 8) >> static_cast<unsigned>(i % 8)) & 1U) != 0 ? "true"
                                                                                                          : "false";
      break;
    case Kind::kUnsigned:
      out += fmt::format("{}", static_cast<uint64_t>(IntegerAt(array, i)));
      break;
    case Kind::kFloat:
      AppendFloat(ArrowValueAt<float>(array.buffers[1], i), style, out);
      break;
    case Kind::kDouble:
      AppendFloat(ArrowValueAt<double>(array.buffers[1], i), style, out);
      break;
    case Kind::kDecimal:
      out += DecimalText(bytes == 16 ? ArrowValueAt<Int128>(array.buffers[1], i) : Int128{IntegerAt(array, i)}, digits);
      break;
    default:
      out += fmt::format("{}", IntegerAt(array, i));
  }
}

std::string ArrowColumnText::Node::TimeLike(const ArrowArray& array, int64_t i) const {
  switch (kind) {
    case Kind::kDays:
      return DayText(IntegerAt(array, i));
    case Kind::kMillisOfDays:
      return DayText(IntegerAt(array, i) / 86'400'000);
    case Kind::kTime:
      return TimeText(IntegerAt(array, i), digits);
    case Kind::kInstant:
      return InstantText(IntegerAt(array, i), digits, utc);
    case Kind::kDuration:
      return IntervalText(0, 0, IntegerAt(array, i) * TenTo(9 - digits));
    case Kind::kMonths:
      return IntervalText(IntegerAt(array, i), 0, 0);
    case Kind::kDaysAndMillis:
      return IntervalText(0, ArrowValueAt<int32_t>(array.buffers[1], 2 * i),
                          int64_t{ArrowValueAt<int32_t>(array.buffers[1], 2 * i + 1)} * 1'000'000);
    default:
      return IntervalText(ArrowValueAt<int32_t>(array.buffers[1], 4 * i),
                          ArrowValueAt<int32_t>(array.buffers[1], 4 * i + 1),
                          ArrowValueAt<int64_t>(array.buffers[1], 2 * i + 1));
  }
}

void ArrowColumnText::Node::AppendElements(const ArrowArray& child, int64_t begin, int64_t end,
                                           std::string& out) const {
  out += '[';
  for (int64_t i = begin; i < end; ++i) {
    out += i == begin ? "" : ",";
    children[0].Append(child, i, ArrowTextStyle::kJson, out);
  }
  out += ']';
}

void ArrowColumnText::Node::AppendMap(const ArrowArray& array, int64_t begin, int64_t end, std::string& out) const {
  const ArrowArray& entries = *array.children[0];
  const Node& key = children[0].children[0];
  const Node& value = children[0].children[1];
  const bool is_object = key.kind == Kind::kText && key.dictionary == nullptr;
  out += is_object ? '{' : '[';
  for (int64_t i = begin; i < end; ++i) {
    out += i == begin ? "" : ",";
    out += is_object ? "" : "{\"key\":";
    key.Append(*entries.children[0], entries.offset + i, ArrowTextStyle::kJson, out);
    out += is_object ? ":" : ",\"value\":";
    value.Append(*entries.children[1], entries.offset + i, ArrowTextStyle::kJson, out);
    out += is_object ? "" : "}";
  }
  out += is_object ? '}' : ']';
}

void ArrowColumnText::Node::AppendNested(const ArrowArray& array, int64_t row, std::string& out) const {
  const int64_t i = array.offset + row;
  if (kind == Kind::kList || kind == Kind::kFixedList) {
    const auto [begin, end] = Range(array, i);
    AppendElements(*array.children[0], begin, end, out);
  } else if (kind == Kind::kMap) {
    const auto [begin, end] = Range(array, i);
    AppendMap(array, begin, end, out);
  } else if (kind == Kind::kStruct) {
    out += '{';
    for (size_t field = 0; field < children.size(); ++field) {
      out += (field == 0 ? "" : ",") + JsonQuoted(children[field].name) + ':';
      children[field].Append(*array.children[field], i, ArrowTextStyle::kJson, out);
    }
    out += '}';
  } else {
    const int8_t id = ArrowValueAt<int8_t>(array.buffers[0], i);
    const auto member = static_cast<size_t>(std::find(type_ids.begin(), type_ids.end(), id) - type_ids.begin());
    const int64_t slot = kind == Kind::kDenseUnion ? ArrowValueAt<int32_t>(array.buffers[1], i) : i;
    children.at(member).Append(*array.children[member], slot, ArrowTextStyle::kJson, out);
  }
}

void ArrowColumnText::Node::Append(const ArrowArray& array, int64_t row, ArrowTextStyle style, std::string& out) const {
  const bool is_union = kind == Kind::kSparseUnion || kind == Kind::kDenseUnion;
  if (kind == Kind::kNull || (!is_union && IsNull(array, row))) {
    out += style == ArrowTextStyle::kJson ? "null" : "";
    return;
  }
  const int64_t i = array.offset + row;
  if (dictionary != nullptr) {
    dictionary->Append(*array.dictionary, IntegerAt(array, i), style, out);
    return;
  }
  switch (kind) {
    case Kind::kBool:
    case Kind::kSigned:
    case Kind::kUnsigned:
    case Kind::kFloat:
    case Kind::kDouble:
    case Kind::kDecimal:
      AppendNumber(array, i, style, out);
      break;
    case Kind::kText:
      AppendQuoted(BytesAt(array, i), style, out);
      break;
    case Kind::kBytes:
    case Kind::kFixedBytes:
      AppendQuoted(HexText(BytesAt(array, i)), style, out);
      break;
    case Kind::kList:
    case Kind::kFixedList:
    case Kind::kStruct:
    case Kind::kMap:
    case Kind::kSparseUnion:
    case Kind::kDenseUnion:
      AppendNested(array, row, out);
      break;
    default:
      AppendQuoted(TimeLike(array, i), style, out);
  }
}

ArrowColumnText::ArrowColumnText(std::unique_ptr<const Node> node) : node_(std::move(node)) {}
ArrowColumnText::ArrowColumnText(ArrowColumnText&&) noexcept = default;
ArrowColumnText& ArrowColumnText::operator=(ArrowColumnText&&) noexcept = default;
ArrowColumnText::~ArrowColumnText() = default;

Result<ArrowColumnText> ArrowColumnText::Make(const ArrowSchema& column) {
  auto node = std::make_unique<Node>();
  INGOT_TRY(ReadNode(column, *node));
  return ArrowColumnText(std::move(node));
}

const std::string& ArrowColumnText::name() const { return node_->name; }

bool ArrowColumnText::is_number() const {
  const Kind kind = node_->kind;
  return node_->dictionary == nullptr && (kind == Kind::kSigned || kind == Kind::kUnsigned || kind == Kind::kFloat ||
                                          kind == Kind::kDouble || kind == Kind::kDecimal);
}

void ArrowColumnText::Append(const ArrowArray& array, int64_t row, ArrowTextStyle style, std::string& out) const {
  node_->Append(array, row, style, out);
}

bool ArrowColumnText::IsNull(const ArrowArray& array, int64_t row) {
  if (array.null_count == 0 || array.n_buffers == 0 || array.buffers[0] == nullptr) {
    return false;
  }
  const int64_t i = array.offset + row;
  return ((ArrowValueAt<uint8_t>(array.buffers[0], i / 8) >> static_cast<unsigned>(i % 8)) & 1U) == 0;
}

Result<std::vector<ArrowColumnText>> ReadArrowColumns(const ArrowSchema& schema) {
  std::vector<ArrowColumnText> columns;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    INGOT_ASSIGN(ArrowColumnText column, ArrowColumnText::Make(*schema.children[i]));
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace ingot
