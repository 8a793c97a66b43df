// The rows of a query as an Arrow stream that any library reads.
#pragma once

#include <ingot/ingot.h>
#include <nanobind/nanobind.h>

#include <memory>
#include <string>
#include <vector>

#include "operation.h"

namespace ingot_python {

namespace nb = nanobind;

// A capsule "arrow_array_stream" around a stream of the result. Whatever library reads it: the work runs on a thread of
// ours without the GIL, Ctrl-C stops it, and progress is told.
nb::object StreamCapsule(const ingot::QueryResult& result, const std::shared_ptr<Mailbox>& mailbox);
// A capsule "arrow_schema".
nb::object SchemaCapsule(const ingot::QueryResult& result);
// Names of the columns.
std::vector<std::string> ColumnNames(const ingot::QueryResult& result);

}  // namespace ingot_python
