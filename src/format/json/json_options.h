// How JSON records become columns: everything that is declared rather than observed.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/column_path.h"
#include "model/schema.h"

namespace ingot {

enum class EmptyObject : uint8_t {
  kStruct,      // a struct whose fields are all null; refused where no record shows a field
  kNull,        // the same as null, also for maps
  kNullIfBare,  // kStruct, but null where no record shows a field: nothing is refused
};

struct JsonOptions {
  // The accepted schema: types that records must fit. Null before the first acceptance.
  std::shared_ptr<const Schema> locked;
  std::vector<ColumnPathPattern> drop;  // validated as JSON, then forgotten
  std::vector<ColumnPathPattern> maps;  // objects whose keys are data
  std::vector<std::pair<ColumnPathPattern, DataType>> types;
  EmptyObject empty_object = EmptyObject::kStruct;
  uint32_t max_depth = 128;     // of brackets
  uint32_t max_new_keys = 256;  // fields of one object that are neither locked nor declared
};

// Errors: kConfig for declarations that cannot be followed.
Result<void> CheckJsonOptions(const JsonOptions& options);

}  // namespace ingot
