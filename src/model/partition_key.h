// Partition keys: ordered tuples of typed fields, and the half-open UTC window that some of them mean.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "model/field_value.h"

namespace ingot {

struct KeyFieldSpec {
  std::string name;
  FieldKind kind = FieldKind::kString;
  // What stands for a value that is not given. Only fields without one may stand before a field that has one.
  std::optional<FieldValue> fallback = {};

  bool operator==(const KeyFieldSpec&) const = default;
};

// The identity of one partition. Comparable by its values in their order.
struct PartitionKey {
  std::vector<KeyFieldSpec> fields;
  FieldValues values;               // as many as fields, same names and order
  std::optional<UtcWindow> window;  // see KeySpec

  // "2026-01-15"; several values with commas, "2025-12-28,7"; strings that hold a comma, a quote or a blank at an end
  // are quoted as in JSON. "all" for the only partition of a dataset without key fields.
  std::string ToString() const;

  bool operator==(const PartitionKey& other) const { return values == other.values; }
};

// Orders by the values, the first field first.
bool operator<(const PartitionKey& a, const PartitionKey& b);

// What a dataset's keys look like. The names decide the window:
//   date            [date, date + 1 day)
//   start, end      [start, end), start before end
//   end_day, days   [end_day - days + 1, end_day + 1)
class KeySpec {
 public:
  // No fields: the dataset has one partition.
  KeySpec() = default;
  // Errors: kConfig for a name that is not one or stands twice, and for window fields of a wrong kind.
  static Result<KeySpec> Make(std::vector<KeyFieldSpec> fields);

  std::span<const KeyFieldSpec> fields() const { return fields_; }
  // True for a single field `date`: the dataset has one partition per UTC day.
  bool is_daily() const;
  // True for `end_day` and `days`, in this order and alone: windows of whole days.
  bool is_span_of_days() const;
  // True when the names of the fields mean a window.
  bool has_window() const;

  // Values in the order of fields(). Errors: kUsage when they do not fit, naming the field.
  Result<PartitionKey> MakeKey(FieldValues values) const;
  // Requires: is_daily().
  PartitionKey ForDay(UtcDay day) const;
  // The inverse of PartitionKey::ToString; values at the end may be missing where fields have one to fall back to.
  // Errors: kUsage, saying what a key looks like.
  Result<PartitionKey> Parse(std::string_view text) const;
  // "<date>" or "<end_day>,<days>", for messages.
  std::string Shape() const;

  bool operator==(const KeySpec&) const = default;

 private:
  std::vector<KeyFieldSpec> fields_;
};

// `dataset@key` as users name a partition; the key is absent when there is no `@`.
struct PartitionReference {
  std::string dataset;
  std::optional<std::string> key_text;

  bool operator==(const PartitionReference&) const = default;
};
// Errors: kUsage.
Result<PartitionReference> ParsePartitionReference(std::string_view text);

// Lower-case letters, digits, `_` and `-`, starting with a letter or digit, at most 64 bytes.
bool IsDatasetName(std::string_view name);

}  // namespace ingot
