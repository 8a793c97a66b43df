// A key manifest as a stream of keys and paths.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "format/parquet/file_reader.h"
#include "lookup/key_encoding.h"
#include "lookup/lookup.h"

namespace ingot {

// Which columns of a manifest are what.
struct ManifestColumns {
  std::vector<KeyColumn> keys;  // without literals
  std::vector<size_t> leaves;   // of the keys
  size_t path_leaf = 0;
  std::string path_template;  // as the metadata has it; empty without one, or with one that does not fit the columns
};

// `path_template`: of the user, instead of the metadata's; may be empty. Errors: kUnsupported for missing, too many or
// foreign columns; kUsage for a template of the user that does not fit.
Result<ManifestColumns> FindManifestColumns(const ParquetFileReader& reader, std::string_view path_template);

// Sets the literals of the columns, from a template that may be empty. False when it does not compile or lacks a
// column.
bool ApplyTemplate(std::string_view path_template, std::vector<KeyColumn>* columns);

// What to say of a template of the user that does not fit: kUsage.
Error TemplateMisfit(std::string_view path_template);

enum class RowParts { kKeys, kKeysAndPaths };

// The path is empty with kKeys. What the views point to lasts until the call returns.
using TakeRow = std::function<Result<void>(const KeyTuple& key, std::string_view path)>;

// Calls `take` with every row, in the order of the file. Memory is that of a few pages of each column and of the column
// chunks as stored. Errors: kInvalidData for a null, and for an empty text in a key; kCorrupt; those of `take`;
// kCancelled.
Result<void> ForEachRow(const ParquetFileReader& reader, const ManifestColumns& columns, RowParts parts,
                        const LookupContext& context, const TakeRow& take);

// The first `count` rows of one row group, with their paths.
Result<void> ForSomeRows(const ParquetFileReader& reader, const ManifestColumns& columns, size_t row_group,
                         uint64_t count, const TakeRow& take);

// The same as ForEachRow in the order of the keys, equal ones in the order of the file, for manifests that are out of
// order: all rows are held in memory. Errors also: kResourceLimit beyond the limit.
Result<void> ForEachSortedRow(const ParquetFileReader& reader, const ManifestColumns& columns,
                              const LookupContext& context, const TakeRow& take);

}  // namespace ingot
