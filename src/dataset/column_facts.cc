#include "dataset/column_facts.h"

#include <fmt/format.h>

#include <functional>
#include <set>
#include <variant>

#include "column/leaf_column.h"

namespace ingot {
namespace {

constexpr size_t kMaxDistinct = 10'000;

Result<size_t> FindLeaf(const ParquetFileReader& reader, const ColumnPathPattern& column) {
  INGOT_TRY(reader.schema().ok() ? Result<void>() : Result<void>(Error(reader.schema().error())));
  const std::string path = column.ToString();
  for (size_t i = 0; i < reader.leaves().size(); ++i) {
    if (reader.leaves()[i].DisplayPath() == path) {
      return i;
    }
  }
  return Error(ErrorKind::kConfig, fmt::format("there is no column '{}' of a single value per row", path),
               "see `ingot schema` for the columns; correct the path in ingot.toml");
}

Result<void> ScanColumn(const ParquetFileReader& reader, size_t leaf, const ParquetFileReader::LeafVisitor& visit) {
  for (size_t group = 0; group < reader.row_groups().size(); ++group) {
    INGOT_TRY(reader.ScanLeaf(group, leaf, visit));
  }
  return {};
}

// An instant with the text that the manifest shows for it.
struct NamedInstant {
  UtcInstant instant;
  std::string text;
};

UtcInstant InstantOf(const DataType& type, int64_t count) {
  if (type.kind == TypeKind::kDate) {
    return StartOf(UtcDay{static_cast<int32_t>(count)});
  }
  int64_t per_second = 1'000'000'000;
  if (type.unit != TimeUnit::kNanos) {
    per_second = type.unit == TimeUnit::kMillis ? 1'000 : 1'000'000;
  }
  const int64_t part = (count % per_second + per_second) % per_second;
  return {(count - part) / per_second, static_cast<int32_t>(part * (1'000'000'000 / per_second))};
}

// Calls `visit` for every value of the column that is an instant.
Result<void> ForEachInstant(const ParquetFileReader& reader, const ColumnPathPattern& column,
                            const std::function<void(NamedInstant)>& visit) {
  INGOT_ASSIGN(const size_t leaf, FindLeaf(reader, column));
  const DataType& type = reader.leaves()[leaf].field->type;
  return ScanColumn(reader, leaf, [&](const LeafColumn& part) -> Result<void> {
    for (size_t i = 0; i < part.ends.size(); ++i) {
      const std::string_view text = part.BytesAt(i);
      if (const auto instant = ParseUtcInstant(text)) {
        visit({*instant, std::string(text)});
      }
    }
    for (const int64_t count : part.ints) {
      const StatisticValue shown = StatisticFromInt(type, count);
      if (const auto* text = std::get_if<std::string>(&shown)) {
        visit({InstantOf(type, count), *text});
      }
    }
    return {};
  });
}

void Extend(std::optional<NamedInstant>* min, std::optional<NamedInstant>* max, const NamedInstant& value) {
  if (!*min || value.instant < (*min)->instant) {
    *min = value;
  }
  if (!*max || (*max)->instant < value.instant) {
    *max = value;
  }
}

}  // namespace

Result<JsonArray> DistinctValues(const ParquetFileReader& reader, const ColumnPathPattern& column) {
  INGOT_ASSIGN(const size_t leaf, FindLeaf(reader, column));
  const DataType& type = reader.leaves()[leaf].field->type;
  // Only one of the alternatives occurs in one column.
  std::set<std::variant<bool, int64_t, double, std::string>> values;
  INGOT_TRY(ScanColumn(reader, leaf, [&](const LeafColumn& part) -> Result<void> {
    for (const uint8_t value : part.bools) {
      values.insert(value != 0);
    }
    for (const int64_t value : part.ints) {
      values.insert(StatisticFromInt(type, value));
    }
    values.insert(part.doubles.begin(), part.doubles.end());
    for (size_t i = 0; i < part.ends.size(); ++i) {
      values.insert(std::string(part.BytesAt(i)));
    }
    if (values.size() > kMaxDistinct) {
      return Error(ErrorKind::kResourceLimit,
                   fmt::format("column '{}' has more than {} different values", column.ToString(), kMaxDistinct),
                   "a manifest is no place for so many: take the field out of [dataset.NAME.manifest]");
    }
    return {};
  }));
  JsonArray array;
  for (const auto& value : values) {
    array.push_back(std::visit([](const auto& held) { return JsonValue(held); }, value));
  }
  return array;
}

Result<std::optional<InstantRange>> FindInstantRange(const ParquetFileReader& reader, const ColumnPathPattern& column) {
  std::optional<NamedInstant> min;
  std::optional<NamedInstant> max;
  INGOT_TRY(ForEachInstant(reader, column, [&](const NamedInstant& value) { Extend(&min, &max, value); }));
  return min ? std::optional<InstantRange>({min->text, max->text}) : std::nullopt;
}

Result<LateRows> CountLateRows(const ParquetFileReader& reader, const ColumnPathPattern& column,
                               const UtcWindow& window) {
  LateRows late;
  std::optional<NamedInstant> min;
  std::optional<NamedInstant> max;
  INGOT_TRY(ForEachInstant(reader, column, [&](const NamedInstant& value) {
    if (!window.Contains(value.instant)) {
      ++late.rows;
      Extend(&min, &max, value);
    }
  }));
  if (min) {
    late.min = min->text;
    late.max = max->text;
  }
  return late;
}

}  // namespace ingot
