// Declarations that have no effect: patterns of columns that name none.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/column_path.h"
#include "model/schema.h"

namespace ingot {

// The paths of all columns that a pattern may name: whole ones, structs, lists and maps among them.
class ColumnPaths {
 public:
  explicit ColumnPaths(const Schema& schema);
  // One more, as ColumnPathPattern::ToString writes it: a column that was left out. Ignored when it is no path.
  void Add(const std::string& path);

  bool HasMatch(const ColumnPathPattern& pattern) const;
  // "--drop 'nix' matches no column; did you mean 'nox'?". `what` names the option or key.
  std::string DescribeUnmatched(std::string_view what, const ColumnPathPattern& pattern) const;

 private:
  void AddFields(const std::vector<Field>& fields, TypeKind parent);

  std::vector<std::string> path_;  // of the field that is being added
  std::vector<std::vector<std::string>> paths_;
  std::vector<std::string> shown_;  // the same, as people write them
};

}  // namespace ingot
