// The columns of a dataset: what is accepted, since when, and what its partitions really hold.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/dataset_spec.h"
#include "model/lock_file.h"
#include "model/schema.h"

namespace ingot {

// One field that a reader can name. Lists and maps of scalars are one line; those of structs are followed by the
// fields.
struct SchemaLine {
  std::string path;  // as Leaf::DisplayPath: "meta.source", "spot_prices[].mid"
  std::string type;  // "int64", "struct", "list<struct>", "map<string,int64>"
  size_t depth = 0;  // 0: a column
  int32_t id = -1;
  bool nullable = true;
  bool repeated = false;  // inside a list or a map
};
// In depth-first order.
std::vector<SchemaLine> SchemaLines(const Schema& schema);

struct ColumnReport {
  SchemaLine line;
  std::string since;                                            // key text of the partition that first showed it
  std::vector<std::string> absent;                              // key texts of partitions without it, ascending
  std::map<std::string, std::vector<std::string>> other_types;  // by type
  std::optional<double> null_share;  // over all rows of partitions that have it; scalars outside lists and maps only
};

struct SchemaReport {
  std::vector<ColumnReport> columns;    // of the lock file; empty when nothing was accepted yet
  std::vector<std::string> partitions;  // key texts of those that were compared
  std::vector<std::string> unreadable;  // whose manifests could not be read
};

// `locked` may be null. Reads the manifest of every partition in the store. Errors: as FindPartitions.
Result<SchemaReport> ReportSchema(const DatasetSpec& dataset, const LockedSchema* locked);

}  // namespace ingot
