#include "dataset/verify_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/utc.h"
#include "dataset/instants.h"

namespace ingot {
namespace {

// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
class SplitMix64 {
 public:
  explicit SplitMix64(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15U;
    uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

 private:
  uint64_t state_;
};

// Is this leaf the column, or inside of it?
bool IsInside(const Leaf& leaf, const std::string& column) {
  const std::string path = leaf.DisplayPath();
  return path == column || (path.size() > column.size() && path.compare(0, column.size(), column) == 0 &&
                            (path[column.size()] == '.' || path[column.size()] == '['));
}

std::optional<size_t> FirstLeafOf(const ParquetFileReader& reader, const ColumnPathPattern& column) {
  const std::string path = column.ToString();
  for (size_t i = 0; i < reader.leaves().size(); ++i) {
    if (IsInside(reader.leaves()[i], path)) {
      return i;
    }
  }
  return std::nullopt;
}

// The definition level at which a column, itself perhaps a struct or list, is not null.
uint8_t PresenceLevel(const Schema& schema, const ColumnPathPattern& column) {
  uint8_t level = 0;
  const std::vector<Field>* fields = &schema.fields;
  for (const ColumnPathPattern::Segment& segment : column.segments()) {
    for (const Field& field : *fields) {
      if (segment.kind == ColumnPathPattern::Segment::Kind::kName && field.name == segment.name) {
        level = static_cast<uint8_t>(level + (field.nullable ? 1 : 0));
        fields = &field.type.fields;
        break;
      }
    }
  }
  return level;
}

// In how many rows a column is not null: counted over the slots that start a row.
Result<uint64_t> CountPresentRows(const ParquetFileReader& reader, size_t leaf, uint8_t level) {
  uint64_t present = 0;
  for (size_t group = 0; group < reader.row_groups().size(); ++group) {
    INGOT_TRY(reader.ScanLeaf(group, leaf, [&](const LeafColumn& part) -> Result<void> {
      for (const LevelRun& run : part.levels.runs()) {
        present += run.repetition == 0 && run.definition >= level ? run.count : 0;
      }
      return {};
    }));
  }
  return present;
}

// Calls `visit` with each sampled row of a column: the index of its value in `part`, or nothing for null. Only the
// first value of a row counts where a column repeats.
using SampleVisitor = std::function<void(uint64_t row, const LeafColumn& part, std::optional<size_t> value)>;

class SampleWalk {
 public:
  SampleWalk(const std::vector<uint64_t>& sample, uint8_t max_definition, const SampleVisitor& visit)
      : next_(sample.begin()), end_(sample.end()), max_definition_(max_definition), visit_(visit) {}

  // The parts of the column, in order.
  void Pass(const LeafColumn& part) {
    size_t value = 0;
    for (const LevelRun& run : part.levels.runs()) {
      const bool is_value = run.definition == max_definition_;
      if (run.repetition == 0) {
        for (; next_ != end_ && *next_ < row_ + run.count; ++next_) {
          visit_(*next_, part, is_value ? std::optional<size_t>(value + (*next_ - row_)) : std::nullopt);
        }
        row_ += run.count;
      }
      value += is_value ? run.count : 0;
    }
  }

 private:
  std::vector<uint64_t>::const_iterator next_;
  std::vector<uint64_t>::const_iterator end_;
  uint8_t max_definition_;
  const SampleVisitor& visit_;
  uint64_t row_ = 0;
};

Result<void> VisitSample(const ParquetFileReader& reader, size_t leaf, const std::vector<uint64_t>& sample,
                         const SampleVisitor& visit) {
  SampleWalk walk(sample, reader.leaves()[leaf].max_definition, visit);
  for (size_t group = 0; group < reader.row_groups().size(); ++group) {
    INGOT_TRY(reader.ScanLeaf(group, leaf, [&walk](const LeafColumn& part) -> Result<void> {
      walk.Pass(part);
      return {};
    }));
  }
  return {};
}

std::optional<double> NumberAt(const LeafColumn& part, size_t i) {
  switch (part.layout) {
    case ValueLayout::kInt64:
      return static_cast<double>(part.ints[i]);
    case ValueLayout::kDouble:
      return part.doubles[i];
    default:
      return std::nullopt;
  }
}

// What is wrong with one sampled value; empty when nothing is.
std::string Complaint(const VerifyWarning& rule, const LeafColumn& part, std::optional<size_t> value) {
  const bool is_text = part.layout == ValueLayout::kBytes;
  if (rule.not_empty && (!value || (is_text && part.BytesAt(*value).empty()))) {
    return value ? "is empty" : "is null";
  }
  if (!value) {
    return "";
  }
  if (rule.instant && is_text && !ParseUtcInstant(part.BytesAt(*value))) {
    return fmt::format("'{}' is not an instant", part.BytesAt(*value).substr(0, 64));
  }
  const std::optional<double> number = NumberAt(part, *value);
  if (number && rule.min && !(*number >= *rule.min)) {
    return fmt::format("{} is below {}", *number, *rule.min);
  }
  if (number && rule.max && !(*number <= *rule.max)) {
    return fmt::format("{} is above {}", *number, *rule.max);
  }
  return "";
}

Result<void> CheckSample(const ParquetFileReader& reader, const VerifyWarning& rule, size_t leaf,
                         const std::vector<uint64_t>& sample, VerifyReport* report) {
  uint64_t count = 0;
  std::string first;
  INGOT_TRY(VisitSample(reader, leaf, sample, [&](uint64_t row, const LeafColumn& part, std::optional<size_t> value) {
    const std::string complaint = Complaint(rule, part, value);
    if (!complaint.empty() && count++ == 0) {
      first = fmt::format("row {}: {}", row, complaint);
    }
  }));
  if (count > 0) {
    report->warnings.push_back({"sample", fmt::format("column '{}': {} of {} sampled rows; {}", rule.column.ToString(),
                                                      count, sample.size(), first)});
  }
  return {};
}

Result<void> CheckWarning(const ParquetFileReader& reader, const VerifyWarning& rule,
                          const std::vector<uint64_t>& sample, VerifyReport* report) {
  const std::optional<size_t> leaf = FirstLeafOf(reader, rule.column);
  if (!leaf) {
    report->warnings.push_back({"sample", fmt::format("column '{}' is not there", rule.column.ToString())});
    return {};
  }
  if (rule.min_present && reader.rows() > 0) {
    INGOT_ASSIGN(const uint64_t present, CountPresentRows(reader, *leaf, PresenceLevel(*reader.schema(), rule.column)));
    const double share = static_cast<double>(present) / static_cast<double>(reader.rows());
    if (share < *rule.min_present) {
      report->warnings.push_back(
          {"min_present", present == 0
                              ? fmt::format("column '{}' is null in every row", rule.column.ToString())
                              : fmt::format("column '{}' is present in {:.1f} % of the rows, {:.1f} % are expected",
                                            rule.column.ToString(), 100 * share, 100 * *rule.min_present)});
    }
  }
  const Field* field = reader.leaves()[*leaf].field;
  if (rule.instant && field != nullptr && !HoldsInstants(field->type)) {
    report->warnings.push_back({"sample", fmt::format("column '{}' is of type {}, which holds no instants",
                                                      rule.column.ToString(), FormatType(field->type))});
  }
  const bool wants_sample = rule.min || rule.max || rule.not_empty || rule.instant;
  return wants_sample ? CheckSample(reader, rule, *leaf, sample, report) : Result<void>();
}

void CheckRequired(const ParquetFileReader& reader, const VerifySpec& spec, VerifyReport* report) {
  for (const ColumnPathPattern& column : spec.required) {
    if (!FirstLeafOf(reader, column)) {
      report->errors.push_back({"required", fmt::format("required column '{}' is missing", column.ToString())});
    }
  }
  for (const std::vector<ColumnPathPattern>& group : spec.required_any) {
    const bool found = std::any_of(group.begin(), group.end(), [&](const ColumnPathPattern& column) {
      return FirstLeafOf(reader, column).has_value();
    });
    if (!found) {
      std::string names;
      for (const ColumnPathPattern& column : group) {
        names += (names.empty() ? "'" : ", '") + column.ToString() + "'";
      }
      report->errors.push_back({"required_any", "one of the columns " + names + " is required, none is there"});
    }
  }
}

Result<void> CheckNotNull(const ParquetFileReader& reader, const VerifySpec& spec, VerifyReport* report) {
  for (const ColumnPathPattern& column : spec.not_null) {
    const std::optional<size_t> leaf = FirstLeafOf(reader, column);
    if (!leaf) {
      report->errors.push_back({"not_null", fmt::format("column '{}' is missing", column.ToString())});
      continue;
    }
    INGOT_ASSIGN(const uint64_t present, CountPresentRows(reader, *leaf, PresenceLevel(*reader.schema(), column)));
    if (present != reader.rows()) {
      report->errors.push_back({"not_null", fmt::format("column '{}' is null in {} of {} rows", column.ToString(),
                                                        reader.rows() - present, reader.rows())});
    }
  }
  return {};
}

// Null ratios come from the footer: no value is read for them.
void ReportNulls(const ParquetFileReader& reader, const VerifySpec& spec, VerifyReport* report) {
  std::vector<NullRatio> ratios;
  for (size_t leaf = 0; leaf < reader.leaves().size(); ++leaf) {
    NullRatio ratio{reader.leaves()[leaf].DisplayPath(), 0, 0};
    for (const RowGroupFacts& group : reader.row_groups()) {
      ratio.slots += group.chunks[leaf].slots;
      ratio.nulls += group.chunks[leaf].nulls.value_or(0);
    }
    if (spec.warn_all_null && ratio.slots > 0 && ratio.nulls == ratio.slots) {
      report->warnings.push_back({"all_null", fmt::format("column '{}' is null everywhere", ratio.column)});
    }
    if (ratio.nulls > 0) {
      ratios.push_back(std::move(ratio));
    }
  }
  std::sort(ratios.begin(), ratios.end(), [](const NullRatio& a, const NullRatio& b) {
    return a.ratio() != b.ratio() ? a.ratio() > b.ratio() : a.column < b.column;
  });
  ratios.resize(std::min<size_t>(ratios.size(), spec.top_nulls));
  report->top_nulls = std::move(ratios);
}

}  // namespace

std::vector<uint64_t> SampleRows(uint64_t rows, const SampleSpec& spec) {
  const uint64_t wanted = std::min(rows, spec.rows);
  SplitMix64 random(spec.seed);
  std::set<uint64_t> chosen;
  for (uint64_t last = rows - wanted; last < rows; ++last) {
    const uint64_t candidate = random.Next() % (last + 1);
    chosen.insert(chosen.contains(candidate) ? last : candidate);
  }
  return {chosen.begin(), chosen.end()};
}

Result<void> CheckColumns(const ParquetFileReader& reader, const VerifySpec& spec, VerifyReport* report) {
  CheckRequired(reader, spec, report);
  INGOT_TRY(CheckNotNull(reader, spec, report));
  ReportNulls(reader, spec, report);
  const std::vector<uint64_t> sample = SampleRows(reader.rows(), spec.sample);
  for (const VerifyWarning& rule : spec.warnings) {
    INGOT_TRY(CheckWarning(reader, rule, sample, report));
  }
  return {};
}

}  // namespace ingot
