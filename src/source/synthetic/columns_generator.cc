#include "source/synthetic/columns_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>
#include <variant>

namespace ingot {
namespace {

constexpr double kBitsOfNulls = 0x1p32;
// A sign, and as many digits as a pattern may ask for.
constexpr size_t kLongestNumber = kMostPatternDigits + 1;

void AppendText(std::string_view text, LeafColumn* leaf) {
  leaf->bytes.AppendAll(text.data(), text.size());
  leaf->ends.Append(static_cast<uint32_t>(leaf->bytes.size()));
}

// The number as the pattern writes it; a sign counts as a digit of its width.
void AppendPattern(const TextPattern& pattern, int64_t number, LeafColumn* leaf) {
  std::array<char, kLongestNumber> digits;
  char* const begin = digits.data();
  char* const end = begin + digits.size();
  const auto written = pattern.hexadecimal ? std::to_chars(begin, end, static_cast<uint64_t>(number), 16)
                                           : std::to_chars(begin, end, number);
  std::string_view text(begin, static_cast<size_t>(written.ptr - begin));
  leaf->bytes.AppendAll(pattern.prefix.data(), pattern.prefix.size());
  if (text.size() < pattern.digits) {
    if (text[0] == '-') {
      leaf->bytes.Append('-');
    }
    for (size_t missing = pattern.digits - text.size(); missing > 0; --missing) {
      leaf->bytes.Append('0');
    }
    text.remove_prefix(text[0] == '-' ? 1 : 0);
  }
  leaf->bytes.AppendAll(text.data(), text.size());
  AppendText(pattern.suffix, leaf);
}

uint64_t LongestText(const GeneratedColumn& column) {
  uint64_t longest = 0;
  for (const ColumnValue& value : column.values) {
    const auto* text = std::get_if<std::string>(&value);
    longest = std::max<uint64_t>(longest, text == nullptr ? 0 : text->size());
  }
  if (column.pattern) {
    longest = column.pattern->prefix.size() + column.pattern->suffix.size() + std::max(column.pattern->digits, 20U);
  }
  return longest;
}

uint64_t BytesOfValue(const GeneratedColumn& column) {
  switch (LayoutOf(column.type.kind)) {
    case ValueLayout::kBool:
      return 1;
    case ValueLayout::kBytes:
      return sizeof(uint32_t) + LongestText(column);
    default:
      return sizeof(int64_t);
  }
}

// Values of a list fit into a dictionary; whole numbers from a range into few bits each.
EncodingHint HintOf(const GeneratedColumn& column) {
  const ValueLayout layout = LayoutOf(column.type.kind);
  if (!column.values.empty() && layout != ValueLayout::kBool) {
    return ParquetEncoding::kRleDictionary;
  }
  const bool spread =
      column.rule == DrawRule::kUniform || column.rule == DrawRule::kDay || column.rule == DrawRule::kSequence;
  return layout == ValueLayout::kInt64 && spread ? EncodingHint(ParquetEncoding::kDeltaBinaryPacked) : std::nullopt;
}

}  // namespace

ColumnsGenerator::ColumnsGenerator(uint64_t seed, const std::vector<GeneratedColumn>& columns) {
  for (const GeneratedColumn& column : columns) {
    const bool nullable = column.nulls > 0;
    schema_.fields.push_back({column.name, column.type, -1, nullable});
    plans_.push_back({column, DeriveSeed(seed, fmt::format("column {}", column.name)),
                      DeriveSeed(seed, fmt::format("nulls of column {}", column.name)),
                      static_cast<uint64_t>(column.nulls * kBitsOfNulls), MakeIntegerRule(column), RealRule(column)});
    hints_.push_back(HintOf(column));
    bytes_per_row_ += BytesOfValue(column) + (nullable ? sizeof(LevelRun) : 0);
  }
}

void ColumnsGenerator::Fill(std::span<const DayRows> rows, std::vector<LeafColumn>* leaves) const {
  leaves->resize(plans_.size());
  for (size_t i = 0; i < plans_.size(); ++i) {
    LeafColumn& leaf = (*leaves)[i];
    leaf.layout = LayoutOf(plans_[i].column.type.kind);
    leaf.levels.Clear();
    leaf.bools.Clear();
    leaf.ints.Clear();
    leaf.doubles.Clear();
    leaf.ends.Clear();
    leaf.bytes.Clear();
    for (const DayRows& day : rows) {
      FillColumn(plans_[i], day, &leaf);
    }
  }
}

// Calls append(rule(…)) for each row that has a value.
template <typename Rule, typename Append>
void ColumnsGenerator::FillBy(const Plan& plan, const DayRows& rows, const Rule& rule, LeafColumn* leaf,
                              const Append& append) {
  const auto stream = static_cast<uint32_t>(rows.day.days);
  const ColumnDay day{CounterWords(RandomStream(plan.value_seed, stream).Next()), rows.day, rows.before};
  const uint64_t end = rows.first + rows.count;
  const bool nullable = plan.column.nulls > 0;
  if (plan.null_bound == 0) {
    leaf->levels.AppendRun(rows.count, nullable ? 1 : 0, 0);
    for (uint64_t row = rows.first; row < end; ++row) {
      append(rule(day, row));
    }
    return;
  }
  const CounterWords nulls(RandomStream(plan.null_seed, stream).Next());
  for (uint64_t row = rows.first; row < end; ++row) {
    const bool is_null = HighHalf(nulls.At(row)) < plan.null_bound;
    leaf->levels.Append(is_null ? 0 : 1, 0);
    if (!is_null) {
      append(rule(day, row));
    }
  }
}

// A rule that gives whole numbers: they are the values, or numbers in texts, or indices of the listed values.
template <typename Rule>
void ColumnsGenerator::FillIntegers(const Plan& plan, const DayRows& rows, const Rule& rule, LeafColumn* leaf) {
  const GeneratedColumn& column = plan.column;
  const auto value = [&](int64_t index) -> const ColumnValue& { return column.values[static_cast<size_t>(index)]; };
  const bool listed = !column.values.empty();
  switch (leaf->layout) {
    case ValueLayout::kBool:
      return FillBy(plan, rows, rule, leaf, [&](int64_t number) {
        leaf->bools.Append(static_cast<uint8_t>(listed ? *std::get_if<int64_t>(&value(number)) : number));
      });
    case ValueLayout::kDouble:
      return FillBy(plan, rows, rule, leaf,
                    [&](int64_t number) { leaf->doubles.Append(*std::get_if<double>(&value(number))); });
    case ValueLayout::kBytes:
      if (listed) {
        return FillBy(plan, rows, rule, leaf,
                      [&](int64_t number) { AppendText(*std::get_if<std::string>(&value(number)), leaf); });
      }
      return FillBy(plan, rows, rule, leaf, [&](int64_t number) { AppendPattern(*column.pattern, number, leaf); });
    default:
      if (listed) {
        return FillBy(plan, rows, rule, leaf,
                      [&](int64_t number) { leaf->ints.Append(*std::get_if<int64_t>(&value(number))); });
      }
      return FillBy(plan, rows, rule, leaf, [&](int64_t number) { leaf->ints.Append(number); });
  }
}

void ColumnsGenerator::FillColumn(const Plan& plan, const DayRows& rows, LeafColumn* leaf) {
  if (leaf->layout == ValueLayout::kDouble && plan.column.values.empty()) {
    return FillBy(plan, rows, plan.reals, leaf, [&](double number) { leaf->doubles.Append(number); });
  }
  std::visit([&](const auto& rule) { FillIntegers(plan, rows, rule, leaf); }, plan.integers);
}

}  // namespace ingot
