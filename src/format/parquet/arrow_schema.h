// Our schema ⇄ Parquet's schema tree. For .cc files of this folder: it includes Parquet's headers.
#pragma once

#include <parquet/schema.h>

#include "base/result.h"
#include "model/schema.h"

namespace ingot {

// The tree that our files carry: three-level lists, maps as key_value, field ids, logical types. Errors: kUnsupported
// for a struct or a schema without fields.
Result<parquet::schema::NodePtr> ToParquetSchema(const Schema& schema);

// The inverse, also for files of others. Errors: kUnsupported, naming column and type, for what our types do not cover.
Result<Schema> FromParquetSchema(const parquet::schema::GroupNode& root);

}  // namespace ingot
