#include "dataset/column_statistics.h"

#include <optional>
#include <string>
#include <utility>

#include "column/value_hash.h"
#include "format/parquet/library_versions.h"

namespace ingot {
namespace {

// Bounds as the writer has them → statistics as the manifest shows them.
std::optional<StatisticValue> StatisticOf(const StatValue& value, const DataType& type) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    return *flag;
  }
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    return StatisticFromInt(type, *integer);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return *real;
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    // A manifest is text for people: long values and raw bytes have no place in it.
    constexpr size_t kLongest = 256;
    return type.kind == TypeKind::kBinary || text->size() > kLongest ? std::nullopt
                                                                     : std::optional<StatisticValue>(*text);
  }
  return std::nullopt;
}

}  // namespace

std::vector<ColumnStatistics> StatisticsOf(const Schema& schema, std::span<const FileSummary> files) {
  const std::vector<Leaf> leaves = EnumerateLeaves(schema);
  std::vector<ColumnStatistics> columns;
  for (size_t i = 0; i < leaves.size(); ++i) {
    const DataType& type = leaves[i].field->type;
    ValueBounds bounds;
    std::vector<std::string> hashes;
    ColumnStatistics column;
    column.name = leaves[i].DisplayPath();
    for (const FileSummary& file : files) {
      column.nulls += file.columns[i].nulls;
      bounds.Merge(file.columns[i].bounds);
      hashes.push_back(file.columns[i].value_hash);
    }
    column.min = StatisticOf(bounds.min, type);
    column.max = StatisticOf(bounds.max, type);
    if (!column.min || !column.max) {
      column.min.reset();
      column.max.reset();
    }
    column.value_hash = JoinValueHashes(hashes);
    columns.push_back(std::move(column));
  }
  return columns;
}

WriterVersions ThisWriter() { return {INGOT_VERSION, ArrowVersion(), ZstdVersion(), {}}; }

}  // namespace ingot
