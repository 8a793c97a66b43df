// What a dataset whose rows are generated says about them: `[dataset.NAME.source]` with type = "synthetic".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "model/json_value.h"
#include "model/path_template.h"
#include "model/schema.h"

namespace ingot {

enum class GeneratorKind {
  kEvents,   // product events: source/synthetic/event_generator.h
  kColumns,  // the columns that the project declares: source/synthetic/columns_generator.h
};
// Another one means other rows for the same settings.
inline constexpr int64_t kGeneratorVersion = 1;
inline constexpr int64_t kColumnsVersion = 1;
// "events", "columns".
std::string_view GeneratorName(GeneratorKind generator);

// More would take years to write, and is a slip of the finger.
inline constexpr uint64_t kMostSyntheticRows = 1'000'000'000'000;
inline constexpr uint64_t kFewestFileBytes = uint64_t{64} << 10U;
inline constexpr UtcDay kSyntheticStart{19'358};  // 2023-01-01
inline constexpr UtcDay kSyntheticEnd{20'453};    // 2025-12-31

enum class DrawRule {
  kUniform,      // each value of a range, or of a list
  kNormal,       // cut to a range
  kExponential,  // likewise
  kZipf,         // the numbers of a range, or the values of a list, the first ones most often
  kDay,          // date: the row's day; timestamp: any instant of it
  kSequence,     // the number of the row
};
// "uniform", "normal", "exponential", "zipf", "day", "sequence".
std::string_view DrawRuleName(DrawRule rule);

inline constexpr unsigned kMostPatternDigits = 64;

// A text with a number in it.
struct TextPattern {
  std::string prefix;
  std::string suffix;
  unsigned digits = 0;  // at least so many
  bool hexadecimal = false;

  bool operator==(const TextPattern&) const = default;
};

// int64_t: of types that hold whole numbers, in their own unit: days, counts of a timestamp's unit, decimals without
// their point, bools as 0 and 1.
using ColumnValue = std::variant<int64_t, double, std::string>;

// One column of `[dataset.NAME.columns]`.
struct GeneratedColumn {
  std::string name;
  DataType type;  // kBool, an integer, kDouble, kDecimal, kString, kDate or kTimestamp
  DrawRule rule = DrawRule::kUniform;
  std::vector<ColumnValue> values;     // not empty: one of them is drawn, by kUniform or kZipf
  std::vector<double> weights;         // of the values, as many; empty: all alike
  std::optional<TextPattern> pattern;  // of texts that are no values of a list: a whole number is drawn
  // Bounds of whole numbers, both included, and of real ones; kNormal and kExponential of whole numbers have both.
  int64_t low = 0;
  int64_t high = 0;
  double real_low = 0;
  double real_high = 0;
  double mean = 0;       // kNormal, kExponential
  double deviation = 1;  // kNormal
  double exponent = 1;   // kZipf
  int64_t start = 1;     // kSequence
  int64_t step = 1;
  double nulls = 0;  // share of rows without a value

  bool operator==(const GeneratedColumn&) const = default;
};

struct SyntheticSpec {
  GeneratorKind generator = GeneratorKind::kEvents;
  uint64_t rows = 1'000'000;
  uint64_t seed = 7;
  // Both days are included.
  UtcDay start = kSyntheticStart;
  UtcDay end = kSyntheticEnd;
  // A file is closed at the first row group that reaches it.
  uint64_t file_bytes = uint64_t{128} << 20U;
  std::vector<GeneratedColumn> columns;  // kColumns: at least one

  int32_t days() const { return end.days - start.days + 1; }

  bool operator==(const SyntheticSpec&) const = default;
};

// What the rows are made of, as the settings digest and the manifest of a generated dataset hold it.
JsonObject GeneratorJson(const SyntheticSpec& spec);

// What the columns must keep with the other settings, which the command line may change. `path` is the dataset's.
// Errors: kConfig for a sequence that its type cannot hold, days that a timestamp cannot, or a column with the name of
// a folder's key.
Result<void> CheckColumns(const SyntheticSpec& spec, const PathTemplate& path);

}  // namespace ingot
