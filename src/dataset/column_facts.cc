#include "dataset/column_facts.h"

#include <fmt/format.h>

#include <set>
#include <variant>

#include "column/leaf_column.h"
#include "model/manifest.h"

namespace ingot {
namespace {

constexpr size_t kMaxDistinct = 10'000;

Result<void> ScanColumn(const ParquetFileReader& reader, size_t leaf, const ParquetFileReader::LeafVisitor& visit) {
  for (size_t group = 0; group < reader.row_groups().size(); ++group) {
    INGOT_TRY(reader.ScanLeaf(group, leaf, visit));
  }
  return {};
}

}  // namespace

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
                   "these are too many for a manifest: take the field out of [dataset.NAME.manifest]");
    }
    return {};
  }));
  JsonArray array;
  for (const auto& value : values) {
    array.push_back(std::visit([](const auto& held) { return JsonValue(held); }, value));
  }
  return array;
}

}  // namespace ingot
