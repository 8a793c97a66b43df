// How one value of a declared column is drawn: a pure function of the column's random words, the day and the row.
#pragma once

#include <cstdint>
#include <variant>

#include "base/utc.h"
#include "model/synthetic_spec.h"
#include "source/synthetic/counter_words.h"
#include "source/synthetic/weighted_choice.h"
#include "source/synthetic/wide_product.h"
#include "source/synthetic/zipf_ranks.h"

namespace ingot {

// What a column knows of a day. Each row has two words.
struct ColumnDay {
  CounterWords words;
  UtcDay day;
  uint64_t before = 0;  // rows of all earlier days

  uint64_t First(uint64_t row) const { return words.At(2 * row); }
  uint64_t Second(uint64_t row) const { return words.At(2 * row + 1); }
};

// low … low + count - 1, each as likely; a count of 0 stands for 2^64.
struct UniformRule {
  uint64_t low = 0;
  uint64_t count = 0;
  int64_t operator()(const ColumnDay& day, uint64_t row) const {
    const uint64_t word = day.First(row);
    return static_cast<int64_t>(low + (count == 0 ? word : Multiply(word, count).high));
  }
};

// Any instant of the row's day, counted in units; of a date the day itself.
struct WithinDayRule {
  int64_t units = 1;  // of a day
  int64_t operator()(const ColumnDay& day, uint64_t row) const {
    return day.day.days * units + static_cast<int64_t>(Multiply(day.First(row), static_cast<uint64_t>(units)).high);
  }
};

struct SequenceRule {
  uint64_t start = 0;
  uint64_t step = 1;
  int64_t operator()(const ColumnDay& day, uint64_t row) const {
    return static_cast<int64_t>(start + step * (day.before + row));
  }
};

struct ZipfRule {
  uint64_t low = 0;
  ZipfRanks ranks;
  int64_t operator()(const ColumnDay& day, uint64_t row) const {
    return static_cast<int64_t>(low + ranks.At(day.First(row), day.Second(row)));
  }
};

struct WeightedRule {
  WeightedChoice choice;
  int64_t operator()(const ColumnDay& day, uint64_t row) const { return choice.At(day.First(row)); }
};

// Real numbers. Uniform ones are low + unit × width, the others what their quantile is for a random share between those
// of their bounds: so nothing is drawn again, and bounds cut the distribution off instead of piling values up.
class RealRule {
 public:
  explicit RealRule(const GeneratedColumn& column);
  double operator()(const ColumnDay& day, uint64_t row) const;

 private:
  double Quantile(double share) const;

  DrawRule rule_;
  double low_;
  double high_;
  double mean_;
  double scale_;            // of kNormal the deviation, of kExponential the mean above `low_`
  double first_share_ = 0;  // of the distribution lies below `low_`
  double share_width_ = 1;  // lies between the bounds
};

// The same, to the nearest whole number.
struct RoundedRule {
  RealRule real;
  int64_t low = 0;
  int64_t high = 0;
  int64_t operator()(const ColumnDay& day, uint64_t row) const;
};

using IntegerRule = std::variant<UniformRule, WithinDayRule, SequenceRule, ZipfRule, WeightedRule, RoundedRule>;

// For columns whose values are whole numbers, numbers in a text, or one of a list: then it draws the index.
IntegerRule MakeIntegerRule(const GeneratedColumn& column);

}  // namespace ingot
