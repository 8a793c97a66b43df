// Where the schema of a dataset comes from.
#pragma once

namespace ingot {

enum class SchemaOrigin {
  kObserved,  // its partitions show columns, and each may add some
  kDeclared,  // the project says all of them
};

}  // namespace ingot
