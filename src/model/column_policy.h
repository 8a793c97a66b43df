// Which columns of a dataset go into one that is derived from it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/column_path.h"
#include "model/schema.h"

namespace ingot {

struct ColumnPolicy {
  std::vector<ColumnPathPattern> keep;  // with everything below them; none: all
  std::vector<ColumnPathPattern> drop;  // taken away from what is kept
};

struct ProjectedSchema {
  Schema schema;                      // what is left, in the same order; a struct without fields is gone too
  std::vector<size_t> source_leaves;  // for each leaf of `schema`: its number among the leaves of the whole schema
  std::vector<std::string> dropped;   // top-level columns of which nothing is left
};

ProjectedSchema ProjectSchema(const Schema& whole, const ColumnPolicy& policy);

}  // namespace ingot
