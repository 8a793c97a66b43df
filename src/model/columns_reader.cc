#include "model/columns_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "base/similar_name.h"
#include "model/column_values.h"

namespace ingot {
namespace {

constexpr size_t kMostValues = 65'536;
constexpr double kMostExponent = 10;
// Ranks are computed with as doubles.
constexpr uint64_t kMostRanks = uint64_t{1} << 53U;
// A range that begins further away from the mean would hold nothing of the distribution.
constexpr double kMostDeviations = 8;

constexpr std::array<std::string_view, 10> kRuleKeys{"values",       "weights", "sequence",  "min",      "max",
                                                     "distribution", "mean",    "deviation", "exponent", "pattern"};

// As a person writes them.
constexpr std::array<std::string_view, 11> kTypes{
    "bool",   "int16", "int32",         "int64",         "double",       "decimal(precision,scale)",
    "string", "date",  "timestamp[ms]", "timestamp[us]", "timestamp[ns]"};

bool IsWhole(TypeKind kind) { return kind == TypeKind::kInt16 || kind == TypeKind::kInt32 || kind == TypeKind::kInt64; }
bool IsScalar(const toml::node& node) {
  return node.is_string() || node.is_integer() || node.is_floating_point() || node.is_boolean();
}
bool IsDay(TypeKind kind) { return kind == TypeKind::kDate || kind == TypeKind::kTimestamp; }

// The order of the choices of the key `distribution`.
constexpr std::array<DrawRule, 4> kDistributions{DrawRule::kUniform, DrawRule::kNormal, DrawRule::kExponential,
                                                 DrawRule::kZipf};

class ColumnReader {
 public:
  ColumnReader(const toml::table& table, std::string_view name, std::string shown, TomlProblems& problems)
      : table_(table), reader_(table, "dataset.*.columns.*", std::move(shown), problems) {
    column_.name = std::string(name);
  }

  GeneratedColumn Read() {
    ReadWhatTypeDoesNotMatterTo();
    const bool has_type = ReadType();
    // What they are is checked also when there is no type to tell how they are read.
    const std::optional<ColumnValue> min = ReadBound("min");
    const std::optional<ColumnValue> max = ReadBound("max");
    ReadValues();
    if (!has_type) {
      return std::move(column_);
    }
    if (reader_.Has("pattern") && column_.type.kind != TypeKind::kString) {
      reader_.Problem("pattern", "makes texts: it needs type = \"string\"");
    } else if (reader_.Has("values")) {
      CheckValues();
    } else if (column_.type.kind == TypeKind::kBool) {
      KeepOnly("type = \"bool\" without 'values'", {});
      column_.high = 1;
    } else if (column_.type.kind == TypeKind::kString && !reader_.Has("pattern")) {
      reader_.Problem("type", "\"string\" needs 'values' or a 'pattern'");
    } else if (reader_.Has("sequence")) {
      CheckSequence();
    } else if (IsDay(column_.type.kind)) {
      CheckDays(min, max);
    } else {
      CheckDistribution(min, max);
    }
    return std::move(column_);
  }

 private:
  void ReadWhatTypeDoesNotMatterTo() {
    column_.rule = kDistributions[reader_.Choice("distribution", 0)];
    column_.mean = reader_.OptionalNumber("mean").value_or(0);
    column_.deviation = reader_.OptionalNumber("deviation").value_or(1);
    column_.exponent = reader_.OptionalNumber("exponent").value_or(1);
    column_.weights = reader_.Numbers("weights");
    column_.nulls = reader_.OptionalNumber("nulls").value_or(0);
    if (!(column_.nulls >= 0 && column_.nulls <= 1)) {
      reader_.Problem("nulls", "is a share from 0.0 to 1.0");
    }
    if (const toml::table* sequence = reader_.Table("sequence")) {
      TableReader inner(*sequence, "dataset.*.columns.*.sequence", reader_.shown() + ".sequence", reader_.problems());
      column_.start = inner.Integer("start", column_.start);
      column_.step = inner.Integer("step", column_.step);
      if (column_.step == 0) {
        inner.Problem("step", "must not be 0: one value for all rows is values = [that value]");
      }
    }
    const std::string pattern = reader_.String("pattern");
    if (!pattern.empty()) {
      auto parsed = ParseTextPattern(pattern);
      if (parsed) {
        column_.pattern = *std::move(parsed);
      } else {
        reader_.Problem("pattern", parsed.error());
      }
    }
  }

  bool ReadType() {
    const std::string text = reader_.String("type");
    if (text.empty()) {
      return false;
    }
    auto type = ParseType(text);
    const bool drawn =
        type && (type->kind == TypeKind::kBool || type->kind == TypeKind::kDouble || type->kind == TypeKind::kString ||
                 type->kind == TypeKind::kDecimal || IsWhole(type->kind) || IsDay(type->kind));
    if (!drawn) {
      reader_.Problem("type",
                      fmt::format("'{}' is not one of {}{}", text, fmt::join(kTypes, ", "), DidYouMean(text, kTypes)));
      return false;
    }
    column_.type = *std::move(type);
    return true;
  }

  // What `min` and `max` are numbers of: those in a text are whole ones.
  DataType NumberType() const {
    return column_.type.kind == TypeKind::kString ? Scalar(TypeKind::kInt64) : column_.type;
  }

  std::optional<ColumnValue> ReadBound(std::string_view name) {
    const toml::node* node = table_.get(name);
    if (node == nullptr) {
      return std::nullopt;
    }
    if (!IsScalar(*node)) {
      reader_.WrongType(name, *node, "a number or a string");
      return std::nullopt;
    }
    auto value = ReadColumnValue(*node, NumberType());
    if (!value && column_.type.kind != TypeKind::kNull) {
      reader_.Problem(name, value.error());
      return std::nullopt;
    }
    return value ? std::optional(*std::move(value)) : std::nullopt;
  }

  void ReadValues() {
    const toml::array* values = reader_.Array("values");
    if (values == nullptr) {
      return;
    }
    if (values->empty() || values->size() > kMostValues) {
      reader_.Problem("values", fmt::format("must be 1 to {} values", kMostValues));
    }
    for (const toml::node& node : *values) {
      if (!IsScalar(node)) {
        reader_.WrongType("values", node, "a list of strings, numbers or booleans");
        return;
      }
      auto value = ReadColumnValue(node, column_.type);
      if (!value) {
        if (column_.type.kind == TypeKind::kNull) {
          return;
        }
        reader_.problems().Add(node.source(), value.error(), "'values'");
        return;
      }
      column_.values.push_back(*std::move(value));
    }
  }

  // Refuses every key of a rule that is not among those that mean something here.
  void KeepOnly(std::string_view reason, std::initializer_list<std::string_view> names) {
    for (const std::string_view key : kRuleKeys) {
      if (reader_.Has(key) && std::find(names.begin(), names.end(), key) == names.end()) {
        reader_.Problem(key, fmt::format("is not valid with {}", reason));
      }
    }
  }

  void CheckValues() {
    if (reader_.Has("weights")) {
      KeepOnly("'weights'", {"values", "weights"});
      CheckWeights();
      return;
    }
    if (column_.rule == DrawRule::kZipf) {
      KeepOnly("'values'", {"values", "distribution", "exponent"});
      CheckExponent();
      return;
    }
    if (column_.rule != DrawRule::kUniform) {
      reader_.Problem("distribution", "is not valid with 'values', but for \"zipf\"");
    }
    KeepOnly("'values'", {"values", "distribution"});
  }

  void CheckWeights() {
    const std::vector<double>& weights = column_.weights;
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (weights.size() != column_.values.size()) {
      reader_.Problem("weights", fmt::format("there are {} for {} values", weights.size(), column_.values.size()));
    } else if (std::any_of(weights.begin(), weights.end(), [](double weight) { return !(weight >= 0); }) ||
               !(sum > 0 && std::isfinite(sum))) {
      reader_.Problem("weights", "must not be negative, nor all 0");
    }
  }

  void CheckExponent() {
    if (!(column_.exponent > 0 && column_.exponent <= kMostExponent)) {
      reader_.Problem("exponent", fmt::format("must be above 0, and {} at the most", kMostExponent));
    }
  }

  void CheckSequence() {
    KeepOnly("'sequence'", {"sequence", "pattern"});
    column_.rule = DrawRule::kSequence;
    if (!IsWhole(column_.type.kind) && column_.type.kind != TypeKind::kString) {
      reader_.Problem("sequence", "counts whole numbers: it needs an integer type, or a string with a 'pattern'");
    }
  }

  void CheckDays(const std::optional<ColumnValue>& min, const std::optional<ColumnValue>& max) {
    const std::string type = FormatType(column_.type);
    KeepOnly(fmt::format("type = \"{}\"", type), {"min", "max", "distribution"});
    if (column_.rule != DrawRule::kUniform) {
      reader_.Problem("distribution", fmt::format("is \"uniform\" with type = \"{}\"", type));
    }
    if (!reader_.Has("min") && !reader_.Has("max")) {
      column_.rule = DrawRule::kDay;
      return;
    }
    RequireBoth("of each row's own day");
    SetRange(min, max);
  }

  void CheckDistribution(const std::optional<ColumnValue>& min, const std::optional<ColumnValue>& max) {
    switch (column_.rule) {
      case DrawRule::kNormal:
        KeepOnly("distribution = \"normal\"", {"distribution", "mean", "deviation", "min", "max", "pattern"});
        return CheckNormal(min, max);
      case DrawRule::kExponential:
        KeepOnly("distribution = \"exponential\"", {"distribution", "mean", "min", "max", "pattern"});
        return CheckExponential(min, max);
      case DrawRule::kZipf:
        KeepOnly("distribution = \"zipf\"", {"distribution", "exponent", "min", "max", "pattern"});
        return CheckZipf(min, max);
      default:
        KeepOnly("distribution = \"uniform\"", {"distribution", "min", "max", "pattern"});
        RequireBoth("");
        SetRange(min, max);
        break;
    }
  }

  void RequireBoth(std::string_view otherwise) {
    for (const std::string_view name : {"min", "max"}) {
      if (!reader_.Has(name)) {
        reader_.Problem(name, otherwise.empty() ? std::string("is missing: the values need a range, or 'values', a "
                                                              "'sequence', or another 'distribution'")
                                                : fmt::format("is missing; without both, values are {}", otherwise));
      }
    }
  }

  // Takes the bounds over, where they are given.
  void SetRange(const std::optional<ColumnValue>& min, const std::optional<ColumnValue>& max) {
    if (column_.type.kind == TypeKind::kDouble) {
      column_.real_low = min ? std::get<double>(*min) : column_.real_low;
      column_.real_high = max ? std::get<double>(*max) : column_.real_high;
      if (column_.rule == DrawRule::kUniform && !std::isfinite(column_.real_high - column_.real_low)) {
        reader_.Problem("max", "the range is wider than a double can say");
      }
    } else {
      column_.low = min ? std::get<int64_t>(*min) : column_.low;
      column_.high = max ? std::get<int64_t>(*max) : column_.high;
    }
    if (column_.high < column_.low || column_.real_high < column_.real_low) {
      reader_.Problem("max", "is below 'min'");
      column_.high = column_.low;
      column_.real_high = column_.real_low;
    }
  }

  // The range that a distribution is cut to: that of the type, where there is no other. Whole numbers are rounded, so
  // the last ones reach half a unit further.
  void SetCut(const std::optional<ColumnValue>& min, const std::optional<ColumnValue>& max) {
    const auto [low, high] = LimitsOf(NumberType());
    column_.low = low;
    column_.high = high;
    column_.real_low = -std::numeric_limits<double>::infinity();
    column_.real_high = std::numeric_limits<double>::infinity();
    SetRange(min, max);
    if (column_.type.kind != TypeKind::kDouble) {
      column_.real_low = static_cast<double>(column_.low) - 0.5;
      column_.real_high = static_cast<double>(column_.high) + 0.5;
    }
  }

  // Decimals are drawn as whole numbers of their last digit.
  double Unit() const {
    double unit = 1;
    for (int digit = 0; column_.type.kind == TypeKind::kDecimal && digit < column_.type.scale; ++digit) {
      unit *= 10;
    }
    return unit;
  }

  void RequireNumber(std::string_view name) {
    if (!reader_.Has(name)) {
      reader_.Problem(name, "is missing: the distribution needs it");
    }
  }

  void CheckNormal(const std::optional<ColumnValue>& min, const std::optional<ColumnValue>& max) {
    RequireNumber("mean");
    RequireNumber("deviation");
    column_.mean *= Unit();
    column_.deviation *= Unit();
    SetCut(min, max);
    if (!std::isfinite(column_.mean) || !(column_.deviation > 0 && std::isfinite(column_.deviation))) {
      reader_.Problem("deviation", "must be above 0");
    } else if (column_.real_low > column_.mean + kMostDeviations * column_.deviation ||
               column_.real_high < column_.mean - kMostDeviations * column_.deviation) {
      reader_.Problem("mean", "no part of the distribution is between 'min' and 'max'");
    }
  }

  void CheckExponential(const std::optional<ColumnValue>& min, const std::optional<ColumnValue>& max) {
    RequireNumber("mean");
    column_.mean *= Unit();
    SetCut(min, max);
    // It begins at its smallest value, without half a unit below it.
    const bool is_real = column_.type.kind == TypeKind::kDouble;
    column_.low = min || is_real ? column_.low : 0;
    column_.real_low = min ? (is_real ? column_.real_low : static_cast<double>(column_.low)) : 0;
    if (!(column_.mean > column_.real_low && std::isfinite(column_.mean))) {
      reader_.Problem("mean", "must lie above 'min', which is 0 where it is not given");
    } else if (column_.real_high < column_.real_low) {
      reader_.Problem("max", "is below 'min', which is 0 where it is not given");
    }
  }

  void CheckZipf(const std::optional<ColumnValue>& min, const std::optional<ColumnValue>& max) {
    if (!IsWhole(NumberType().kind)) {
      reader_.Problem("distribution", "\"zipf\" draws whole numbers, or 'values'");
      return;
    }
    RequireBoth("");
    SetRange(min, max);
    CheckExponent();
    if (static_cast<uint64_t>(column_.high) - static_cast<uint64_t>(column_.low) >= kMostRanks) {
      reader_.Problem("max", "there are too many numbers from 'min' on");
    }
  }

  const toml::table& table_;
  TableReader reader_;
  GeneratedColumn column_;
};

}  // namespace

std::vector<GeneratedColumn> ReadColumns(const toml::table& table, const std::string& shown, TomlProblems& problems) {
  std::vector<GeneratedColumn> columns;
  for (const auto& [key, node] : InFileOrder(table)) {
    if (key->str().empty()) {
      problems.Add(key->source(), "a column needs a name");
    } else if (!node->is_table()) {
      problems.Add(node->source(),
                   fmt::format("column '{}' must be a table, but is {}", key->str(), TomlTypeName(*node)),
                   fmt::format("{} = {{ type = \"int64\", min = 1, max = 100 }}", key->str()));
    } else {
      columns.push_back(
          ColumnReader(*node->as_table(), key->str(), fmt::format("{}.{}", shown, key->str()), problems).Read());
    }
  }
  if (columns.empty()) {
    problems.Add(table.source(), fmt::format("[{}] needs a column", shown));
  }
  return columns;
}

}  // namespace ingot
