#include "pipeline/schema_report.h"

#include <utility>

#include "dataset/stored_partition.h"
#include "model/column_path.h"
#include "model/manifest.h"

namespace ingot {
namespace {

// The type without the fields of its structs, which have lines of their own.
std::string ShortType(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kStruct:
      return "struct";
    case TypeKind::kList:
      return "list<" + ShortType(type.fields.at(0).type) + ">";
    case TypeKind::kMap:
      return "map<" + ShortType(type.fields.at(0).type) + "," + ShortType(type.fields.at(1).type) + ">";
    default:
      return FormatType(type);
  }
}

void AddLines(const Field& field, std::string path, size_t depth, bool repeated, std::vector<SchemaLine>& lines) {
  lines.push_back({path, ShortType(field.type), depth, field.id, field.nullable, repeated});
  // Down to the struct whose fields are named next, if there is one.
  const DataType* type = &field.type;
  while (type->kind == TypeKind::kList || type->kind == TypeKind::kMap) {
    path += type->kind == TypeKind::kList ? "[]" : ".value";
    type = &type->fields.back().type;
    repeated = true;
  }
  for (const Field& child : type->fields) {
    AddLines(child, path + "." + QuotePathSegment(child.name), depth + 1, repeated, lines);
  }
}

void Compare(const std::string& key_text, const Manifest& manifest, std::vector<ColumnReport>& columns) {
  std::map<std::string, std::string> types;
  for (SchemaLine& line : SchemaLines(manifest.schema)) {
    types.emplace(std::move(line.path), std::move(line.type));
  }
  for (ColumnReport& column : columns) {
    const auto found = types.find(column.line.path);
    if (found == types.end()) {
      column.absent.push_back(key_text);
    } else if (found->second != column.line.type) {
      column.other_types[found->second].push_back(key_text);
    }
  }
}

struct NullCount {
  uint64_t nulls = 0;
  uint64_t rows = 0;
};

void CountNulls(const Manifest& manifest, std::map<std::string, NullCount>& counts) {
  for (const ColumnStatistics& column : manifest.columns) {
    NullCount& count = counts[column.name];
    count.nulls += column.nulls;
    count.rows += manifest.rows;
  }
}

}  // namespace

std::vector<SchemaLine> SchemaLines(const Schema& schema) {
  std::vector<SchemaLine> lines;
  for (const Field& field : schema.fields) {
    AddLines(field, QuotePathSegment(field.name), 0, false, lines);
  }
  return lines;
}

Result<SchemaReport> ReportSchema(const DatasetSpec& dataset, const LockedSchema* locked) {
  SchemaReport report;
  if (locked != nullptr) {
    for (SchemaLine& line : SchemaLines(locked->schema)) {
      const auto since = locked->since.find(line.id);
      report.columns.push_back({std::move(line), since == locked->since.end() ? "" : since->second, {}, {}, {}});
    }
  }
  INGOT_ASSIGN(const std::vector<PartitionKey> keys, FindPartitions(dataset));
  std::map<std::string, NullCount> nulls;
  for (const PartitionKey& key : keys) {
    if (const Result<Manifest> manifest = RequireManifest(dataset, key)) {
      report.partitions.push_back(key.ToString());
      Compare(report.partitions.back(), *manifest, report.columns);
      CountNulls(*manifest, nulls);
    } else {
      report.unreadable.push_back(key.ToString());
    }
  }
  for (ColumnReport& column : report.columns) {
    const auto found = nulls.find(column.line.path);
    if (found != nulls.end() && !column.line.repeated && found->second.rows > 0) {
      column.null_share = static_cast<double>(found->second.nulls) / static_cast<double>(found->second.rows);
    }
  }
  return report;
}

}  // namespace ingot
